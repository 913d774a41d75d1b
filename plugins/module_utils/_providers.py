# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Maps the names of the providers to the providers, and imports each on first use: most waits need only one.

Each import is spelt out, because Ansible ships to other hosts only what it finds in import statements.
"""

from __future__ import annotations

import typing as t

from ._alibaba.options import OPTIONS as ALIBABA_OPTIONS
from ._aws.options import OPTIONS as AWS_OPTIONS
from ._azure.options import OPTIONS as AZURE_OPTIONS
from ._google.options import OPTIONS as GOOGLE_OPTIONS
from ._huawei.options import OPTIONS as HUAWEI_OPTIONS
from ._openstack.options import OPTIONS as OPENSTACK_OPTIONS
from ._options.spec import CONNECTION, secret_names

if t.TYPE_CHECKING:
    from ._service.provider import Provider


def _alibaba() -> Provider:
    from ._alibaba.provider import ALIBABA  # noqa: PLC0415

    return ALIBABA


def _aws() -> Provider:
    from ._aws.provider import AWS  # noqa: PLC0415

    return AWS


def _azure() -> Provider:
    from ._azure.provider import AZURE  # noqa: PLC0415

    return AZURE


def _google() -> Provider:
    from ._google.provider import GOOGLE  # noqa: PLC0415

    return GOOGLE


def _huawei() -> Provider:
    from ._huawei.provider import HUAWEI  # noqa: PLC0415

    return HUAWEI


def _openstack() -> Provider:
    from ._openstack.provider import OPENSTACK  # noqa: PLC0415

    return OPENSTACK


class LazyProviders(t.Mapping[str, "Provider"]):
    """A mapping of providers by name that imports a provider when it is looked up."""

    def __init__(self, providers: t.Mapping[str, t.Callable[[], Provider]]) -> None:
        self._providers = providers

    def __getitem__(self, name: str) -> Provider:
        return self._providers[name]()

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._providers)

    def __len__(self) -> int:
        return len(self._providers)


PROVIDERS: t.Mapping[str, Provider] = LazyProviders(
    {"alibaba": _alibaba, "aws": _aws, "azure": _azure, "google": _google, "huawei": _huawei, "openstack": _openstack}
)

SECRETS: frozenset[str] = secret_names(
    {
        **CONNECTION,
        **ALIBABA_OPTIONS,
        **AWS_OPTIONS,
        **AZURE_OPTIONS,
        **GOOGLE_OPTIONS,
        **HUAWEI_OPTIONS,
        **OPENSTACK_OPTIONS,
    }
)
"""All names of the options, of any provider, whose values must not be shown."""
