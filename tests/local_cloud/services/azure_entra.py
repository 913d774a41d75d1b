# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft Entra ID: tokens for applications, by the client credentials flow of OAuth 2.0."""

from __future__ import annotations

import base64
import json
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from local_cloud.accounts import ID_TOKEN, Account, Token
from local_cloud.api import Api, Call, Problem, Refusal
from local_cloud.script import Fields

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SKEW = 5 * 60.0
SCOPES = ("https://management.azure.com/.default",)


def problem(status: int, code: str, number: int, text: str) -> Problem:
    """An error as Microsoft Entra ID words it."""
    message = f"AADSTS{number}: {text}"
    return Problem(status, code, message, {"error": code, "error_description": message, "error_codes": [number]})


NO_TENANT = problem(400, "invalid_request", 90002, "Tenant not found.")
NO_APPLICATION = problem(400, "unauthorized_client", 700016, "The application was not found in the directory.")
WRONG_SECRET = problem(401, "invalid_client", 7000215, "Invalid client secret provided.")
WRONG_SCOPE = problem(400, "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid.")
WRONG_GRANT = problem(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
WRONG_ASSERTION = problem(
    401, "invalid_client", 700027, "The certificate used to sign the client assertion is not registered."
)
LATE_ASSERTION = problem(401, "invalid_client", 700024, "Client assertion is not within its valid time range.")


def machine_problem(text: str) -> Problem:
    """A refusal of the metadata service of a machine."""
    return Problem(400, "invalid_request", text, {"error": "invalid_request", "error_description": text})


NO_METADATA = machine_problem("Required metadata header not specified")
NO_IDENTITY = machine_problem("Identity not found")


def give_token(call: Call) -> Fields:
    """A token for Azure Resource Manager, if the application has proven who it is."""
    if call.params.get("grant_type") != "client_credentials":
        raise Refusal(WRONG_GRANT)
    account = application(call)
    if call.params.get("scope") not in SCOPES:
        raise Refusal(WRONG_SCOPE)
    if "client_assertion" in call.params:
        check_assertion(call, account)
    elif call.params.get("client_secret") != account.secret_key or call.now >= account.expires_at:
        raise Refusal(WRONG_SECRET)
    return token_for(call, account)


def check_assertion(call: Call, account: Account) -> None:
    """Refuse an assertion that neither the certificate of the application nor the identity provider that it trusts has signed."""
    if call.params.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refusal(WRONG_ASSERTION)
    text = call.params["client_assertion"]
    if text == ID_TOKEN:
        return
    header, claims = signed_by(text, account)
    place = f"{call.headers['host']}/{account.domain}/oauth2/v2.0/token"
    if not names_certificate(header, account) or claims["aud"] not in (f"http://{place}", f"https://{place}"):
        raise Refusal(WRONG_ASSERTION)
    if not claims["iss"] == claims["sub"] == account.access_key or ("jti", claims["jti"]) in call.world.nonces:
        raise Refusal(WRONG_ASSERTION)
    call.world.nonces["jti", claims["jti"]] = call.now
    now = call.world.date()
    begins = claims["nbf"] if "nbf" in claims else claims.get("iat", now)
    if not begins - SKEW <= now <= claims["exp"] + SKEW:
        raise Refusal(LATE_ASSERTION)


def signed_by(text: str, account: Account) -> tuple[Fields, Fields]:
    """Header and claims of a JWT that the certificate of the account verifies."""
    try:
        head, body, signature = text.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
        scheme = {"RS256": padding.PKCS1v15(), "PS256": pss}[header["alg"]]
        key = load_pem_x509_certificate(account.certificate.encode()).public_key()
        assert isinstance(key, RSAPublicKey)
        key.verify(decoded(signature), f"{head}.{body}".encode(), scheme, hashes.SHA256())
    except (ValueError, KeyError, InvalidSignature):
        raise Refusal(WRONG_ASSERTION) from None
    return header, claims


def names_certificate(header: Fields, account: Account) -> bool:
    """Whether the header names the certificate by one of its thumbprints."""
    certificate = load_pem_x509_certificate(account.certificate.encode())
    if "x5t" in header:
        return decoded(header["x5t"]) == certificate.fingerprint(hashes.SHA1())
    return decoded(header.get("x5t#S256", "")) == certificate.fingerprint(hashes.SHA256())


def decoded(text: str) -> bytes:
    """What a part of a JWT holds. MSAL leaves the padding on a thumbprint."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def give_identity(call: Call) -> Fields:
    """A token for the managed identity of this machine, if it has one; the client id says which, where it has several."""
    if call.headers.get("metadata") != "true":
        raise Refusal(NO_METADATA)
    known = [one for one in call.world.accounts if one.provider == "azure" and one.machine_role]
    named = [one for one in known if call.params.get("client_id", one.access_key) == one.access_key]
    if not named or call.params.get("resource") not in {scope.removesuffix("/.default") for scope in SCOPES}:
        raise Refusal(NO_IDENTITY)
    told = token_for(call, named[0])
    ends = str(int(call.now + told["expires_in"]))
    return {**told, "expires_in": str(told["expires_in"]), "expires_on": ends, "resource": call.params["resource"]}


def application(call: Call) -> Account:
    """The account of the application that the request names."""
    known = [account for account in call.world.accounts if account.provider == "azure"]
    if call.params["tenant"] not in {account.domain for account in known}:
        raise Refusal(NO_TENANT)
    account = call.world.keys.get(("azure", call.params.get("client_id", "")))
    if account is None or account.domain != call.params["tenant"]:
        raise Refusal(NO_APPLICATION)
    return account


def token_for(call: Call, account: Account) -> Fields:
    """A new token, and how long it lives."""
    life = call.world.settings.token_life
    text = f"eyJ0eXAiOiJKV1QifQ.{secrets.token_urlsafe(120)}.{secrets.token_urlsafe(32)}"
    call.world.tokens[text] = Token(account.project, call.now + life, account.access_key)
    call.world.counts.tokens += 1
    return {"token_type": "Bearer", "expires_in": int(life), "ext_expires_in": int(life), "access_token": text}


def describe(call: Call) -> Fields:
    """Where the endpoints of a tenant are. MSAL asks before it logs in."""
    place = f"https://{call.headers['host']}/{call.params['tenant']}"
    return {
        "issuer": f"{place}/v2.0",
        "token_endpoint": f"{place}/oauth2/v2.0/token",
        "authorization_endpoint": f"{place}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{place}/oauth2/v2.0/devicecode",
    }


MACHINE = "/metadata/identity/oauth2/token"
APIS = (
    Api("azure", "entra", "Token", give_token, methods=("POST",), path="/{tenant}/oauth2/v2.0/token", signed=False),
    Api(
        "azure", "entra", "Description", describe, path="/{tenant}/v2.0/.well-known/openid-configuration", signed=False
    ),
    Api("azure", "entra", "MachineToken", give_identity, path=MACHINE, signed=False),
)
