# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files need ansible-core: those that import it, and those that import such files. Read from the source, not run."""

from __future__ import annotations

import ast
import functools
import typing as t
from pathlib import Path

from tooling.process import ROOT

OURS = "ansible_collections.multicloud.tasks."


def imported(source: str, package: t.Sequence[str]) -> t.Iterator[str]:
    """The dotted names that a file of a package imports, relative ones made absolute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            start = list(package[: len(package) + 1 - node.level]) if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def found_at(name: str) -> Path | None:
    """The file of a module of ours, by its dotted name; a name in a module, or somebody else's module, has none."""
    folders = [ROOT] if name.startswith(OURS) else [ROOT / "tests", ROOT / "tests" / "unit"]
    words = name.removeprefix(OURS).split(".")
    paths = [folder.joinpath(*words) for folder in folders]
    files = (file for path in paths for file in (path.with_suffix(".py"), path / "__init__.py"))
    return next((file for file in files if file.is_file()), None)


def package_of(path: Path) -> list[str]:
    """The package that a file is in."""
    words = path.relative_to(ROOT).parent.parts
    return [*OURS.rstrip(".").split("."), *words] if words[:1] == ("plugins",) else list(words[1:])


@functools.cache
def uses(path: Path) -> tuple[bool, frozenset[Path]]:
    """Whether a file itself imports ansible-core, and the files of ours that it imports."""
    names = set(imported(path.read_text(encoding="utf-8"), package_of(path)))
    core = any(name.partition(".")[0] in {"ansible", "ansible_test"} for name in names)
    return core, frozenset(file for file in map(found_at, names) if file)


def needs_core(path: Path) -> bool:
    """Whether a file imports ansible-core, itself or through others."""
    seen: set[Path] = set()
    todo = [path]
    while todo:
        file = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        core, others = uses(file)
        if core:
            return True
        todo.extend(others)
    return False
