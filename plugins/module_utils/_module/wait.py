# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Runs the wait as a module, which the action plugin sends to hosts for async and delegate_to."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._core.task import Facts
from .._credentials.host import this_host
from .._options.plan import plan_of
from .._options.select import Providers
from .._options.spec import secret_names, secrets_in, wait_spec
from .._options.validate import plain
from .._output.mask import Mask
from .._run.budget import budgets_of
from .._run.frontend import Frontend
from .._run.runner import wait
from .finish import Record, finish


def run_wait(providers: Providers) -> None:
    """Run wait_for_cloud_task as a module."""
    spec = wait_spec(providers)
    # ansible-core does not recognize secrets inside tasks, which may hold any fact. So it must not log the arguments, ...
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, no_log=True)
    # ... and gets the values to mask in the invocation that it returns.
    module.no_log_values.update(secrets_in(module.params, secret_names(spec)))

    def work(mask: Mask, record: t.Optional[Record]) -> Facts:
        # A default cannot be told from the same value set by the user, but means the same. A null cannot be told from an option
        # that is not set, but the action plugin has refused nulls. Aliases have been resolved.
        arguments = {name: module.params[name] for name in spec if module.params[name] != spec[name].get("default")}
        plan = plan_of(providers, plain(arguments), module.check_mode)
        environ = dict(os.environ)
        budgets = budgets_of(environ)
        return wait(plan, Frontend(this_host(environ), mask, _ignore_line, module.warn, record=record, budgets=budgets))

    finish(module, work)


def _ignore_line(line: str) -> None:
    """Ignore a line: a module cannot show one while it runs."""
