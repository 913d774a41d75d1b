# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The plan of a wait, or of the event source, as data: what is asked for, when it has succeeded, how long it may take."""

from __future__ import annotations

import math
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts
from .._core.values import Options
from .._service.selector import FollowState, Selector
from .._wait.pacing import Pace
from .._wait.policy import Policy
from .condition import condition
from .given import as_given, narrowing
from .select import Providers, check_entry, provider_of, refuse_unbounded, selectors_of_one
from .spec import (
    FILTERS,
    LISTEN,
    WAIT,
    Spec,
    clouds_for,
    holders_of_secrets,
    listen_spec,
    secret_names,
    spec_for,
    wait_spec,
)
from .unused import refuse_unused, scopes_of
from .validate import check, given_by_user, plain

if t.TYPE_CHECKING:
    from .._output.journal import Journal


class Plan(t.NamedTuple):
    """All that a wait is told. ``records`` is what the journal holds, ``secret`` names the options that it must not.

    ``resumed`` is whether the journal alone says what is waited for, so that it is the same wait. ``cancel`` is whether the
    cloud is to be asked to cancel what has not ended at the deadline. ``notes`` are worth a line before it begins.
    """

    selectors: t.Sequence[Selector]
    policy: Policy
    rate_limit: t.Optional[float] = None
    heartbeat: float = 60.0
    journal: t.Optional[Journal] = None
    records: t.Sequence[Facts] = ()
    check: bool = False
    resumed: bool = False
    cancel: bool = False
    secret: frozenset[str] = frozenset()
    notes: t.Sequence[str] = ()


def plan_of(providers: Providers, given: Options, check_mode: bool) -> Plan:
    """All that a wait is told, checked."""
    given = given_to_wait(providers, given)
    spec = spec_for(providers, given)
    options = check(spec, given)
    secret: frozenset[str] = secret_in(wait_spec(providers)) if options.get("journal") else frozenset()
    journal = _journal_at(options["journal"], secret) if options.get("journal") else None
    if journal and not check_mode:
        # Before it is read: what the wait that holds it has yet to write is not to be lost.
        journal.hold()
    own = {name: options[name] for name in given_by_user(spec, given) if name == "provider" or name not in WAIT}
    selectors, notes = selectors_of(providers, own, options["tasks"], journal)
    refuse_unused(providers, scopes_of(selectors), own)
    return Plan(
        selectors=selectors,
        policy=_policy(options, len(selectors), any(selector.task_id is None for selector in selectors), check_mode),
        rate_limit=options["rate_limit"],
        heartbeat=options["heartbeat"],
        journal=None if check_mode else journal,
        records=journal.read() if journal and journal.exists() else (),
        check=check_mode,
        resumed=_resumed(providers, own, options["tasks"], journal),
        cancel=options["on_timeout"] == "cancel" and not check_mode,
        secret=secret,
        notes=notes,
    )


def given_to_wait(providers: Providers, given: Options) -> Facts:
    """What a user gave to a wait, or to the event source, with texts of lists read; what narrows it must hold something."""
    return as_given(given, narrowing(clouds_for(providers, given).values()))


def _journal_at(path: str, never: frozenset[str]) -> Journal:
    """The journal of a wait. Many keep none, and what keeps it takes time to import."""
    from .._output.journal import Journal  # noqa: PLC0415

    return Journal(path, never)


def secret_in(spec: Spec) -> frozenset[str]:
    """The options that a journal must not hold."""
    return secret_names(spec) | holders_of_secrets(spec) | {"username", "domain_name"}


def policy_of(options: Options) -> Policy:
    """What all kinds of waits are told in the same words."""
    if options["min_interval"] > options["max_interval"]:
        raise OptionError("min_interval: it must not be more than max_interval")
    return Policy(
        timeout=options["timeout"],
        delay=options["delay"],
        pace=Pace(options["interval"], options["min_interval"], options["max_interval"]),
        success_when=condition("success_when", options["success_when"]),
        failure_when=condition("failure_when", options["failure_when"]),
        not_found_timeout=options["not_found_timeout"],
        unreachable_timeout=options["unreachable_timeout"],
        stall_timeout=options["stall_timeout"],
        grace=options["request_timeout"],
    )


def _policy(options: Options, asked: int, open_ended: bool, check_mode: bool) -> Policy:
    if not options["success_states"]:
        raise OptionError(
            "success_states: the list is empty, so nothing could succeed; leave the option out for [succeeded]"
        )
    policy = policy_of({**options, "timeout": 0.0, "delay": 0.0} if check_mode else options)
    return policy._replace(
        required=_required(options["required"], asked, open_ended),
        # One look at each is what was asked for, so none of them is given up for another.
        fail_fast=options["fail_fast"] and policy.timeout > 0,
        success_states=tuple(options["success_states"]),
    )


def _required(value: str, asked: int, open_ended: bool) -> t.Optional[int]:
    if value.strip().lower() == "all":
        return None
    number = int(value) if value.strip().isdecimal() else 0
    if number < 1:
        raise OptionError(f"required: {value!r} must be «all», or a number of tasks, 1 or more")
    if number > asked and not open_ended:
        there = "there is only 1 task" if asked == 1 else f"there are only {asked} tasks"
        raise OptionError(f"required: {number} tasks cannot succeed, for {there} to wait for; give fewer, or «all»")
    return number


def selectors_of(
    providers: Providers,
    own: Options,
    tasks: t.Optional[list[t.Any]],
    journal: t.Optional[Journal],
    unbounded: bool = False,
) -> tuple[list[Selector], list[str]]:
    """What is asked for, and what is to be said of it: by the option tasks, by the journal where nothing else says it, or by the
    other options. Only with ``unbounded`` may it be all tasks of a service.
    """
    if tasks is not None and own.get("task_ids"):
        raise OptionError("task_ids: give either task_ids or tasks, not both")
    if tasks is not None or (journal and _resumed(providers, own, tasks, journal)):
        return _selectors_of_entries(providers, own, tasks, journal, unbounded)
    provider = provider_of(providers, own.get("provider"), "")
    flat = {name: value for name, value in own.items() if name != "provider"}
    selectors = selectors_of_one(provider, check_entry(providers, provider, flat, ""))
    if not unbounded:
        refuse_unbounded(selectors)
    return selectors, []


def _selectors_of_entries(
    providers: Providers,
    own: Options,
    tasks: t.Optional[list[t.Any]],
    journal: t.Optional[Journal],
    unbounded: bool,
) -> tuple[list[Selector], list[str]]:
    """What the entries ask for. A wait for a task or two has none, and what reads them takes time to import."""
    from .entries import Placed, flatten, note_of, selectors_of_entries  # noqa: PLC0415

    if tasks is None:
        records = journal.read() if journal else ()
        held = [Placed(f"journal[{number}]", record) for number, record in enumerate(records)]
        if not held:
            raise OptionError("journal: the list is empty, there is nothing to wait for; give tasks, too")
        return selectors_of_entries(providers, own, held, unbounded), []
    left_out: list[str] = []
    placed = flatten(providers, plain(tasks), left_out)
    notes = note_of(left_out, placed)
    return selectors_of_entries(providers, own, placed, unbounded), notes


def _resumed(providers: Providers, own: Options, tasks: t.Optional[list[t.Any]], journal: t.Optional[Journal]) -> bool:
    """Whether nothing but the journal says what is waited for."""
    if journal is None or tasks is not None:
        return False
    return not set(own) & ({"service", "definition", "task_ids", *FILTERS, *_resources(providers)} - {"limit"})


def _resources(providers: Providers) -> set[str]:
    """The options that name a resource whose task is wanted."""
    services = (service for provider in providers.values() for service in provider.services.values())
    return {service.finder.option for service in services if service.finder}


class EventPlan(t.NamedTuple):
    """The plan of the event source, and its own options: ``events``, ``raw`` and ``journal``."""

    plan: Plan
    only_ends: bool
    raw: bool
    journal: t.Optional[str]


def event_plan_of(providers: Providers, given: Options) -> EventPlan:
    """All that the event source is told, checked: queries are followed, and each task is watched by itself."""
    given = given_to_wait(providers, given)
    spec = listen_spec(providers)
    options = check(spec, given)
    own = {
        name: options[name] for name in given_by_user(spec, given) if name not in {*WAIT, *LISTEN} or name == "provider"
    }
    selectors, notes = selectors_of(
        providers, {"limit": options["limit"], **own}, options["tasks"], None, unbounded=True
    )
    refuse_unused(providers, scopes_of(selectors), own)
    if options["timeout"] == 0:
        raise OptionError("timeout: it must be more than 0; leave it out to watch each task for as long as it takes")
    timeout = math.inf if options["timeout"] is None else options["timeout"]
    policy = policy_of({**options, "timeout": timeout})
    plan = Plan(
        selectors=[
            selector if selector.task_id else selector._replace(following=FollowState()) for selector in selectors
        ],
        policy=policy._replace(fail_fast=False, list_interval=options["list_interval"]),
        rate_limit=options["rate_limit"],
        heartbeat=math.inf,
        secret=secret_in(spec),
        notes=notes,
    )
    return EventPlan(plan, options["events"] == "end", options["raw"], options["journal"])
