# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Runs the event source: a wait in a thread of its own, whose updates become events in the loop of ansible-rulebook.

Contract: an event is delivered at least once, and recorded only after it was delivered. Bad arguments raise an OptionError before
any call is made. A defect of ours is logged, and the source starts again. No secret is logged or delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import sys
import threading
import traceback
import typing as t

from ...module_utils._core.errors import OptionError
from ...module_utils._core.task import Facts
from ...module_utils._credentials.host import now, this_host
from ...module_utils._options.plan import Plan, event_plan_of
from ...module_utils._options.spec import event_spec, secret_names, secrets_in
from ...module_utils._options.validate import plain
from ...module_utils._output.journal import Journal
from ...module_utils._output.mask import Mask
from ...module_utils._providers import PROVIDERS
from ...module_utils._run.budget import budgets_of
from ...module_utils._run.frontend import Frontend
from ...module_utils._run.runner import wait
from ...module_utils._wait.item import Item
from ...module_utils._wait.policy import Condition
from .events import Checkpoint, Reporter, Update, place_of

LOG = logging.getLogger("multicloud.tasks.cloud_task")

# Seconds after which the source starts again after a defect of ours, which must not end the other sources of the rulebook.
RESTART_DELAY = 60.0
# Seconds after which a large journal, which is not written for each change, is written again.
SAVE_INTERVAL = 1.0
# What must be there, and the package that it is in.
PACKAGES = {"ansible": "ansible-core", "jmespath": "jmespath", "requests": "requests"}
# The arguments that ansible-rulebook adds by itself.
RULEBOOK_ARGUMENTS = ("eda_feedback_queue",)


class Queue(t.Protocol):
    """The queue from which ansible-rulebook takes events; it holds one at a time."""

    async def put(self, item: Facts) -> None:
        """Put an event, once the one before was taken."""


class Source:
    """The checked arguments of a source, and the record of what it has delivered."""

    def __init__(self, args: t.Mapping[str, t.Any]) -> None:
        arguments = plain({name: value for name, value in args.items() if name not in RULEBOOK_ARGUMENTS})
        self.mask = Mask(secrets_in(arguments, secret_names(event_spec(PROVIDERS))))
        self.journal: Journal | None = None
        self._warned = False
        try:
            events = event_plan_of(PROVIDERS, arguments)
            self._plan = events.plan
            self.checkpoint = self._open_checkpoint(events.journal)
        except OptionError as exc:
            raise OptionError(self.mask.line(str(exc))) from None
        self.reporter = Reporter(events.only_ends, events.raw, self.mask)
        for selector in self._plan.selectors:
            place = place_of(selector)
            self.reporter.recall(place, self.checkpoint.statuses(place))

    def _open_checkpoint(self, path: str | None) -> Checkpoint:
        if not path:
            return Checkpoint()
        self.journal = Journal(path, self._plan.secret)
        self.journal.hold()
        entries = self.journal.read() if self.journal.exists() else []
        if not all(isinstance(entry.get("told"), dict) for entry in entries):
            raise OptionError(f"journal: {path} is not of an event source, but of a wait; give another path")
        checkpoint = Checkpoint(entries)
        # A journal that cannot be written is bad input now, but later only a warning.
        self.journal.write(checkpoint.entries, force=True)
        return checkpoint

    def plan(self) -> Plan:
        """Return the plan for now: what is left to follow after all that was delivered."""
        policy = self._plan.policy
        return self._plan._replace(
            selectors=self.checkpoint.selectors(self._plan.selectors),
            policy=policy._replace(
                success_when=_with_fallback(policy.success_when, self.warn, lambda facts: False),
                failure_when=_with_fallback(policy.failure_when, self.warn, lambda facts: bool(facts["terminal"])),
            ),
        )

    def warn(self, line: str) -> None:
        """Log a warning, masked."""
        LOG.warning("%s", self.mask.line(line))

    def save(self) -> bool:
        """Write the journal; return False if it must be written again later."""
        if self.journal is None:
            return True
        try:
            written = self.journal.write(self.checkpoint.entries)
            self._warned = False
            return written
        except OptionError as exc:
            if not self._warned:
                self.warn(f"{exc}; events continue, but some may be sent again after a restart")
            self._warned = True
            return True

    def close(self) -> None:
        """Write what was not due yet, and release the journal."""
        if self.journal:
            with contextlib.suppress(OptionError):
                self.journal.write(self.checkpoint.entries, force=True)
            self.journal.close()


def _with_fallback(condition: Condition | None, warn: t.Callable[[str], None], fallback: Condition) -> Condition | None:
    """Wrap a condition so that an error on one task does not end the source. The fallback must not make the task a success."""
    if condition is None:
        return None

    def holds(facts: Facts) -> bool:
        try:
            return condition(facts)
        except OptionError as exc:
            warn(f"{exc} ({facts['provider']} {facts['service']} {facts['id']})")
            return fallback(facts)

    return holds


Message = list[Update] | BaseException


class Listener:
    """A source at work: its thread, and the inbox to which the thread sends what it has seen."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._frontend: Frontend | None = None
        self._thread = threading.Thread(target=self._run, name="cloud_task", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Let the thread and its workers end, without waiting for them."""
        self._stopped.set()
        if self._frontend:
            self._frontend.stop()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
                return
            except OptionError as exc:
                self._send(OptionError(self.source.mask.line(str(exc))))
                return
            except Exception:  # noqa: BLE001 - a defect of ours is logged, and does not end the other sources of the rulebook
                trace = self.source.mask.text(traceback.format_exc())
                # Not with exc_info, because a traceback may hold a secret.
                LOG.critical("internal error, please report it; beginning anew in %.0f s\n%s", RESTART_DELAY, trace)
                self._stopped.wait(RESTART_DELAY)

    def _listen(self) -> None:
        """Wait until all tasks that were given by id have ended; with a query, for ever."""
        plan = self.source.plan()
        if not plan.selectors:
            return
        environ = dict(os.environ)
        self._frontend = Frontend(
            this_host(environ),
            self.source.mask,
            lambda line: LOG.debug("%s", line),
            self.source.warn,
            on_change=self._report,
            bound=False,
            record=self._log_call if LOG.isEnabledFor(logging.DEBUG) else None,
            budgets=budgets_of(environ),
        )
        if self._stopped.is_set():
            return
        wait(plan, self._frontend)

    def _log_call(self, call: Facts) -> None:
        from ...module_utils._api.trace import line_of  # noqa: PLC0415

        LOG.debug("%s", self.source.mask.line(line_of(call)))

    def _report(self, items: t.Sequence[Item]) -> None:
        self._send(self.source.reporter.updates(items))

    def _send(self, message: Message) -> None:
        # If the loop is closed already, nobody needs the message.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.inbox.put_nowait, message)


async def listen(queue: Queue, args: t.Mapping[str, t.Any]) -> None:
    """Put an event into the queue for each change, for ever; raise an OptionError for arguments that cannot work."""
    _check_libraries()
    source = await asyncio.to_thread(Source, args)
    listener = Listener(source)
    try:
        listener.start()
        await _deliver(queue, source, listener.inbox)
    finally:
        listener.stop()
        source.close()


async def _deliver(queue: Queue, source: Source, inbox: asyncio.Queue[Message]) -> None:
    """Deliver the messages of the inbox. An event is recorded only after the queue took it, so that a crash loses none."""
    unsaved = False
    while True:
        message: Message = []
        with contextlib.suppress(asyncio.TimeoutError):
            message = await asyncio.wait_for(inbox.get(), SAVE_INTERVAL if unsaved else None)
        if isinstance(message, BaseException):
            raise message
        for update in message:
            if update.line:
                LOG.log(logging.WARNING if update.bad else logging.INFO, "%s", update.line)
            if update.event is not None:
                await queue.put(update.event)
            unsaved = source.checkpoint.record(update, now()) or unsaved
            if update.event is not None:
                unsaved = not await asyncio.to_thread(source.save)
        if unsaved:
            unsaved = not await asyncio.to_thread(source.save)


def _check_libraries() -> None:
    missing = [package for name, package in PACKAGES.items() if importlib.util.find_spec(name) is None]
    if missing:
        raise OptionError(
            f"the Python packages {' and '.join(missing)} are missing where ansible-rulebook runs; add them to the decision "
            f"environment, or install them there: {sys.executable} -m pip install {' '.join(missing)}"
        )
