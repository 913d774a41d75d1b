# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Lets action plugins do a module's work in the process of Ansible: its environment, its secrets and its end.

Contract of this package: a step behaves as its module would. It takes the same options, returns the same result and shows no
secret, and it leaves the process of Ansible as it was.
"""

from __future__ import annotations

import contextlib
import os
import threading
import typing as t

from ...module_utils._module.finish import result_of
from ...module_utils._options.spec import secrets_in
from ...module_utils._output.mask import Mask

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:  # ansible-core before 2.22 masks nothing of an action plugin: only our mask protects secrets

    def register_secret(value: str) -> None:
        """Do nothing: this ansible-core has no register of secrets."""


class Action(t.Protocol):
    """What this file needs of an action plugin."""

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any]) -> str:
        """Write the ``environment:`` of the step into the dictionary; it is a method of ansible-core."""


def mask_for(arguments: dict[str, t.Any], names: t.Collection[str]) -> Mask:
    """Return a mask for the values of the secret options ``names``, and register them with ansible-core if it supports that."""
    secrets = list(secrets_in(arguments, names))
    for secret in secrets:
        register_secret(secret)
    return Mask(secrets)


def result_or_exit(work: t.Callable[[], dict[str, t.Any]], mask: Mask) -> dict[str, t.Any]:
    """Return the result of the work, or the reason why there is none. Exit if the parent process has ended meanwhile."""
    parent = os.getppid()
    result = result_of(work, mask)
    if os.getppid() != parent:
        # Nobody reads the result of this worker any more, so writing more than a pipe holds would hang for ever.
        os._exit(1)
    return result


# In seconds: as often a wait looks whether somebody still wants its result.
LOOKS_AT_PARENT = 0.5


@contextlib.contextmanager
def bound() -> t.Iterator[None]:
    """End this process when the one that wants its result has ended: what it waits for may take minutes."""
    parent, done = os.getppid(), threading.Event()

    def watch() -> None:
        while not done.wait(LOOKS_AT_PARENT):
            if os.getppid() != parent:
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@contextlib.contextmanager
def environment(action: Action) -> t.Iterator[dict[str, str]]:
    """Apply the ``environment:`` of the step for the length of the block, for proxies and credentials; yield the result."""
    before = dict(os.environ)
    step_environment: dict[str, t.Any] = {}
    action._compute_environment_string(step_environment)
    os.environ.update({str(name): str(value) for name, value in step_environment.items()})
    try:
        yield dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)
