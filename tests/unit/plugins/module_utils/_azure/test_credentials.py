# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where credentials of Azure are looked for, in which order, and what is refused by name before any call."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._azure.certificate import Certificate
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.credentials import resolve
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.entra import (
    Application,
    ClientSecret,
    FederatedToken,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.machine import (
    APP_SERVICE,
    ARC_AGENT,
    VM,
    AzureCli,
    ManagedIdentity,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._azure.settings import settings
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.exchange import LastResort
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Credentials
from support.rsa_keys import certificate_of, new_key, pem_of

OWN = {"tenant": "t-own", "client_id": "c-own", "secret": "hush-own"}
ENVIRONMENT = {"AZURE_TENANT": "t-env", "AZURE_CLIENT_ID": "c-env", "AZURE_SECRET": "hush-env"}
SDK = {"AZURE_TENANT_ID": "t-sdk", "AZURE_CLIENT_ID": "c-sdk", "AZURE_CLIENT_SECRET": "hush-sdk"}
PROFILES = (
    "[default]\nsubscription_id = s-file\nclient_id = c-file\nsecret = hush-file\ntenant = t-file\n"
    "[china]\nclient_id = c-china\nsecret = hush-china\ntenant = t-china\ncloud_environment = AzureChinaCloud\n"
    "[person]\nad_user = someone\npassword = hush-person\n"
    "[old]\nadfs_authority_url = https://adfs.example.com\nclient_id = c\nsecret = hush-old\ntenant = t\n"
    "[half]\nclient_id = c-half\nsecret = hush-half\n"
    "[empty]\n"
)
FILES = {"~/.azure/credentials": PROFILES}
TOKEN_FILE = {"/run/token": "hush.federated.token\n"}
WORKLOAD = {
    "AZURE_TENANT_ID": "t-pod",
    "AZURE_CLIENT_ID": "c-pod",
    "AZURE_FEDERATED_TOKEN_FILE": "/run/token",
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
}
BY_CERTIFICATE = {"tenant": "t-own", "client_id": "c-own", "x509_certificate_path": "/run/app.pem"}


class User(t.NamedTuple):
    """What a user has: options, environment and files."""

    options: t.Mapping[str, t.Any] = {}
    environ: t.Mapping[str, str] = {}
    files: t.Mapping[str, str] = {}


def found(user: User) -> Credentials:
    """The credentials of a user, as a client finds them."""
    known = settings(user.options, user.environ, user.files.get)
    return resolve({**user.options, **known}, user.environ, user.files.get)


class Proven(t.NamedTuple):
    """Who an application is, and how it proves that."""

    source: str
    tenant: str
    client_id: str
    proof: type
    secret: str


APPLICATIONS: dict[str, tuple[User, Proven]] = {
    "options": (User(OWN), Proven("options", "t-own", "c-own", ClientSecret, "hush-own")),
    "options before all others": (
        User(OWN, {**ENVIRONMENT, "AZURE_PROFILE": "china"}, FILES),
        Proven("options", "t-own", "c-own", ClientSecret, "hush-own"),
    ),
    "a profile of an option before the environment": (
        User({"profile": "china"}, ENVIRONMENT, FILES),
        Proven("~/.azure/credentials, section [china]", "t-china", "c-china", ClientSecret, "hush-china"),
    ),
    "a profile of the environment before its keys": (
        User({}, {**ENVIRONMENT, "AZURE_PROFILE": "china"}, FILES),
        Proven("~/.azure/credentials, section [china]", "t-china", "c-china", ClientSecret, "hush-china"),
    ),
    "the environment before the default profile": (
        User({}, ENVIRONMENT, FILES),
        Proven("environment", "t-env", "c-env", ClientSecret, "hush-env"),
    ),
    "names of the SDK": (User({}, SDK), Proven("environment", "t-sdk", "c-sdk", ClientSecret, "hush-sdk")),
    "names of the collection before those of the SDK": (
        User({}, {**SDK, **ENVIRONMENT}),
        Proven("environment", "t-env", "c-env", ClientSecret, "hush-env"),
    ),
    "the default profile": (
        User({}, {}, FILES),
        Proven("~/.azure/credentials, section [default]", "t-file", "c-file", ClientSecret, "hush-file"),
    ),
    "the environment alone": (
        User({"auth_source": "env"}, ENVIRONMENT, FILES),
        Proven("environment", "t-env", "c-env", ClientSecret, "hush-env"),
    ),
    "the profile alone": (
        User({"auth_source": "credential_file"}, ENVIRONMENT, FILES),
        Proven("~/.azure/credentials, section [default]", "t-file", "c-file", ClientSecret, "hush-file"),
    ),
    "what a variable wants": (
        User({}, {**ENVIRONMENT, "ANSIBLE_AZURE_AUTH_SOURCE": "credential_file"}, FILES),
        Proven("~/.azure/credentials, section [default]", "t-file", "c-file", ClientSecret, "hush-file"),
    ),
    "options before what a variable wants": (
        User(OWN, {"ANSIBLE_AZURE_AUTH_SOURCE": "cli"}),
        Proven("options", "t-own", "c-own", ClientSecret, "hush-own"),
    ),
    "a pod": (
        User({}, WORKLOAD, TOKEN_FILE),
        Proven("environment", "t-pod", "c-pod", FederatedToken, "hush.federated.token"),
    ),
    "a federated token of an option": (
        User({"tenant": "t", "client_id": "c", "federated_token_file": "/run/token"}, {}, TOKEN_FILE),
        Proven("options", "t", "c", FederatedToken, "hush.federated.token"),
    ),
}


@pytest.mark.parametrize(("user", "wanted"), APPLICATIONS.values(), ids=APPLICATIONS.keys())
def test_the_first_source_that_has_credentials_counts(user: User, wanted: Proven) -> None:
    credentials = found(user)
    application = credentials.exchange
    assert isinstance(application, Application)
    told = (credentials.source, application.tenant, application.client_id, type(application.proof))
    assert told == wanted[:4]
    assert credentials.secrets() == {wanted.secret}
    assert "hush" not in repr(credentials)
    assert credentials.identity() == found(user).identity()


def test_a_ready_token_is_used_as_it_is() -> None:
    for user in (User({"access_token": "hush-token"}), User({}, {"AZURE_ACCESS_TOKEN": "hush-token"})):
        credentials = found(user)
        assert (credentials.auth_token, credentials.exchange) == ("hush-token", None)


LOCAL = {"IDENTITY_ENDPOINT": "http://127.0.0.1:41741/msi/token"}
MACHINES: dict[str, tuple[User, ManagedIdentity]] = {
    "a virtual machine": (
        User({"auth_source": "msi"}),
        ManagedIdentity(
            VM, "http://169.254.169.254", "/metadata/identity/oauth2/token", "https://management.azure.com"
        ),
    ),
    "a virtual machine in the cloud of the government": (
        User({"auth_source": "msi", "client_id": "c", "cloud_environment": "AzureUSGovernment"}),
        ManagedIdentity(
            VM,
            "http://169.254.169.254",
            "/metadata/identity/oauth2/token",
            "https://management.core.usgovcloudapi.net",
            "c",
        ),
    ),
    "another address": (
        User({"auth_source": "msi"}, {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:2579"}),
        ManagedIdentity(VM, "http://127.0.0.1:2579", "/metadata/identity/oauth2/token", "https://management.azure.com"),
    ),
    "App Service": (
        User({}, {**LOCAL, "IDENTITY_HEADER": "hush-header", "ANSIBLE_AZURE_AUTH_SOURCE": "msi"}),
        ManagedIdentity(
            APP_SERVICE,
            "http://127.0.0.1:41741",
            "/msi/token",
            "https://management.azure.com",
            header="hush-header",
        ),
    ),
    "Azure Arc": (
        User({"auth_source": "msi"}, {**LOCAL, "IMDS_ENDPOINT": "http://127.0.0.1:40342"}),
        ManagedIdentity(ARC_AGENT, "http://127.0.0.1:41741", "/msi/token", "https://management.azure.com"),
    ),
}


@pytest.mark.parametrize(("user", "wanted"), MACHINES.values(), ids=MACHINES.keys())
def test_a_platform_is_known_by_its_variables(user: User, wanted: ManagedIdentity) -> None:
    assert found(user).exchange == wanted


COMMANDS: dict[str, tuple[t.Mapping[str, t.Any], str]] = {
    "plain": ({}, ""),
    "a tenant": ({"tenant": "contoso.example.com"}, " --tenant contoso.example.com"),
    "a subscription": ({"subscription_id": "0e0e-1"}, " --subscription 0e0e-1"),
    # The command takes one of them.
    "both": ({"tenant": "t", "subscription_id": "0e0e-1"}, " --tenant t"),
}


@pytest.mark.parametrize(("options", "arguments"), COMMANDS.values(), ids=COMMANDS.keys())
def test_the_cli_is_asked_for_a_token(options: t.Mapping[str, t.Any], arguments: str) -> None:
    cli = found(User({"auth_source": "cli", **options})).exchange
    assert isinstance(cli, AzureCli)
    wanted = "az account get-access-token --output json --resource https://management.azure.com"
    assert cli.command() == wanted + arguments


def test_the_machine_is_asked_last() -> None:
    last = found(User()).exchange
    assert isinstance(last, LastResort)
    assert [type(candidate.exchange) for candidate in last.candidates] == [AzureCli, ManagedIdentity]
    assert "AZURE_TENANT" in " ".join(last.searched)
    assert "~/.azure/credentials" in " ".join(last.searched)


REFUSED: dict[str, tuple[User, tuple[str, ...]]] = {
    "half of a pair": (User({"tenant": "t", "secret": "hush"}), ("options", "secret", "client_id")),
    "names of both schemes": (
        User({}, {"AZURE_SECRET": "hush", "AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t"}),
        ("AZURE_SECRET", "without AZURE_TENANT"),
    ),
    "an id without a proof": (User({"client_id": "c"}, ENVIRONMENT), ("client_id", "auth_source to msi")),
    "a profile that is not there": (
        User({"profile": "none"}, ENVIRONMENT, FILES),
        ("option profile", "'none'", "china"),
    ),
    "a profile of a variable that is not there": (
        User({}, {"AZURE_PROFILE": "none"}, FILES),
        ("AZURE_PROFILE", "'none'"),
    ),
    "no file of profiles": (User({"profile": "china"}), ("option profile", "no such file")),
    "half a profile": (User({"profile": "half"}, {}, FILES), ("[half]", "tenant")),
    "an empty profile": (User({"profile": "empty"}, {}, FILES), ("'empty'", "client_id")),
    "a user in a profile": (User({"profile": "person"}, {}, FILES), ("ad_user", "user and password", "az login")),
    "AD FS in a profile": (User({"profile": "old"}, {}, FILES), ("adfs_authority_url", "AD FS")),
    "a user in options": (User({"ad_user": "someone"}), ("ad_user", "user and password")),
    "an access key": (User({**OWN, "access_key": "AK"}), ("access_key", "no access keys", "client_id")),
    "a secret of an access key": (User({**OWN, "secret_key": "hush"}), ("secret_key", "no access keys")),
    "AD FS in options": (User({**OWN, "adfs_authority_url": "https://adfs.example.com"}), ("adfs_authority_url",)),
    "a user in the environment": (
        User({}, {"AZURE_AD_USER": "someone", "AZURE_PASSWORD": "hush"}),
        ("AZURE_AD_USER and AZURE_PASSWORD", "not supported"),
    ),
    "a user by the names of the SDK": (
        User({}, {**SDK, "AZURE_CLIENT_SECRET": "", "AZURE_USERNAME": "someone", "AZURE_PASSWORD": "hush"}),
        ("AZURE_USERNAME and AZURE_PASSWORD", "not supported"),
    ),
    "AD FS in the environment": (
        User({}, {**ENVIRONMENT, "AZURE_ADFS_AUTHORITY_URL": "https://adfs.example.com"}),
        ("AZURE_ADFS_AUTHORITY_URL",),
    ),
    "another authority": (
        User({}, {**SDK, "AZURE_AUTHORITY_HOST": "https://login.example.com"}),
        ("AZURE_AUTHORITY_HOST", "login.microsoftonline.com"),
    ),
    "an authority that is no URL": (User({}, {**SDK, "AZURE_AUTHORITY_HOST": "https://[x"}), ("AZURE_AUTHORITY_HOST",)),
    "a header of a platform with a line break": (
        User(
            {"auth_source": "msi"},
            {"IDENTITY_ENDPOINT": "http://127.0.0.1/token", "IDENTITY_HEADER": "hush\r\nx: y"},
        ),
        ("IDENTITY_HEADER cannot be right",),
    ),
    "an authority that hides its host": (
        User({}, {**SDK, "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com@evil.example.com"}),
        ("AZURE_AUTHORITY_HOST", "no other host"),
    ),
    "a metadata URL": (
        User({**OWN, "cloud_environment": "https://management.local.azurestack.external"}),
        ("cloud_environment", "Azure Stack", "AzureCloud"),
    ),
    "an unknown cloud in the environment": (
        User(OWN, {"AZURE_CLOUD_ENVIRONMENT": "AzureMoon"}),
        ("AZURE_CLOUD_ENVIRONMENT", "AzureMoon", "AzureCloud"),
    ),
    "an unknown source in the environment": (
        User({}, {"ANSIBLE_AZURE_AUTH_SOURCE": "keyring"}),
        ("ANSIBLE_AZURE_AUTH_SOURCE", "keyring", "credential_file"),
    ),
    "a secret that would not count": (User({**OWN, "auth_source": "cli"}), ("client_id", "auth_source cli")),
    "a profile that would not count": (User({"profile": "p", "auth_source": "env"}), ("profile", "auth_source env")),
    "nothing in the environment": (User({"auth_source": "env"}, {}, FILES), ("AZURE_SECRET", "AZURE_CLIENT_SECRET")),
    "nothing in the file": (User({"auth_source": "credential_file"}, ENVIRONMENT), ("~/.azure/credentials",)),
    "Service Fabric": (
        User({"auth_source": "msi"}, {**LOCAL, "IDENTITY_HEADER": "h", "IDENTITY_SERVER_THUMBPRINT": "t"}),
        ("IDENTITY_SERVER_THUMBPRINT", "Service Fabric"),
    ),
    "Cloud Shell": (
        User({"auth_source": "msi"}, {"MSI_ENDPOINT": "http://127.0.0.1:50342/token"}),
        ("MSI_ENDPOINT", "Cloud Shell"),
    ),
    "an identity of a user on Azure Arc": (
        User({"auth_source": "msi", "client_id": "c"}, {**LOCAL, "IMDS_ENDPOINT": "http://127.0.0.1:40342"}),
        ("client_id", "Azure Arc"),
    ),
    "a platform that is elsewhere": (
        User({"auth_source": "msi"}, {"IDENTITY_ENDPOINT": "http://192.0.2.1/token", "IDENTITY_HEADER": "hush"}),
        ("IDENTITY_ENDPOINT", "not encrypted"),
    ),
    "a platform that is elsewhere, encrypted": (
        User({"auth_source": "msi"}, {"IDENTITY_ENDPOINT": "https://192.0.2.1/token", "IDENTITY_HEADER": "hush"}),
        ("IDENTITY_ENDPOINT", "not on this machine"),
    ),
    "a metadata service that is elsewhere": (
        User({"auth_source": "msi"}, {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "https://192.0.2.1"}),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "not on this machine"),
    ),
    "a tenant that is an argument": (User({"auth_source": "cli", "tenant": "--debug"}), ("tenant", "'--debug'")),
    "no federated token": (User({}, WORKLOAD), ("AZURE_FEDERATED_TOKEN_FILE", "/run/token")),
    "an empty federated token": (User({}, WORKLOAD, {"/run/token": "\n"}), ("AZURE_FEDERATED_TOKEN_FILE", "empty")),
    "no certificate": (User(BY_CERTIFICATE), ("x509_certificate_path", "/run/app.pem", "no such file")),
    "PKCS#12": (
        User({**BY_CERTIFICATE, "x509_certificate_path": "/run/app.pfx"}),
        ("x509_certificate_path", "PKCS#12", "openssl pkcs12"),
    ),
    "a key without a certificate": (
        User(BY_CERTIFICATE, {}, {"/run/app.pem": pem_of(new_key())}),
        ("x509_certificate_path", "BEGIN CERTIFICATE"),
    ),
    "a certificate without a key": (
        User(BY_CERTIFICATE, {}, {"/run/app.pem": certificate_of(new_key())}),
        ("x509_certificate_path", "no private key"),
    ),
    "an encrypted key": (
        User(BY_CERTIFICATE, {}, {"/run/app.pem": certificate_of(new_key()) + pem_of(new_key(), password=b"hush")}),
        ("x509_certificate_path", "encrypted"),
    ),
    "a damaged certificate": (
        User(BY_CERTIFICATE, {}, {"/run/app.pem": "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----"}),
        ("x509_certificate_path", "damaged"),
    ),
    "the thumbprint of another certificate": (
        User({**BY_CERTIFICATE, "thumbprint": "00" * 20}, {}, {"/run/app.pem": certificate_of(new_key())}),
        ("thumbprint", "not that of the certificate"),
    ),
    "no thumbprint": (
        User({**BY_CERTIFICATE, "thumbprint": "nightly"}, {}, {"/run/app.pem": certificate_of(new_key())}),
        ("thumbprint", "40 hexadecimal digits"),
    ),
}


@pytest.mark.parametrize(("user", "wanted"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_by_name(user: User, wanted: tuple[str, ...]) -> None:
    with pytest.raises(OptionError) as caught:
        found(user)
    message = str(caught.value)
    assert [text for text in wanted if text not in message] == []
    assert "hush" not in message
    assert "\n" not in message


def test_a_certificate_is_taken_with_its_key() -> None:
    pem = pem_of(new_key()) + certificate_of(new_key())
    for name in ("AZURE_X509_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"):
        tenant = "AZURE_TENANT" if "X509" in name else "AZURE_TENANT_ID"
        user = User({}, {tenant: "t", "AZURE_CLIENT_ID": "c", name: "/run/app.pem"}, {"/run/app.pem": pem})
        application = found(user).exchange
        assert isinstance(application, Application)
        assert isinstance(application.proof, Certificate)
        assert application.proof.key.n == new_key().private_numbers().public_numbers.n
        assert str(new_key().private_numbers().d) in found(user).secrets()


PLACES: dict[str, tuple[User, str | None, str]] = {
    "nothing": (User(OWN), None, "AzureCloud"),
    "options": (
        User(
            {**OWN, "subscription_id": "s-own", "cloud_environment": "AzureUSGovernment"},
            {"AZURE_SUBSCRIPTION_ID": "s"},
        ),
        "s-own",
        "AzureUSGovernment",
    ),
    "the environment": (
        User({}, {**ENVIRONMENT, "AZURE_SUBSCRIPTION_ID": "s-env", "AZURE_CLOUD_ENVIRONMENT": "AzureChinaCloud"}),
        "s-env",
        "AzureChinaCloud",
    ),
    "the environment, for keys of options": (User(OWN, {"AZURE_SUBSCRIPTION_ID": "s-env"}), "s-env", "AzureCloud"),
    "the profile": (User({}, {}, FILES), "s-file", "AzureCloud"),
    "the cloud of a profile": (User({"profile": "china"}, {}, FILES), None, "AzureChinaCloud"),
    # A subscription of a profile that does not count might be another company's.
    "a profile that does not count": (User({}, ENVIRONMENT, FILES), None, "AzureCloud"),
    "the authority": (User({}, {**SDK, "AZURE_AUTHORITY_HOST": "login.chinacloudapi.cn"}), None, "AzureChinaCloud"),
    "the authority as a URL": (
        User({}, {**SDK, "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us/"}),
        None,
        "AzureUSGovernment",
    ),
}


@pytest.mark.parametrize(("user", "subscription", "cloud"), PLACES.values(), ids=PLACES.keys())
def test_the_subscription_and_the_cloud_go_with_the_credentials(
    user: User, subscription: str | None, cloud: str
) -> None:
    known = settings(user.options, user.environ, user.files.get)
    assert known == {"subscription_id": subscription, "cloud_environment": cloud}
