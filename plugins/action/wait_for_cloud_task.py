# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait on the controller, in process and with live lines; see the module of the same name for its documentation."""

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

from ..module_utils._core.errors import NothingStarted, OptionError
from ..module_utils._credentials.host import this_host
from ..module_utils._module.finish import VERBOSITY
from ..module_utils._options.plan import normalize_wait, plan_of
from ..module_utils._options.results import resolve_results
from ..module_utils._options.spec import WAIT, option_names, wait_spec_for
from ..module_utils._options.validate import check, plain
from ..module_utils._output.mask import Mask
from ..module_utils._providers import PROVIDERS, SECRETS
from ..module_utils._run.budget import budgets_of
from ..module_utils._run.frontend import Frontend
from ..module_utils._run.runner import wait
from ..plugin_utils._action.async_timeout import fit_timeout
from ..plugin_utils._action.in_process import environment, mask_for, result_or_exit
from ..plugin_utils._action.live_output import is_for_people, show_lines_at_once
from ..plugin_utils._action.play_defaults import play_defaults, without_shadowed

display = Display()
# ansible-core imports this file once, in the main process, before it forks the workers that wait. It does not flush what workers
# have it show: through a pipe, as in CI jobs, the lines of an hour would come at once.
show_lines_at_once()
# After Ctrl-C ansible-core shows nothing more, and the stderr of workers leads nowhere. This is the stderr from before the fork.
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
        defaults = self._play_defaults()
        if defaults:
            # Defaults of the play for other services and clouds are no mistake of this step.
            from ..plugin_utils._action.unused_defaults import without_unused  # noqa: PLC0415

            arguments = without_shadowed(WAIT, self._task.args, defaults)
            self._task.args = dict(without_unused(PROVIDERS, arguments, defaults))
        if self._task.async_val or self._is_remote():
            return self._run_module(variables, defaults)
        return self._run_in_process(variables)

    def _is_remote(self) -> bool:
        """Return whether the wait is to run on another host than the controller."""
        return bool(self._task.delegate_to) and self._task.delegate_to not in C.LOCALHOST

    def _play_defaults(self) -> frozenset[str]:
        """Return the arguments that are defaults of the play."""
        name, template = "multicloud.tasks.wait_for_cloud_task", self._templar.template
        return play_defaults(self._task.module_defaults or (), name, self._task.args, template)

    def _run_module(self, variables: dict[str, t.Any], defaults: frozenset[str]) -> dict[str, t.Any]:
        arguments = plain(self._task.args)
        try:
            # A module cannot tell a null option from one that is not set, and ansible-core would split texts of lists.
            normalized, notes = resolve_results(PROVIDERS, normalize_wait(PROVIDERS, arguments), self._task.check_mode)
            # Nor can it put every mistake into words.
            check(wait_spec_for(PROVIDERS, normalized), normalized)
        except NothingStarted as exc:
            return {"skipped": True, "changed": False, "msg": str(exc)}
        except OptionError as exc:
            return {"failed": True, "changed": False, "msg": mask_for(arguments, SECRETS).line(str(exc))}
        for note in notes:
            display.warning(note)
        result = self._execute_module(
            module_name="multicloud.tasks.wait_for_cloud_task",
            module_args=self._within_async(normalized, defaults),
            task_vars=variables,
            wrap_async=self._task.async_val,
        )
        return t.cast("dict[str, t.Any]", result)

    def _within_async(self, arguments: dict[str, t.Any], defaults: frozenset[str]) -> dict[str, t.Any]:
        """Return the arguments with a timeout that ends before ``async`` does."""
        async_seconds = float(self._task.async_val or 0)
        timeouts = fit_timeout(self._task.args, async_seconds)
        if timeouts is None:
            return arguments
        timeout, fits = timeouts
        names = option_names({"timeout": WAIT["timeout"]})
        if any(self._task.args.get(name) is not None for name in names - defaults):
            display.warning(
                f"timeout: it is cut from {timeout:g} to {fits:g} s, for async ends the step after {async_seconds:g} s"
            )
        return {**{name: value for name, value in arguments.items() if name not in names}, "timeout": fits}

    def _run_in_process(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        arguments = plain(self._task.args)
        mask = mask_for(arguments, SECRETS)
        host = str(variables.get("inventory_hostname", "localhost"))
        show_line = self._line_writer(arguments, host)
        show_last_line = None if show_line is _ignore_line else partial(_write_last_line, host)
        frontend = Frontend(this_host({}), mask, show_line, display.warning, show_last_line)
        frontend.record = self._call_writer(mask, host)

        def work() -> dict[str, t.Any]:
            with environment(self) as environ, _interruptible(frontend.stop):
                frontend.host, frontend.budgets = this_host(environ), budgets_of(environ)
                return wait(plan_of(PROVIDERS, arguments, self._task.check_mode), frontend)

        result = result_or_exit(work, mask)
        # After Ctrl-C nobody reads the tasks either. They are in the journal.
        return {name: value for name, value in result.items() if name != "tasks"} if frontend.stopped else result

    def _call_writer(self, mask: Mask, host: str) -> t.Callable[[dict[str, t.Any]], None] | None:
        """Return the function that shows a call, from -vvv on; else None. Nothing is shown under no_log."""
        if display.verbosity < VERBOSITY or self._task.no_log:
            return None
        from ..module_utils._api.trace import line_of  # noqa: PLC0415

        return lambda call: display.vvv(mask.line(line_of(call)), host=host)

    def _line_writer(self, arguments: dict[str, t.Any], host: str) -> t.Callable[[str], None]:
        """Return the function that shows a line, with the host, because hosts may wait side by side.

        Nothing is shown with progress: false or under no_log. Lines go to stdout only if its callback writes for people.
        """
        if self._task.no_log or str(arguments.get("progress", True)).lower() in ("false", "no", "off", "0", "n", "f"):
            return _ignore_line
        to_stderr = not is_for_people(str(C.DEFAULT_STDOUT_CALLBACK))
        return lambda line: display.display(f"[{host}] {line}", stderr=to_stderr)


def _write_last_line(host: str, line: str) -> None:
    """Show the last line, after ansible-core has stopped to show lines."""
    with contextlib.suppress(OSError):
        os.write(STDERR, f"[{host}] {line}\n".encode())


def _ignore_line(line: str) -> None:
    """Ignore the line."""


@contextlib.contextmanager
def _interruptible(stop: t.Callable[[], None]) -> t.Iterator[None]:
    """Let Ctrl-C and SIGTERM end the wait in good order: ansible-core would end the process before the journal is written."""

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A signal that the shell ignores for a background command stays ignored.
    signals = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    previous = [signal.signal(number, lambda *dummy: stop()) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, previous, strict=True):
            signal.signal(number, handler)
