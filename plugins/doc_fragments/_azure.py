# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of Azure alone, and where its credentials come from."""

    DOCUMENTATION = r"""
options:
  subscription_id:
    description:
      - The subscription of Azure that the tasks are in. The full id of a resource tells it, too.
    type: str
  tenant:
    description:
      - The tenant of Microsoft Entra ID that the application is in, its id or one of its domains.
    type: str
  client_id:
    description:
      - The id of the application of Microsoft Entra ID to log in as. With O(auth_source=msi) it is the client id or the full resource id
        of a user-assigned managed identity.
    type: str
  secret:
    description:
      - The client secret of the application.
    type: str
  x509_certificate_path:
    description:
      - A file in PEM form with the certificate of the application and its private key, instead of O(secret).
    type: path
  thumbprint:
    description:
      - The SHA-1 thumbprint of the certificate, in hexadecimal digits. When it is not given, it is computed from the certificate.
    type: str
  federated_token_file:
    description:
      - A file with a token of an identity provider that the application trusts, instead of O(secret). It is read again for every login.
    type: path
  access_token:
    description:
      - A token for Azure Resource Manager, used as it is. Nothing can renew it, so it must outlive the wait.
    type: str
  auth_source:
    description:
      - Where the credentials of Azure are looked for. When it is not given, E(ANSIBLE_AZURE_AUTH_SOURCE) counts, else it is V(auto).
      - V(auto) is all of them in order, V(env) the environment, V(credential_file) the profile, V(cli) the Azure CLI, and V(msi) the
        managed identity of this machine.
    type: str
    choices:
      - auto
      - cli
      - credential_file
      - env
      - msi
  cloud_environment:
    description:
      - The cloud of Azure, V(AzureCloud), V(AzureChinaCloud) or V(AzureUSGovernment).
      - When it is not given, E(AZURE_CLOUD_ENVIRONMENT) counts, else it is V(AzureCloud).
    type: str
  api_version:
    description:
      - The version of the API of Azure to call, instead of the one that the service has been written for. It is for clouds that lag behind.
    type: str
notes:
  - The credentials of Azure are looked for in this order. First, the options. Second, the environment.
  - In the environment count E(AZURE_TENANT), E(AZURE_CLIENT_ID) and E(AZURE_SECRET), or else E(AZURE_TENANT_ID), E(AZURE_CLIENT_ID) and
    E(AZURE_CLIENT_SECRET).
"""
