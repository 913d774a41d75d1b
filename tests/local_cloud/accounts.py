# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may call: invented accounts, projects and tokens. Standard library only, the client imports it."""

from __future__ import annotations

import dataclasses
import hashlib
import math

ALIBABA_KEY = "LTAI5tLocalCloudKey00001"
ALIBABA_SECRET = "LocalCloudSecret0123456789abcd"
ALIBABA_STS_KEY = "STS.LocalCloudKey0001"
ALIBABA_STS_SECRET = "LocalCloudStsSecret0123456789abcd"
ALIBABA_STS_TOKEN = "CAISLocalCloudSecurityToken0123456789=="
HUAWEI_KEY = "LOCALCLOUDHUAWEIAK01"
HUAWEI_SECRET = "LocalCloudHuaweiSecretKey0123456789abcdef"
HUAWEI_USER = "gatekeeper"
HUAWEI_PASSWORD = "Pa55-local-cloud"
HUAWEI_DOMAIN = "acme"
AWS_KEY = "AKIALOCALCLOUD000001"
AWS_SECRET = "LocalCloudAwsSecret0123456789/abcdefghijk"
AWS_STS_KEY = "ASIALOCALCLOUD000001"
AWS_STS_SECRET = "LocalCloudAwsStsSecret0123456789/abcdefg"
AWS_STS_TOKEN = "IQoJLocalCloudSessionToken0123456789=="
AZURE_TENANT = "7e57ab1e-7777-4000-8000-000000000001"
AZURE_CLIENT = "7e57ab1e-cccc-4000-8000-000000000001"
AZURE_SECRET = "LocalCloud~AzureSecret.0123456789-abcdefgh"
AZURE_SUBSCRIPTION = "7e57ab1e-5555-4000-8000-000000000001"
GOOGLE_TOKEN = "ya29.LocalCloudAccessToken0123456789abcdefghij"
GOOGLE_PROJECT = "local-cloud-tasks"
OPENSTACK_USER = "local-cloud-operator"
OPENSTACK_PASSWORD = "Pa55 of the local cloud"
OPENSTACK_PROJECT = "local-cloud-gates"
OPENSTACK_CREDENTIAL = "21dced0fd20347869b93710d2b98aae0"
OPENSTACK_SECRET = "LocalCloudApplicationSecret0123456789"

# Roles, and the tokens that identity providers vouch for.
ALIBABA_ROLE = "acs:ram::1234567890123456:role/waiter"
ALIBABA_GUARDED_ROLE = "acs:ram::1234567890123456:role/guarded"
ALIBABA_NEXT_ROLE = "acs:ram::1234567890123456:role/next"
ALIBABA_EXTERNAL_ID = "agreed-upon"
ALIBABA_OIDC_PROVIDER = "acs:ram::1234567890123456:oidc-provider/cluster"
HUAWEI_AGENCY = "watchers"
HUAWEI_AGENCY_DOMAIN = "delegating company"
HUAWEI_AGENCY_URN = "iam::0123456789abcdef0123456789abcdef:agency:watchers"
HUAWEI_OIDC_PROVIDER = "iam::0123456789abcdef0123456789abcdef:oidc-provider:cluster"
HUAWEI_IDP = "local-idp"
ID_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsb2NhbC1jbG91ZCJ9.LocalCloudIdToken0123456789"

PROJECT_REGIONS = (
    "cn-north-4",
    "cn-north-9",
    "cn-east-3",
    "cn-south-1",
    "eu-west-101",
    "ap-southeast-1",
    "ap-southeast-3",
    "tr-west-1",
)


def stable_id(name: str) -> str:
    """32 hex digits, the same in every run."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


PROJECTS = {region: stable_id(f"project/{region}") for region in PROJECT_REGIONS}


@dataclasses.dataclass
class Account:
    """A key pair (with a security token: a temporary one), an IAM user, or both; or a ready-made Huawei token.

    In OpenStack the pair is an application credential, in Azure the id and the secret of an application in the tenant ``domain``.
    """

    provider: str
    access_key: str = ""
    secret_key: str = ""
    security_token: str = ""
    username: str = ""
    password: str = ""
    domain: str = ""
    auth_token: str = ""
    project: str = ""
    role: str = ""  # whose keys these are
    certificate: str = ""  # in PEM: of Azure, what assertions of the application are verified with
    machine_role: str = ""  # what the metadata service has to give; it has nothing without such an account
    expires_in: float = math.inf
    expires_at: float = math.inf  # on the cloud's clock, set when the account is added


@dataclasses.dataclass(frozen=True)
class Role:
    """A RAM role: who may take it, by their own role ("" for users), and the external id that it wants."""

    trusts: str = ""
    external_id: str = ""


ALIBABA_ROLES = {
    ALIBABA_ROLE: Role(),
    ALIBABA_GUARDED_ROLE: Role(external_id=ALIBABA_EXTERNAL_ID),
    ALIBABA_NEXT_ROLE: Role(trusts=ALIBABA_ROLE),
}


@dataclasses.dataclass(frozen=True)
class Token:
    """A Huawei IAM token; an empty project id is a domain-scoped token."""

    project_id: str
    expires_at: float
    username: str


@dataclasses.dataclass(frozen=True)
class Caller:
    """Whom a request was proven to come from; only a token binds the caller to one project."""

    name: str
    project_id: str = ""


DEFAULT_ACCOUNTS = (
    Account("alibaba", ALIBABA_KEY, ALIBABA_SECRET),
    Account("alibaba", ALIBABA_STS_KEY, ALIBABA_STS_SECRET, ALIBABA_STS_TOKEN),
    Account("aws", AWS_KEY, AWS_SECRET),
    Account("aws", AWS_STS_KEY, AWS_STS_SECRET, AWS_STS_TOKEN),
    Account("azure", AZURE_CLIENT, AZURE_SECRET, domain=AZURE_TENANT, project=AZURE_SUBSCRIPTION),
    Account("google", auth_token=GOOGLE_TOKEN),
    Account("huawei", HUAWEI_KEY, HUAWEI_SECRET),
    Account("huawei", username=HUAWEI_USER, password=HUAWEI_PASSWORD, domain=HUAWEI_DOMAIN),
    Account(
        "openstack",
        access_key=OPENSTACK_CREDENTIAL,
        secret_key=OPENSTACK_SECRET,
        username=OPENSTACK_USER,
        password=OPENSTACK_PASSWORD,
        domain="default",
        project=OPENSTACK_PROJECT,
    ),
)
