# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, and text that plays tricks, stay out of what is shown. Every secret in here holds ``hush``."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import MASKED, Mask

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
