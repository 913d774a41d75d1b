# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The event source: the wait in a thread of its own, whose notes become events in the event loop of ansible-rulebook. Edge."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import threading
import traceback
import typing as t

from ...module_utils._api.client import now
from ...module_utils._core.errors import OptionError
from ...module_utils._core.task import Facts
from ...module_utils._credentials.host import THIS_MACHINE, read_file
from ...module_utils._options.plan import Plan, event_plan_of
from ...module_utils._options.spec import event_spec, secret_names, secrets_in
from ...module_utils._options.validate import plain
from ...module_utils._output.journal import Journal
from ...module_utils._output.mask import Mask
from ...module_utils._providers import PROVIDERS
from ...module_utils._run.frontend import Frontend
from ...module_utils._run.runner import wait
from ...module_utils._wait.item import Item
from ...module_utils._wait.policy import Condition
from .events import Book, Note, Reporter, place_of

LOG = logging.getLogger("multicloud.tasks.cloud_task")

# After a defect of ours the source begins anew, so many seconds later: that must not end what else the rulebook does.
ANEW = 60.0
# A large journal is not written for each change; what it lacks is written after so many seconds.
UNWRITTEN = 1.0
# What ansible-rulebook itself adds to the arguments of a source.
NOT_OURS = ("eda_feedback_queue",)


class Queue(t.Protocol):
    """Where ansible-rulebook takes events from; one at a time fits in."""

    async def put(self, item: Facts) -> None:
        """Hand over an event, when the one before was taken."""


class Source:
    """What is listened for, checked, and all that was told so far."""

    def __init__(self, args: t.Mapping[str, t.Any]) -> None:
        given = plain({name: value for name, value in args.items() if name not in NOT_OURS})
        self.mask = Mask(secrets_in(given, secret_names(event_spec(PROVIDERS))))
        self.journal: Journal | None = None
        self._warned = False
        try:
            events = event_plan_of(PROVIDERS, given)
            self._plan = events.plan
            self.book = self._remembered(events.journal)
        except OptionError as exc:
            raise OptionError(self.mask.line(str(exc))) from None
        self.reporter = Reporter(events.only_ends, events.raw, self.mask)
        for selector in self._plan.selectors:
            place = place_of(selector)
            self.reporter.recall(place, self.book.told(place))

    def _remembered(self, path: str | None) -> Book:
        if not path:
            return Book()
        self.journal = Journal(path, self._plan.secret)
        self.journal.hold()
        entries = self.journal.read() if self.journal.exists() else []
        if not all(isinstance(entry.get("told"), dict) for entry in entries):
            raise OptionError(f"journal: {path} is not of an event source, but of a wait; give another path")
        book = Book(entries)
        # One that cannot be written is bad input now, and no more than a warning later.
        self.journal.write(book.entries, force=True)
        return book

    def plan(self) -> Plan:
        """What is to be listened for now, after all that was told."""
        policy = self._plan.policy
        return self._plan._replace(
            selectors=self.book.selectors(self._plan.selectors),
            policy=policy._replace(
                success_when=_forgiving(policy.success_when, self.warn, lambda facts: False),
                failure_when=_forgiving(policy.failure_when, self.warn, lambda facts: bool(facts["terminal"])),
            ),
        )

    def warn(self, line: str) -> None:
        """Log what may be worth a look."""
        LOG.warning("%s", self.mask.line(line))

    def save(self) -> bool:
        """Write down what was told; False where that is to be done again."""
        if self.journal is None:
            return True
        try:
            written = self.journal.write(self.book.entries)
            self._warned = False
            return written
        except OptionError as exc:
            if not self._warned:
                self.warn(f"{exc}; events go on, after a restart some may come twice")
            self._warned = True
            return True

    def close(self) -> None:
        """Write down what was told but was not due yet, and let others have the journal."""
        if self.journal:
            with contextlib.suppress(OptionError):
                self.journal.write(self.book.entries, force=True)
            self.journal.close()


def _forgiving(condition: Condition | None, warn: t.Callable[[str], None], otherwise: Condition) -> Condition | None:
    """A condition that does not end the source where it fails on a task: never is that a success."""
    if condition is None:
        return None

    def holds(facts: Facts) -> bool:
        try:
            return condition(facts)
        except OptionError as exc:
            warn(f"{exc} ({facts['provider']} {facts['service']} {facts['id']})")
            return otherwise(facts)

    return holds


News = list[Note] | BaseException


class Listener:
    """A source at work: its thread, and the inbox to which that brings what it has seen."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.inbox: asyncio.Queue[News] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._world: Frontend | None = None
        self._thread = threading.Thread(target=self._work, name="cloud_task", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Have the thread end, and those that it has begun; none is waited for."""
        self._stopped.set()
        if self._world:
            self._world.stop()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
                return
            except OptionError as exc:
                self._bring(OptionError(self.source.mask.line(str(exc))))
                return
            except Exception:  # noqa: BLE001 - a defect of ours is told, and does not end what else the rulebook does
                trace = self.source.mask.text(traceback.format_exc())
                # Not with exc_info: a trace may hold a secret.
                LOG.critical("internal error, please report it; beginning anew in %.0f s\n%s", ANEW, trace)
                self._stopped.wait(ANEW)

    def _listen(self) -> None:
        """Look until all that was asked for by its id has ended; with a query that is never."""
        plan = self.source.plan()
        if not plan.selectors:
            return
        self._world = Frontend(
            dict(os.environ),
            read_file,
            self.source.mask,
            lambda line: LOG.debug("%s", line),
            self.source.warn,
            machine=THIS_MACHINE,
            on_change=self._report,
            bound=False,
        )
        if self._stopped.is_set():
            return
        wait(plan, self._world)

    def _report(self, items: t.Sequence[Item]) -> None:
        self._bring(self.source.reporter.notes(items))

    def _bring(self, news: News) -> None:
        # The loop may be closed by now: then nobody is left who wants to know.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.inbox.put_nowait, news)


async def listen(queue: Queue, args: t.Mapping[str, t.Any]) -> None:
    """Put an event into the queue for all that is worth one, for ever; an OptionError for arguments that cannot work."""
    _check_libraries()
    source = await asyncio.to_thread(Source, args)
    listener = Listener(source)
    try:
        listener.start()
        await _hand_on(queue, source, listener.inbox)
    finally:
        listener.stop()
        source.close()


async def _hand_on(queue: Queue, source: Source, inbox: asyncio.Queue[News]) -> None:
    """Bring what is in the inbox to the rulebook. An event is written down when it was taken: none is lost by a crash."""
    unwritten = False
    while True:
        news: News = []
        with contextlib.suppress(asyncio.TimeoutError):
            news = await asyncio.wait_for(inbox.get(), UNWRITTEN if unwritten else None)
        if isinstance(news, BaseException):
            raise news
        for note in news:
            if note.line:
                LOG.log(logging.WARNING if note.bad else logging.INFO, "%s", note.line)
            if note.event is not None:
                await queue.put(note.event)
            unwritten = source.book.take(note, now()) or unwritten
            if note.event is not None:
                unwritten = not await asyncio.to_thread(source.save)
        if unwritten:
            unwritten = not await asyncio.to_thread(source.save)


def _check_libraries() -> None:
    for name, package in (("ansible", "ansible-core"), ("jmespath", "jmespath"), ("requests", "requests")):
        if importlib.util.find_spec(name) is None:
            raise OptionError(
                f"the Python package {package} is missing where ansible-rulebook runs: install it there, "
                "or add it to the decision environment"
            )
