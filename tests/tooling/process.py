# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints, and runs commands: every command of this project is started here."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Stop(Exception):
    """The command cannot continue; the text is its last line."""


def say(text: str) -> None:
    print(text, flush=True)


def end(process: subprocess.Popen[str], patience: float = 5.0) -> None:
    """Wait for a process to end. If it does not within ``patience`` seconds, interrupt, then terminate, then kill it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
        process.send_signal(number)
    process.wait()


def finish(command: t.Sequence[str | Path], **options: t.Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. If this program is interrupted, end the command, too."""
    words = [str(word) for word in command]
    with subprocess.Popen(words, text=True, **{"cwd": ROOT, **options}) as process:
        try:
            output, errors = process.communicate()
        except BaseException:
            end(process)
            raise
    return subprocess.CompletedProcess(words, process.returncode, output, errors)


def run(*command: str | Path, **options: t.Any) -> int:
    """Run a command with its output shown; return its exit code."""
    return finish(command, **options).returncode


def ask(*command: str | Path, **options: t.Any) -> str:
    """Run a command and return what it prints; if it fails, show that and raise Stop."""
    done = finish(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode:
        say(f"{done.stdout}{done.stderr}".rstrip())
    require(" ".join([Path(command[0]).name, *done.args[1:3]]), done.returncode)
    return done.stdout


def require(name: str, code: int) -> None:
    if code:
        raise Stop(f"{name} ended with {code}")
