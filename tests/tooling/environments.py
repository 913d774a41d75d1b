# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds interpreters, makes virtual environments, and sets the variables of programs."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

from tooling.process import ROOT, Stop, ask, say

DEV = ROOT / ".dev"
HOME = DEV / "home"
REQUIREMENTS = ROOT / "tests" / "requirements"

USER_SETTINGS = re.compile(
    r"(ALIBABA_?CLOUD|AWS|AZURE|ALICLOUD|ALIYUN|CLOUDSDK|GCE|GCLOUD|GCP|GIT|GOOGLE|HUAWEI(CLOUD)?|HW|OS|PYTEST)_|ANSIBLE|PYTHON"
)
"""The user's variables that must not reach a test: cloud accounts, and settings of Ansible, git hooks and Python."""

PIP_SETTINGS = {"cert": ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), "proxy": ("http_proxy", "https_proxy", "HTTPS_PROXY")}
"""Settings of pip that may also come from variables of other programs; the last one that is set counts."""

PROBE = (
    "import ensurepip, sys, venv; print('3.%d' % sys.version_info[1], getattr(sys, '_base_executable', sys.executable))"
)

Env = dict[str, str]


def usable(python: str) -> tuple[str, str] | None:
    """Return version and true path of an interpreter; None if it does not run, as with shims, or cannot make environments."""
    command = [python, "-c", PROBE]
    try:
        output = subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True, timeout=60, env=user_env())
    except (OSError, subprocess.SubprocessError):
        return None
    version, path = output.strip().split(maxsplit=1)
    return version, path


@functools.cache
def interpreters() -> dict[str, str]:
    """Return the path of every usable Python of this machine, by version."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    folders = [*map(Path, os.get_exec_path()), *sorted(pyenv.glob("*/bin"), reverse=True)]
    paths = (
        path for folder in folders for path in folder.glob("python3.*") if re.fullmatch(r"python3\.\d+", path.name)
    )
    pythons = [usable(name) for name in dict.fromkeys([sys.executable, *map(str, paths)])]
    return dict(reversed([entry for entry in pythons if entry]))


def version_of(programs: Path) -> str:
    """Return the version of the Python of an environment, as in 3.11."""
    return ask(programs / "python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])", env=user_env()).strip()


def user_env() -> Env:
    """Return the user's environment without variables that would change a result."""
    kept = {name: value for name, value in os.environ.items() if not USER_SETTINGS.match(name)}
    return {**kept, "PIP_CACHE_DIR": str(DEV / "cache" / "pip"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def env_for(programs: Path, **extra: str | Path) -> Env:
    """Return the environment for all programs but pip: a home of its own, without the user's settings and cloud accounts."""
    for folder in (HOME, DEV / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    (DEV / "ansible.cfg").touch()
    ours = {
        "HOME": HOME,
        "PATH": os.pathsep.join([str(programs), *os.get_exec_path()]),
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        "ANSIBLE_ASYNC_DIR": DEV / "tmp" / "async",
        "ANSIBLE_CONFIG": DEV / "ansible.cfg",
        "ANSIBLE_HOME": HOME / ".ansible",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_LOCAL_TEMP": DEV / "tmp",
        "ANSIBLE_NOCOLOR": "0" if sys.stdout.isatty() else "1",
        "ANSIBLE_REMOTE_TMP": DEV / "tmp",
        "HYPOTHESIS_STORAGE_DIRECTORY": DEV / "cache" / "hypothesis",
        "MULTICLOUD_BIN": programs,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONPYCACHEPREFIX": DEV / "cache" / "pycache",
    }
    return {**user_env(), **{name: str(value) for name, value in {**ours, **extra}.items()}}


def requirement_texts(path: Path) -> t.Iterator[str]:
    """Yield the text of a requirements file, and of those that it includes."""
    text = path.read_text()
    yield text
    for name in re.findall(r"^-r (\S+)$", text, re.MULTILINE):
        yield from requirement_texts(path.parent / name)


def fingerprint(folder: Path, version: str, packages: t.Sequence[str | Path]) -> str:
    """Return a hash of the place, Python and packages of an environment, by which a stale one is recognized."""
    words = [word for word in packages if isinstance(word, str)]
    texts = [text for word in packages if isinstance(word, Path) for text in requirement_texts(word)]
    return hashlib.sha256(repr((str(folder.resolve()), version, words, texts)).encode()).hexdigest()


def environment(name: str, *packages: str | Path, python: str = sys.executable) -> Path:
    """Return the programs of a virtual environment, and make it unless a stamp says that it is complete and up to date."""
    folder = DEV / "venv" / name
    version = ask(python, "--version").strip()
    stamp = folder / "stamp"
    is_complete = stamp.is_file() and (folder / "bin" / "python").exists()
    if is_complete and stamp.read_text() == fingerprint(folder, version, packages):
        return folder / "bin"
    if python == sys.executable and not importlib.util.find_spec("ensurepip"):
        raise Stop(
            f"{python} cannot make an environment, it has no ensurepip; on Debian and Ubuntu: apt install python3-venv"
        )
    say(f"    making {folder.relative_to(ROOT)} with {version}: once, from ten seconds to a minute")
    if folder.is_symlink():  # several checkouts share it, so it must not be made again here
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    ask(python, "-m", "venv", folder, env=user_env())
    ask(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *map(str, packages), env=user_env())
    stamp.write_text(fingerprint(folder, version, packages))
    return folder / "bin"


def requirements(name: str) -> Path:
    return environment(name, "-r", REQUIREMENTS / f"{name}.txt")


def pip_settings() -> str:
    """Return the user's settings of pip as a config file, because ansible-test passes on a home but no variables."""
    variables = {key: os.environ[name] for key, names in PIP_SETTINGS.items() for name in names if os.environ.get(name)}
    output = ask(sys.executable, "-m", "pip", "config", "list", env=user_env())
    rows = re.findall(r"^(\S+)\.(\S+?)=('.*'|\".*\")$", output, re.MULTILINE)
    sections: dict[str, Env] = {"global": {"quiet": "1", **variables}}
    for section, key, value in rows:
        name = "global" if section == ":env:" else section
        sections.setdefault(name, {})[key] = ast.literal_eval(value).replace("\n", "\n    ")
    lines = (
        [f"[{name}]", *(f"{key} = {text}" for key, text in settings.items())] for name, settings in sections.items()
    )
    return "".join(f"{line}\n" for section in lines for line in section)


def pip_config(home: Path) -> None:
    """Write the user's settings of pip, which may hold a password, to another home."""
    config = home / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)
    config.write_text(pip_settings())
