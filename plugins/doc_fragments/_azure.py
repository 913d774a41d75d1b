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
      - The subscription of Azure that the tasks are in. The full id of a resource tells it, too, and is refused if this is another one.
      - When it is not given, that of the place that holds the credentials counts, then E(AZURE_SUBSCRIPTION_ID), then the one that is
        set in the Azure CLI if that gives the token.
    type: str
  tenant:
    description:
      - The tenant of Microsoft Entra ID to log in to, its id or one of its domains. O(client_id) must be given with it, except with
        O(auth_source=cli).
    type: str
  client_id:
    description:
      - The id of the application of Microsoft Entra ID to log in as. O(tenant) must be given with it, and one of O(secret),
        O(x509_certificate_path) and O(federated_token_file).
      - With O(auth_source=msi) it is the client id or the full resource id of a user-assigned managed identity. When it is not given
        there, the identity that the system has assigned is used.
    type: str
  secret:
    description:
      - The client secret of the application.
    type: str
  x509_certificate_path:
    description:
      - A file in PEM form with the certificate of the application and its private key of RSA, instead of O(secret). An encrypted key and a file of
        PKCS#12 (C(.pfx)) are refused. The message says how to convert them.
      - The certificate is named by its SHA-256 thumbprint, and the proof is signed by PS256. With O(thumbprint) it is RS256 and SHA-1.
    type: path
  thumbprint:
    description:
      - The SHA-1 thumbprint of the certificate in hexadecimal digits, as the portal shows it. It is not needed, and is refused if it is
        that of another certificate than the one in the file.
    type: str
  federated_token_file:
    description:
      - The path of a file that holds a token of an identity provider that the application trusts, such as Kubernetes, GitHub or GitLab.
        Use it instead of O(secret). Each login reads the file again.
    type: path
  access_token:
    description:
      - For Azure, a token for Azure Resource Manager, used as it is. Nothing can renew it, so it must outlive the wait.
    type: str
  ad_user:
    description:
      - Refused. A login to Azure by user and password is not supported, because Microsoft Entra ID refuses it where it wants a second
        factor. Use an application, a managed identity, or C(az login).
    type: str
  adfs_authority_url:
    description:
      - Refused. AD FS is not supported, use an application of Microsoft Entra ID.
    type: str
  auth_source:
    description:
      - Where the credentials of Azure are looked for. It is V(auto) for all places in the order of the notes, V(env) for the environment,
        V(credential_file) for the profile, V(cli) for the Azure CLI, or V(msi) for the managed identity of this machine.
      - When it is not given, and no options hold credentials, E(ANSIBLE_AZURE_AUTH_SOURCE) counts. Else it is V(auto).
      - Options that would not count with it are refused.
    type: str
    choices:
      - auto
      - cli
      - credential_file
      - env
      - msi
  cloud_environment:
    description:
      - The cloud of Azure, V(AzureCloud), V(AzureChinaCloud) or V(AzureUSGovernment). Credentials are sent to its Microsoft Entra ID alone.
      - When it is not given, that of the profile counts, then E(AZURE_CLOUD_ENVIRONMENT), then the cloud whose authority
        E(AZURE_AUTHORITY_HOST) names. Else it is V(AzureCloud). Azure Stack and other clouds with a metadata URL are not supported.
    type: str
  api_version:
    description:
      - The version of the API of Azure to call, such as V(2023-01-15), for a cloud that does not have the one that a service is called by.
    type: str
notes:
  - Azure uses the first source that has credentials, in the order of C(azure.azcollection); sources are never combined. The order is the options,
    the profile that O(profile) or E(AZURE_PROFILE) names, the environment such as E(AZURE_CLIENT_ID), the profile C(default) of
    C(~/.azure/credentials), the Azure CLI, and the managed identity of this machine. The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable, file and setting.
  - Azure has one endpoint for all regions, so O(region) means nothing to it. Azure has no access keys, so O(access_key) is refused. Tokens are
    renewed before they end.
"""
