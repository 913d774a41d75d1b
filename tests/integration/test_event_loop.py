# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plugin as ansible-rulebook uses it: run by its path, in an event loop that it never holds up, with a queue of one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import runpy
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.multicloud.tasks.extensions.eda.plugins.event_source import cloud_task
from local_cloud.client import LocalCloud
from support.simulated import ENVIRON

Json = t.Any

PLUGIN = Path(cloud_task.__file__)
ECS = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou"}
QUICK = {"min_interval": 0.05, "max_interval": 0.1, "list_interval": 0.1}
DONE = {"TaskStatus": "Finished", "TaskProcess": "100%"}
PATIENCE = 30.0


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


def done(task_id: str) -> Json:
    return {"service": "ecs", "id": task_id, "region": "cn-hangzhou", "script": [[0, DONE]]}


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "cloud_task"]


@contextlib.asynccontextmanager
async def at_work(args: t.Mapping[str, Json]) -> t.AsyncIterator[tuple[asyncio.Task[None], asyncio.Queue[Json]]]:
    """The source as ansible-rulebook has it: run by its path, with a queue in which there is room for one event."""
    queue: asyncio.Queue[Json] = asyncio.Queue(1)
    source = asyncio.create_task(runpy.run_path(str(PLUGIN))["main"](queue, dict(args)))
    try:
        yield source, queue
    finally:
        source.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await source


async def take(queue: asyncio.Queue[Json]) -> Json:
    return await asyncio.wait_for(queue.get(), PATIENCE)


def test_events_come_through_a_queue_of_one_and_the_source_goes_on_when_all_has_ended(local_cloud: LocalCloud) -> None:
    async def play() -> None:
        local_cloud.add(*(done(f"t-{number}") for number in range(5)))
        args = {**ECS, **QUICK, "endpoint": local_cloud.url, "task_ids": [f"t-{number}" for number in range(5)]}
        async with at_work(args) as (source, queue):
            events = [await take(queue) for dummy in range(5)]
            assert sorted(event["cloud_task"]["id"] for event in events) == [f"t-{number}" for number in range(5)]
            await asyncio.sleep(0.5)
            assert not source.done()
            assert queue.empty()

    asyncio.run(play())


def test_nothing_waits_for_a_rulebook_that_takes_no_event(local_cloud: LocalCloud) -> None:
    """The loop turns, the looks go on, and all comes in the end."""

    async def play() -> None:
        async with at_work({**ECS, **QUICK, "endpoint": local_cloud.url}) as (dummy, queue):
            while "DescribeTasks" not in json.dumps(local_cloud.calls()):
                await asyncio.sleep(0.05)
            local_cloud.add(*(done(f"t-{number}") for number in range(4)))
            while not queue.full():
                await asyncio.sleep(0.05)
            before = len(local_cloud.log())
            turns = 0
            while len(local_cloud.log()) < before + 3:
                await asyncio.sleep(0.01)
                turns += 1
            assert turns > 3
            assert queue.full()
            assert len({(await take(queue))["cloud_task"]["id"] for dummy in range(4)}) == 4

    asyncio.run(play())


def test_to_cancel_the_source_ends_its_threads_even_while_a_call_hangs(local_cloud: LocalCloud) -> None:
    async def play() -> None:
        local_cloud.fault("stall", seconds=60)
        async with at_work({**ECS, **QUICK, "endpoint": local_cloud.url, "request_timeout": 2}) as (source, dummy):
            while not local_cloud.log():
                await asyncio.sleep(0.05)
            began = time.monotonic()
            source.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await source
            assert time.monotonic() - began < 1.5

    asyncio.run(play())
    for thread in threads():
        thread.join(PATIENCE)
    assert threads() == []
