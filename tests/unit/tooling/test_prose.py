# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users read is plain English: the worst patterns that must be read twice stay out of documentation and messages."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

from tooling.process import ROOT

PATTERNS = {
    "riddles": r"what was to give|what time does not heal|is not to be had|nothing is completed from|hands? back what",
    "where as if": r"\bwhere (?:nothing|nobody|none (?:of|is))\b",
    "inverted order": r"\b(?:of which|of whose) (?:a|the|no) \w+ (?:tells|says|has)\b|\bfor want of\b",
    "gone on with": r"\bgone on with\b|\bgoes on with what\b|\bis to begin with\b|\bis to look like\b",
    "lest and ever": r"\blest\b|\bwhosoever\b",
    "quotes of another language": r"[«»]",
    "markup that is not rendered": r"\b[OVCM]\((?=\s|\))",
    "said of things": r"\bknown no more\b",
    "nominal riddles": r"\bso many seconds\b|\bin the words? of the API\b|\bwhat (?:it|they) made\b",
    "undecided": r"\bthe rest was decided without it\b",
    "things that tell": r"\bwhere the API (?:tells|does not tell|itself)\b|\bV\(null\) where\b|\bby which the support\b",
}
"""What is kept out, by the reason. A pattern is searched for without regard to case."""

DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs" / "docsite" / "rst").glob("guide_*.rst")),
    *sorted((ROOT / "roles").glob("*/README.md")),
    *sorted((ROOT / "roles").glob("*/*/*.yml")),
    *sorted((ROOT / "examples").rglob("*.yml")),
)
SOURCES = (
    *sorted((ROOT / "plugins").rglob("*.py")),
    *sorted((ROOT / "extensions").rglob("*.py")),
)


def texts_of(source: str) -> t.Iterator[tuple[int, str]]:
    """Yield the texts of a program that a user may read, each with its line: all but docstrings."""
    tree = ast.parse(source)
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, described) and _has_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _has_docstring(node: t.Any) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def objections(text: str) -> list[str]:
    """Return each place of a text that a pattern finds, with the reason."""
    flat = " ".join(text.split())
    found = ((reason, re.search(pattern, flat, re.IGNORECASE)) for reason, pattern in PATTERNS.items())
    return [f"{reason}: {flat[max(0, match.start() - 40) : match.end() + 40]}" for reason, match in found if match]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_is_in_plain_words(path: Path) -> None:
    assert objections(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_messages_and_documentation_of_a_plugin_are_in_plain_words(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    found = [(line, objection) for line, text in texts_of(source) for objection in objections(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "ids: what was to give it has none",
        "Where nothing has been answered yet, the wait ends.",
        "Without it the wait is gone on with.",
        "Use O( journal) for that.",
        "It is read again, lest it is lost.",
        "The state in the word of the API.",
        "So many seconds or less a tenth of the runs took.",
        "The region that was asked, V(null) where none was given.",
    ],
)
def test_a_sentence_that_must_be_read_twice_is_found(text: str) -> None:
    assert objections(text)
