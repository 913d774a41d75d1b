# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make keys of RSA that no one else has, and check signatures with them. ansible-core requires what this uses."""

from __future__ import annotations

import datetime
import functools

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

FORMATS = {"PKCS#8": PrivateFormat.PKCS8, "PKCS#1": PrivateFormat.TraditionalOpenSSL}


@functools.cache
def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a key of this process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem_of(key: rsa.RSAPrivateKey, form: str = "PKCS#8", password: bytes = b"") -> str:
    """Return a key as PEM, encrypted if there is a password."""
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, FORMATS[form], encryption).decode()


def is_signed_by(pem: str, message: bytes, signature: bytes) -> bool:
    """Say whether a signature by RS256 is that of a key."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    try:
        key.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def certificate_of(key: rsa.RSAPrivateKey, name: str = "multicloud.tasks") -> str:
    """Return a certificate as PEM that a key has signed for itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    dated = builder.not_valid_before(begins).not_valid_after(begins.replace(year=2046)).serial_number(1)
    return dated.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
