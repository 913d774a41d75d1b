# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Google Cloud hands over tokens: OAuth 2, STS, IAM Credentials, and the metadata service of a machine.

An account whose access key is the id of a key of a service account has the public key as its secret key.
"""

from __future__ import annotations

import base64
import datetime
import json
import secrets
import typing as t
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from local_cloud import accounts
from local_cloud.accounts import Account
from local_cloud.api import Api, Call, Problem, Refusal, Reply
from local_cloud.script import Fields

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
AUDIENCE = "https://oauth2.googleapis.com/token"
POOL = "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/pool/providers/cluster"
SKEW = 5 * 60.0
FLAVOR = {"Metadata-Flavor": "Google"}
REASONABLE = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp "
    "values in the JWT claim."
)
NO_MACHINE = Problem(404, "NOT_FOUND", "The requested URL was not found on this server.")
DENIED = Problem(
    403,
    "PERMISSION_DENIED",
    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
)


def refused(error: str, description: str, status: int = 400) -> Refusal:
    """A refusal in the words of OAuth 2."""
    told = {"error": error, "error_description": description}
    return Refusal(Problem(status, error, description, extra=told))


def new_token(call: Call, name: str) -> Account:
    """A new token, which the whole cloud takes until it ends."""
    life = min(call.world.settings.token_life, 3600.0)
    account = Account("google", auth_token=f"ya29.c.{secrets.token_urlsafe(40)}", username=name, expires_in=life)
    call.world.add_account(account)
    call.world.counts.tokens += 1
    return account


def granted(call: Call, name: str) -> Fields:
    """An answer with a new token."""
    account = new_token(call, name)
    seconds = int(account.expires_at - call.now)
    return {"access_token": account.auth_token, "expires_in": seconds, "token_type": "Bearer"}


def form_of(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))


def token(call: Call) -> Fields:
    """https://developers.google.com/identity/protocols/oauth2"""
    form = form_of(call)
    grants: dict[str, t.Callable[[Call, dict[str, str]], str]] = {
        "urn:ietf:params:oauth:grant-type:jwt-bearer": by_assertion,
        "refresh_token": by_refresh_token,
    }
    grant = grants.get(form.get("grant_type", ""))
    if grant is None:
        raise refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
    return granted(call, grant(call, form))


def part(text: str) -> t.Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def by_assertion(call: Call, form: dict[str, str]) -> str:
    """The service account that an assertion proves."""
    try:
        head, claims, signature = form["assertion"].split(".")
        header, told = part(head), part(claims)
        proof = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (KeyError, ValueError):
        raise refused("invalid_request", "Bad Request") from None
    account = call.world.keys.get(("google", str(header.get("kid"))))
    if account is None or account.username != told.get("iss"):
        raise refused("invalid_grant", "Invalid grant: account not found")
    if header.get("alg") != "RS256" or not is_signed(account.secret_key, f"{head}.{claims}", proof):
        raise refused("invalid_grant", "Invalid JWT Signature.")
    check_claims(call, told)
    return account.username


def is_signed(public_key: str, text: str, signature: bytes) -> bool:
    key = load_pem_public_key(public_key.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def check_claims(call: Call, told: Fields) -> None:
    date, since, end = call.world.date(), float(told.get("iat", 0)), float(told.get("exp", 0))
    if not (since - SKEW <= date <= end and 0 < end - since <= 3600):
        raise refused("invalid_grant", REASONABLE)
    if told.get("aud") != AUDIENCE:
        raise refused("invalid_grant", "Invalid JWT: Failed audience check. The right audience is " + AUDIENCE)
    if not told.get("scope"):
        raise refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")


def by_refresh_token(call: Call, form: dict[str, str]) -> str:
    """The person that a refresh token is of."""
    asked = (form.get("client_id"), form.get("client_secret"))
    clients = [one for one in call.world.accounts if one.provider == "google" and one.password]
    client = next((one for one in clients if (one.username, one.password) == asked), None)
    if client is None:
        raise refused("invalid_client", "The OAuth client was not found.", 401)
    if form.get("refresh_token") != client.security_token:
        raise refused("invalid_grant", "Token has been expired or revoked.")
    return client.username


def exchanged(call: Call) -> Fields:
    """https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token"""
    form = form_of(call)
    if form.get("audience") != POOL:
        raise refused("invalid_target", "The target service indicated by the audience parameter is invalid.")
    if form.get("subject_token") != accounts.ID_TOKEN or not form.get("scope"):
        raise refused("invalid_grant", "The given credential is rejected by the attribute condition.")
    return {**granted(call, "principal"), "issued_token_type": form["requested_token_type"]}


def acted_as(call: Call) -> Fields:
    """https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken"""
    told = json.loads(call.body or b"{}")
    known = {one.username for one in call.world.accounts if one.provider == "google" and one.role == "acted as"}
    if call.params["email"] not in known or not told.get("scope"):
        raise Refusal(DENIED)
    account = new_token(call, call.params["email"])
    end = datetime.datetime.fromtimestamp(account.expires_at, datetime.timezone.utc)
    return {"accessToken": account.auth_token, "expireTime": f"{end:%Y-%m-%dT%H:%M:%SZ}"}


def machine(call: Call) -> Account:
    """The service account of this machine."""
    if call.headers.get("metadata-flavor") != "Google":
        raise Refusal(Problem(403, "PERMISSION_DENIED", "Missing Metadata-Flavor:Google header."))
    found = (one for one in call.world.accounts if one.provider == "google" and one.machine_role)
    account = next(found, None)
    if account is None or call.params.get("email", "default") not in ("default", account.machine_role):
        raise Refusal(NO_MACHINE, FLAVOR)
    return account


def machine_token(call: Call) -> Reply:
    return Reply(granted(call, machine(call).machine_role), 200, FLAVOR)


def machine_account(call: Call) -> Reply:
    account = machine(call)
    told = {"aliases": ["default"], "email": account.machine_role, "scopes": [SCOPE]}
    return Reply(told, 200, FLAVOR)


def machine_project(call: Call) -> Reply:
    return Reply(machine(call).project or accounts.GOOGLE_PROJECT, 200, FLAVOR)


def machine_universe(call: Call) -> Reply:
    return Reply(machine(call).domain or "googleapis.com", 200, FLAVOR)


def api(
    name: str, path: str, answer: t.Callable[[Call], Fields | Reply], method: str = "GET", signed: bool = False
) -> Api:
    return Api("google", "tokens", name, answer, methods=(method,), path=path, signed=signed)


METADATA = "/computeMetadata/v1"
APIS = (
    api("token", "/token", token, "POST"),
    api("exchangeToken", "/v1/token", exchanged, "POST"),
    api(
        "generateAccessToken",
        "/v1/projects/-/serviceAccounts/{email}:generateAccessToken",
        acted_as,
        "POST",
        signed=True,
    ),
    api("machineAccount", f"{METADATA}/instance/service-accounts/{{email}}", machine_account),
    api("machineToken", f"{METADATA}/instance/service-accounts/{{email}}/token", machine_token),
    api("machineProject", f"{METADATA}/project/project-id", machine_project),
    api("machineUniverse", f"{METADATA}/universe/universe-domain", machine_universe),
)
