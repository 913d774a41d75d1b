# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Name the variables of Azure: those of azure.azcollection, and those of azure-identity and the Azure SDKs."""

from __future__ import annotations

from .._credentials.chain import Chain
from .._credentials.source import AuthMethod, FieldNames

AUTH_SOURCE_NAMES = ("ANSIBLE_AZURE_AUTH_SOURCE",)
SUBSCRIPTION_NAMES = ("AZURE_SUBSCRIPTION_ID",)
CLOUD_NAMES = ("AZURE_CLOUD_ENVIRONMENT",)
AUTHORITY_NAMES = ("AZURE_AUTHORITY_HOST",)
PROFILE_NAMES = ("AZURE_PROFILE",)
CREDENTIALS_FILE = "~/.azure/credentials"
DEFAULT_PROFILE = "default"

SECRET = AuthMethod(marks=("secret",), needs=("client_id", "secret", "tenant"))
CERTIFICATE = AuthMethod(
    marks=("x509_certificate_path", "thumbprint"),
    needs=("client_id", "x509_certificate_path", "tenant"),
    extras=("thumbprint",),
)
FEDERATED = AuthMethod(marks=("federated_token_file",), needs=("client_id", "federated_token_file", "tenant"))
READY = AuthMethod(marks=("access_token",), needs=("access_token",))
METHODS = (READY, SECRET, CERTIFICATE, FEDERATED)

AZCOLLECTION: FieldNames = {
    "tenant": ("AZURE_TENANT",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET",),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH",),
    "thumbprint": ("AZURE_THUMBPRINT",),
    "access_token": ("AZURE_ACCESS_TOKEN",),
}
SDK: FieldNames = {
    "tenant": ("AZURE_TENANT_ID",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_CLIENT_SECRET",),
    "x509_certificate_path": ("AZURE_CLIENT_CERTIFICATE_PATH",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
}
NAMING_SCHEMES: tuple[FieldNames, ...] = (AZCOLLECTION, SDK)

REMEDY = (
    "Set the options tenant, client_id and secret, or AZURE_TENANT, AZURE_CLIENT_ID and AZURE_SECRET in the environment, or run "
    "az login."
)
CHAIN = Chain("Azure", METHODS, NAMING_SCHEMES, REMEDY)
