# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lint, ansible-test sanity and pytest."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from tooling.collection import COLLECTION, TREE, stage
from tooling.environments import DEV, HOME, Env, env_for, interpreters, pip_config, user_env
from tooling.process import ROOT, Stop, ask, finish, require, run, say

BOOTSTRAP = """\
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "pip-{version}-py3-none-any.whl"))
from pip._internal.cli.main import main
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall"] + arguments))
"""


PROXIES = ("http_proxy", "https_proxy", "all_proxy")
"""Variables that the vendors' own clients obey even for addresses of this machine."""


def lint(programs: Path) -> None:
    """Run all checks and report what they find; raise Stop if any fails. Repair nothing."""
    package = ".".join(COLLECTION.parts)
    kinds = ("action", "filter", "module_utils", "plugin_utils", "test")
    sources = (*(f"plugins.{kind}" for kind in kinds), "extensions")
    typed = [*(f"{package}.{name}" for name in sources), "local_cloud", "support", "tooling"]
    checks = {
        "ruff check": ["ruff", "check", "--quiet", "--output-format", "concise"],
        # The sanity tests of older cores check this, and ruff has no rule for it.
        "pycodestyle": ["pycodestyle", "--select=E704", "plugins", "extensions", "tests"],
        "ruff format": ["ruff", "format", "--quiet", "--check"],
        "mypy dev": ["mypy", "dev"],
        "mypy": ["mypy", *(word for name in typed for word in ("-p", name))],
    }
    env = env_for(programs)
    failed = [name for name, (tool, *words) in checks.items() if run(programs / tool, *words, env=env)]
    failed += [] if keeps_contracts(programs) else ["import-linter"]
    if failed:
        raise Stop(f"lint: {', '.join(failed)}")


def keeps_contracts(programs: Path) -> bool:
    """Return whether all imports keep the contracts in pyproject.toml; print those that do not."""
    command = (programs / "lint-imports", "--no-logo", "--no-cache")
    done = finish(command, env=env_for(programs, PYTHONPATH=TREE), stdout=subprocess.PIPE)
    if done.returncode:
        say(done.stdout)
    return not done.returncode


def prepare_home(programs: Path, home: Path) -> None:
    """Give ansible-test a script that installs the pip it wants, which it would otherwise fetch from the network."""
    pip_config(home)
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    source = next(programs.parent.glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py"))
    for version in set(re.findall(r"pip='([\d.]+)'", source.read_text())):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            options = ["--quiet", "--no-deps", "--dest", str(cache)]
            ask(programs / "pip", "download", *options, f"pip=={version}", env=user_env())
            script.write_text(BOOTSTRAP.format(version=version))


@functools.cache
def python_links() -> Path:
    """Make a folder in which each Python that was found has its usual name, and return it."""
    pythons = DEV / "pythons"
    shutil.rmtree(pythons, ignore_errors=True)
    pythons.mkdir(parents=True)
    for version, path in interpreters().items():
        (pythons / f"python{version}").symlink_to(path)
    return pythons


def sanity_path(programs: Path) -> str:
    """Return a PATH on which every python3.x runs: the environment's own, then those found, and no shims."""
    others = [folder for folder in os.get_exec_path() if Path(folder).name != "shims"]
    return os.pathsep.join([str(programs), str(python_links()), *others])


def repository(name: str, env: Env) -> Path:
    """Copy the collection and make the copy a git repository, because ansible-test checks the files that git knows."""
    copy = stage(name)
    ask("git", "init", "--quiet", cwd=copy, env=env)
    ask("git", "add", "--all", cwd=copy, env=env)
    return copy


def sanity(programs: Path, *words: str, name: str = "stage", home: Path = HOME, quiet: bool = False) -> None:
    """Run ansible-test sanity with these arguments. If ``quiet``, print its output only when it fails."""
    prepare_home(programs, home)
    env = env_for(programs, PATH=sanity_path(programs), HOME=home, ANSIBLE_HOME=home / ".ansible")
    command: tuple[str | Path, ...] = (programs / "ansible-test", "sanity", *words)
    copy = repository(name, env)
    if quiet:
        ask(*command, cwd=copy, env=env)
    else:
        require("ansible-test sanity", run(*command, cwd=copy, env=env))


def pytest_env(programs: Path, installed: Path, **variables: str | Path) -> Env:
    """Return the environment of pytest: the tree is importable, playbooks use the installed collection, and no proxy is set."""
    path = os.pathsep.join([str(TREE), str(ROOT / "tests")])
    env = env_for(programs, MULTICLOUD_INSTALLED=installed, PYTHONPATH=path, **variables)
    return {name: value for name, value in env.items() if name.lower() not in PROXIES}


def pytest(programs: Path, installed: Path, *arguments: str, **variables: str | Path) -> int:
    """Run pytest with its output shown; return its exit code."""
    env = pytest_env(programs, installed, **variables)
    return run(programs / "python", "-m", "pytest", *arguments, env=env)


def pytest_summary(programs: Path, installed: Path, *arguments: str, **variables: str | Path) -> str:
    """Run pytest and return the summary line; print the output only when it fails."""
    env = pytest_env(programs, installed, **variables)
    return ask(programs / "python", "-m", "pytest", *arguments, env=env).splitlines()[-1].strip("= ")
