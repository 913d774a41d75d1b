# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The wait as a module: what the action plugin ships with async and delegate_to."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule

from .._core.task import Facts
from .._credentials.host import THIS_MACHINE, read_file
from .._options.plan import plan_of
from .._options.select import Providers
from .._options.spec import secret_names, secrets_in, wait_spec
from .._options.validate import plain
from .._output.mask import Mask
from .._run.frontend import Frontend
from .._run.runner import wait
from .result import finish


def run_wait(providers: Providers) -> None:
    """The whole of wait_for_cloud_task as a module: what the action plugin ships with async and delegate_to."""
    spec = wait_spec(providers)
    # Core knows no secrets inside of tasks, which may hold any fact: so it is not to log the arguments, ...
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, no_log=True)
    # ... and is told what to mask in what it says of the invocation.
    module.no_log_values.update(secrets_in(module.params, secret_names(spec)))

    def work(mask: Mask) -> Facts:
        # Core does not tell a default from the same value given by the user, who then means no more by it, nor null from what is
        # not given: the action plugin has refused that. Aliases have been read.
        given = {name: module.params[name] for name in spec if module.params[name] != spec[name].get("default")}
        plan = plan_of(providers, plain(given), module.check_mode)
        return wait(plan, Frontend(dict(os.environ), read_file, mask, _quiet, module.warn, machine=THIS_MACHINE))

    finish(module, work)


def _quiet(line: str) -> None:
    """A module has no way to show a line while it runs."""
