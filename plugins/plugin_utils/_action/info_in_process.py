# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Does the work of an info module in the process of Ansible."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible.utils.display import Display

from ...module_utils._module.finish import Calls
from ...module_utils._module.info import checked_params, info
from ...module_utils._options.validate import plain
from ...module_utils._output.mask import Mask
from ...module_utils._providers import PROVIDERS, SECRETS
from .in_process import Action, bound, environment, mask_for, result_or_exit

display = Display()


def read(action: Action, task_args: t.Mapping[str, t.Any], provider_name: str, check_mode: bool) -> dict[str, t.Any]:
    """Return what the module would return for these arguments of the step."""
    arguments, provider = plain(task_args), PROVIDERS[provider_name]
    mask, calls = mask_for(arguments, SECRETS), Calls(display.verbosity)

    def work() -> dict[str, t.Any]:
        params = checked_params(provider, arguments)
        with environment(action), bound():
            warn = partial(_warn, mask)
            return info(provider, params, mask, warn, check_mode, calls.record)

    # A result of another step is not told again: it may hold secrets under names of its own.
    told = {name: value for name, value in arguments.items() if name != "started_by"}
    result = calls.added_to(result_or_exit(work, mask), mask)
    return {**result, "invocation": {"module_args": mask.data(told)}}


def _warn(mask: Mask, text: str) -> None:
    display.warning(mask.line(text))
