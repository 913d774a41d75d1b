# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the variables of Azure: those of azure.azcollection, and those of azure-identity and the Azure SDKs."""

from __future__ import annotations

from .._credentials.chain import Chain
from .._credentials.source import AuthMethod, FieldNames

AUTH_SOURCE = "ANSIBLE_AZURE_AUTH_SOURCE"
PROFILE = "AZURE_PROFILE"
AUTHORITY = "AZURE_AUTHORITY_HOST"
SUBSCRIPTION = "AZURE_SUBSCRIPTION_ID"
CLOUD = "AZURE_CLOUD_ENVIRONMENT"
CREDENTIALS_FILE = "~/.azure/credentials"
DEFAULT_PROFILE = "default"

READY = AuthMethod(marks=("access_token",), needs=("access_token",))
SECRET = AuthMethod(marks=("secret",), needs=("client_id", "secret", "tenant"))
CERTIFICATE = AuthMethod(
    marks=("x509_certificate_path", "thumbprint"),
    needs=("client_id", "x509_certificate_path", "tenant"),
    extras=("send_certificate_chain",),
)
FEDERATED = AuthMethod(marks=("federated_token_file",), needs=("client_id", "federated_token_file", "tenant"))
METHODS = (READY, SECRET, CERTIFICATE, FEDERATED)

AZCOLLECTION: FieldNames = {
    "access_token": ("AZURE_ACCESS_TOKEN",),
    "tenant": ("AZURE_TENANT",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET",),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH",),
    "thumbprint": ("AZURE_THUMBPRINT",),
}
SDK: FieldNames = {
    "tenant": ("AZURE_TENANT_ID",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_CLIENT_SECRET",),
    "x509_certificate_path": ("AZURE_CLIENT_CERTIFICATE_PATH",),
    "send_certificate_chain": ("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
}
NAMING_SCHEMES: tuple[FieldNames, ...] = (AZCOLLECTION, SDK)
PLACES: FieldNames = {"subscription_id": (SUBSCRIPTION,), "cloud_environment": (CLOUD,)}
"""What says where the tasks are. The same names count with either scheme."""

# The variables of managed identities, which the platform sets.
ENDPOINT, ENDPOINT_SECRET, ENDPOINT_THUMBPRINT = "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"
ARC = "IMDS_ENDPOINT"
OLD_ENDPOINT, OLD_ENDPOINT_SECRET = "MSI_ENDPOINT", "MSI_SECRET"
IMDS_HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST"

PASSWORD_NAMES = ("AZURE_AD_USER", "AZURE_USERNAME", "AZURE_PASSWORD")
ADFS = "AZURE_ADFS_AUTHORITY_URL"
OTHER_NAMES = frozenset(
    (
        *(AUTH_SOURCE, PROFILE, AUTHORITY, SUBSCRIPTION, CLOUD, ENDPOINT, ENDPOINT_SECRET, ENDPOINT_THUMBPRINT),
        *(ARC, OLD_ENDPOINT, OLD_ENDPOINT_SECRET, IMDS_HOST, *PASSWORD_NAMES, ADFS),
    )
)
"""The variables that count besides those of the naming schemes."""
REGION_NAMES: tuple[str, ...] = ()

CLI_TITLE = "the Azure CLI"
REMEDY = (
    "Set the options tenant, client_id and secret, or AZURE_TENANT, AZURE_CLIENT_ID and AZURE_SECRET in the environment, or run "
    "az login."
)
CHAIN = Chain("Azure", METHODS, NAMING_SCHEMES, REMEDY)
