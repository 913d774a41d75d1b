# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait and all that befalls it, drawn at random: plain data, which JSON holds, so that what fails can be played again.

``draw`` takes any `random.Random`: Hypothesis hands in one whose choices it knows how to make simpler, the soak one with a seed.
"""

from __future__ import annotations

import dataclasses
import json
import random
import typing as t
from dataclasses import dataclass, field

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from local_cloud.services.huawei_taurusdb import DEFAULT_INSTANCE
from soak.dialects import DIALECTS, Dialect, Fields, Json
from soak.faults import SECRETS, draw_faults

WORDS: tuple[str, ...] = (
    *(word for provider in PROVIDERS.values() for service in provider.services.values() for word in service.states),
    *("Success", "Succeeded", "Done", "OK", "true", "100%", "FINISHED_WITH_WARNINGS"),
    *("Completed successfully", "?", ""),
)
"""Every word of every service, for what one means is unknown to another, and words that sound like success."""
PROGRESS: tuple[t.Any, ...] = (0, 1, 7, 30, 50, 73, 99, 100, 100, -1, 250, "soon", "", None)
LOOKS = 20.0
"""About how often a task is looked at."""
ALMOST = "ALMOST"
CONDITIONS = {"success_when": f"native_state == '{ALMOST}'", "failure_when": f"native_state == '{ALMOST}'"}
STS: Json = {
    "access_key": accounts.ALIBABA_STS_KEY,
    "secret_key": accounts.ALIBABA_STS_SECRET,
    "security_token": accounts.ALIBABA_STS_TOKEN,
}
PASSWORD: Json = {
    "username": accounts.HUAWEI_USER,
    "password": accounts.HUAWEI_PASSWORD,
    "domain_name": accounts.HUAWEI_DOMAIN,
}
WRONG: dict[str, Json] = {
    "alibaba": {"access_key": accounts.ALIBABA_KEY, "secret_key": "WrongSecretOfAlibaba0123456789"},
    "huawei": {"access_key": accounts.HUAWEI_KEY, "secret_key": "WrongSecretOfHuawei0123456789"},
}
# A query needs a filter; this one leaves out nothing.
ANY: Json = {"created_after": "2000-01-01T00:00:00Z"}
BAD_OPTIONS: dict[str, tuple[t.Any, ...]] = {
    "timeout": (-1, "soon"),
    "interval": (0,),
    "min_interval": (1e6, -5),
    "required": (0, "none"),
    "rate_limit": (0, -1),
    "success_states": ([], ["green"]),
    "success_when": ("native_state ==", "no_such_function(@)"),
    "request_timeout": (0,),
    "heartbeat": (-3,),
    "no_such_option": (1,),
}


@dataclass(frozen=True)
class Profile:
    """What schedules are drawn from: numbers are the least and the most, or how often something is so."""

    name: str
    tasks: tuple[int, int] = (1, 12)
    faults: tuple[int, int] = (0, 6)
    services: tuple[str, ...] = tuple(DIALECTS)
    one_service: float = 0.2
    keys: float = 0.1
    queries: float = 0.08
    slow: float = 0.0
    bad_options: float = 0.02
    resumed: float = 0.05


@dataclass
class Schedule:
    """One wait. ``tasks``, ``faults``, ``accounts`` and ``settings`` are for the cloud, the rest for the wait.

    A look takes from ``latency[0]`` to ``latency[1]`` simulated seconds, and as many times ``hangs`` says it never comes back.
    """

    seed: int
    entries: list[Json]
    options: Json
    tasks: list[Json] = field(default_factory=list)
    faults: list[Json] = field(default_factory=list)
    accounts: list[Json] = field(default_factory=list)
    settings: Json = field(default_factory=dict)
    latency: tuple[float, float] = (0.05, 0.05)
    hangs: float = 0.0
    check: bool = False
    journal: bool = False
    resumed: bool = False
    bad: str = ""

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))


def from_json(text: str) -> Schedule:
    found = json.loads(text)
    return Schedule(**{**found, "latency": tuple(found["latency"])})


def often(chance: random.Random, share: float) -> bool:
    return chance.random() < share


def draw(chance: random.Random, profile: Profile) -> Schedule:
    """A schedule at random."""
    options = draw_options(chance)
    schedule = Schedule(chance.randrange(2**32), [], options, check=often(chance, 0.04), journal=often(chance, 0.3))
    schedule.bad = chance.choice(sorted(BAD_OPTIONS)) if often(chance, profile.bad_options) else ""
    schedule.latency = chance.choice([(0.05, 0.05), (0.01, 2.0), (1.0, 20.0)])
    schedule.hangs = chance.choice([0.0, 0.0, 0.0, 0.05])
    schedule.resumed = not schedule.check and not schedule.bad and often(chance, profile.resumed)
    schedule.journal = schedule.journal or schedule.resumed
    draw_tasks(chance, profile, schedule)
    draw_query(chance, profile, schedule)
    draw_keys(chance, profile, schedule)
    draw_slow(chance, profile, schedule)
    schedule.faults += draw_faults(chance, chance.randint(*profile.faults), schedule.tasks, lasting(options))
    if schedule.bad:
        options[schedule.bad] = chance.choice(BAD_OPTIONS[schedule.bad])
    return schedule


# Options


def draw_options(chance: random.Random) -> Json:
    """Those of the wait. Its looks are kept few by the length of the wait: it is a multiple of what lies between two."""
    pace = chance.choice([0.5, 2.0, 2.0, 5.0, 15.0, 60.0])
    timeout = chance.choice([0.0, 0.3 * pace, *[pace * chance.uniform(2.0, LOOKS)] * 10, pace * 4 * LOOKS])
    options: Json = {"timeout": round(timeout, 3), "fail_fast": often(chance, 0.3)}
    if often(chance, 0.4):
        options["interval"] = pace
    else:
        options |= {"min_interval": pace, "max_interval": pace * chance.choice([1, 2, 10])}
    options |= {name: chance.choice(values) for name, values in sometimes(pace).items() if often(chance, 0.15)}
    options |= {name: expression for name, expression in CONDITIONS.items() if often(chance, 0.05)}
    return options


def sometimes(pace: float) -> dict[str, list[t.Any]]:
    """Options that are mostly left at their defaults, and what else they may be."""
    return {
        "delay": [0.5, pace, 1e6],
        "not_found_timeout": [0, pace, 5 * pace, 1e6],
        "unreachable_timeout": [0, pace, 5 * pace, 1e6],
        "stall_timeout": [pace, 4 * pace],
        "rate_limit": [0.2, 1, 7, 100],
        "heartbeat": [1, 10],
        "success_states": [["succeeded", "partial"], ["succeeded", "skipped"], ["partial", "cancelled"]],
        "request_timeout": [10, 120],
    }


def lasting(options: Json) -> float:
    """How long the wait may be, in simulated seconds."""
    return max(1.0, float(options["timeout"]))


# Tasks


def draw_tasks(chance: random.Random, profile: Profile, schedule: Schedule) -> None:
    """Tasks, most of which the cloud knows, and an entry for each; some are asked for twice."""
    services = [chance.choice(profile.services)] if often(chance, profile.one_service) else list(profile.services)
    least, most = profile.tasks
    number = chance.choice([chance.randint(least, most), chance.randint(least, max(least, most // 3))])
    for name in (f"t-{count}" for count in range(number)):
        dialect = DIALECTS[chance.choice(services)]
        schedule.entries += [entry_of(dialect, task_id=name)] * (2 if often(chance, 0.03) else 1)
        if not often(chance, 0.04):
            schedule.tasks.append(draw_task(chance, dialect, name, lasting(schedule.options)))
    if often(chance, 0.3):
        schedule.options["required"] = str(chance.randint(1, len(schedule.entries)))


def entry_of(dialect: Dialect, **more: t.Any) -> Json:
    return {"provider": dialect.provider, "service": dialect.service, "region": dialect.region, **more}


def draw_task(chance: random.Random, dialect: Dialect, name: str, lasts: float) -> Json:
    task = {"provider": dialect.provider, "service": dialect.service, "id": name}
    return {**task, "script": draw_script(chance, dialect, lasts)}


def draw_script(chance: random.Random, dialect: Dialect, lasts: float) -> list[list[t.Any]]:
    """What a task shows from which second on: it may come late, jump, vanish for a while, end, and even go on after its end."""
    now = 0.0 if often(chance, 0.8) else chance.uniform(0.0, lasts)
    script: list[list[t.Any]] = [[round(now, 3), draw_fields(chance, dialect)]]
    for dummy in range(chance.choice([0, 0, 1, 2, 4])):
        now += chance.uniform(0.0, lasts / 4)
        script.append([round(now, 3), None if often(chance, 0.06) else draw_fields(chance, dialect)])
    if often(chance, 0.85):
        now += chance.choice([0.0, chance.uniform(0.0, lasts / 2), chance.uniform(0.0, lasts)])
        script.append([round(now, 3), dict(chance.choice(chance.choice([dialect.good, dialect.good, dialect.ends])))])
    if often(chance, 0.05):
        script.append([round(now + lasts / 4, 3), chance.choice([None, draw_fields(chance, dialect)])])
    return script


def draw_fields(chance: random.Random, dialect: Dialect) -> Fields:
    """What a task that goes on may show: mostly a word of its service for that."""
    states = PROVIDERS[dialect.provider].services[dialect.service].states
    going = [word for word, state in states.items() if state in ("pending", "running")]
    known = {word for word, state in states.items() if state not in ("pending", "running")}
    strange = [word for word in (*WORDS, ALMOST, ALMOST) if word not in known]
    word = chance.choice(going if often(chance, 0.7) else strange)
    spelt = word if word == ALMOST else chance.choice([word, word.upper(), word.title()])
    fields = dialect.write(spelt, chance.choice(PROGRESS))
    if often(chance, 0.05):
        fields |= {"Note": f"the key is {chance.choice(SECRETS)}", chance.choice(SECRETS): 1}
    return fields


def draw_query(chance: random.Random, profile: Profile, schedule: Schedule) -> None:
    """Instead of the ids of one service: a question for whatever tasks it has."""
    listed = [name for name, dialect in DIALECTS.items() if PROVIDERS[dialect.provider].services[name].listing]
    if not often(chance, profile.queries):
        return
    service = chance.choice(listed)
    schedule.entries = [entry for entry in schedule.entries if entry["service"] != service]
    query = entry_of(DIALECTS[service], **draw_filter(chance, service))
    schedule.entries.insert(chance.randint(0, len(schedule.entries)), query)
    if "required" in schedule.options:
        schedule.options["required"] = "1"


def draw_filter(chance: random.Random, service: str) -> Json:
    states: list[Json] = [{"states": ["running", "pending"]}, {"states": ["succeeded"]}]
    instance: list[Json] = [{"instance_id": DEFAULT_INSTANCE}] if service == "taurusdb" else []
    return chance.choice([ANY, ANY, *states, {**ANY, "limit": 2}, {"name": "NoSuchOperation"}, *instance])


# Keys


def draw_keys(chance: random.Random, profile: Profile, schedule: Schedule) -> None:
    """Other keys than the usual ones: for all entries of a provider, or a wrong one for a single entry."""
    if not often(chance, profile.keys):
        return
    way = chance.choice([temporary, password, wrong])
    way(chance, schedule)


def temporary(chance: random.Random, schedule: Schedule) -> None:
    """Keys with a token, which may end in the middle of the wait."""
    lasts = chance.choice([1e9, chance.uniform(0.0, lasting(schedule.options))])
    schedule.accounts.append({"provider": "alibaba", **STS, "expires_in": round(lasts, 3)})
    use(STS, [entry for entry in schedule.entries if entry["provider"] == "alibaba"])


def password(chance: random.Random, schedule: Schedule) -> None:
    """A login, whose token may end again and again."""
    schedule.settings["token_life"] = chance.choice([86_400.0, 200.0, lasting(schedule.options) / 3])
    use(PASSWORD, [entry for entry in schedule.entries if entry["provider"] == "huawei"])


def wrong(chance: random.Random, schedule: Schedule) -> None:
    entry = chance.choice(schedule.entries)
    use(WRONG[entry["provider"]], [entry])


def use(keys: Json, entries: t.Sequence[Json]) -> None:
    for entry in entries:
        entry.update(keys)


def draw_slow(chance: random.Random, profile: Profile, schedule: Schedule) -> None:
    """A task whose answers may take real time, and which has little of it."""
    if not often(chance, profile.slow):
        return
    dialect = DIALECTS[chance.choice(profile.services)]
    schedule.entries.append(entry_of(dialect, task_id="t-slow", request_timeout=0.1))
    schedule.tasks.append(draw_task(chance, dialect, "t-slow", lasting(schedule.options)))
    fault = chance.choice([{"kind": "stall", "seconds": 0.3}, {"kind": "slow_body", "bytes_per_second": 500.0}])
    schedule.faults.append({**fault, "task": "t-slow", "times": chance.randint(1, 2), "skip": chance.randint(0, 2)})
