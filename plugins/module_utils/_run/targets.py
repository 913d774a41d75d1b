# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""From selectors to targets: one client for each account, duplicates joined, the limits of a lane."""

from __future__ import annotations

import json
import typing as t
from collections import Counter

from .._api.client import Client
from .._core.task import Facts
from .._options.plan import Plan
from .._service.ids import place_names
from .._service.links import is_by_url, last_segment
from .._service.model import Service, facts_from_options
from .._service.selector import Selector
from .._wait.item import Target
from .._wait.lanes import Limits
from .frontend import Frontend


class Asked(t.NamedTuple):
    """What a look at a target asks for, and the client that asks."""

    selector: Selector
    client: Client


def asked_of(target: Target) -> Asked:
    """What a look at this target asks for."""
    return t.cast(Asked, target.asked)


class Joined(t.NamedTuple):
    """Targets without duplicates, how many selectors each stands for, and the number of the target of each selector."""

    targets: list[Target]
    weights: list[int]
    numbers: list[int]


def joined(selectors: t.Iterable[Selector], clients: Clients) -> Joined:
    """Make one target of selectors that select the same: it is looked at once and reported as often as it was given."""
    targets: dict[tuple[t.Any, ...], Target] = {}
    keys = []
    for selector in selectors:
        target = _target_of(selector, clients)
        keys.append((target.lane, target.task_id, tuple(sorted(selector.asked.items())), selector.filters))
        targets.setdefault(keys[-1], target)
    counts = Counter(keys)
    numbers = {key: number for number, key in enumerate(targets)}
    return Joined(list(targets.values()), [counts[key] for key in targets], [numbers[key] for key in keys])


def _target_of(selector: Selector, clients: Clients) -> Target:
    service = selector.service
    number, client = clients.of(selector)
    endpoint = client.endpoint(service)
    client.check_address(service, selector.asked)
    defined = json.dumps(selector.definition, sort_keys=True) if selector.definition else ""
    return Target(
        lane=(selector.provider.name, service.name, endpoint, client.region, number, defined),
        account=(selector.provider.name, client.credentials.account()),
        provider=selector.provider.name,
        service=service.name,
        region=client.region,
        task_id=selector.task_id,
        asked=Asked(selector, client),
        label=_label_of(selector),
        dated=selector.filters.created_after is not None,
        most=selector.filters.limit,
        whole=service.list_tells_all,
        known=selector.following.known if selector.following else None,
        facts={**facts_from_options(service, selector.values), **_place(selector)},
    )


def _place(selector: Selector) -> Facts:
    """Return the place of a task by its options, for the facts of one that is never seen, so that these can be given again."""
    known = {**selector.options, **selector.values}
    names = place_names(selector.service)
    place = {name: known[name] for name in names if known.get(name)}
    return {"details": place} if place and selector.task_id else {}


def _label_of(selector: Selector) -> str:
    """What a line shows: a query in words, of an operation's URL the last segment, and of other tasks the id."""
    if not selector.task_id:
        return selector.label
    return last_segment(selector.task_id) if is_by_url(selector.service) else ""


def lane_name(target: Target) -> tuple[str, ...]:
    """What names the lane of a target in every process, without a secret."""
    provider, service, endpoint, region, dummy, defined = t.cast("tuple[t.Any, ...]", target.lane)
    return (provider, service, endpoint, str(region), defined, *asked_of(target).client.credentials.identity())


def limits_of(target: Target, plan: Plan) -> Limits:
    """What the lane of a target may do. Looks are joined into batches if a batch tells all that decides."""
    service = asked_of(target).selector.service
    limits = _limits_of_calls(service, plan.rate_limit)
    if not service.batch or (plan.policy.has_conditions and not service.batch_tells_all):
        return limits
    batch = service.batch
    return limits._replace(batch=batch.size, least=batch.least, turns=not batch.call)


def _limits_of_calls(service: Service, rate_limit: t.Optional[float]) -> Limits:
    """What a lane may do with single looks: what the user allows in every second, else its part of the vendor's quota."""
    quota = service.quota
    if rate_limit is not None:
        return Limits(rate_limit, parallel=service.parallel, window=quota.window)
    return Limits(quota.rate, parallel=service.parallel, burst=quota.burst, window=quota.window)


class Clients:
    """A client for each set of connection options."""

    def __init__(self, frontend: Frontend) -> None:
        self.frontend = frontend
        # Threads of looks add to these, and the one that waits says them: core knows warnings of no other thread.
        self.warnings: list[str] = []
        self.calls: list[Facts] = []
        self._clients: dict[tuple[t.Any, ...], Client] = {}

    def of(self, selector: Selector) -> tuple[int, Client]:
        """The client for these options, and its number."""
        key = (selector.provider.name, tuple(sorted((name, str(value)) for name, value in selector.options.items())))
        if key not in self._clients:
            mask = self.frontend.mask
            self._clients[key] = Client(
                selector.provider,
                selector.options,
                self.frontend.host,
                mask.add,
                self.warnings.append,
                clean=mask.text,
                parallel=selector.service.parallel,
                record=self.calls.append if self.frontend.record else None,
            )
        return list(self._clients).index(key), self._clients[key]

    def tell_calls(self) -> None:
        """Hand over the calls that were made since the last time."""
        for dummy in list(self.calls):
            call = self.calls.pop(0)
            if self.frontend.record:
                self.frontend.record(call)

    def close(self) -> None:
        """Give the connections back."""
        for client in self._clients.values():
            client.close()
