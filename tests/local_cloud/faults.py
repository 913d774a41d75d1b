# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be made to go wrong: which calls a fault hits, how often, and for how long. Pure."""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import math
import typing as t

if t.TYPE_CHECKING:  # pragma: no cover
    from local_cloud.api import Call


@dataclasses.dataclass
class Bucket:
    """A token bucket on the cloud's clock."""

    rate: float
    burst: float
    level: float
    filled_at: float

    def take(self, now: float) -> float:
        """Seconds until a call would be let through: 0.0 when this one is."""
        self.level = min(self.burst, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate if self.rate else 60.0


@dataclasses.dataclass
class Window:
    """A number of calls that is let through in any stretch of so many seconds on the cloud's clock."""

    calls: int
    seconds: float
    times: collections.deque[float] = dataclasses.field(default_factory=collections.deque)

    def take(self, now: float) -> float:
        """Seconds until a call would be let through: 0.0 when this one is."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) < self.calls:
            self.times.append(now)
            return 0.0
        return self.times[0] + self.seconds - now


@dataclasses.dataclass
class Fault:
    """One switched-on fault; what an option means depends on the kind (effects.py)."""

    kind: str
    api: str = "*"
    task: str = ""
    times: float = math.inf  # at most so many hits
    skip: int = 0  # let so many matching calls through first
    after: float = 0.0  # seconds on the cloud's clock until it begins
    lasts: float = math.inf  # seconds from then on
    seconds: float = 0.0
    status: int = 0
    code: str = ""
    message: str = ""
    rate: float = 0.0
    burst: float = 1.0
    calls: int = 0  # of a throttle that lets so many calls through in ``window`` seconds
    window: float = 0.0
    header: bool = True
    retry_after: float | None = None
    bytes_per_second: float = 100.0
    cut: str = "length"
    url: str = ""
    body: t.Any = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    mebibytes: float = 1.0
    since: float = 0.0
    hits: int = 0
    buckets: dict[tuple[str, str], Bucket | Window] = dataclasses.field(default_factory=dict, repr=False)

    def concerns(self, call: Call) -> bool:
        api = call.api
        named = any(fnmatch.fnmatchcase(key, self.api) for key in (api.key, f"{api.provider}.{api.key}"))
        # A list that names no ids shows every task, so it is also where a task can vanish from.
        unnamed = self.kind == "vanish" and not call.task_ids
        # An id spoils the batch that it is in; asked for alone it spoils nothing.
        alone = self.kind == "poison" and len(call.task_ids) < 2
        return named and not alone and (not self.task or self.task in call.task_ids or unnamed)

    def strike(self, call: Call) -> float | None:
        """None when the call is spared; else a hit, and the seconds a throttle wants the caller to wait."""
        live = self.hits < self.times and 0 <= call.now - self.since - self.after < self.lasts
        if not live or not self.concerns(call) or (self.kind == "poison" and not call.api.batch):
            return None
        if self.skip > 0:
            self.skip -= 1
            return None
        wait = self.delay(call) if self.kind == "throttle" else 0.0
        if self.kind == "throttle" and not wait:
            return None
        self.hits += 1
        return wait

    def delay(self, call: Call) -> float:
        """Seconds this call is too early for the bucket of its API and caller."""
        lane = (call.api.key, call.caller.name if call.caller else "")
        in_window, by_rate = Window(self.calls, self.window), Bucket(self.rate, self.burst, self.burst, call.now)
        fresh: Bucket | Window = in_window if self.window else by_rate
        return self.buckets.setdefault(lane, fresh).take(call.now)

    def facts(self) -> dict[str, t.Any]:
        """What the control plane shows: the options that were given, and the hits."""
        shown = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        shown.pop("buckets")
        return {name: value for name, value in shown.items() if value not in (math.inf, None)}
