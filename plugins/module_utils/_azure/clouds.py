# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the clouds of Azure, with the hosts of Azure Resource Manager and of Microsoft Entra ID. Data from azure-core."""

from __future__ import annotations

import typing as t


class Cloud(t.NamedTuple):
    """A cloud of Azure. ``host`` is that of Azure Resource Manager, and tokens are for ``audience``.

    ``authority`` is the host of Microsoft Entra ID. ``name`` is the word of the Ansible collection and of the Azure CLI.
    """

    name: str
    host: str
    audience: str
    authority: str

    @property
    def scope(self) -> str:
        """Return what a token is requested for by the OAuth 2.0 endpoint of version 2."""
        return f"{self.audience}/.default"


PUBLIC = Cloud("AzureCloud", "management.azure.com", "https://management.azure.com", "login.microsoftonline.com")
CHINA = Cloud(
    "AzureChinaCloud",
    "management.chinacloudapi.cn",
    "https://management.chinacloudapi.cn",
    "login.chinacloudapi.cn",
)
# Its tokens are for another host than the one that is called.
US_GOVERNMENT = Cloud(
    "AzureUSGovernment",
    "management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net",
    "login.microsoftonline.us",
)
CLOUDS: t.Mapping[str, Cloud] = {cloud.name: cloud for cloud in (PUBLIC, CHINA, US_GOVERNMENT)}
"""The clouds by their names."""
