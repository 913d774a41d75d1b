# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What action plugins do in the process of Ansible as a module would do it: the environment, the secrets, the end."""

from __future__ import annotations

import contextlib
import os
import threading
import typing as t

from ...module_utils._module.result import result_of
from ...module_utils._options.spec import secrets_in
from ...module_utils._output.mask import Mask

try:
    from ansible.module_utils.secrets import register_secret
except ImportError:  # ansible-core before 2.22 masks nothing of an action plugin: the mask below is all there is

    def register_secret(value: str) -> None:
        """Nothing to register with."""


class Action(t.Protocol):
    """An action plugin, as far as it is needed here."""

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any]) -> str:
        """Core's own: it gives the ``environment:`` of the step, as words for a shell and as a dict."""


def masking(arguments: dict[str, t.Any], names: t.Collection[str]) -> Mask:
    """What keeps the values of secret options out of what is said; core is told of them where it wants to know."""
    secrets = list(secrets_in(arguments, names))
    for secret in secrets:
        register_secret(secret)
    return Mask(secrets)


def result_or_exit(work: t.Callable[[], dict[str, t.Any]], mask: Mask) -> dict[str, t.Any]:
    """The result of the work, or the reason why there is none."""
    parent = os.getppid()
    result = result_of(work, mask)
    if os.getppid() != parent:
        # Nobody reads any more what a worker has to tell: to write more than a pipe holds would hang for ever.
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
    """The environment with the ``environment:`` of the step in it, for proxies and credentials alike."""
    before = dict(os.environ)
    own: dict[str, t.Any] = {}
    action._compute_environment_string(own)
    os.environ.update({str(name): str(value) for name, value in own.items()})
    try:
        yield dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)
