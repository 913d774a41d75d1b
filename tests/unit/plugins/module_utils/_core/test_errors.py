# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between us and a cloud, as data: which of it will not pass."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core import errors
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError


def kinds_of(kind: type[CloudError]) -> t.Iterator[type[CloudError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds_of(each)


# After so many tries in a row that will not pass, one has not.
GIVEN_UP: dict[type[CloudError], int] = {
    errors.Untrusted: 1,
    errors.UnknownHost: 3,
    errors.WrongProtocol: 2,
    errors.Redirected: 2,
    errors.ProxyRefused: 2,
    errors.ProxyPasswordRefused: 1,
}


@pytest.mark.parametrize("kind", [kind for kind in kinds_of(CloudError) if kind.__module__ == errors.__name__])
def test_what_is_permanent_is_given_up_by_the_name_that_who_waits_knows(kind: type[CloudError]) -> None:
    assert kind("x").give_up_after == GIVEN_UP.get(kind)
    # A value under any other name would be one that nobody reads.
    assert {name for name in vars(kind) if not name.startswith("__")} <= set(vars(CloudError))
