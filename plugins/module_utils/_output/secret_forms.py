# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Finds a secret in all forms in which it may come back: as it is, or as JSON, URLs, HTML, XML and base64 write it. Pure."""

from __future__ import annotations

import re
import typing as t
from base64 import b64encode, urlsafe_b64encode

Span = tuple[int, int]
"""Where a secret begins and ends in a text."""

# Every encoding writes these characters as they are. Any other may be escaped.
_PLAIN = re.compile(r"[A-Za-z0-9_.-]*", re.ASCII)
# An ASCII text without any of these has no escapes; an HTML form writes a space as a plus.
_ESCAPE_SIGNS = ("\\", "%", "&", "+")
# An escape may itself be escaped this often. The bound keeps a hostile text from slowing down the search.
_REPEATED = "(?:25){0,3}"
_SLASHES = rf"(?:\\|%{_REPEATED}5[cC]){{0,16}}"
_SLASHED = r"(?:(?<=\\)|(?<=5[cC]))"
_SLASH = rf"(?:\\|{_SLASHED}u005[cC]|%{_REPEATED}5[cC]|&(?:amp;){{0,3}}(?:bsol|#92|#[xX]5[cC]);)"
_AMP = r"(?:&|(?<=\\)u0026)(?:amp;){0,3}"
_SHORT = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}
_LETTER = re.compile(r"[A-Za-z0-9+/_-]", re.ASCII)
_TAIL = re.compile(r"[A-Za-z0-9+/_-]?={0,2}", re.ASCII)
# The least number of base64 characters that hold only the secret. Fewer would match unrelated text.
_MIN_CORE = 5
# A longer secret is a token, which nobody sends as a password in base64.
_MAX_IN_BASE64 = 256


class Form:
    """A text that is a secret, or gives one away, found as it is or escaped."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._not_ascii = not text.isascii()
        self._plain = _PLAIN.fullmatch(text) is not None
        self._escaped: t.Optional[t.Pattern[str]] = None

    def spans(self, text: str) -> t.Iterator[Span]:
        """Yield the spans of this form in a text. They may overlap."""
        start = text.find(self.text)
        while start >= 0:
            yield start, start + len(self.text)
            # One occurrence may begin within another.
            start = text.find(self.text, start + 1)
        if not self._plain and (self._not_ascii or any(sign in text for sign in _ESCAPE_SIGNS)):
            yield from (match.span() for match in self._pattern().finditer(text))

    def _pattern(self) -> t.Pattern[str]:
        """Return the pattern for the escaped forms; compile it on first use, because few texts hold escapes."""
        if self._escaped is None:
            first, *others = _pieces(self.text)
            self._escaped = re.compile(_first(*first) + "".join(_other(*each) for each in others))
        return self._escaped


class Secret:
    """A secret, found in any of its forms."""

    def __init__(self, text: str) -> None:
        whole, cores = _in_base64(text)
        self._forms = [Form(each) for each in (text, *whole, *_lost(text))]
        self._cores = [Form(each) for each in cores]
        self._shortest = min(len(form.text) for form in (*self._forms, *self._cores))

    def spans(self, text: str) -> t.Iterator[Span]:
        """Yield the spans of the secret in a text. They may overlap."""
        if len(text) < self._shortest:
            return
        for form in self._forms:
            yield from form.spans(text)
        for core in self._cores:
            yield from (_widened(text, start, end) for start, end in core.spans(text))


def _lost(text: str) -> t.Iterator[str]:
    """It with what is not ASCII lost, byte by byte; a character that is lost as a whole is seen to below.

    This is a form of its own: with both ways for each character a hostile text could make the search take long.
    """
    if not text.isascii():
        yield text.encode("utf-8", "surrogatepass").decode("ascii", "replace")


# Escaped


def _pieces(secret: str) -> t.Iterator[tuple[int, str]]:
    """Yield the characters of a secret, each with the number of backslashes before it; "" for the end of the secret."""
    run = 0
    for char in secret:
        if char == "\\":
            run += 1
        else:
            yield run, char
            run = 0
    if run:
        yield run, ""


def _first(run: int, char: str) -> str:
    """Return a pattern for the first character. More backslashes before it may stay, because they are no part of the secret."""
    return (f"{_SLASH}{{{run}}}" if run else "") + _char(char)


def _other(run: int, char: str) -> str:
    """Return a pattern for a later character. It matches in one way only, so that no text makes the search slow."""
    if run:
        return f"{_SLASH}{{{run},{16 * run}}}" + _char(char)
    return char if _PLAIN.fullmatch(char) else _SLASHES + _char(char)


def _char(char: str) -> str:
    if _PLAIN.fullmatch(char):
        return char
    return f"(?:{'|'.join((*_as_it_is(char), *_in_json(char), _in_url(char), _in_html(char)))})"


def _as_it_is(char: str) -> t.Iterator[str]:
    """Yield the plain forms. ``%`` and ``&`` may be escaped themselves; non-ASCII may be replaced, or be decoded as Latin-1."""
    yield {"%": f"%{_REPEATED}", "&": _AMP, " ": f"(?:[ +]|%{_REPEATED}2[bB])"}.get(char, re.escape(char))
    if not char.isascii():
        yield "[?\ufffd]"
        yield re.escape(char.encode("utf-8", "surrogatepass").decode("latin-1"))


def _in_json(char: str) -> t.Iterator[str]:
    """Yield the escapes of JSON and Python. The backslashes before them are matched elsewhere; nested JSON has more of those."""
    units = char.encode("utf-16-be", "surrogatepass")
    yield _coded("u", [units[at : at + 2].hex() for at in range(0, len(units), 2)])
    yield _coded("x", [f"{byte:02x}" for byte in char.encode("utf-8", "surrogatepass")])
    if 128 <= ord(char) < 256:
        yield _coded("x", [f"{ord(char):02x}"])
    if ord(char) > 0xFFFF:
        yield _coded("U", [f"{ord(char):08x}"])
    if char in _SHORT:
        yield _SLASHED + _SHORT[char]


def _coded(letter: str, codes: t.Iterable[str]) -> str:
    return _SLASHED + _SLASHES.join(letter + _any_case(code) for code in codes)


def _in_url(char: str) -> str:
    return "".join(f"%{_REPEATED}{_any_case(f'{byte:02x}')}" for byte in char.encode("utf-8", "surrogatepass"))


def _in_html(char: str) -> str:
    """Return a pattern for the escapes of HTML and XML."""
    # The table has hundreds of names, and most runs do not need it.
    from html.entities import codepoint2name  # noqa: PLC0415

    names = {codepoint2name.get(ord(char), ""), "apos" if char == "'" else ""} - {""}
    numbers = (f"#0{{0,4}}{ord(char)}", f"#[xX]0{{0,4}}{_any_case(f'{ord(char):x}')}")
    return f"{_AMP}(?:{'|'.join((*sorted(names), *numbers))});"


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


# Base64


def _in_base64(secret: str) -> tuple[set[str], set[str]]:
    """Return the secret alone in base64, and its cores: what base64 shows of it within other text, such as ``user:secret``."""
    if len(secret) > _MAX_IN_BASE64:
        return set(), set()
    data = secret.encode("utf-8", "surrogatepass")
    encoders = (b64encode, urlsafe_b64encode)
    whole = {encode(data).decode() for encode in encoders}
    cores = {_core(encode, data, before) for encode in encoders for before in range(3)}
    return whole, {core for core in cores if len(core) >= _MIN_CORE}


def _core(encode: t.Callable[[bytes], bytes], data: bytes, before: int) -> str:
    """Return the base64 characters that hold only the secret, if ``before`` bytes of its first group of three are not its own."""
    text = encode(b"\0" * before + data).decode()
    return text[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


def _widened(text: str, start: int, end: int) -> Span:
    """Widen a span by the characters around it that may hold a part of the secret."""
    tail = _TAIL.match(text, end)
    head = 1 if start and _LETTER.match(text, start - 1) else 0
    return start - head, tail.end() if tail else end
