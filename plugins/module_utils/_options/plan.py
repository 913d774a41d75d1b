# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Builds the plan of a wait, or of the event source: the tasks, when they have succeeded, how long it may take. As data.

Contract of this package: all options are checked before any call is made. What is wrong raises an OptionError that names the
option and the way out. No message shows a value that may be a secret, and no option is ignored silently.
"""

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
from .normalize import normalize, selecting_options
from .results import resolve_results
from .select import Providers, check_entry, provider_of, refuse_unbounded, selectors_of_one
from .spec import (
    EVENT_SOURCE,
    FILTERS,
    WAIT,
    Spec,
    event_spec,
    providers_for,
    secret_containers,
    secret_names,
    wait_spec,
    wait_spec_for,
)
from .unused import refuse_unused, scopes_of
from .validate import check, plain, set_by_user

if t.TYPE_CHECKING:
    from .._output.journal import Journal


class Plan(t.NamedTuple):
    """All that a wait is to do. ``records`` are those of the journal, ``secret`` the options that it must not hold.

    ``resumed`` says whether the journal alone defines what is waited for, so that this is the same wait. ``cancel`` says
    whether to ask the cloud to cancel what has not ended at the deadline. ``notes`` are shown before the wait begins. The
    result holds ``raw`` if that is set, and tasks that succeeded unless ``only_unsuccessful``. ``history`` is the path of the
    durations of earlier runs.
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
    history: t.Optional[str] = None
    raw: bool = False
    only_unsuccessful: bool = False


def plan_of(providers: Providers, arguments: Options, check_mode: bool) -> Plan:
    """Check the options of a wait, and return its plan."""
    arguments, start_notes = resolve_results(providers, normalize_wait(providers, arguments), check_mode)
    spec = wait_spec_for(providers, arguments)
    options = check(spec, arguments)
    unjournaled: frozenset[str] = unjournaled_options(wait_spec(providers)) if options.get("journal") else frozenset()
    journal = _open_journal(options["journal"], unjournaled) if options.get("journal") else None
    if journal and not check_mode:
        # Lock the journal before it is read, so that a wait that holds it loses nothing that it has yet to write.
        journal.hold()
    wait_options = {
        name: options[name] for name in set_by_user(spec, arguments) if name == "provider" or name not in WAIT
    }
    if check_mode and journal and _resumed(providers, wait_options, options["tasks"], journal) and not journal.exists():
        # The step before, which would have written it, was in check mode, too.
        return Plan(
            (), _policy(options, 0, True, True), check=True, notes=[f"journal: {journal.path} is not there yet"]
        )
    selectors, notes = selectors_of(providers, wait_options, options["tasks"], journal)
    refuse_unused(providers, scopes_of(selectors), wait_options)
    # A query may find any number of tasks, and steps in check mode may have started none.
    open_ended = any(selector.task_id is None for selector in selectors) or (check_mode and bool(start_notes))
    return Plan(
        selectors=selectors,
        policy=_policy(options, len(selectors), open_ended, check_mode),
        rate_limit=options["rate_limit"],
        heartbeat=options["heartbeat"],
        journal=None if check_mode else journal,
        records=journal.read() if journal and journal.exists() else (),
        check=check_mode,
        resumed=_resumed(providers, wait_options, options["tasks"], journal),
        cancel=options["on_timeout"] == "cancel" and not check_mode,
        secret=unjournaled,
        notes=[*start_notes, *notes],
        history=options["history"] or None,
        raw=options["raw"],
        only_unsuccessful=options["return_tasks"] == "unsuccessful",
    )


def normalize_wait(providers: Providers, arguments: Options) -> Facts:
    """Normalize the options of a wait or of the event source. Options that select tasks, and conditions, must not be empty."""
    selecting = selecting_options(providers_for(providers, arguments).values())
    return normalize(arguments, selecting | {"success_when", "failure_when"})


def _open_journal(path: str, unjournaled: frozenset[str]) -> Journal:
    """Open the journal of a wait. Many waits keep none, and its code takes time to import."""
    from .._output.journal import Journal  # noqa: PLC0415

    return Journal(path, unjournaled)


def unjournaled_options(spec: Spec) -> frozenset[str]:
    """Return the options that a journal must not hold."""
    return secret_names(spec) | secret_containers(spec) | {"username", "domain_name"}


def policy_of(options: Options) -> Policy:
    """Return the policy that a wait and the event source have in common."""
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


def _policy(options: Options, number_of_tasks: int, open_ended: bool, check_mode: bool) -> Policy:
    if not options["success_states"]:
        raise OptionError(
            "success_states: the list is empty, so nothing could succeed; leave the option out for [succeeded]"
        )
    policy = policy_of({**options, "timeout": 0.0, "delay": 0.0} if check_mode else options)
    return policy._replace(
        required=_required(options["required"], number_of_tasks, open_ended),
        # The user wants one look at each task, so none is given up because of another.
        fail_fast=options["fail_fast"] and policy.timeout > 0,
        success_states=tuple(options["success_states"]),
    )


def _required(value: str, number_of_tasks: int, open_ended: bool) -> t.Optional[int]:
    if value.strip().lower() == "all":
        return None
    minimum = int(value) if value.strip().isdecimal() else 0
    if minimum < 1:
        raise OptionError(f"required: {value!r} must be all, or a number of tasks, 1 or more")
    if minimum > number_of_tasks and not open_ended:
        there = "there is only 1 task" if number_of_tasks == 1 else f"there are only {number_of_tasks} tasks"
        raise OptionError(f"required: {minimum} tasks cannot succeed, for {there} to wait for; give fewer, or all")
    return minimum


def selectors_of(
    providers: Providers,
    wait_options: Options,
    tasks: t.Optional[list[t.Any]],
    journal: t.Optional[Journal],
    unbounded: bool = False,
) -> tuple[list[Selector], list[str]]:
    """Return the selectors, and notes for the user.

    They come from the option tasks, else from the journal if nothing else selects tasks, else from the other options.
    Unless ``unbounded``, refuse to select all tasks of a service.
    """
    if tasks is not None and wait_options.get("task_ids"):
        raise OptionError("task_ids: give either task_ids or tasks, not both")
    if tasks is not None or (journal and _resumed(providers, wait_options, tasks, journal)):
        return _selectors_of_entries(providers, wait_options, tasks, journal, unbounded)
    provider = provider_of(providers, wait_options.get("provider"), "")
    flat = {name: value for name, value in wait_options.items() if name != "provider"}
    selectors = selectors_of_one(provider, check_entry(providers, provider, flat, ""))
    if not unbounded:
        refuse_unbounded(selectors)
    return selectors, []


def _selectors_of_entries(
    providers: Providers,
    wait_options: Options,
    tasks: t.Optional[list[t.Any]],
    journal: t.Optional[Journal],
    unbounded: bool,
) -> tuple[list[Selector], list[str]]:
    """Return the selectors of entries. A wait for a task or two has no entries, and their code takes time to import."""
    from .entries import LocatedEntry, flatten, selectors_of_entries, skipped_notes  # noqa: PLC0415

    if tasks is None:
        records = journal.read() if journal else ()
        entries = [LocatedEntry(f"journal[{number}]", record) for number, record in enumerate(records)]
        if not entries:
            raise OptionError("journal: the list is empty, there is nothing to wait for; give tasks, too")
        return selectors_of_entries(providers, wait_options, entries, unbounded), []
    left_out: list[str] = []
    entries = flatten(providers, plain(tasks), left_out)
    notes = skipped_notes(left_out, entries)
    return selectors_of_entries(providers, wait_options, entries, unbounded), notes


def _resumed(
    providers: Providers, wait_options: Options, tasks: t.Optional[list[t.Any]], journal: t.Optional[Journal]
) -> bool:
    """Return whether only the journal says what is waited for."""
    if journal is None or tasks is not None:
        return False
    return not set(wait_options) & ({"service", "definition", "task_ids", *FILTERS, *_resources(providers)} - {"limit"})


def _resources(providers: Providers) -> set[str]:
    """Return the options that name a resource whose task is to be found."""
    services = (service for provider in providers.values() for service in provider.services.values())
    return {service.finder.option for service in services if service.finder}


class EventPlan(t.NamedTuple):
    """The plan of the event source, and its own options: ``events``, ``raw`` and ``journal``."""

    plan: Plan
    only_ends: bool
    raw: bool
    journal: t.Optional[str]


def event_plan_of(providers: Providers, arguments: Options) -> EventPlan:
    """Check the options of the event source, and return its plan: queries are followed, and each task is watched by itself."""
    arguments, start_notes = resolve_results(providers, normalize_wait(providers, arguments), False)
    spec = event_spec(providers)
    options = check(spec, arguments)
    wait_options = {
        name: options[name]
        for name in set_by_user(spec, arguments)
        if name not in {*WAIT, *EVENT_SOURCE} or name == "provider"
    }
    selectors, notes = selectors_of(
        providers, {"limit": options["limit"], **wait_options}, options["tasks"], None, unbounded=True
    )
    refuse_unused(providers, scopes_of(selectors), wait_options)
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
        secret=unjournaled_options(spec),
        notes=[*start_notes, *notes],
        history=options["history"] or None,
    )
    return EventPlan(plan, options["events"] == "end", options["raw"], options["journal"])
