# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines that are shown at once, and what happens when they can no longer be."""

from __future__ import annotations

import io
import os
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.live_output import Live, is_for_people

PROGRAM = """
import io, os, sys
from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.live_output import Live, show_lines_at_once
before = sys.stdout
show_lines_at_once()
show_lines_at_once()
assert type(sys.stdout) is type(sys.stderr) is Live and sys.__stdout__ is before
print("one")
if len(sys.argv) > 1:
    sys.stdin.read()
for number in range(3000):
    print("two", number)
    print("three", file=sys.stderr)
sys.stdout.flush()
os.write(int(os.environ["TOLD"]), b"at the end")
"""


def begun(tmp_path: pathlib.Path, stdout: int, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    """The program, and where it tells that it has come to its end."""
    reader, writer = os.pipe()
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "TOLD": str(writer)}
    environ.pop("PYTHONUNBUFFERED", None)
    command = [sys.executable, "-c", PROGRAM, *words]
    with (tmp_path / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=stdout, stderr=stderr, env=environ, pass_fds=[writer]
        )
    os.close(writer)
    return process, reader


def test_a_line_is_shown_at_once_and_a_reader_that_goes_ends_nothing(tmp_path: pathlib.Path) -> None:
    process, reader = begun(tmp_path, subprocess.PIPE, "and wait")
    with process, os.fdopen(reader, "rb") as told:
        assert process.stdin
        assert process.stdout
        # It waits for us now: the line is not in a buffer.
        assert process.stdout.readline() == b"one\n"
        process.stdout.close()
        process.stdin.close()
        assert told.read() == b"at the end"
    assert process.returncode == 0
    assert (tmp_path / "stderr").read_bytes() == b"three\n" * 3000


@pytest.mark.skipif(not pathlib.Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_is_full_is_said_once_and_ends_nothing(tmp_path: pathlib.Path) -> None:
    with pathlib.Path("/dev/full").open("wb") as full:
        process, reader = begun(tmp_path, full.fileno())
    with process, os.fdopen(reader, "rb") as told:
        assert process.stdin
        process.stdin.close()
        assert told.read() == b"at the end"
    lines = (tmp_path / "stderr").read_text().splitlines()
    assert process.returncode == 0
    assert lines[0] == "stdout cannot be written (No space left on device), the play continues without it"
    assert set(lines[1:]) == {"three"}


def test_what_is_put_away_leaves_its_buffer_to_the_one_before() -> None:
    """As the import test of ansible-test does it, which reads what a plugin has printed."""
    before = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    live = Live(before.buffer, encoding="utf-8", line_buffering=True)
    live.write("one\n")
    del live
    before.write("two\n")
    before.flush()
    assert before.buffer.getvalue() == b"one\ntwo\n"  # type: ignore[attr-defined]
    last = Live(before.buffer, encoding="utf-8")
    before.close()
    last.close()


CALLBACKS = {
    **dict.fromkeys(("default", "ansible.builtin.default", "ansible.legacy.default", "minimal", "oneline"), True),
    **dict.fromkeys(("debug", "ansible.posix.debug", "ansible.builtin.debug", "yaml", "community.general.yaml"), True),
    **dict.fromkeys(("dense", "community.general.unixy", "community.general.diy", "awx_display"), True),
    **dict.fromkeys(("json", "ansible.posix.json", "ansible.builtin.json", "jsonl", "ansible.posix.jsonl"), False),
    **dict.fromkeys(
        ("null", "community.general.null", "community.general.terraform_stream", "junit", "document"), False
    ),
    **dict.fromkeys(("my.own.default", "ansible.posix.yaml", "my.own.json", ""), False),
}


@pytest.mark.parametrize(("callback", "expected"), CALLBACKS.items())
def test_lines_stand_on_stdout_only_where_people_read_it(callback: str, expected: bool) -> None:
    assert is_for_people(callback) is expected
