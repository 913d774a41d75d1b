# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The work of an info module in the process of Ansible."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ...module_utils._module.info import checked, info
from ...module_utils._options.validate import plain
from ...module_utils._providers import PROVIDERS, SECRETS
from .in_process import Action, bound, environment, masking, result_or_exit

display = Display()


def read(action: Action, given: t.Mapping[str, t.Any], cloud: str) -> dict[str, t.Any]:
    """What the module returns for what is given to the step."""
    arguments, provider = plain(given), PROVIDERS[cloud]
    mask = masking(arguments, SECRETS)

    def work() -> dict[str, t.Any]:
        params = checked(provider, arguments)
        with environment(action), bound():
            return info(provider, params, mask, lambda text: display.warning(mask.line(text)))

    return {**result_or_exit(work, mask), "invocation": {"module_args": mask.data(arguments)}}
