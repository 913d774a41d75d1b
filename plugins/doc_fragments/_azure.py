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
      - A file with a token of an identity provider that the application trusts, such as Kubernetes, GitHub or GitLab, instead of
        O(secret). It is read again for every login.
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
  - The credentials of Azure are looked for in this order, which is that of C(azure.azcollection). First, the options. Second, the profile that
    O(profile) or E(AZURE_PROFILE) names. Third, the environment. Fourth, the profile C(default). Fifth, the account that is signed in to the
    Azure CLI. Sixth, the managed identity of this machine, which C(azure.azcollection) uses only with O(auth_source=msi).
  - In the environment count E(AZURE_TENANT) and E(AZURE_CLIENT_ID) with E(AZURE_SECRET), or with E(AZURE_X509_CERTIFICATE_PATH) and
    E(AZURE_THUMBPRINT). Or the names of the SDK, E(AZURE_TENANT_ID) and E(AZURE_CLIENT_ID) with E(AZURE_CLIENT_SECRET), with
    E(AZURE_CLIENT_CERTIFICATE_PATH), or with E(AZURE_FEDERATED_TOKEN_FILE) as a pod with workload identity has it. Names of both kinds are
    never mixed. E(AZURE_ACCESS_TOKEN) is a token that is used as it is. E(AZURE_CLIENT_SEND_CERTIFICATE_CHAIN) set to V(true) sends the
    certificates of the file, too, for an application that trusts a subject and an issuer.
  - E(AZURE_AD_USER), E(AZURE_USERNAME), E(AZURE_PASSWORD) and E(AZURE_ADFS_AUTHORITY_URL) are refused, as are the options of the same meaning.
  - A profile of Azure is a section of C(~/.azure/credentials) with C(tenant), C(client_id), C(secret) or C(x509_certificate_path) and
    C(thumbprint), C(subscription_id) and C(cloud_environment).
  - The Azure CLI is asked by C(az account get-access-token) for the tenant O(tenant), else for the subscription.
  - The managed identity is that of App Service, Functions and Container Apps where E(IDENTITY_ENDPOINT) and E(IDENTITY_HEADER) are set, of
    Azure Arc where E(IDENTITY_ENDPOINT) and E(IMDS_ENDPOINT) are, and else that of the virtual machine, from its metadata service or from
    E(AZURE_POD_IDENTITY_AUTHORITY_HOST). These are asked on this machine or at a link-local address only. Those of Service Fabric
    (E(IDENTITY_SERVER_THUMBPRINT)), and of Cloud Shell and Azure Machine Learning (E(MSI_ENDPOINT), E(MSI_SECRET)), are not supported.
  - The agent of Azure Arc has a secret in a file below C(/var/opt/azcmagent/tokens), which it takes the group C(himds) to read.
  - Tokens of Azure are asked for again before they end. They are sent to the Azure Resource Manager of the cloud, or to O(endpoint).
  - Azure has one endpoint for all regions, so O(region) means nothing to it. Azure has no access keys, so O(access_key) is refused.
"""
