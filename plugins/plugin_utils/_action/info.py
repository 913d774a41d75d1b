# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The action plugins of the info modules: where a module would run right here, its work is done in the process of Ansible."""

from __future__ import annotations

import importlib.util
import sys
import typing as t

from ansible.plugins.action import ActionBase

from ...module_utils._core.errors import OptionError
from ...module_utils._options.normalize import normalize_info
from ...module_utils._options.spec import info_spec
from ...module_utils._options.validate import check, plain


class InfoAction(ActionBase):
    """Reads tasks here, or has the module of the same name do so on the host, in the background or as another user.

    What the work takes is imported only here: it costs more than all the rest, and who sends a module needs none of it.
    """

    _supports_check_mode = True
    _supports_async = True

    provider: str

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        if not self._is_here(variables):
            return self._sent(variables)
        from .info_in_process import read  # noqa: PLC0415

        return read(self, self._task.args, self.provider)

    def _sent(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """What the module returns. It could not tell an id that is null from none, and core would cut texts of lists."""
        from ...module_utils._providers import PROVIDERS, SECRETS  # noqa: PLC0415

        arguments = plain(self._task.args)
        try:
            read = normalize_info(arguments)
            # What is wrong may be more than the module of core can say in words.
            check(info_spec(PROVIDERS[self.provider]), read)
        except OptionError as exc:
            from .in_process import masking  # noqa: PLC0415

            return {"failed": True, "changed": False, "msg": masking(arguments, SECRETS).line(str(exc))}
        sent = self._execute_module(module_args=read, task_vars=variables, wrap_async=self._task.async_val)
        return t.cast("dict[str, t.Any]", sent)

    def _is_here(self, variables: dict[str, t.Any]) -> bool:
        """Whether a module would run on this machine, at once, as this user and with this Python."""
        beside = self._connection.transport == "local" and not self._connection.become
        return beside and not self._task.async_val and self._is_this_python(variables)

    def _is_this_python(self, variables: dict[str, t.Any]) -> bool:
        """Whether the host names no other Python, and this one has what it takes.

        Which one Ansible finds where the host names none is nobody's wish.
        """
        delegated = variables.get("ansible_delegated_vars", {})
        own = delegated.get(self._task.delegate_to, variables) if self._task.delegate_to else variables
        python = str(self._templar.template(own.get("ansible_python_interpreter") or "auto"))
        return (python.startswith("auto") or python == sys.executable) and all(
            importlib.util.find_spec(name) for name in ("jmespath", "requests")
        )
