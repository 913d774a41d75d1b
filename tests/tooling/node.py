# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs packages of npm under .dev."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

from tooling.environments import DEV, HOME, user_env
from tooling.process import ROOT, Stop, ask, say


def node_packages(name: str, packages: t.Sequence[str]) -> Path:
    """Return the folder that has node_modules with these packages, and make it unless a stamp says that it is complete."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        raise Stop(
            f"there is no {' and no '.join(missing)} on PATH, and Microsoft's servers of operations are written for Node.js; "
            "install Node.js 20 or newer, on Debian and Ubuntu: apt install nodejs npm"
        )
    folder = DEV / "npm" / name
    stamp, wanted = folder / "stamp", "\n".join(packages)
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder
    say(f"    making {folder.relative_to(ROOT)}: once, about a minute")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true}\n')
    env = {**user_env(), "HOME": str(HOME), "npm_config_cache": str(DEV / "cache" / "npm")}
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    # Nothing that is installed may run code while it is: the servers need none of that.
    ask("npm", "install", "--ignore-scripts", "--save-exact", *quiet, *packages, cwd=folder, env=env)
    stamp.write_text(wanted)
    return folder
