# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""A wait as data, and the way to it from what a user wrote: his tasks, results, journal and conditions."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._ask import Ask, Following
from ansible_collections.multicloud.tasks.plugins.module_utils._asks import (
    Providers,
    asks_of_one,
    check,
    check_entry,
    plain,
    refuse_null_ids,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._idle import (
    Scope,
    fitting,
    idle_in,
    refuse_idle,
    scopes_of,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._options import (
    AS_FACTS,
    FILTERS,
    LISTEN,
    WAIT,
    Spec,
    holders_of_secrets,
    listen_spec,
    secret_names,
    spec_for,
    task_spec,
    wait_spec,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._pace import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import Options, Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._task import FACTS, Facts
from ansible_collections.multicloud.tasks.plugins.module_utils._verdict import Condition, Policy

if t.TYPE_CHECKING:
    from ansible_collections.multicloud.tasks.plugins.module_utils._journal import Journal

try:
    import jmespath
except ImportError:  # the modules say so in their own words before anything here runs
    pass

_NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Order(t.NamedTuple):
    """All that a wait is told. ``records`` is what the journal holds, ``secret`` names the options that it must not.

    ``resumed`` is whether the journal alone says what is waited for, so that it is the same wait. ``cancel`` is whether the
    cloud is to be asked to cancel what has not ended at the deadline.
    """

    asks: t.Sequence[Ask]
    policy: Policy
    rate_limit: t.Optional[float] = None
    heartbeat: float = 60.0
    journal: t.Optional[Journal] = None
    records: t.Sequence[Facts] = ()
    check: bool = False
    resumed: bool = False
    cancel: bool = False
    secret: frozenset[str] = frozenset()


def order_of(providers: Providers, given: Options, check_mode: bool) -> Order:
    """All that a wait is told, checked."""
    spec = spec_for(providers, given)
    refuse_odd_tasks(given)
    options = check(spec, given)
    journal = _journal_at(options["journal"]) if options.get("journal") else None
    if journal and not check_mode:
        # Before it is read: what the wait that holds it has yet to write is not to be lost.
        journal.hold()
    own = {name: options[name] for name in _given(spec, given) if name == "provider" or name not in WAIT}
    asks = _asks(providers, own, options["tasks"], journal)
    if not asks:
        raise OptionError(
            "tasks: the list is empty, there is nothing to wait for; skip the step with when: if that is fine"
        )
    refuse_idle(providers, scopes_of(asks), own)
    return Order(
        asks=asks,
        policy=_policy(options, len(asks), any(ask.task_id is None for ask in asks), check_mode),
        rate_limit=options["rate_limit"],
        heartbeat=options["heartbeat"],
        journal=None if check_mode else journal,
        records=journal.read() if journal and journal.exists() else (),
        check=check_mode,
        resumed=_resumed(providers, own, options["tasks"], journal),
        cancel=options["on_timeout"] == "cancel" and not check_mode,
        secret=_secret(wait_spec(providers)) if journal else frozenset(),
    )


def _journal_at(path: str) -> Journal:
    """The journal of a wait. Many keep none, and what keeps it takes time to import."""
    from ansible_collections.multicloud.tasks.plugins.module_utils._journal import Journal  # noqa: PLC0415

    return Journal(path)


def _secret(spec: Spec) -> frozenset[str]:
    """The options that a journal must not hold."""
    return secret_names(spec) | holders_of_secrets(spec) | {"username", "domain_name"}


def without_idle(providers: Providers, given: Options, usual: t.Collection[str]) -> Options:
    """The options, but for those of the ``usual`` ones that nothing asked for takes.

    They are defaults of a play for steps of all kinds. What somebody has given to this step is left for the complaint.
    """
    spec = wait_spec(providers)
    try:
        own = _by_first_name(spec, given)
        scopes = _scopes(providers, own)
        ours = _by_first_name(spec, {name: given.get(name) for name in usual})
        # Where what is asked cannot be seen yet, nothing is idle.
        idle = idle_in(scopes, ours) if scopes else []
    except (OptionError, TypeError, AttributeError, ValueError):
        # Whatever is wrong with it is said by who checks it.
        return given
    names = {alias for name in idle if name in spec for alias in (name, *spec[name].get("aliases", ()))}
    return {name: value for name, value in given.items() if name not in usual or name not in names}


def _scopes(providers: Providers, own: Options) -> list[Scope]:
    """What is asked, by what is written and not yet checked."""
    entries = own.get("tasks")
    if entries is None and own.get("journal") and not (own.get("service") or own.get("definition")):
        return [Scope(provider, None, False) for provider in providers.values()]
    flat = [{}] if entries is None else flatten(providers, plain(entries) if isinstance(entries, list) else [])
    return [scope for entry in flat for scope in _scope(providers, own, entry)]


def _scope(providers: Providers, own: Options, entry: Facts) -> list[Scope]:
    provider = providers.get(str(entry.get("provider") or own.get("provider")))
    if provider is None:
        return []
    defined = entry.get("definition") or (own.get("definition") and not entry.get("service"))
    service = None if defined else provider.services.get(str(entry.get("service") or own.get("service")))
    ids = (entry.get("id"), entry.get("task_id"), entry.get("task_ids"), own.get("task_ids"))
    return [Scope(provider, service, not any(ids))]


def listening_order_of(providers: Providers, given: Options) -> Order:
    """All that the event source is told, checked: what has no id is asked for ever."""
    spec = listen_spec(providers)
    refuse_odd_tasks(given)
    options = check(spec, given)
    own = {name: options[name] for name in _given(spec, given) if name not in {*WAIT, *LISTEN} or name == "provider"}
    asks = _asks(providers, {"limit": options["limit"], **own}, options["tasks"], None)
    if not asks:
        raise OptionError(
            "tasks: the list is empty, so no event could ever come; leave it out to follow a list of tasks"
        )
    refuse_idle(providers, scopes_of(asks), own)
    if options["timeout"] == 0:
        raise OptionError("timeout: it must be more than 0; leave it out to watch each task for as long as it takes")
    return Order(
        asks=[ask if ask.task_id else ask._replace(following=Following()) for ask in asks],
        policy=_listening_policy(options),
        rate_limit=options["rate_limit"],
        heartbeat=math.inf,
        secret=_secret(spec),
    )


def _listening_policy(options: Options) -> Policy:
    _check_intervals(options)
    return Policy(
        timeout=math.inf if options["timeout"] is None else options["timeout"],
        delay=options["delay"],
        pace=Pace(options["interval"], options["min_interval"], options["max_interval"]),
        fail_fast=False,
        success_when=condition("success_when", options["success_when"]),
        failure_when=condition("failure_when", options["failure_when"]),
        not_found_timeout=options["not_found_timeout"],
        unreachable_timeout=options["unreachable_timeout"],
        stall_timeout=options["stall_timeout"],
        grace=options["request_timeout"],
        list_interval=options["list_interval"],
    )


def _check_intervals(options: Options) -> None:
    if options["min_interval"] > options["max_interval"]:
        raise OptionError("min_interval: it must not be more than max_interval")


def _policy(options: Options, asked: int, open_ended: bool, check_mode: bool) -> Policy:
    if not options["success_states"]:
        raise OptionError(
            "success_states: the list is empty, so nothing could succeed; leave the option out for [succeeded]"
        )
    _check_intervals(options)
    return Policy(
        timeout=0.0 if check_mode else options["timeout"],
        delay=0.0 if check_mode else options["delay"],
        pace=Pace(options["interval"], options["min_interval"], options["max_interval"]),
        required=_required(options["required"], asked, open_ended),
        # One look at each is what was asked for, so none of them is given up for another.
        fail_fast=options["fail_fast"] and options["timeout"] > 0 and not check_mode,
        success_states=tuple(options["success_states"]),
        success_when=condition("success_when", options["success_when"]),
        failure_when=condition("failure_when", options["failure_when"]),
        not_found_timeout=options["not_found_timeout"],
        unreachable_timeout=options["unreachable_timeout"],
        stall_timeout=options["stall_timeout"],
        grace=options["request_timeout"],
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


def condition(name: str, expression: t.Optional[str]) -> t.Optional[Condition]:
    """A JMESPath on a task's facts as a function; what is wrong with it is said before any call where it can be seen."""
    if not expression:
        return None
    try:
        compiled = jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {' '.join(str(exc).split())}") from exc
    _refuse_unknown_functions(name, expression, compiled)

    def holds(facts: Facts) -> bool:
        try:
            found = compiled.search(facts)
        except jmespath.exceptions.JMESPathError as exc:
            raise OptionError(f"{name}: {expression!r} does not work on the facts of a task: {exc}") from exc
        # What JMESPath itself calls false; a 0 is something.
        return found is not False and found is not None and found not in ("", [], {})

    return holds


def _refuse_unknown_functions(name: str, expression: str, compiled: t.Any) -> None:
    """A function that does not exist is found only by calling it; types are another matter, for a real task may have them."""
    try:
        compiled.search(dict.fromkeys(FACTS))
    except (jmespath.exceptions.UnknownFunctionError, jmespath.exceptions.ArityError) as exc:
        raise OptionError(f"{name}: {expression!r} is not a JMESPath: {exc}") from exc
    except jmespath.exceptions.JMESPathError:
        return


def _given(spec: Spec, given: Options) -> list[str]:
    """The options that the user has given, by their first names: a default of ours is none of his."""
    return list(_by_first_name(spec, given))


def _by_first_name(spec: Spec, given: Options) -> Facts:
    first = {alias: name for name, about in spec.items() for alias in about.get("aliases", ())}
    return {first.get(name, name): value for name, value in given.items() if value is not None}


def _asks(
    providers: Providers, own: Options, tasks: t.Optional[list[t.Any]], journal: t.Optional[Journal]
) -> list[Ask]:
    if tasks is not None:
        if own.get("task_ids"):
            raise OptionError("task_ids: give either task_ids or tasks, not both")
        return _asks_of_entries(providers, own, flatten(providers, plain(tasks)), "tasks")
    if journal and _resumed(providers, own, tasks, journal):
        return _asks_of_entries(providers, own, journal.read(), "journal")
    provider = _provider(providers, own.get("provider"), "")
    flat = {name: value for name, value in own.items() if name != "provider"}
    return asks_of_one(provider, check_entry(providers, provider, flat, ""))


def _resumed(providers: Providers, own: Options, tasks: t.Optional[list[t.Any]], journal: t.Optional[Journal]) -> bool:
    """Whether nothing but the journal says what is waited for."""
    if journal is None or tasks is not None:
        return False
    return not set(own) & {"service", "definition", "task_ids", *FILTERS, *_resources(providers)}


def _resources(providers: Providers) -> set[str]:
    """The options that name a resource whose task is wanted."""
    services = (service for provider in providers.values() for service in provider.services.values())
    return {service.finder.option for service in services if service.finder}


def _provider(providers: Providers, name: t.Optional[str], where: str) -> Provider:
    if not isinstance(name, str) or not name:
        raise OptionError(f"{where}provider is missing: give one of {', '.join(sorted(providers))}")
    if name not in providers:
        raise OptionError(f"{where}provider: {name!r} is not known; give one of {', '.join(sorted(providers))}")
    return providers[name]


def refuse_odd_tasks(given: Options) -> None:
    """Refuse what is no list of dictionaries, in our own words: core only tells of types."""
    refuse_null_ids(given)
    tasks = given.get("tasks")
    if isinstance(tasks, dict):
        raise OptionError("tasks: it is one dictionary, and not a list; put it into a list, between [ and ]")
    for number, entry in enumerate(tasks if isinstance(tasks, list) else ()):
        # A text may be a dictionary as core understands it.
        if not isinstance(entry, dict) and not (isinstance(entry, str) and ("=" in entry or "{" in entry)):
            raise OptionError(f"tasks[{number}]: {_no_task(entry)}")


def _no_task(entry: t.Any) -> str:
    return (
        f"{entry!r} is not a task; give a dictionary with provider, service and task_id, "
        "or ids alone as task_ids beside provider and service"
    )


def flatten(providers: Providers, entries: t.Sequence[t.Any], where: str = "tasks") -> list[Facts]:
    """Entries, with the results of info modules and of loops over them replaced by the tasks they hold; none is lost."""
    flat: list[Facts] = []
    for number, entry in enumerate(entries):
        place = f"{where}[{number}]"
        if not isinstance(entry, dict):
            raise OptionError(f"{place}: {_no_task(entry)}")
        inner = entry.get("results", entry.get("tasks"))
        flat += [entry] if inner is None else _unpacked(providers, entry, inner, place)
    return flat


def _unpacked(providers: Providers, entry: Facts, inner: t.Any, place: str) -> list[Facts]:
    if not isinstance(inner, list):
        raise OptionError(f"{place}: it looks like a registered result, but holds no list of tasks")
    if not inner and entry.get("failed") is True:
        _refuse_empty(entry, f"{place}: ")
    again = [_asked_again(providers, entry, task_id, place) for task_id in entry.get("missing") or ()]
    return flatten(providers, inner, place) + again


def _asked_again(providers: Providers, entry: Facts, task_id: str, place: str) -> Facts:
    """An id that the cloud did not know when it was registered: it may by now, and is waited for like the others."""
    invocation = entry.get("invocation")
    arguments = invocation.get("module_args") if isinstance(invocation, dict) else None
    first: Facts = next(iter(entry.get("tasks") or ()), {})
    known = {**(arguments or {})}
    for name in ("provider", "service", "region"):
        known[name] = entry.get(name) or first.get(name) or known.get(name)
    # Nor filters, for the id is all that is asked for, nor the placeholder that core puts in the place of a secret.
    dropped = {*FILTERS, "task_ids", "task_id"}
    kept = {name: value for name, value in known.items() if name not in dropped and value not in (None, _NO_LOG)}
    if "service" not in kept:
        raise OptionError(
            f"{place}: its missing id {task_id} has no service; add it to tasks with provider and service"
        )
    return {**fitting(providers, kept.get("provider"), kept["service"], kept), "task_id": task_id}


def _asks_of_entries(providers: Providers, own: Options, entries: t.Sequence[Facts], source: str) -> list[Ask]:
    return [
        ask
        for number, entry in enumerate(entries)
        for ask in _asks_of_entry(providers, own, entry, f"{source}[{number}]: ")
    ]


def _asks_of_entry(providers: Providers, own: Options, entry: Facts, where: str) -> list[Ask]:
    """What an entry asks for. Facts of a task in it are no options: with an id, what they say is found out anew."""
    _refuse_empty(entry, where)
    refuse_null_ids(entry, where)
    provider = _provider(providers, entry.get("provider") or own.get("provider"), where)
    spec = task_spec(provider)
    defaults = {name: value for name, value in own.items() if name in spec}
    if entry.get("id") and str(entry.get("task_id", entry["id"])) != str(entry["id"]):
        raise OptionError(f"{where}id and task_id are the same option, and name two tasks; give one of them")
    entry_options = {name: value for name, value in entry.items() if name != "id" and value is not None}
    if entry.get("id") is not None:
        # One id, whatever is in it: a text would be taken for a list with commas.
        entry_options["task_id"] = [entry["id"]] if isinstance(entry["id"], str) else entry["id"]
    if "task_id" in entry_options or "task_ids" in entry_options:
        entry_options = {name: value for name, value in entry_options.items() if name not in AS_FACTS}
        defaults = {name: value for name, value in defaults.items() if name not in FILTERS}
    merged = {**_fitting(defaults, entry_options), **_besides(provider, entry), **entry_options}
    merged.pop("provider", None)
    asks = asks_of_one(provider, check_entry(providers, provider, merged, where), where)
    refuse_idle(providers, scopes_of(asks), _by_first_name(spec, {**entry_options, **_filters(entry)}), where)
    return [_with_record(ask, entry) for ask in asks]


def _filters(entry: Facts) -> Facts:
    """What an entry has of filters. Where it has facts, or an id as facts have it, those that are names of facts are facts."""
    facts = "id" in entry or any(name in entry for name in AS_FACTS if name not in FILTERS)
    return {name: entry[name] for name in FILTERS if name in entry and not (facts and name in AS_FACTS)}


def _besides(provider: Provider, facts: Facts) -> Facts:
    """What a service takes besides an id, as far as facts of a task in the entry tell it."""
    service = provider.services.get(str(facts.get("service"))) if facts.get("id") else None
    told = {option.name: facts.get(option.fact) for option in service.options if option.required} if service else {}
    return {name: value for name, value in told.items() if value is not None}


def _fitting(defaults: Options, entry: Options) -> Options:
    """The defaults, of a service and its definition only what is about the service of this entry."""
    defined = defaults.get("definition")
    about = defined.get("name") if isinstance(defined, dict) else None
    dropped = set()
    if entry.get("definition") is not None or entry.get("service") is not None:
        dropped.add("service")
    if entry.get("service") not in (None, about) or entry.get("definition") is not None:
        dropped.add("definition")
    return {name: value for name, value in defaults.items() if name not in dropped}


def _refuse_empty(entry: Facts, where: str) -> None:
    """A registered result of a step that was skipped or has failed holds no task; a gate must not pass for that."""
    for word, was in (("skipped", "was skipped"), ("failed", "has failed")):
        if entry.get(word) is True and not entry.get("id"):
            said = " ".join(str(entry.get("msg") or "").split())[:500]
            raise OptionError(
                f"{where}it is the result of a step that {was}, and holds no task to wait for; "
                f"if that is fine, leave it out with reject('{word}')" + (f"; the step said: {said}" if said else "")
            )


def _with_record(ask: Ask, entry: Facts) -> Ask:
    if "outcome" not in entry or not entry.get("observed_at"):
        return ask
    return ask._replace(record=entry)
