# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What earlier waits have seen, as far as it is believed, and what is written down for the next one."""

from __future__ import annotations

import hashlib
import json
import typing as t

from .._core.errors import OptionError
from .._core.task import Facts, Task, task_of
from .._options.plan import Plan
from .._options.spec import ASKED_AS
from .._output.mask import Mask
from .._output.result import bounded, task_facts
from .._service.ids import is_same_task
from .._service.parse import account_in, ids_in
from .._service.recheck import stands
from .._service.selector import Selector
from .._wait.item import Item
from .._wait.policy import outcome_of
from .._wait.watch import Watch
from .targets import asked_of

if t.TYPE_CHECKING:
    from .._output.journal import Journal

# Where a task is asked for, and as whom.
_WHOSE = (
    *("provider", "service", "region", "endpoint", "profile", "ram_role_arn", "ecs_role_name"),
    *("agency_name", "agency_domain_name", "agency_domain_id", "project_id", "instance_id", "cluster_id"),
    *("id", ASKED_AS),
)
# A task that has ended is always judged; were it not, it must not count as a success.
_NOT_JUDGED = ("failed", "an earlier wait saw it end", False)


def resume(watch: Watch, plan: Plan) -> None:
    """Go on from what earlier waits have seen. An end is final: what has ended is not asked for again."""
    journalled = {_identity(record): record for record in plan.records}
    disputed = _disputed(plan.records)
    for item in list(watch.items):
        selector, identity = asked_of(item.target).selector, _identity_of(item)
        record = record_about(selector, journalled.get(identity), plan.resumed, identity[-1])
        item.task = None if identity in disputed else _believed(record, selector, plan)
        item.cancel = _asked_before(record or _lean_record(selector))
        if item.task and item.task.terminal:
            watch.finish(item, *(outcome_of(plan.policy, item.task) or _NOT_JUDGED))


def _disputed(records: t.Iterable[Facts]) -> set[tuple[str, ...]]:
    """Return the identities of which records differ in state: no record tells which of them is right."""
    states: dict[tuple[str, ...], t.Any] = {}
    return {
        identity
        for identity, state in ((_identity(record), record.get("state")) for record in records)
        if states.setdefault(identity, state) != state
    }


def record_about(
    selector: Selector, journalled: t.Optional[Facts], resumed: bool, asked_as: str = ""
) -> t.Optional[Facts]:
    """What an earlier wait has seen of a task: by the facts that are handed over, or else by the journal.

    In a wait that is ``resumed``, the journal has handed over the facts. A record that names its account is believed only if
    this wait asks as the same one: ``asked_as``. A record that a wait has written always names it.
    """
    records = [(record, written) for record, written in ((selector.record, resumed), (journalled, True)) if record]
    own = (pair for pair in records if pair[0].get(ASKED_AS, None if pair[1] else asked_as) == asked_as)
    return next((record for record, written in own if _is_about(record, selector, written)), None)


def _believed(record: t.Optional[Facts], selector: Selector, plan: Plan) -> t.Optional[Task]:
    """The task as an earlier wait has seen it; None if that is not of what is waited for now.

    A resource may have ended another operation since. Nor is an end believed that the facts themselves speak against.
    """
    task = task_of(record) if record and _is_defined_alike(record, selector) else None
    if not (task and task.terminal):
        return task
    # How it was seen is not written down, and a condition is not judged by what a list may have left out.
    half_seen = plan.policy.has_conditions and not selector.service.all_reads_tell_all
    is_of_now = plan.resumed or not selector.service.lasting
    return task if not half_seen and is_of_now and stands(selector.service, task) else None


def _lean_record(selector: Selector) -> t.Optional[Facts]:
    """The facts that a result without ``raw`` has handed over. No end is believed by them, but that was asked for once."""
    record = selector.record
    return record if record and record.get("raw") is None else None


def _asked_before(record: t.Optional[Facts]) -> t.Optional[Facts]:
    """What an earlier wait has asked the cloud to do: it is not asked a second time."""
    cancel = record.get("cancel") if record else None
    return cancel if isinstance(cancel, dict) and cancel.get("asked") is True else None


def _is_defined_alike(record: Facts, selector: Selector) -> bool:
    """Whether what was seen was judged by the same definition, if by any: another may be of another API, or call it a failure."""
    before, now = (
        json.dumps(definition, sort_keys=True, default=str)
        for definition in (record.get("definition"), selector.definition)
    )
    return before == now


def _is_about(record: Facts, selector: Selector, written: bool) -> bool:
    """Whether a record is about the task that is asked for, by the id in the answer: facts may have been given another.

    If the API tells no id, only a record is believed that a wait has ``written``, and that nobody had in hand since.
    """
    if not selector.task_id or "id" not in selector.service.facts:
        return written
    raw = record.get("raw")
    ids = ids_in(selector.service, raw) if isinstance(raw, dict) else set()
    if isinstance(raw, dict) and selector.account and account_in(selector.service, raw) != selector.account:
        return False
    return bool(ids) and all(is_same_task(selector.service, each, selector.task_id) for each in ids)


def _identity(record: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """What shows of which task a record is: where and as whom it is asked for, and its id."""
    return tuple(str(record.get(name)) for name in _WHOSE)


def _identity_of(item: Item) -> tuple[str, ...]:
    selector, target = asked_of(item.target).selector, item.target
    about = {"provider": target.provider, "service": target.service, "region": target.region, "id": target.task_id}
    return _identity(selector.named({**selector.options, **selector.values, **about, ASKED_AS: _asked_as(item)}))


def _asked_as(item: Item) -> str:
    """Return a hash of what names the account that is asked, without its secrets. Two accounts may use the same ids."""
    names = asked_of(item.target).client.credentials.identity()
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]


# For the next wait


def records_of(items: t.Iterable[Item], secret: t.Collection[str], mask: Mask) -> list[Facts]:
    """Tasks as entries of the option ``tasks``: how to ask for each again, and what is known of it."""
    return [bounded(mask.values(_record_of(item, secret))) for item in items]


def _record_of(item: Item, secret: t.Collection[str]) -> Facts:
    selector = asked_of(item.target).selector
    options = {**selector.options, **selector.values, "definition": selector.definition}
    kept = {name: value for name, value in options.items() if value is not None and name not in secret}
    if item.target.task_id is not None:
        return {**kept, **selector.named(task_facts(item)), ASKED_AS: _asked_as(item)}
    about = {"provider": selector.provider.name, "service": selector.service.name}
    return {**kept, **selector.filters.as_options(), **about}


class JournalWriter:
    """Writes the journal of a wait, if it has one; ``pending`` is whether something is still to be written.

    If the first write fails, nothing is waited for. Later on, the wait is worth more than its journal.
    """

    def __init__(
        self,
        journal: t.Optional[Journal],
        records: t.Callable[[], list[Facts]],
        warn: t.Callable[[str], None],
    ) -> None:
        self._journal = journal
        self._records = records
        self._warn = warn
        self._written = self._warned = False
        self.pending = False

    def write(self, force: bool) -> None:
        """Write down what is known."""
        if not self._journal:
            return
        try:
            self.pending = not self._journal.write(self._records, force)
            self._written = True
            self._warned = self._warned and self.pending
        except OptionError as exc:
            if not self._written:
                raise
            if not self._warned:
                self._warn(f"{exc}; the wait continues, but a new run would not know the latest changes")
            self.pending = self._warned = True
