# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read the files of credentials of Google Cloud. Pure: files are passed in.

https://google.aip.dev/auth/4112, https://google.aip.dev/auth/4113, https://google.aip.dev/auth/4117
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace
from urllib.parse import urlsplit

from .._core.errors import CredentialsMissing
from .._core.values import ReadFile, read_json
from .._credentials.chain import NotInSource, Unsupported, read_text
from .._credentials.exchange import split_keys_url
from .._credentials.model import Credentials, Exchange
from .._credentials.rsa import read_private_key
from .._credentials.source import Source, text_of
from .._http.message import check_url, is_loopback
from . import tokens
from .places import UNIVERSE

_ACTED_AS = re.compile(r"/serviceAccounts/([^/:]+):generateAccessToken$", re.ASCII)
# From the time before all hosts of logins were in one domain.
_OLD_HOSTS = ("accounts.google.com",)
_LEAST_SECONDS, _MOST_SECONDS = 600, 43_200
_TEXTS = (
    *("type", "client_email", "private_key_id", "token_uri", "project_id", "universe_domain", "quota_project_id"),
    *("client_id", "client_secret", "refresh_token", "audience", "subject_token_type", "token_url"),
    *("service_account_impersonation_url", "workforce_pool_user_project"),
)


class File(t.NamedTuple):
    """What a file of credentials holds, and what the options say about it.

    ``title`` is what messages call it. ``scopes`` are those that the user wants, if any. ``trusted_universe`` is the one
    that the user names, or the public one: only its hosts are sent what proves who the user is.
    """

    title: str
    info: t.Mapping[str, t.Any]
    read: ReadFile
    scopes: tuple[str, ...] = ()
    trusted_universe: str = UNIVERSE
    path: str = ""
    depth: int = 0

    @property
    def texts(self) -> Source:
        """Return the values of the file that are texts."""
        return Source(self.title, {name: (name,) for name in _TEXTS}, self.info, self.path)

    @property
    def universe(self) -> str:
        """Return the universe that the file is for."""
        return self.texts.find("universe_domain") or self.trusted_universe

    @property
    def wanted_scopes(self) -> tuple[str, ...]:
        """Return the scopes of a token."""
        return self.scopes or (tokens.SCOPE,)


Reader = t.Callable[[File], Exchange]


def parse(text: str, title: str) -> t.Mapping[str, t.Any]:
    """Return what a file of credentials holds. Raise CredentialsMissing, without showing it, if it is none."""
    try:
        info = read_json(text)
    except (ValueError, RecursionError):
        raise CredentialsMissing(
            f"{title} is not JSON; give the file of credentials as Google Cloud has made it"
        ) from None
    if not isinstance(info, dict):
        raise CredentialsMissing(f"{title} is not a JSON object with a type; give the file as Google Cloud has made it")
    return info


def credentials_of(file: File) -> Credentials:
    """Return the credentials in a file. Raise CredentialsMissing if they cannot be used, and say why."""
    kind = file.texts.find("type")
    if kind in _UNSUPPORTED:
        raise Unsupported(f"{file.title} is of the type {kind}, which is not supported: {_UNSUPPORTED[kind]}")
    if kind not in _READERS:
        known = ", ".join(sorted(_READERS))
        raise CredentialsMissing(f"{file.title} is of the type {kind or 'none'!r}; supported are {known}")
    exchange = _READERS[kind](file)
    return Credentials(file.title, project_id=file.texts.find("project_id"), exchange=exchange, file=file.path)


_UNSUPPORTED: t.Mapping[str, str] = {
    "external_account_authorized_user": (
        "it is the sign-in of a person of a workforce pool; give a token of 'gcloud auth print-access-token' as access_token"
    ),
    "gdch_service_account": "it is for Google Distributed Cloud, whose services are others",
}


# Kinds of files


def _service_account(file: File) -> Exchange:
    texts = file.texts
    texts.need("client_email")
    pem = text_of(file.info.get("private_key"), f"{file.title}: private_key")
    if not pem:
        raise CredentialsMissing(f"{file.title} has no private_key")
    return tokens.ServiceAccount(
        texts.find("client_email"),
        texts.find("private_key_id"),
        read_private_key(pem, f"{file.title}: private_key"),
        pem,
        trusted_url(file, "token_uri", tokens.TOKEN_URL),
        file.wanted_scopes,
        file.universe,
    )


def _authorized_user(file: File) -> Exchange:
    texts = file.texts
    texts.need("client_id", "client_secret", "refresh_token")
    names = ("client_id", "client_secret", "refresh_token")
    client_id, secret, token = (texts.find(name) for name in names)
    return tokens.AuthorizedUser(client_id, secret, token, texts.find("quota_project_id"))


def _impersonated(file: File) -> Exchange:
    source = file.info.get("source_credentials")
    if not isinstance(source, dict):
        raise CredentialsMissing(
            f"{file.title} has no source_credentials, the credentials that act as the service account"
        )
    if file.depth:
        raise Unsupported(
            f"{file.title} acts as a service account in order to act as another one; give the chain as delegates"
        )
    inner = file._replace(title=f"source_credentials of {file.title}", info=source, depth=1)
    delegates = file.info.get("delegates") or []
    if not isinstance(delegates, list):
        raise CredentialsMissing(f"{file.title}: delegates is not a list of emails of service accounts")
    names = tuple(text_of(name, f"{file.title}: an entry of delegates").rpartition("/")[2] for name in delegates)
    return acting_as(credentials_of(for_iam(inner)), file, names)


def _external_account(file: File) -> Exchange:
    texts = file.texts
    texts.need("audience", "subject_token_type", "token_url")
    _refuse_own_universe(file)
    exchange = tokens.ExternalAccount(
        texts.find("audience"),
        texts.find("subject_token_type"),
        trusted_url(file, "token_url", ""),
        _subject_of(file),
        file.wanted_scopes,
        texts.find("client_id"),
        texts.find("client_secret"),
        texts.find("workforce_pool_user_project"),
        texts.find("quota_project_id"),
    )
    if not texts.find("service_account_impersonation_url"):
        return exchange
    base = Credentials(file.title, exchange=replace(exchange, scopes=(tokens.IAM_SCOPE,)))
    return acting_as(base, file, None)


_READERS: dict[str, Reader] = {
    "authorized_user": _authorized_user,
    "external_account": _external_account,
    "impersonated_service_account": _impersonated,
    "service_account": _service_account,
}


# Service accounts that are acted as


def for_iam(file: File) -> File:
    """Return the same file for a token that only gets tokens of a service account."""
    return file._replace(scopes=(tokens.IAM_SCOPE,))


def acting_as(base: Credentials, file: File, delegates: t.Optional[tuple[str, ...]]) -> Exchange:
    """Return the service account that the file says to act as."""
    what = "service_account_impersonation_url"
    url = trusted_url(file, what, "")
    found = _ACTED_AS.search(urlsplit(url).path)
    if not found:
        raise CredentialsMissing(
            f"{file.title}: {what} is no URL that ends in /serviceAccounts/EMAIL:generateAccessToken"
        )
    quota_project = file.texts.find("quota_project_id")
    return tokens.Impersonated(base, found[1], url, delegates, file.wanted_scopes, _seconds_of(file), quota_project)


def _seconds_of(file: File) -> int:
    details = file.info.get("service_account_impersonation")
    seconds = details.get("token_lifetime_seconds") if isinstance(details, dict) else None
    if seconds is None:
        return tokens.SECONDS
    if isinstance(seconds, int) and not isinstance(seconds, bool) and _LEAST_SECONDS <= seconds <= _MOST_SECONDS:
        return seconds
    raise CredentialsMissing(
        f"{file.title}: token_lifetime_seconds is no whole number from {_LEAST_SECONDS} to {_MOST_SECONDS}"
    )


# Tokens of identity providers

_OTHER_SOURCES: t.Mapping[str, str] = {
    "executable": "a program that prints it is not run; have it write the token into a file, and name that as file",
    "environment_id": "a signed call of AWS is not made; give the pool a provider of OIDC, or use a key of a service account",
    "certificate": "a certificate is not presented; give the pool a provider of OIDC",
}


def _subject_of(file: File) -> tokens.Subject:
    """Return where the token of the identity provider is."""
    source = file.info.get("credential_source")
    title = f"{file.title}: credential_source"
    if not isinstance(source, dict):
        raise CredentialsMissing(f"{title} is missing: it says where the token of the identity provider is")
    for name, way_out in _OTHER_SOURCES.items():
        if name in source:
            raise Unsupported(f"{title} with {name} is not supported: {way_out}")
    if bool(source.get("file")) == bool(source.get("url")):
        raise CredentialsMissing(f"{title} needs either file or url")
    return (_subject_in_file if source.get("file") else _subject_at_url)(source, title, file)


def _field_of(source: t.Mapping[str, t.Any], title: str) -> str:
    """Return the field of a JSON document that holds the token, or "" if the token is all there is."""
    described = source.get("format") or {}
    described = described if isinstance(described, dict) else {"type": "?"}
    kind = described.get("type") or "text"
    name = text_of(described.get("subject_token_field_name"), f"{title}: subject_token_field_name")
    if kind not in ("json", "text") or (kind == "json" and not name):
        raise CredentialsMissing(f"{title}: format is neither text, nor json with subject_token_field_name")
    return name if kind == "json" else ""


def _subject_in_file(source: t.Mapping[str, t.Any], title: str, file: File) -> tokens.Subject:
    name = _field_of(source, title)
    path = text_of(source["file"], f"{title}: file")
    try:
        text = read_text(path, file.read)
    except NotInSource as exc:
        raise CredentialsMissing(f"{title}: {exc}") from None
    answer = parse(text, f"{title}: file {path}") if name else text
    token = answer.get(name) if isinstance(answer, dict) else answer
    if not isinstance(token, str) or not token.strip():
        raise CredentialsMissing(f"{title}: file {path} has no {name or 'token'}")
    return tokens.Subject(token=Source(title, {"token": ("token",)}, {"token": token}).find("token"))


def _subject_at_url(source: t.Mapping[str, t.Any], title: str, file: File) -> tokens.Subject:
    endpoint, path, query = split_keys_url(f"{title}: url", text_of(source["url"], f"{title}: url"))
    headers = source.get("headers") or {}
    if not isinstance(headers, dict):
        raise CredentialsMissing(f"{title}: headers is not an object")
    texts = {str(name): text_of(value, f"{title}: a header").strip() for name, value in headers.items()}
    if not all(text.isascii() and text.isprintable() for pair in texts.items() for text in pair):
        raise CredentialsMissing(f"{title}: a header holds a control character, or a character outside ASCII")
    return tokens.Subject("", endpoint, path, query, texts, _field_of(source, title))


# Hosts that a proof is sent to


def trusted_url(file: File, name: str, default: str) -> str:
    """Return a URL of the file, or the default. Raise CredentialsMissing if it is no host of Google that may get a proof."""
    what = f"{file.title}: {name}"
    url = file.texts.find(name) or default
    if not url:
        raise CredentialsMissing(f"{file.title} has no {name}")
    host = urlsplit(check_url(what, url)).hostname or ""
    domains = (UNIVERSE, file.trusted_universe)
    if is_loopback(host) or host in _OLD_HOSTS or any(host.endswith(f".{domain}") for domain in domains):
        return url
    raise CredentialsMissing(
        f"{what} is at {host}, which is no host of {' or '.join(dict.fromkeys(domains))}: what proves who you are would be sent "
        "there; see where the file is from, and set universe_domain if it is that of another universe"
    )


def _refuse_own_universe(file: File) -> None:
    """Refuse a file that itself names the universe to which the token of somebody else is sent."""
    universe = file.texts.find("universe_domain")
    if universe not in ("", UNIVERSE, file.trusted_universe):
        raise CredentialsMissing(
            f"{file.title} is for the universe {universe}, to which the token of your identity provider would be sent; "
            "set universe_domain to it if you trust it"
        )
