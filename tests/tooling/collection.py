# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies, builds and installs the collection as users get it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tooling.environments import DEV, env_for, user_env
from tooling.process import ROOT, ask

INSTALLED = DEV / "installed"
TREE = DEV / "tree"
COLLECTION = Path("ansible_collections", "multicloud", "tasks")


def stage(name: str = "stage") -> Path:
    """Copy what git holds or would add to a path that the tools of Ansible accept; return the copy."""
    copy = DEV / name / COLLECTION
    shutil.rmtree(DEV / name, ignore_errors=True)
    copy.mkdir(parents=True)
    for file in ask("git", "ls-files", "-coz", "--exclude-standard", env=user_env()).split("\0"):
        source, target = ROOT / file, copy / file
        if file and (source.is_file() or source.is_symlink()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    return copy


def build(programs: Path) -> Path:
    """Build the tarball that users get, and return its path."""
    shutil.rmtree(DEV / "build", ignore_errors=True)
    galaxy, target = programs / "ansible-galaxy", DEV / "build"
    ask(galaxy, "collection", "build", stage(), "--output-path", target, env=env_for(programs))
    return next(target.glob("*.tar.gz"))


def install(programs: Path, tarball: Path, target: Path) -> None:
    """Install the tarball as users do, but into a folder of ours and offline."""
    shutil.rmtree(target, ignore_errors=True)
    env = env_for(programs, ANSIBLE_COLLECTIONS_PATH=target)
    ask(programs / "ansible-galaxy", "collection", "install", tarball, "--offline", "-p", target, env=env)


def link_tree() -> None:
    """Make the checkout importable as ansible_collections.multicloud.tasks."""
    link = TREE / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT)
