# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The providers that a wait knows, each imported when it is asked for: most waits are about one, and each takes time to import.

They are named one by one, for Ansible ships to other hosts only what is imported by name.
"""

from __future__ import annotations

import typing as t

from ._alibaba.options import OPTIONS as OF_ALIBABA
from ._huawei.options import OPTIONS as OF_HUAWEI
from ._openstack.options import OPTIONS as OF_OPENSTACK
from ._options.spec import CONNECTION, secret_names

if t.TYPE_CHECKING:
    from ._service.provider import Provider


def _alibaba() -> Provider:
    from ._alibaba.provider import ALIBABA  # noqa: PLC0415

    return ALIBABA


def _huawei() -> Provider:
    from ._huawei.provider import HUAWEI  # noqa: PLC0415

    return HUAWEI


def _openstack() -> Provider:
    from ._openstack.provider import OPENSTACK  # noqa: PLC0415

    return OPENSTACK


class Catalogue(t.Mapping[str, "Provider"]):
    """Providers by name; what one is is found out when it is asked for."""

    def __init__(self, providers: t.Mapping[str, t.Callable[[], Provider]]) -> None:
        self._providers = providers

    def __getitem__(self, name: str) -> Provider:
        return self._providers[name]()

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)


PROVIDERS: t.Mapping[str, Provider] = Catalogue({"alibaba": _alibaba, "huawei": _huawei, "openstack": _openstack})

SECRETS: frozenset[str] = secret_names({**CONNECTION, **OF_ALIBABA, **OF_HUAWEI, **OF_OPENSTACK})
"""The options of all of them whose values must not be shown, under all of their names."""
