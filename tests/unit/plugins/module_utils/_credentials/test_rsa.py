# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of RSA and signatures with them: equal to those of the package cryptography, byte for byte."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.rsa import (
    PrivateKey,
    apply_private,
    jwt_of,
    read_private_key,
    sign_ps256,
    sign_rs256,
)
from support.rsa_keys import FORMATS, is_signed_by, new_key, pem_of

MESSAGES = (b"", b"header.payload", bytes(range(256)) * 300)


def other_key(key: t.Any, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return str(key.private_bytes(Encoding.PEM, form, NoEncryption()).decode())


def changed(pem: str, at: int) -> str:
    """Return a key with another byte at a place, counted from the end."""
    lines = pem.strip().splitlines()
    data = bytearray(base64.b64decode("".join(lines[1:-1])))
    data[-at] ^= 1
    return "\n".join([lines[0], base64.b64encode(bytes(data)).decode(), lines[-1]])


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("bits", [1024, 2048, 2056, 3072])
def test_signatures_are_those_of_cryptography(bits: int, form: str) -> None:
    key = new_key(bits)
    mine = read_private_key(pem_of(key, form), "the key")
    for message in MESSAGES:
        assert sign_rs256(mine, message) == key.sign(message, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("bits", [1024, 1025, 2047, 2048, 2049, 3072])
def test_a_salted_signature_is_verified_by_cryptography(bits: int) -> None:
    """Whether the first byte of the encoded message is a whole one or not."""
    key = new_key(bits)
    mine, public = read_private_key(pem_of(key), "the key"), key.public_key()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for message in MESSAGES:
        for salt in (bytes(32), bytes(range(32)), b"\xff" * 32):
            signature = sign_ps256(mine, message, salt)
            public.verify(signature, message, pss, hashes.SHA256())
            with pytest.raises(InvalidSignature):
                public.verify(signature, message + b"x", pss, hashes.SHA256())


def test_a_web_token_says_what_is_signed() -> None:
    pem = pem_of(new_key())
    token = jwt_of({"alg": "RS256", "typ": "JWT"}, {"iss": "me", "iat": 1}, read_private_key(pem, "the key"))
    head, claims, signature = token.split(".")
    assert [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)] == [
        {"alg": "RS256", "typ": "JWT"},
        {"iss": "me", "iat": 1},
    ]
    assert is_signed_by(pem, f"{head}.{claims}".encode(), base64.urlsafe_b64decode(signature + "=="))
    assert "=" not in token


FINE = {
    "lines of Windows": lambda pem: pem.replace("\n", "\r\n"),
    "a text before and after": lambda pem: f"Bag Attributes\n  name: x\n{pem}\n\nmore",
    "a certificate before": lambda pem: f"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{pem}",
    "one line": lambda pem: pem.replace("\n", " "),
}


@pytest.mark.parametrize("form", FINE)
def test_a_key_may_be_written_in_many_ways(form: str) -> None:
    pem = pem_of(new_key())
    assert read_private_key(FINE[form](pem), "the key") == read_private_key(pem, "the key")


REFUSED: dict[str, tuple[t.Callable[[], str], str]] = {
    "encrypted PKCS#8": (lambda: pem_of(new_key(), "PKCS#8", b"secret"), "is encrypted"),
    "encrypted PKCS#1": (lambda: pem_of(new_key(), "PKCS#1", b"secret"), "is encrypted"),
    "EC in PKCS#8": (lambda: other_key(ec.generate_private_key(ec.SECP256R1())), "no key of RSA"),
    "EC of old": (
        lambda: other_key(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.TraditionalOpenSSL),
        "is a ec private key",
    ),
    "Ed25519": (lambda: other_key(ed25519.Ed25519PrivateKey.generate()), "no key of RSA"),
    "empty": (lambda: "", "has no private key in PEM"),
    "a certificate": (lambda: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "has no private key"),
    "no end": (lambda: pem_of(new_key()).rpartition("-----END")[0], "has no private key"),
    "no base64": (lambda: "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", "is damaged"),
    "nothing in it": (lambda: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "is damaged"),
    "cut": (
        lambda: "\n".join([*pem_of(new_key()).splitlines()[:-4], "-----END PRIVATE KEY-----"]),
        "is damaged",
    ),
    "another last number": (lambda: changed(pem_of(new_key()), 1), "contradict"),
    "another prime": (lambda: changed(pem_of(new_key()), 500), "contradict"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_usable_key_is_refused_without_showing_it(case: str) -> None:
    make, reason = REFUSED[case]
    pem = make()
    with pytest.raises(CredentialsMissing) as refused:
        read_private_key(pem, "private_key of the file sa.json")
    text = str(refused.value)
    assert text.startswith("private_key of the file sa.json")
    assert reason in text
    assert not any(line in text for line in pem.splitlines() if len(line) > 3 and "-----" not in line)


def test_short_keys_are_refused() -> None:
    key = PrivateKey(n=3 * 5, e=3, d=3, p=3, q=5, d_p=1, d_q=3, q_inv=2)
    assert "bits" in repr(key)
    with pytest.raises(CredentialsMissing, match="contradicts itself"):
        apply_private(key._replace(d_p=0), b"\x02")


@pytest.mark.parametrize("name", PrivateKey._fields)
def test_a_wrong_number_never_signs(name: str) -> None:
    key = read_private_key(pem_of(new_key()), "the key")
    wrong = key._replace(**{name: getattr(key, name) ^ 2})
    # Two of the numbers are not used to sign.
    if name == "d":
        assert sign_rs256(wrong, b"x") == sign_rs256(key, b"x")
        return
    with pytest.raises(CredentialsMissing):
        sign_rs256(wrong, b"x")


def test_a_key_shows_none_of_its_numbers() -> None:
    key = read_private_key(pem_of(new_key()), "the key")
    assert repr(key) == str(key) == "PrivateKey(2048 bits)"
