# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The forms in which a secret may come back: as it is, or as JSON, URLs, HTML, XML and base64 write it. Pure."""

from __future__ import annotations

import re
import typing as t
from base64 import b64encode, urlsafe_b64encode

Span = tuple[int, int]
"""Where a secret begins in a text, and where it ends."""

# What is written as it is everywhere. Any other character may be escaped.
_PLAIN = re.compile(r"[A-Za-z0-9_.-]*", re.ASCII)
# An ASCII text without any of these holds nothing that is escaped; a form writes a space as a plus.
_SIGNS = ("\\", "%", "&", "+")
# How often an escape may be escaped again. Without a bound a hostile text could make the search take long.
_AGAIN = "(?:25){0,3}"
_SLASHES = rf"(?:\\|%{_AGAIN}5[cC]){{0,16}}"
_SLASHED = r"(?:(?<=\\)|(?<=5[cC]))"
_SLASH = rf"(?:\\|{_SLASHED}u005[cC]|%{_AGAIN}5[cC]|&(?:amp;){{0,3}}(?:bsol|#92|#[xX]5[cC]);)"
_AMP = r"(?:&|(?<=\\)u0026)(?:amp;){0,3}"
_SHORT = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r"}
_LETTER = re.compile(r"[A-Za-z0-9+/_-]", re.ASCII)
_TAIL = re.compile(r"[A-Za-z0-9+/_-]?={0,2}", re.ASCII)
# Characters of base64 that a secret must fill alone, so that they tell of it and of nothing else.
_TELLING = 5
# What is longer is a token, which nobody sends as a password in base64.
_LONG = 256


class Form:
    """A text that is a secret, or shows one, as it is or escaped."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._always = not text.isascii()
        self._plain = _PLAIN.fullmatch(text) is not None
        self._escaped: t.Optional[t.Pattern[str]] = None

    def spans(self, text: str) -> t.Iterator[Span]:
        """Where it stands in a text."""
        start = text.find(self.text)
        while start >= 0:
            yield start, start + len(self.text)
            # One may begin within another.
            start = text.find(self.text, start + 1)
        if not self._plain and (self._always or any(sign in text for sign in _SIGNS)):
            yield from (match.span() for match in self._pattern().finditer(text))

    def _pattern(self) -> t.Pattern[str]:
        """Made when it is needed: few texts hold anything that is escaped."""
        if self._escaped is None:
            first, *others = _pieces(self.text)
            self._escaped = re.compile(_first(*first) + "".join(_other(*each) for each in others))
        return self._escaped


class Secret:
    """A secret, found in whatever form it stands in."""

    def __init__(self, text: str) -> None:
        whole, cores = _in_base64(text)
        self._forms = [Form(each) for each in (text, *whole, *_lost(text))]
        self._cores = [Form(each) for each in cores]
        self._shortest = min(len(form.text) for form in (*self._forms, *self._cores))

    def spans(self, text: str) -> t.Iterator[Span]:
        """Where it stands in a text."""
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
    """The characters of a secret, each with the number of backslashes before it; "" where they end it."""
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
    """A pattern for the beginning. More backslashes before it may stay: they are not of it."""
    return (f"{_SLASH}{{{run}}}" if run else "") + _char(char)


def _other(run: int, char: str) -> str:
    """A pattern for what follows. There is one way to match it, so no text can make it take long."""
    if run:
        return f"{_SLASH}{{{run},{16 * run}}}" + _char(char)
    return char if _PLAIN.fullmatch(char) else _SLASHES + _char(char)


def _char(char: str) -> str:
    if _PLAIN.fullmatch(char):
        return char
    return f"(?:{'|'.join((*_as_it_is(char), *_in_json(char), _in_url(char), _in_html(char)))})"


def _as_it_is(char: str) -> t.Iterator[str]:
    """A percent sign and an ampersand may be escaped themselves; what is not ASCII may be lost, or be read as Latin-1."""
    yield {"%": f"%{_AGAIN}", "&": _AMP, " ": f"(?:[ +]|%{_AGAIN}2[bB])"}.get(char, re.escape(char))
    if not char.isascii():
        yield "[?\ufffd]"
        yield re.escape(char.encode("utf-8", "surrogatepass").decode("latin-1"))


def _in_json(char: str) -> t.Iterator[str]:
    """As JSON and Python write it. Backslashes before it are matched already; JSON in JSON has more of them."""
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
    return "".join(f"%{_AGAIN}{_any_case(f'{byte:02x}')}" for byte in char.encode("utf-8", "surrogatepass"))


def _in_html(char: str) -> str:
    """As HTML and XML write it."""
    # It is a table of hundreds of names, which most runs have no use for.
    from html.entities import codepoint2name  # noqa: PLC0415

    names = {codepoint2name.get(ord(char), ""), "apos" if char == "'" else ""} - {""}
    numbers = (f"#0{{0,4}}{ord(char)}", f"#[xX]0{{0,4}}{_any_case(f'{ord(char):x}')}")
    return f"{_AMP}(?:{'|'.join((*sorted(names), *numbers))});"


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


# Base64


def _in_base64(secret: str) -> tuple[set[str], set[str]]:
    """It alone in base64, and what it is there between other text, such as user and colon, for each place it may begin at."""
    if len(secret) > _LONG:
        return set(), set()
    data = secret.encode("utf-8", "surrogatepass")
    encoders = (b64encode, urlsafe_b64encode)
    whole = {encode(data).decode() for encode in encoders}
    cores = {_core(encode, data, before) for encode in encoders for before in range(3)}
    return whole, {core for core in cores if len(core) >= _TELLING}


def _core(encode: t.Callable[[bytes], bytes], data: bytes, before: int) -> str:
    """The characters that hold nothing but the secret, when ``before`` bytes of a group of three are not of it."""
    text = encode(b"\0" * before + data).decode()
    return text[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


def _widened(text: str, start: int, end: int) -> Span:
    """With the characters around it that may hold a part of it."""
    tail = _TAIL.match(text, end)
    head = 1 if start and _LETTER.match(text, start - 1) else 0
    return start - head, tail.end() if tail else end
