# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a poll costs with ``until`` around a module, and what a look costs inside a wait: the slope, so without start-up."""

from __future__ import annotations

import statistics
import typing as t

from bench.ansible import REGION, Ansible, ansible
from bench.measure import Work, children, in_turns, own, repeated
from bench.result import Goal, Result, Row, Table
from local_cloud.client import LocalCloud
from support.clients import lister

ROUNDS = 3
SHORT, LONG = 1.0, 5.0
BLOCK = 200
LEAST = 200.0
URI = "ansible.builtin.uri"
SENT = "alibaba_cloud_task_info, sent as a module"
HERE = "alibaba_cloud_task_info, on the controller"
FEW = 1
MANY = {URI: 7, SENT: 7, HERE: 101}
"""Retries; the cheap ones are many, or their cost is lost in that of the start."""
# Told for comparison: what the wait adds to a look when it looks a hundred times a second.
PACE = {"interval": 0.01, "rate_limit": 100000}
RUNNING = {"service": "ecs", "id": "t-1", "script": [[0, {"TaskProcess": "40%"}]]}


def until(tool: Ansible, poll: t.Mapping[str, t.Any], retries: int) -> Work:
    """A playbook that polls in vain."""
    loop = {"until": "false", "retries": retries, "delay": 0, "register": "seen", "ignore_errors": True}
    return lambda: tool.play({**poll, **loop})


def waiting(tool: Ansible, url: str, timeout: float) -> Work:
    """A playbook that waits in vain, without a pause between looks."""
    task = {"provider": "alibaba", "service": "ecs", "region": REGION, "endpoint": url, "task_ids": ["t-1"]}
    given = {**task, **PACE, "timeout": timeout, "progress": False}
    return lambda: tool.play({"multicloud.tasks.wait_for_cloud_task": given, "ignore_errors": True})


def looking(url: str) -> Work:
    """Looks as the benchmark of looks makes them."""

    def block() -> None:
        with lister("alibaba", "ecs", url) as ours:
            repeated(lambda: ours.reader.read({"task_id": "t-1"}), BLOCK)()

    return block


def slopes(few: t.Sequence[float], many: t.Sequence[float], more: float) -> float:
    """The cost of one more, from the middle of what the rounds tell."""
    return statistics.median(b - a for a, b in zip(few, many)) / more


def per_poll(tool: Ansible, url: str, say: t.Callable[[str], None]) -> dict[str, float]:
    """CPU seconds of a poll in each way."""
    task = {"service": "ecs", "region": REGION, "endpoint": url, "task_ids": ["t-1"]}
    info = {"multicloud.tasks.alibaba_cloud_task_info": task}
    polls: dict[str, dict[str, t.Any]] = {
        URI: {"ansible.builtin.uri": {"url": f"{url}/_cloud/clock"}},
        SENT: {**info, "vars": tool.sent},
        HERE: info,
    }
    works = {
        f"{way} {retries}": until(tool, poll, retries) for way, poll in polls.items() for retries in (FEW, MANY[way])
    }
    costs = in_turns(works, ROUNDS, children, warm=False)
    found = {}
    for way in polls:
        few, many = ([cost.cpu for cost in costs[f"{way} {retries}"]] for retries in (FEW, MANY[way]))
        found[way] = slopes(few, many, MANY[way] - FEW)
        say(f"until around {way}: {found[way] * 1000:.1f} ms of CPU a poll")
    return found


def per_look(cloud: LocalCloud) -> float:
    """CPU seconds of a look, in this process."""
    costs = in_turns({"look": looking(cloud.url)}, 5, own)["look"]
    return statistics.median(cost.cpu for cost in costs) / BLOCK


def per_look_in_wait(tool: Ansible, cloud: LocalCloud) -> float:
    """CPU seconds of a look inside the action plugin, its driver, threads and lines included."""
    found: list[float] = []
    for dummy in range(ROUNDS):
        cpu, looks = [], []
        for timeout in (SHORT, LONG):
            before = cloud.calls()["total"]
            cpu.append(children(waiting(tool, cloud.url, timeout)).cpu)
            looks.append(cloud.calls()["total"] - before)
        found.append((cpu[1] - cpu[0]) / (looks[1] - looks[0]))
    return statistics.median(found)


def run(say: t.Callable[[str], None]) -> Result:
    """A poll of each kind, and ours."""
    with LocalCloud() as cloud, ansible() as tool:
        cloud.add(RUNNING)
        polls = per_poll(tool, cloud.url, say)
        look, in_wait = per_look(cloud), per_look_in_wait(tool, cloud)
    say(f"our look: {look * 1000:.2f} ms of CPU, {in_wait * 1000:.2f} ms inside a wait")
    rows: list[Row] = [(f"until + {way}", cost * 1000, cost / look, cost / in_wait) for way, cost in polls.items()]
    rows += [("our look", look * 1000, 1.0, None), ("our look inside a wait", in_wait * 1000, in_wait / look, 1.0)]
    columns = ("way", "CPU ms a poll", "x our look", "x our look inside a wait")
    goals = [Goal(f"until + {way} / our look, CPU", polls[way] / look, least=LEAST) for way in (URI, SENT)]
    most = f"{MANY[URI]}, or {MANY[HERE]} on the controller,"
    note = f"slope between {FEW} and {most} retries without delay, between waits of {SHORT:g} and {LONG:g} s for ours"
    return Result((Table("CPU of a poll", columns, tuple(rows)),), tuple(goals), (note,))
