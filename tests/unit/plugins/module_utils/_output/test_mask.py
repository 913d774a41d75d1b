# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, and text that plays tricks, stay out of what is shown. Every secret in here holds ``hush``."""

from __future__ import annotations

import html
import json
import sys
import threading
import time
import typing as t
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import MASKED, Mask
from support.rows import each_row

SECRETS = ["hush", "hush-longer", "hush/+= %", "hush'\"\\", "hush任"]

TEXTS = {
    "nothing": ("all is well", "all is well"),
    "alone": ("hush", MASKED),
    "inside": ("key=hush;", f"key={MASKED};"),
    "twice": ("hush and hush", f"{MASKED} and {MASKED}"),
    "a longer one that holds a shorter one": ("hush-longer", MASKED),
    "percent-encoded": (f"?k={quote('hush/+= %', safe='~')}&x", f"?k={MASKED}&x"),
    "as Python shows it": (f"bad value {SECRETS[3]!r}", f"bad value '{MASKED}'"),
    "not ASCII": ("hush任!", f"{MASKED}!"),
    "not ASCII, percent-encoded": (quote("hush任"), MASKED),
}


@pytest.mark.parametrize(("text", "shown"), TEXTS.values(), ids=TEXTS.keys())
def test_a_secret_is_masked_wherever_it_stands(text: str, shown: str) -> None:
    assert Mask(SECRETS).text(text) == shown
    assert Mask(SECRETS).line(text) == shown


def test_a_secret_that_is_learnt_later_is_masked_from_then_on() -> None:
    mask = Mask()
    assert mask.text("hush") == "hush"
    mask.add(["hush-longer"])
    mask.add(["hush"])
    assert mask.text("hush-longer hush") == f"{MASKED} {MASKED}"


def test_an_empty_secret_masks_nothing() -> None:
    assert Mask(["", "hush"]).text("abc") == "abc"


def lower(text: str) -> str:
    """The percent-encoded text with small digits."""
    first, *others = text.split("%")
    return "%".join((first, *(part[:2].lower() + part[2:] for part in others)))


# How software writes a text into another: a name, and what it makes of it.
WRITERS: dict[str, t.Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON that is not ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON with an escaped slash": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON with large digits": lambda text: json.dumps(text).replace("\\u00e9", "\\u00E9"),
    "JSON that is safe in HTML": lambda text: (
        json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("'", "\\u0027")
    ),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))),
    "JSON in a URL": lambda text: quote(json.dumps(text), safe=""),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "HTML in JSON": lambda text: json.dumps(html.escape(text)).replace("&", "\\u0026"),
    "a path": quote,
    "a query": lambda text: quote(text, safe=""),
    "a query with small digits": lambda text: lower(quote(text, safe="")),
    "a query in a query": lambda text: quote(quote(text, safe=""), safe=""),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML with numbers": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    "HTML in HTML": lambda text: html.escape(html.escape(text)),
    "XML": escape,
    "an attribute of XML": quoteattr,
    "Python": repr,
    "bytes of Python": lambda text: repr(text.encode()),
    "ASCII of Python": ascii,
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "Latin-1 read as UTF-8": lambda text: text.encode("latin-1", "replace").decode("utf-8", "replace"),
    "UTF-8 read as ASCII": lambda text: text.encode().decode("ascii", "replace"),
    "a form in a query": lambda text: quote(quote_plus(text), safe=""),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: urlsafe_b64encode(text.encode()).decode(),
    "base64 in JSON of PHP": lambda text: b64encode(text.encode()).decode().replace("/", "\\/"),
    "base64 in a query": lambda text: quote(b64encode(text.encode()).decode(), safe=""),
}
# Passwords and tokens of all kinds, each of which holds this.
HEART = "Hush4me"
ODD_SECRETS = [
    HEART,
    f"a\"b\\c&d'{HEART}/e+f=g h<i>%j%25k?~",
    f"é任😀{HEART}ü",
    f"{HEART}é任{HEART}ü{HEART}",
    f"\\{HEART}\\",
    f'"{HEART}""',
    f"{HEART}. ",
    f"two  spaces {HEART}",
    f"{HEART}\n{HEART}\t",
]


@each_row("secret", ODD_SECRETS)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_secret_is_masked_in_every_form_in_which_it_can_come_back(write: t.Callable[[str], str], secret: str) -> None:
    mask, text = Mask([secret]), f"cannot parse: {write(secret)} (400)"
    for shown in (mask.text(text), mask.line(text), json.dumps(mask.data({text: [text]}), ensure_ascii=False)):
        assert "Hush" not in shown
        assert write("Hush") not in shown
        assert shown.count("cannot parse: ") >= 1
        assert MASKED in shown


@pytest.mark.parametrize("secret", [HEART, "pw-é/", "pass5", f"{HEART}{HEART}+"])
@each_row("encode", [b64encode, urlsafe_b64encode])
@each_row("user", ["", "u", "us", "usr", "üser"])
@each_row("end", ["", "x", "xy"])
def test_user_and_password_in_base64_are_masked(
    user: str, end: str, encode: t.Callable[[bytes], bytes], secret: str
) -> None:
    told = encode(f"{user}:{secret}{end}".encode()).decode()
    shown = Mask([secret]).text(f"Basic {told}!")
    # Less than a character of it could be told from what is left on either side.
    rest = shown.removeprefix("Basic ").removesuffix("!").split(MASKED)
    assert len(rest) == 2
    assert len(rest[0]) * 6 // 8 <= len(f"{user}:".encode())
    assert len(rest[1].rstrip("=")) * 6 // 8 <= len(end.encode())


def test_a_text_that_only_resembles_a_secret_is_left_alone() -> None:
    mask = Mask(["a/b", "AK", "pass word"])
    for text in ("a b", "a\\b", "password", "Qs", "/v3/a%20b", "a&amp;b"):
        assert mask.text(text) == text


def test_where_two_secrets_overlap_neither_is_shown() -> None:
    assert Mask(["hush-one", "one-quiet"]).text("hush-one-quiet!") == f"{MASKED}!"


def test_a_message_that_is_tidied_shows_no_more_of_a_secret() -> None:
    for secret in ("hush. ", " hush", "hu  sh", "hush."):
        mask = Mask([secret])
        for tidied in (secret.strip(), secret.rstrip(". "), " ".join(secret.split())):
            assert "hu" not in mask.text(f"no: {tidied}")


HOSTILE = ["\\", "%", "%25", "&", "&amp;", "\\u00", "?", '"', '\\"', "é", "=", "hush", "hush\\"]


@pytest.mark.parametrize("piece", HOSTILE)
@each_row("secret", [*ODD_SECRETS, "\\" * 20, '"' * 20, '\\"' * 20, "%25" * 20, "é" * 20, 'hush"' * 5])
def test_no_text_makes_the_search_take_long(secret: str, piece: str) -> None:
    mask = Mask([secret])
    mask.text(piece)
    began = time.process_time()
    mask.text(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 1.0


def test_secrets_that_several_threads_bring_at_once_are_all_kept() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for dummy in range(60):
            mask, together = Mask(), threading.Barrier(8)
            secrets = [f"token-{each}-" + "x" * 300 for each in range(8)]

            def learn(secret: str, mask: Mask = mask, together: threading.Barrier = together) -> None:
                together.wait()
                mask.add((secret,))

            threads = [threading.Thread(target=learn, args=(secret,)) for secret in secrets]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert [mask.text(secret) for secret in secrets] == [MASKED] * 8
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("length", [1999, 2000, 2001, 1_000_000])
def test_a_line_is_of_bounded_length_and_no_half_of_a_secret_is_at_its_cut(length: int) -> None:
    secret = "Hush4me" * 30
    for text in ("x" * length, (secret + " ") * (length // 200), "y" * 1400 + secret * 9 + "z" * length):
        line = Mask([secret]).line(text)
        assert len(line) <= 2000
        assert "ush4" not in line
        assert line[:9] in (text[:9], MASKED + " ")


DATA: dict[str, tuple[t.Any, t.Any]] = {
    "text": ("hush", MASKED),
    "a value": ({"a": "x hush"}, {"a": f"x {MASKED}"}),
    "a key": ({"hush": 1}, {MASKED: 1}),
    "a list": (["hush", 1, None, True], [MASKED, 1, None, True]),
    "a tuple": (("hush",), [MASKED]),
    "deep": ({"a": [{"b": {"c hush": ["hush"]}}]}, {"a": [{"b": {f"c {MASKED}": [MASKED]}}]}),
    "a key that is a number": ({1: "hush"}, {1: MASKED}),
}


@pytest.mark.parametrize(("data", "shown"), DATA.values(), ids=DATA.keys())
def test_secrets_are_masked_in_data_of_any_depth(data: t.Any, shown: t.Any) -> None:
    assert Mask(SECRETS).data(data) == shown


def test_masking_leaves_the_data_itself_alone() -> None:
    data = {"a": ["hush"]}
    Mask(SECRETS).data(data)
    assert data == {"a": ["hush"]}


# A hostile endpoint may nest its answer as deep as the JSON reader takes it; that it is shown must not end the wait.
@pytest.mark.parametrize("depth", [10, 100, 400, 800])
def test_whatever_depth_is_read_can_be_masked(depth: int) -> None:
    data = json.loads('{"a": [' * (depth // 2) + '"hush"' + "]}" * (depth // 2))
    assert "hush" not in json.dumps(Mask(SECRETS).data(data))


# name: text, what is shown on a line.
TRICKS = {
    "line feed": ("a\nb", "a\\nb"),
    "carriage return": ("a\rb", "a\\rb"),
    "tab": ("a\tb", "a\\tb"),
    "colour": ("\x1b[31mred", "\\x1b[31mred"),
    "C1 control": ("a\x9bb", "a\\x9bb"),
    "backspace": ("a\bb", "a\\x08b"),
    "null": ("a\0b", "a\\x00b"),
    "right to left": ("a\u202eb", "a\\u202eb"),
    "zero width": ("a\u200bb", "a\\u200bb"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "half a surrogate": ("a\ud800b", "a\\ud800b"),
    "no-break space": ("a\u00a0b", "a\\xa0b"),
    "letters of any kind": ("任 é ü 😀", "任 é ü 😀"),
    "a space": ("a b", "a b"),
    "a forged line": ("ok\nPLAY RECAP hush", f"ok\\nPLAY RECAP {MASKED}"),
}


@pytest.mark.parametrize(("text", "shown"), TRICKS.values(), ids=TRICKS.keys())
def test_a_line_shows_what_would_move_the_cursor_escaped(text: str, shown: str) -> None:
    assert Mask(SECRETS).line(text) == shown


@given(text=st.text())
def test_a_line_is_one_printable_line_that_can_be_written(text: str) -> None:
    line = Mask().line(text)
    assert line.isprintable()
    assert line.encode().decode() == line
    assert len(line.splitlines()) <= 1


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=3, max_size=12)


@given(secret=PRINTABLE.filter(lambda text: "*" not in text), before=st.text(), after=st.text())
def test_no_secret_is_left_in_any_form(secret: str, before: str, after: str) -> None:
    mask = Mask([secret])
    for form in (secret, quote(secret, safe="~"), quote(secret, safe="")):
        text = before + form + after
        assert form not in mask.text(text)
        assert form not in mask.line(text)
        assert form not in mask.data({form: [text]})


KEYS = {
    "__ansible_type": "api__ansible_type",
    "__ansible_unsafe": "api__ansible_unsafe",
    "__ansible_vault": "api__ansible_vault",
    "_ansible_no_log": "api_ansible_no_log",
    "ansible_facts": "ansible_facts",
    "_ansible": "_ansible",
    "ansible__ansible_type": "ansible__ansible_type",
    "__Ansible_type": "__Ansible_type",
}


@pytest.mark.parametrize(("key", "shown"), KEYS.items())
def test_a_key_that_core_keeps_for_itself_is_given_another_name_and_its_value_stays(key: str, shown: str) -> None:
    assert Mask().data([{"a": {key: {key: 1}, "b": 2}}]) == [{"a": {shown: {shown: 1}, "b": 2}}]
    assert Mask().values({"raw": {key: [1]}}) == {"raw": {shown: [1]}}
