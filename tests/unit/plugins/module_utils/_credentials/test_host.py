# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the machine has to tell: its metadata service, its commands, and who may read its files."""

from __future__ import annotations

import codecs
import json
import os
import pathlib
import pwd
import shlex
import sys
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import NoHome
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import host as host_module
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.chain import (
    NotInSource,
    read_ini,
    read_text,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import file_mode, read_file
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host_io import ask_metadata, run_command
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import NoMetadataService
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.descriptors import readable
from support.clients import NO_HOST, THIS_HOST, client
from support.nowhere import NOBODY, NOWHERE
from support.sockets import dripping

TOKEN = "/latest/api/token"
LIFE = {"X-aliyun-ecs-metadata-token-ttl-seconds": "60"}


def test_text_is_brought_as_it_is(local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy is asked for the way."""
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    answer = ask_metadata(Request("PUT", local_cloud.url, TOKEN, headers=LIFE), 5.0)
    assert (answer.status, len(answer.body)) == (200, 34)
    assert answer.headers["content-type"].startswith("text/plain")


def test_what_is_not_there_is_an_answer_too(local_cloud: LocalCloud) -> None:
    assert (
        ask_metadata(Request("GET", local_cloud.url, "/latest/meta-data/ram/security-credentials/"), 5.0).status == 404
    )


# name: a fault, what is said.
FAULTS: dict[str, tuple[dict[str, t.Any], str]] = {
    "cut off": ({"kind": "reset"}, "no answer from 127.0.0.1"),
    "silent": ({"kind": "stall", "seconds": 30}, "timed out"),
    "slow": ({"kind": "slow_body", "bytes_per_second": 20}, "timed out"),
    "without end": ({"kind": "oversize", "mebibytes": 1}, "more than 64 KiB"),
    "cut short": ({"kind": "truncated"}, "IncompleteRead"),
}


@pytest.mark.parametrize(("fault", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_an_answer_that_is_none_is_told_apart_from_nobody(
    local_cloud: LocalCloud, fault: dict[str, t.Any], said: str
) -> None:
    local_cloud.fault(api="ecs-metadata.*", **fault)
    with pytest.raises(Unavailable) as caught:
        ask_metadata(Request("PUT", local_cloud.url, TOKEN, headers=LIFE), 0.3)
    assert said in str(caught.value)
    assert not isinstance(caught.value, NoMetadataService)


def test_an_answer_that_comes_in_drops_is_none_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    drops = b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 4000
    with dripping(monkeypatch, drops, moment=0.05) as port, pytest.raises(Unavailable, match="timed out"):
        ask_metadata(Request("GET", f"http://127.0.0.1:{port}"), 5.0)


def test_where_nobody_listens_nobody_is_there() -> None:
    with pytest.raises(NoMetadataService, match=f"nobody answers at {NOBODY.removeprefix('http://')}"):
        ask_metadata(Request("GET", NOBODY), 1.0)


def test_a_redirect_is_not_followed(local_cloud: LocalCloud) -> None:
    local_cloud.fault("redirect", "ecs-metadata.*", url="http://127.0.0.1:9/")
    assert ask_metadata(Request("PUT", local_cloud.url, TOKEN, headers=LIFE), 5.0).status == 302


def python(code: str) -> str:
    """A command that runs this."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


# name: the command, what it prints.
PRINTED: dict[str, tuple[str, str]] = {
    "words": ("echo 'a  b' c", "a  b c\n"),
    "no shell": ("echo $HOME `id` > /dev/null; id", "$HOME `id` > /dev/null; id\n"),
    "no complaints": (python("import sys; print('a'); print('b', file=sys.stderr)"), "a\n"),
    "nothing": ("true", ""),
    "much": (python("print('x' * 60000)"), "x" * 60000 + "\n"),
}


@pytest.mark.parametrize(("command", "printed"), PRINTED.values(), ids=PRINTED.keys())
def test_a_command_is_run(command: str, printed: str) -> None:
    assert run_command(command, 60.0) == printed


def test_a_command_has_no_input() -> None:
    """What is typed, or piped into ansible, is not for it."""
    before = os.dup(0)
    reader, writer = os.pipe()
    os.write(writer, b"hush")
    os.close(writer)
    os.dup2(reader, 0)
    try:
        assert run_command("cat", 60.0) == ""
    finally:
        os.dup2(before, 0)
        for each in (before, reader):
            os.close(each)


# name: the command, its seconds, what is said.
FAILED: dict[str, tuple[str, float, str]] = {
    "an end with a complaint": (python("import sys; sys.exit('hush')"), 60.0, "the command ended with exit status 1"),
    "an end by a signal": (python("import os; os.kill(os.getpid(), 9)"), 60.0, "exit status -9"),
    "no end": (python("import time; print('hush', flush=True); time.sleep(600)"), 0.3, "did not end within 0.3 s"),
    "no end of the text": (python("while True: print('hush' * 1000)"), 60.0, "more than 64 KiB of text"),
    "an end that leaves others": (
        python("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"),
        1.0,
        "did not end within 1 s",
    ),
    "no such command": (f"{NOWHERE}/hush", 60.0, "cannot be started: No such file or directory"),
    "no command": ("", 60.0, "cannot be started"),
    "half a quote": ("'hush", 60.0, "cannot be started: ValueError"),
}


@pytest.mark.parametrize(("command", "seconds", "said"), FAILED.values(), ids=FAILED.keys())
def test_a_command_that_fails_is_told_without_its_words(command: str, seconds: float, said: str) -> None:
    with pytest.raises(CloudError) as caught:
        run_command(command, seconds)
    assert said in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_command_is_ended_with_all_that_it_has_started(tmp_path: pathlib.Path) -> None:
    """A pipe is at its end when nobody is left that could write into it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    code = (
        "import os, subprocess, sys\n"
        f"os.set_inheritable(os.open({str(pipe)!r}, os.O_WRONLY), True)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], close_fds=False)\n"
        "while True: print('x' * 1000)\n"
    )
    with pytest.raises(Unavailable, match="more than 64 KiB"):
        run_command(python(code), 60.0)
    assert readable(reader, patience=60.0)
    assert os.read(reader, 1) == b""
    os.close(reader)


MODES: list[tuple[int, bool]] = [(0o600, False), (0o400, False), (0o640, True), (0o644, True), (0o604, True)]


@pytest.mark.parametrize(("permissions", "warned"), MODES)
def test_a_file_of_keys_that_others_can_read_is_warned_of_once(
    local_cloud: LocalCloud, tmp_path: pathlib.Path, permissions: int, warned: bool
) -> None:
    local_cloud.add({"service": "ecs", "id": "t-1", "script": [[0, {}]]})
    path = tmp_path / "config.json"
    pair = {"access_key_id": accounts.ALIBABA_KEY, "access_key_secret": accounts.ALIBABA_SECRET}
    path.write_text(json.dumps({"current": "a", "profiles": [{"name": "a", "mode": "AK", **pair}]}), encoding="utf-8")
    path.chmod(permissions)
    environ = {"ALICLOUD_SHARED_CREDENTIALS_FILE": str(path)}
    warnings: list[str] = []
    options = {"region": "cn-shanghai"}
    with client("alibaba", local_cloud.url, options, environ, read_file, warnings.append, host=THIS_HOST) as made:
        service = made.provider.services["ecs"]
        for dummy in range(2):
            local_cloud.fault("expired", "ecs.*", times=1)
            made.call(service, service.read, {"task_id": "t-1"})
    wanted = (
        f"{path} holds keys, and not only its owner can read it (its mode is {permissions:04o}): run chmod 600 {path}"
    )
    assert warnings == ([wanted] if warned else [])


def test_a_file_whose_keys_are_not_used_is_not_warned_of(local_cloud: LocalCloud, tmp_path: pathlib.Path) -> None:
    (tmp_path / "config.json").write_text('{"profiles": []}', encoding="utf-8")
    environ = {
        "ALICLOUD_SHARED_CREDENTIALS_FILE": str(tmp_path / "config.json"),
        "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    }
    warnings: list[str] = []
    options = {"region": "cn-shanghai"}
    with client("alibaba", local_cloud.url, options, environ, read_file, warnings.append, host=THIS_HOST):
        assert warnings == []


def test_the_mode_of_what_is_not_there_is_none(tmp_path: pathlib.Path) -> None:
    assert file_mode(str(tmp_path / "none")) is None


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_mode_is_found_below_the_home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").touch(mode=0o600)
    assert file_mode("~/a") == 0o600


def test_without_a_machine_nothing_is_asked_or_run() -> None:
    assert NO_HOST.file_mode("/etc/passwd") is None
    with pytest.raises(CloudError, match="commands are not run here"):
        NO_HOST.run_command("true")
    with pytest.raises(NoMetadataService, match="was not asked"):
        NO_HOST.ask_metadata(Request("GET", NOBODY), 1.0)


# name: what begins the file, how the rest is written.
MARKS = {
    "no mark": (b"", "utf-8"),
    "UTF-8": (codecs.BOM_UTF8, "utf-8"),
    "UTF-16, as PowerShell writes it": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16, the other way round": (codecs.BOM_UTF16_BE, "utf-16-be"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("mark", "encoding"), MARKS.values(), ids=MARKS)
def test_a_file_from_windows_is_read(tmp_path: pathlib.Path, mark: bytes, encoding: str, end: str) -> None:
    path = tmp_path / "credentials"
    path.write_bytes(mark + f"[a]{end}b = ü{end}".encode(encoding))
    assert read_file(str(path)) == "[a]\nb = ü\n"
    assert read_ini(str(path), read_file).get("a", "b") == "ü"


def test_a_file_in_another_encoding_is_named_without_its_text(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_bytes("hush-ü".encode("latin-1"))
    with pytest.raises(NotInSource, match="it is not UTF-8 text"):
        read_text(str(tmp_path / "a"), read_file)


def test_a_pipe_to_which_nobody_writes_keeps_nobody_waiting(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "READ_SECONDS", 0.1)
    os.mkfifo(tmp_path / "a")
    with pytest.raises(
        NotInSource, match=r"cannot be read: it is no plain file, and nothing came from it within 0.1 s"
    ):
        read_text(str(tmp_path / "a"), read_file)


def test_a_pipe_is_read_as_a_shell_makes_one() -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, b"[a]\n")
        os.close(writer)
        assert read_file(f"/dev/fd/{reader}") == "[a]\n"
    finally:
        os.close(reader)


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    with pytest.raises(NotInSource, match="file /dev/zero cannot be read: it is larger than 8 MiB"):
        read_text("/dev/zero", read_file)


def nobody(uid: int) -> t.NoReturn:
    """The user is in no passwd file."""
    raise KeyError(uid)


@pytest.mark.parametrize("home", [None, ""])
@pytest.mark.parametrize("path", ["~/a", "~", "~nobody-of-this-name/a"])
def test_without_a_home_directory_there_is_no_file_below_it(
    monkeypatch: pytest.MonkeyPatch, path: str, home: str | None
) -> None:
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", home)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    with pytest.raises(NoHome):
        read_file(path)
    assert file_mode(path) is None
    with pytest.raises(NotInSource) as caught:
        read_text(path, read_file)
    assert str(caught.value) == f"file {path}: there is no home directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_home_that_may_not_be_read_is_told(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir(mode=0)
    with pytest.raises(NotInSource, match="file ~/a cannot be read: Permission denied"):
        read_text("~/a", read_file)
