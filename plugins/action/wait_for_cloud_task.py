# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait on the controller, in process, with live lines; see the module of the same name for its documentation."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import typing as t
from functools import partial

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._core.errors import OptionError
from ..module_utils._credentials.host import THIS_MACHINE, read_file
from ..module_utils._options.plan import normalize_wait, plan_of
from ..module_utils._options.spec import wait_spec_for
from ..module_utils._options.validate import check, plain
from ..module_utils._providers import PROVIDERS, SECRETS
from ..module_utils._run.frontend import Frontend
from ..module_utils._run.runner import wait
from ..plugin_utils._action.async_timeout import cut
from ..plugin_utils._action.in_process import environment, masking, result_or_exit
from ..plugin_utils._action.live_output import is_for_people, show_lines_at_once
from ..plugin_utils._action.play_defaults import play_defaults

display = Display()
# Core imports this file once, in the main process, before it forks the workers that wait. There it does not flush what
# workers have it show: through a pipe, as CI jobs run it, the lines of an hour would come at once.
show_lines_at_once()
# And after Ctrl-C it shows nothing any more, while the stderr of workers leads nowhere: this is the one from before the fork.
STDERR = os.dup(2)


class ActionModule(ActionBase):
    """Waits here, or sends the module of the same name to another host or into the background."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        defaults = self._usual()
        if defaults:
            # Those that are about other services and clouds than those of this step are no mistake of it.
            from ..plugin_utils._action.unused_defaults import without_unused  # noqa: PLC0415

            self._task.args = dict(without_unused(PROVIDERS, self._task.args, defaults))
        if self._task.async_val or self._is_elsewhere():
            return self._shipped(variables, defaults)
        return self._here(variables)

    def _is_elsewhere(self) -> bool:
        """Whether the wait is to run on another host; the controller is never one."""
        return bool(self._task.delegate_to) and self._task.delegate_to not in C.LOCALHOST

    def _usual(self) -> frozenset[str]:
        """The arguments that are defaults of the play."""
        name, template = "multicloud.tasks.wait_for_cloud_task", self._templar.template
        return play_defaults(self._task.module_defaults or (), name, self._task.args, template)

    def _shipped(self, variables: dict[str, t.Any], defaults: frozenset[str]) -> dict[str, t.Any]:
        arguments = plain(self._task.args)
        try:
            # A module cannot tell an option that is null from one that is not given, and core would cut texts of lists.
            read = normalize_wait(PROVIDERS, arguments)
            # Nor can it say in words whatever may be wrong with one.
            check(wait_spec_for(PROVIDERS, read), read)
        except OptionError as exc:
            return {"failed": True, "changed": False, "msg": masking(arguments, SECRETS).line(str(exc))}
        result = self._execute_module(
            module_name="multicloud.tasks.wait_for_cloud_task",
            module_args={**read, **self._in_time(defaults)},
            task_vars=variables,
            wrap_async=self._task.async_val,
        )
        return t.cast("dict[str, t.Any]", result)

    def _in_time(self, defaults: frozenset[str]) -> dict[str, t.Any]:
        """A timeout within that of the background."""
        most = float(self._task.async_val or 0)
        found = cut(self._task.args, most)
        if found is None:
            return {}
        given, fits = found
        if self._task.args.get("timeout") is not None and "timeout" not in defaults:
            display.warning(
                f"timeout: it is cut from {given:g} to {fits:g} s, for async ends the step after {most:g} s"
            )
        return {"timeout": fits}

    def _here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        arguments = plain(self._task.args)
        mask = masking(arguments, SECRETS)
        host = str(variables.get("inventory_hostname", "localhost"))
        say = self._speaker(arguments, host)
        shout = None if say is _quiet else partial(_shout, host)
        frontend = Frontend({}, read_file, mask, say, display.warning, shout, machine=THIS_MACHINE)

        def work() -> dict[str, t.Any]:
            with environment(self) as environ, _interruptible(frontend.stop):
                frontend.environ = environ
                return wait(plan_of(PROVIDERS, arguments, self._task.check_mode), frontend)

        result = result_or_exit(work, mask)
        # Nor does anybody after Ctrl-C. What was seen is in the journal.
        return {name: value for name, value in result.items() if name != "tasks"} if frontend.stopped else result

    def _speaker(self, arguments: dict[str, t.Any], host: str) -> t.Callable[[str], None]:
        """How lines are shown: with the host, for hosts wait side by side; not with progress: false or under no_log.

        On stdout only if nobody but people read that.
        """
        if self._task.no_log or str(arguments.get("progress", True)).lower() in ("false", "no", "off", "0", "n", "f"):
            return _quiet
        aside = not is_for_people(str(C.DEFAULT_STDOUT_CALLBACK))
        return lambda line: display.display(f"[{host}] {line}", stderr=aside)


def _shout(host: str, line: str) -> None:
    """Show the last line, when core has stopped to listen."""
    with contextlib.suppress(OSError):
        os.write(STDERR, f"[{host}] {line}\n".encode())


def _quiet(line: str) -> None:
    """Show nothing."""


@contextlib.contextmanager
def _interruptible(stop: t.Callable[[], None]) -> t.Iterator[None]:
    """Let Ctrl-C and SIGTERM end the wait in good order: core would end the process before anything is written or said."""

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What a shell has ignored for a command in the background stays ignored.
    signals = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    before = [signal.signal(number, lambda *dummy: stop()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
