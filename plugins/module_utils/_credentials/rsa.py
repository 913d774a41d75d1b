# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Read a private key of RSA from PEM, and sign with it. Pure, and without a package for cryptography.

Such a package is not promised on the hosts that modules run on. PKCS#1 is RFC 8017, PKCS#8 is RFC 5208, JWS is RFC 7515.
"""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

from .._core.errors import CredentialsMissing

LEAST_BITS = 1024
MOST_BITS = 16_384
_RSA = bytes.fromhex("2a864886f70d010101")
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_INTEGER, _OCTETS, _OID, _SEQUENCE = 0x02, 0x04, 0x06, 0x30
_KINDS = ("PRIVATE KEY", "RSA PRIVATE KEY")
_LONGEST_KIND = 40


class PrivateKey(t.NamedTuple):
    """A private key of RSA, by the letters of RFC 8017. Its numbers are secret: show none of them."""

    n: int
    e: int
    d: int
    p: int
    q: int
    d_p: int
    d_q: int
    q_inv: int

    def __repr__(self) -> str:
        """Show the length alone."""
        return f"PrivateKey({self.n.bit_length()} bits)"

    @property
    def size(self) -> int:
        """Return the length of a signature in bytes."""
        return (self.n.bit_length() + 7) // 8


class _Malformed(Exception):
    """The bytes are not what the standard says."""


_Element = tuple[int, bytes]
"""The tag of an element of ASN.1, and what it holds."""


def read_private_key(pem: str, what: str) -> PrivateKey:
    """Return the first private key of a PEM text. ``what`` names the text in errors, which show nothing of it.

    Raise CredentialsMissing if it has none, or one that cannot be used: an encrypted one, one of another kind.
    """
    kind, body = _block_of(pem, what)
    try:
        key = _key_in(base64.b64decode("".join(body.split()), validate=True), is_wrapped=kind == "PRIVATE KEY")
    except (_Malformed, ValueError, IndexError):
        raise CredentialsMissing(
            f"{what} is damaged: it is no key in PKCS#8 or PKCS#1; give it as it was issued"
        ) from None
    if key is None:
        raise CredentialsMissing(f"{what} is no key of RSA, and no other kind is supported")
    _check(key, what)
    return key


def sign_rs256(key: PrivateKey, message: bytes) -> bytes:
    """Return the signature of a message by RSASSA-PKCS1-v1_5 with SHA-256, as RFC 8017 section 8.2.1 says."""
    digest = _SHA256 + hashlib.sha256(message).digest()
    padding = b"\xff" * (key.size - len(digest) - 3)
    return apply_private(key, b"\0\1" + padding + b"\0" + digest)


def sign_ps256(key: PrivateKey, message: bytes, salt: bytes) -> bytes:
    """Return the signature of a message by RSASSA-PSS with SHA-256 and a salt of 32 bytes, as RFC 8017 section 9.1.1 says.

    Nobody may be able to foretell the salt.
    """
    bits = key.n.bit_length() - 1
    length = (bits + 7) // 8
    digest = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
    block = bytes(length - len(salt) - len(digest) - 2) + b"\1" + salt
    masked = bytearray(x ^ y for x, y in zip(block, _mask(digest, len(block))))
    masked[0] &= 0xFF >> (8 * length - bits)
    return apply_private(key, bytes(masked) + digest + b"\xbc")


def _mask(seed: bytes, length: int) -> bytes:
    """Return a mask of a length, by MGF1 with SHA-256."""
    blocks = (hashlib.sha256(seed + number.to_bytes(4, "big")).digest() for number in range(-(-length // 32)))
    return b"".join(blocks)[:length]


def apply_private(key: PrivateKey, encoded: bytes) -> bytes:
    """Return the result of the private operation on an encoded message (RSASP1). It never returns a wrong one."""
    message = int.from_bytes(encoded, "big")
    first, second = pow(message, key.d_p, key.p), pow(message, key.d_q, key.q)
    result = second + key.q * ((first - second) * key.q_inv % key.p)
    # A wrong result of the short way by p and q would tell the factors of n.
    if pow(result, key.e, key.n) != message:
        raise CredentialsMissing("the private key contradicts itself; give it as it was issued")
    return result.to_bytes(key.size, "big")


Sign = t.Callable[[PrivateKey, bytes], bytes]


def jwt_of(
    header: t.Mapping[str, t.Any], claims: t.Mapping[str, t.Any], key: PrivateKey, sign: Sign = sign_rs256
) -> str:
    """Return a signed JSON web token. The header names the algorithm of ``sign``."""
    text = f"{_as_text(_as_json(header))}.{_as_text(_as_json(claims))}"
    return f"{text}.{_as_text(sign(key, text.encode()))}"


def _as_json(value: t.Mapping[str, t.Any]) -> bytes:
    return json.dumps(dict(value)).encode()


def _as_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _block_of(pem: str, what: str) -> tuple[str, str]:
    """Return the kind and the body of the first private key of a PEM text."""
    blocks = [(kind, body) for kind, body in _blocks(pem) if kind.endswith("PRIVATE KEY")]
    if not blocks:
        raise CredentialsMissing(f"{what} has no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----")
    kind, body = blocks[0]
    if "ENCRYPTED" in kind or "ENCRYPTED" in body:
        raise CredentialsMissing(
            f"{what} is encrypted, and encrypted keys are not supported: decrypt it with 'openssl pkey -in FILE -out NEW', "
            "and keep the new file as safe as the key (ansible-vault, mode 0600)"
        )
    if kind not in _KINDS:
        raise CredentialsMissing(f"{what} is a {kind.lower()}, and only keys of RSA are supported")
    return kind, body


def _blocks(pem: str) -> t.Iterator[tuple[str, str]]:
    """Yield the kind and the body of each block of a PEM text."""
    for text in pem.split("-----BEGIN ")[1:]:
        kind, dummy, rest = text.partition("-----")
        body, end, dummy = rest.partition(f"-----END {kind}-----")
        if end and len(kind) <= _LONGEST_KIND:
            yield kind, body


def _key_in(der: bytes, is_wrapped: bool) -> t.Optional[PrivateKey]:
    """Return the key of a DER text, or None if it is of another kind than RSA."""
    elements = _sequence(der)
    if is_wrapped:
        if _elements(_content(elements[1], _SEQUENCE))[0] != (_OID, _RSA):
            return None
        elements = _sequence(_content(elements[2], _OCTETS))
    version, *numbers = (int.from_bytes(_content(element, _INTEGER), "big") for element in elements[:9])
    # Version 1 is a key of more than two primes.
    if version or len(numbers) != 8:
        raise _Malformed
    return PrivateKey(*numbers)


def _check(key: PrivateKey, what: str) -> None:
    bits = key.n.bit_length()
    if not LEAST_BITS <= bits <= MOST_BITS:
        raise CredentialsMissing(f"{what} has {bits} bits; keys of {LEAST_BITS} to {MOST_BITS} bits are supported")
    exponents = (key.d_p == key.d % (key.p - 1), key.d_q == key.d % (key.q - 1)) if min(key.p, key.q) > 1 else (False,)
    if key.p * key.q != key.n or not all(exponents) or key.q_inv * key.q % key.p != 1:
        raise CredentialsMissing(f"{what} is damaged: its numbers contradict each other; give it as it was issued")


def _sequence(der: bytes) -> list[_Element]:
    """Return the elements of the sequence that is all of ``der``."""
    elements = _elements(der)
    if len(elements) != 1:
        raise _Malformed
    return _elements(_content(elements[0], _SEQUENCE))


def _content(element: _Element, tag: int) -> bytes:
    if element[0] != tag:
        raise _Malformed
    return element[1]


def _elements(data: bytes) -> list[_Element]:
    elements, place = [], 0
    while place < len(data):
        tag, content, place = _element(data, place)
        elements.append((tag, content))
    return elements


def _element(data: bytes, place: int) -> tuple[int, bytes, int]:
    """Return tag and content of the element at a place of a DER text, and the place behind it."""
    tag, length, start = data[place], data[place + 1], place + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[place + 2 : start], "big")
    if start + length > len(data):
        raise _Malformed
    return tag, data[start : start + length], start + length
