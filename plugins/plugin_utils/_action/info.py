# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The action plugin of the info modules: does the work in the process of Ansible if the module would run there anyway."""

from __future__ import annotations

import importlib.util
import sys
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ...module_utils._core.errors import NothingStarted, OptionError
from ...module_utils._options.normalize import normalize_info
from ...module_utils._options.results import resolve_results_of_one
from ...module_utils._options.spec import info_spec
from ...module_utils._options.validate import check, plain

display = Display()


class InfoAction(ActionBase):
    """Reads tasks here, or has the module of the same name read them on a host, in the background or as another user.

    The code that reads is imported only here, because it costs more than all the rest, and sending a module does not need it.
    """

    _supports_check_mode = True
    _supports_async = True

    provider: str

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        if not self._runs_here(variables):
            return self._run_module(variables)
        from .info_in_process import read  # noqa: PLC0415

        return read(self, self._task.args, self.provider, self._task.check_mode)

    def _run_module(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Run the module and return its result. Options are normalized first: the module cannot tell a null id from none."""
        from ...module_utils._providers import PROVIDERS, SECRETS  # noqa: PLC0415

        arguments = plain(self._task.args)
        try:
            provider = PROVIDERS[self.provider]
            normalized, notes = resolve_results_of_one(provider, normalize_info(arguments), self._task.check_mode)
            # The module cannot put every mistake into words.
            check(info_spec(provider), normalized)
        except NothingStarted as exc:
            return {"skipped": True, "changed": False, "msg": str(exc)}
        except OptionError as exc:
            from .in_process import mask_for  # noqa: PLC0415

            return {"failed": True, "changed": False, "msg": mask_for(arguments, SECRETS).line(str(exc))}
        for note in notes:
            display.warning(note)
        result = self._execute_module(module_args=normalized, task_vars=variables, wrap_async=self._task.async_val)
        return t.cast("dict[str, t.Any]", result)

    def _runs_here(self, variables: dict[str, t.Any]) -> bool:
        """Return whether the module would run on this machine, at once, as this user and with this Python."""
        is_local = self._connection.transport == "local" and not self._connection.become
        return is_local and not self._task.async_val and self._is_this_python(variables)

    def _is_this_python(self, variables: dict[str, t.Any]) -> bool:
        """Return whether this Python suits: the host names no other, and it has the libraries.

        If the host names none, Ansible would discover one, but nobody has asked for that one.
        """
        delegated = variables.get("ansible_delegated_vars", {})
        host_variables = delegated.get(self._task.delegate_to, variables) if self._task.delegate_to else variables
        python = str(self._templar.template(host_variables.get("ansible_python_interpreter") or "auto"))
        return (python.startswith("auto") or python == sys.executable) and all(
            importlib.util.find_spec(name) for name in ("jmespath", "requests")
        )
