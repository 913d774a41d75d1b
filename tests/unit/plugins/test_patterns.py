# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every regular expression of the collection ends soon on every text: the time grows with its length, and not faster.

They are found in the source and in the catalogue, so a new one is among them. While one matches, nothing else of the
process runs.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import pathlib
import re
import signal
import sys
import time
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._aws.partitions import PARTITIONS
from ansible_collections.multicloud.tasks.plugins.module_utils._options.texts import _assignment_pattern
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import _LASTING, _TEMPORARY

PACKAGE = "ansible_collections.multicloud.tasks"
ROOT = pathlib.Path(importlib.import_module(PACKAGE).__path__[0])
FILES = sorted(file for folder in ("plugins", "extensions") for file in (ROOT / folder).rglob("*.py"))
METHODS = ("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")
# What is no literal: where the patterns of the catalogue, which are tried below, and of definitions are used.
OF_THE_CATALOGUE = {
    *("pattern", "provider.region_form", "own_forms"),
    *("provider.code_form", "form.pattern", "partition.regions"),
}
# What is built of literals at run time: tried with what it is built of, below and in the tests of the mask.
BUILT = {
    "_first(*first) + ''.join((_other(*each) for each in others))",
    "_assignment(names)",
}
HANDED_ON = {"on_code", "on_message", "fallback.when", "_LASTING"}
LENGTH = 30_000
# A text of that length takes some milliseconds where the time grows with it, and much more where it grows with its square.
SOON = 0.1
PARSER: t.Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")


class Use(t.NamedTuple):
    """A pattern, and the way it is tried on texts."""

    pattern: re.Pattern[str]
    method: str


def module_of(file: pathlib.Path) -> t.Any:
    return importlib.import_module(".".join((PACKAGE, *file.relative_to(ROOT).with_suffix("").parts)))


def calls_in(tree: ast.AST, name: str) -> t.Iterator[tuple[ast.Call, str]]:
    """The calls of methods of what has this name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == name and node.func.attr in METHODS:
                yield node, node.func.attr


def flags_of(call: ast.Call) -> int:
    named = [each for each in ast.walk(call) if isinstance(each, ast.Attribute) and each.attr.isupper()]
    return sum(getattr(re, each.attr) for each in named if isinstance(each.value, ast.Name) and each.value.id == "re")


def evaluated(file: pathlib.Path, node: ast.expr) -> str | None:
    """A text of the source; None where only its function knows it."""
    code = compile(ast.Expression(node), str(file), "eval")
    try:
        return str(eval(code, dict(vars(module_of(file)))))
    except (NameError, AttributeError):
        return None


TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def uses_of(name: str) -> set[str]:
    """The methods by which a compiled pattern of this name is used, in whatever file."""
    return {method for tree in TREES.values() for dummy, method in calls_in(tree, name)}


def named(tree: ast.AST) -> dict[ast.expr, str]:
    """What is assigned to a name, and that name."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    return {node.value: target.id for node in assigned for target in node.targets if isinstance(target, ast.Name)}


def of_the_source() -> t.Iterator[tuple[str, Use]]:
    for file, tree in TREES.items():
        names = named(tree)
        for call, method in calls_in(tree, "re"):
            text = evaluated(file, call.args[0])
            if text is None:
                continue
            pattern = re.compile(text, flags_of(call))
            methods = uses_of(names[call]) if method == "compile" else {method}
            for each in sorted(methods or {"search"}):
                yield f"{file.relative_to(ROOT)}:{call.lineno} {each}", Use(pattern, each)


def of_the_catalogue() -> t.Iterator[tuple[str, Use]]:
    for provider in PROVIDERS.values():
        yield f"{provider.name} region", Use(re.compile(provider.region_form, re.ASCII), "fullmatch")
        yield f"{provider.name} own region", Use(re.compile(provider.region_names, re.ASCII), "fullmatch")
        services = provider.services.values()
        if provider.code_form:
            yield f"{provider.name} code", Use(re.compile(provider.code_form), "search")
        rows = {row[:2] for codes in (provider.codes, *(service.codes for service in services)) for row in codes}
        told = {text for row in rows for text in row if text}
        whens = {service.fallback.when for service in services if service.fallback}
        forms = {form.pattern for service in services for form in service.qualified}
        starts = [provider.start, *(service.started_by for service in services if service.started_by)]
        places = {each for start in starts for each in (*start.urls, *(pattern for dummy, pattern in start.headers))}
        yield from (
            (f"{provider.name} {text}", Use(re.compile(text), "search"))
            for text in sorted(told | whens | places | forms)
        )


def of_the_partitions() -> t.Iterator[tuple[str, Use]]:
    for partition in PARTITIONS:
        yield f"{partition.name} regions", Use(re.compile(partition.regions, re.ASCII), "fullmatch")


BESIDE = Use(_assignment_pattern(frozenset({"password", "secret_key"})), "finditer")
OF_CODES = [(f"code {text}", Use(re.compile(text), "search")) for text in (_LASTING, *(row[0] for row in _TEMPORARY))]
USES = dict([*OF_CODES, *of_the_source(), *of_the_catalogue(), *of_the_partitions(), ("a value beside a name", BESIDE)])


def test_no_pattern_is_overlooked() -> None:
    assert not [file for file in FILES if re.search(r"from re import|import regex", file.read_text(encoding="utf-8"))]
    local = {
        ast.unparse(call.args[0])
        for file, tree in TREES.items()
        for call, dummy in calls_in(tree, "re")
        if evaluated(file, call.args[0]) is None
    }
    assert local == OF_THE_CATALOGUE | BUILT
    handed = {
        ast.unparse(node.args[0])
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "matches"
    }
    assert handed == HANDED_ON
    assert len(USES) > 60


# Hostile texts: what a repetition repeats, again and again, behind what leads to it, and then something that does not fit.


def sample(part: t.Any) -> str:
    """A text that a part of a parsed pattern matches, or nearly."""
    return "".join(_SAMPLES.get(str(name), lambda value: "")(value) for name, value in part)


def _of_set(items: t.Any) -> str:
    kinds = {str(name): value for name, value in items}
    if "NEGATE" in kinds:
        return next(char for char in "a1 -_\n" if ord(char) not in [v for name, v in items if str(name) == "LITERAL"])
    name, value = items[0]
    return _of_category(value) if str(name) == "CATEGORY" else chr(value[0] if isinstance(value, tuple) else value)


def _of_category(value: t.Any) -> str:
    return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}.get(str(value), "-")


_SAMPLES: dict[str, t.Callable[[t.Any], str]] = {
    "LITERAL": chr,
    "NOT_LITERAL": lambda value: "b" if value == ord("a") else "a",
    "ANY": lambda value: "a",
    "IN": _of_set,
    "BRANCH": lambda value: sample(value[1][-1]),
    "SUBPATTERN": lambda value: sample(value[-1]),
    "MAX_REPEAT": lambda value: sample(value[2]) * max(1, int(value[0])),
    "MIN_REPEAT": lambda value: sample(value[2]) * max(1, int(value[0])),
}


def parts_of(part: t.Any, before: str = "") -> t.Iterator[tuple[str, str]]:
    """What leads to each repetition or choice of a parsed pattern, and what is in it."""
    for name, value in part:
        inner = [each for each in (value if isinstance(value, (tuple, list)) else ()) if hasattr(each, "data")]
        inner += value[1] if str(name) == "BRANCH" else []
        for each in inner:
            yield before, sample(each)
            yield from parts_of(each, before)
        before += sample([(name, value)])
        yield "", f"{before} "


def hostile(pattern: str) -> t.Iterator[str]:
    parsed = PARSER.parse(pattern)
    pumped = {("", char) for char in ("a", "1", " ", "-", "/", "<", "{", "%a", "a-", "a.", "\n")}
    pumped |= {("", sample(parsed)), *parts_of(parsed), *(("", inner) for dummy, inner in parts_of(parsed))}
    for before, pump in sorted(pumped):
        if pump:
            yield from (before + pump * (LENGTH // len(pump)) + end for end in ("", "\n", "!", "%"))


@contextlib.contextmanager
def bounded(seconds: float) -> t.Iterator[None]:
    """Breaks off what goes on for longer: the engine listens to signals."""

    def stop(*dummy: object) -> t.NoReturn:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def tried(use: Use, text: str) -> float:
    """The seconds of processor time that it takes."""
    more = ("",) if use.method.startswith("sub") else ()
    begun = time.process_time()
    with contextlib.suppress(TimeoutError), bounded(2 * SOON):
        found = getattr(use.pattern, use.method)(*more, text)
        if use.method == "finditer":
            list(found)
    return time.process_time() - begun


def is_slow(use: Use, text: str) -> bool:
    """Whether none of three tries is quick: one of them may be held up by the garbage collector."""
    return all(tried(use, text) > SOON for dummy in range(3))


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_pattern_takes_a_time_that_grows_with_the_text(use: Use) -> None:
    assert [text[:40] for text in hostile(use.pattern.pattern) if is_slow(use, text)] == []


@pytest.mark.parametrize("pattern", ["<[^>]*>", r"(?i)\btask\b.* not found", r"(a+)+$", r"(\d+)(.*)\Z"])
def test_this_test_finds_what_is_slow(pattern: str) -> None:
    use = Use(re.compile(pattern), "search")
    assert any(is_slow(use, text) for text in hostile(pattern))
