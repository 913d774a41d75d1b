# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Prove with a certificate who an application of Microsoft Entra ID is. Pure.

https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
"""

from __future__ import annotations

import base64
import hashlib
import re
import typing as t
from dataclasses import dataclass, field
from functools import partial

from .._core.errors import CredentialsMissing
from .._core.values import ReadFile
from .._credentials.chain import NotInSource, read_text
from .._credentials.model import LoginContext
from .._credentials.rsa import PrivateKey, jwt_of, read_private_key, sign_ps256, sign_rs256
from .._credentials.source import Source
from .entra import ASSERTION_TYPE

# In seconds: how long an assertion is good for. It is used at once.
LIFE = 600
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", re.ASCII)
_THUMBPRINT = re.compile(r"[0-9a-fA-F]{40}", re.ASCII)
_PEM_REMEDY = (
    "only PEM is supported, with the certificate and its key in one file: convert it with "
    "'openssl pkcs12 -in FILE -nodes -out NEW.pem', and keep the new file as safe as the old one"
)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its private key. ``certificates`` are in DER, that of the application first.

    With a ``thumbprint``, which is that of SHA-1, the assertion names the certificate by it. ``sends_chain`` adds the
    certificates to it, for applications that trust the issuer and the subject.
    """

    key: PrivateKey = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    thumbprint: str = ""
    sends_chain: bool = False

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return frozenset((str(self.key.d),))

    def form(self, client_id: str, url: str, context: LoginContext) -> dict[str, str]:
        """Return an assertion that is signed with the private key."""
        stamp = context.stamp()
        now = int(stamp.now.timestamp())
        claims = {
            "aud": url,
            "iss": client_id,
            "sub": client_id,
            "jti": stamp.nonce,
            "iat": now,
            "nbf": now,
            "exp": now + LIFE,
        }
        chain = [base64.b64encode(der).decode() for der in self.certificates] if self.sends_chain else []
        header = {"typ": "JWT", **self._names(), **({"x5c": chain} if chain else {})}
        # Each nonce is used once, so the salt is one that nobody can foretell.
        salt = hashlib.sha256(f"salt {context.stamp().nonce}".encode()).digest()
        sign = sign_rs256 if self.thumbprint else partial(sign_ps256, salt=salt)
        assertion = jwt_of(header, claims, self.key, sign)
        context.on_secret((assertion,))
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}

    def _names(self) -> dict[str, str]:
        """Return the algorithm and the thumbprint that goes with it, as MSAL has it."""
        if self.thumbprint:
            return {"alg": "RS256", "x5t": _url_safe(bytes.fromhex(self.thumbprint))}
        return {"alg": "PS256", "x5t#S256": _url_safe(hashlib.sha256(self.certificates[0]).digest())}


def certificate_of(source: Source, fields: t.Mapping[str, str], read: ReadFile) -> Certificate:
    """Return the certificate that a source names. Raise CredentialsMissing if it cannot be used."""
    path = fields["x509_certificate_path"]
    what = f"{source.title}: {source.called('x509_certificate_path')}: {path}"
    pem = _text_of(path, what, read)
    certificates = tuple(_der(text, what) for text in _CERTIFICATE.findall(pem))
    thumbprint = _thumbprint(source, fields.get("thumbprint", ""), certificates)
    if not certificates and not thumbprint:
        raise CredentialsMissing(
            f"{what} has no certificate, which begins with -----BEGIN CERTIFICATE-----; {_PEM_REMEDY}"
        )
    sends_chain = fields.get("send_certificate_chain", "").lower() in ("1", "true")
    return Certificate(read_private_key(pem, what), certificates, thumbprint, sends_chain)


def _text_of(path: str, what: str, read: ReadFile) -> str:
    if path.lower().endswith((".pfx", ".p12")):
        raise CredentialsMissing(f"{what} is a file of PKCS#12; {_PEM_REMEDY}")
    try:
        return read_text(path, read)
    except NotInSource as exc:
        reason = str(exc)
    raise CredentialsMissing(f"{what}: {reason}; {_PEM_REMEDY}")


def _der(text: str, what: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise CredentialsMissing(f"{what} has a certificate that is damaged; give it as it was issued") from None


def _thumbprint(source: Source, text: str, certificates: tuple[bytes, ...]) -> str:
    """Return the thumbprint that is given, in lower case. Raise CredentialsMissing if it is not that of the certificate."""
    plain = text.replace(":", "").lower()
    if not plain:
        return ""
    what = f"{source.title}: {source.called('thumbprint')}"
    if not _THUMBPRINT.fullmatch(plain):
        raise CredentialsMissing(
            f"{what} has to be the 40 hexadecimal digits of SHA-1; leave it out to have it computed"
        )
    if certificates and hashlib.sha1(certificates[0]).hexdigest() != plain:
        raise CredentialsMissing(f"{what} is not that of the certificate in the file; leave it out to have it computed")
    return plain


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
