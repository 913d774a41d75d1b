# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything the cloud knows: clock, tasks, accounts, tokens, faults, settings, counts. No I/O but a clock that is shared."""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import mmap
import pathlib
import re
import struct
import time
import typing as t

from local_cloud.accounts import DEFAULT_ACCOUNTS, PROJECTS, Account, Token
from local_cloud.api import Problem
from local_cloud.faults import Fault
from local_cloud.script import Task

LOG_LENGTH = 10_000
SECRET_PARAMETER = re.compile(r"((?:^|[&?])(?:Token|SecurityToken|signature)=)[^&]*", re.IGNORECASE)


class BadInstruction(ValueError):
    """The control plane was asked for something that does not exist."""


@dataclasses.dataclass
class Settings:
    """Where the vendors' own texts contradict each other, a test chooses which one holds."""

    documented_detail: bool = False
    offset_is: str = "page"
    token_life: float = 86_400.0
    dates_are: str = "real"  # or "clock": what dates of signatures and answers go by
    clock: str = "real"  # or "stopped": only a test moves it
    log_length: int = LOG_LENGTH
    log_answers: bool = False  # the text of what was sent whole, too
    log_requests: bool = False  # parameters and headers as they came, secrets included
    not_found: dict[str, list[t.Any]] = dataclasses.field(default_factory=dict)
    instances: list[str] = dataclasses.field(default_factory=list)
    projects: dict[str, str] = dataclasses.field(default_factory=lambda: dict(PROJECTS))

    def problem_for(self, api_key: str) -> Problem | None:
        """A not-found error that replaces the documented one: {"bdrc.*": [status, code, message]}."""
        found = (value for pattern, value in self.not_found.items() if fnmatch.fnmatchcase(api_key, pattern))
        chosen = next(found, None)
        return Problem(*chosen) if chosen else None


class Window:
    """Calls within the last second, and the most there have ever been."""

    def __init__(self) -> None:
        self.times: collections.deque[float] = collections.deque()
        self.peak = 0

    def count(self, now: float) -> None:
        self.times.append(now)
        while self.times[0] <= now - 1:
            self.times.popleft()
        self.peak = max(self.peak, len(self.times))


@dataclasses.dataclass
class Counts:
    """What was asked, and how much of it was refused."""

    apis: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    tasks: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    refused: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    throttled: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    statuses: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    tokens: int = 0
    lockouts: int = 0
    total: int = 0
    windows: dict[str, Window] = dataclasses.field(default_factory=lambda: collections.defaultdict(Window))

    def call(self, api_key: str, task_ids: t.Iterable[str]) -> None:
        self.total += 1
        self.apis[api_key] += 1
        self.tasks.update(task_ids)
        now = time.monotonic()
        self.windows[api_key].count(now)
        self.windows["*"].count(now)

    def facts(self) -> dict[str, t.Any]:
        plain = {name: dict(getattr(self, name)) for name in ("apis", "tasks", "refused", "throttled", "statuses")}
        peaks = {name: window.peak for name, window in self.windows.items()}
        numbers = {"total": self.total, "tokens": self.tokens, "lockouts": self.lockouts}
        return {**plain, **numbers, "peak_per_second": peaks}


SECONDS = struct.Struct("<d")


class Seconds:
    """One number that two processes see, in a file: what a simulation says of its time costs no call that way."""

    def __init__(self, path: str) -> None:
        with pathlib.Path(path).open("r+b") as file:
            self.shared = mmap.mmap(file.fileno(), SECONDS.size)

    def read(self) -> float:
        return t.cast(float, SECONDS.unpack_from(self.shared)[0])

    def write(self, seconds: float) -> None:
        SECONDS.pack_into(self.shared, 0, seconds)

    def close(self) -> None:
        self.shared.close()


class World:
    """The state of the cloud; `reset` makes a new one."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.stopped_at: float | None = None
        self.followed: Seconds | None = None
        self.tasks: dict[tuple[str, str], dict[str, Task]] = {}
        self.accounts: list[Account] = []
        self.keys: dict[tuple[str, str], Account] = {}
        self.tokens: dict[str, Token] = {}
        self.nonces: collections.OrderedDict[tuple[str, str], float] = collections.OrderedDict()
        self.bad_signatures: collections.Counter[str] = collections.Counter()
        self.locked: dict[str, float] = {}
        self.faults: dict[int, Fault] = {}
        self.settings = Settings()
        self.counts = Counts()
        self.log: collections.deque[dict[str, t.Any]] = collections.deque(maxlen=LOG_LENGTH)
        for account in DEFAULT_ACCOUNTS:
            self.add_account(dataclasses.replace(account))

    def now(self) -> float:
        """The cloud's clock, which tests may advance."""
        since = 0.0 if self.followed is None else self.followed.read()
        return (time.time() if self.stopped_at is None else self.stopped_at) + self.offset + since

    def follow(self, path: str) -> None:
        """Add the seconds in a file to the clock from now on; those of the last one stay."""
        if self.followed is not None:
            self.offset += self.followed.read()
            self.followed.close()
        self.followed = Seconds(path) if path else None

    def date(self) -> float:
        """What the cloud takes for the time in dates of signatures and of its answers."""
        return self.now() if self.settings.dates_are == "clock" else time.time()

    def add_task(self, task: Task) -> None:
        task.born = self.now()
        self.tasks.setdefault((task.provider, task.service), {})[task.id] = task

    def task(self, provider: str, service: str, task_id: str) -> Task | None:
        return self.tasks.get((provider, service), {}).get(task_id)

    def tasks_of(self, provider: str, service: str) -> list[Task]:
        return list(self.tasks.get((provider, service), {}).values())

    def asked(self, provider: str, service: str, task_ids: t.Iterable[str]) -> None:
        """A call is about these ids, whether they are known or not."""
        known = self.tasks.get((provider, service), {})
        for task in (known[task_id] for task_id in task_ids if task_id in known):
            task.asked(self.now())

    def in_reach(self, task: Task, params: t.Mapping[str, str]) -> bool:
        """A task that names its region is seen only from there; the project id tells Huawei's region."""
        if not task.region:
            return True
        project = params.get("project_id")
        region_matches = params.get("RegionId", task.region) == task.region
        return region_matches and (project is None or project == self.settings.projects.get(task.region))

    def add_account(self, account: Account) -> None:
        account.expires_at = self.now() + account.expires_in
        self.accounts.append(account)
        if account.access_key:
            self.keys[account.provider, account.access_key] = account
        if account.auth_token:
            project_id = self.settings.projects.get(account.project, account.project)
            self.tokens[account.auth_token] = Token(project_id, account.expires_at, account.username)

    def user(self, name: str, password: str, domain: str) -> Account | None:
        return self.user_of("huawei", name, password, domain)

    def user_of(self, provider: str, name: str, password: str, domain: str) -> Account | None:
        """The user of a provider, if the password is right."""
        asked = (provider, name, password, domain)
        found = (one for one in self.accounts if (one.provider, one.username, one.password, one.domain) == asked)
        return next(found, None) if name else None

    def change_settings(self, changes: t.Mapping[str, t.Any]) -> None:
        known = {field.name for field in dataclasses.fields(Settings)}
        if set(changes) - known:
            raise BadInstruction(f"unknown settings {sorted(set(changes) - known)}, known are {sorted(known)}")
        self.settings = dataclasses.replace(self.settings, **changes)
        self.stopped_at = (self.stopped_at or time.time()) if self.settings.clock == "stopped" else None
        self.log = collections.deque(self.log, self.settings.log_length)

    def add_fault(self, fault: Fault) -> int:
        number = max(self.faults, default=0) + 1
        fault.since = self.now()
        self.faults[number] = fault
        return number

    def record(self, entry: dict[str, t.Any]) -> None:
        entry["query"] = SECRET_PARAMETER.sub(r"\1***", entry["query"])
        self.counts.statuses[str(entry["status"])] += 1
        self.log.append(entry)
