# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible as a user does, as a process of its own, in a home of its own, and tells what came of it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing as t

from local_cloud import accounts
from local_cloud.descriptors import readable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PLAYBOOKS = HERE / "playbooks"
PATIENCE = 240.0  # of a run that takes 20 s on a machine that has nothing else to do

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_SECRET,
    "AWS_ACCESS_KEY_ID": accounts.AWS_KEY,
    "AWS_SECRET_ACCESS_KEY": accounts.AWS_SECRET,
    "AZURE_TENANT": accounts.AZURE_TENANT,
    "AZURE_CLIENT_ID": accounts.AZURE_CLIENT,
    "AZURE_SECRET": accounts.AZURE_SECRET,
    "AZURE_SUBSCRIPTION_ID": accounts.AZURE_SUBSCRIPTION,
    "GCP_ACCESS_TOKEN": accounts.GOOGLE_TOKEN,
    "HUAWEICLOUD_SDK_AK": accounts.HUAWEI_KEY,
    "HUAWEICLOUD_SDK_SK": accounts.HUAWEI_SECRET,
    "OS_APPLICATION_CREDENTIAL_ID": accounts.OPENSTACK_CREDENTIAL,
    "OS_APPLICATION_CREDENTIAL_SECRET": accounts.OPENSTACK_SECRET,
}
"""Credentials for the local cloud, as a user's shell holds them."""

Json = t.Any
Found = t.TypeVar("Found")


def until(found: t.Callable[[], Found], patience: float = PATIENCE) -> Found:
    """What is looked for, as soon as it is there."""
    deadline = time.monotonic() + patience
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < deadline, f"after {patience:g} s there is still nothing, but {value!r}"
        time.sleep(0.05)


@dataclasses.dataclass(frozen=True)
class Played:
    """A run that has ended: its exit code, what it printed, and the result of every task by name and host."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    results: dict[str, dict[str, Json]]
    said: list[tuple[float, str]]  # every line, and when it came

    @property
    def text(self) -> str:
        """All that a user sees."""
        return self.stdout + self.stderr

    def __getitem__(self, task: str) -> Json:
        """The result of a task that ran on one host."""
        found = self.results[task]
        assert len(found) == 1, f"{task} ran on {sorted(found)}"
        return next(iter(found.values()))


class Playing:
    """A run that goes on: its lines are read as they come."""

    def __init__(self, command: t.Sequence[str], environ: t.Mapping[str, str], record: pathlib.Path) -> None:
        self.record = record
        self.began = time.monotonic()
        self.said: list[tuple[float, str]] = []
        self.output: list[str] = []
        self.errors: list[str] = []
        self.news = threading.Condition()
        # Every process of the run inherits an end of this pipe: the other one tells when the last of them is gone.
        life, inherited = os.pipe()
        self.life = os.fdopen(life, "rb")
        # A session of its own, as under a terminal: the signal of a test reaches this run and no other.
        self.process = subprocess.Popen(
            command,
            env=dict(environ),
            cwd=record.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            pass_fds=[inherited],
        )
        os.close(inherited)
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.output), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.errors), daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    def _read(self, pipe: t.Iterable[str], lines: list[str]) -> None:
        for line in pipe:
            with self.news:
                lines.append(line)
                self.said.append((time.monotonic() - self.began, line))
                self.news.notify_all()

    def hears(self, pattern: str, patience: float = PATIENCE) -> str:
        """The first line that matches, as soon as it is there."""
        wanted = re.compile(pattern)

        def found() -> str:
            return next((line for dummy, line in self.said if wanted.search(line)), "")

        with self.news:
            assert self.news.wait_for(found, patience), f"no {pattern!r} in {self.said}"
            return found()

    def interrupt(self, number: int = signal.SIGINT) -> None:
        """What Ctrl-C does: a signal to the whole session that runs in front."""
        os.killpg(self.process.pid, number)

    def __enter__(self) -> Playing:
        return self

    def __exit__(self, *dummy: object) -> None:
        """Leave nothing behind when a test has failed."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def kill(self) -> None:
        """End ansible itself as a crash does; its workers, sessions of their own, hear nothing of it."""
        self.process.kill()
        self.process.wait()

    def is_gone(self, patience: float = PATIENCE) -> bool:
        """Whether no process of the run is left, its workers included; whether they are reaped does not count."""
        return bool(readable(self.life, patience=patience))

    def finish(self, patience: float = PATIENCE) -> Played:
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        took = time.monotonic() - self.began
        for reader in self.readers:
            reader.join(10)
        return Played(code, "".join(self.output), "".join(self.errors), took, read_record(self.record), list(self.said))


def read_record(path: pathlib.Path) -> dict[str, dict[str, Json]]:
    results: dict[str, dict[str, Json]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        entry = json.loads(line)
        results.setdefault(entry["task"], {})[entry["host"]] = {"status": entry["status"], **entry["result"]}
    return results


class Player:
    """Starts ansible in a folder; nothing of the user's own settings or cloud accounts gets in."""

    def __init__(self, folder: pathlib.Path, endpoint: str) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.home = folder / "home"
        self.async_dir = folder / "async"
        self.programs = pathlib.Path(os.environ.get("MULTICLOUD_BIN") or pathlib.Path(sys.executable).parent)
        self.count = 0
        for made in (self.home, self.async_dir, folder / "temp"):
            made.mkdir(parents=True, exist_ok=True)
        (folder / "ansible.cfg").touch()

    @property
    def collections(self) -> pathlib.Path:
        """Where the collection is installed, or a tree with a link to the checkout."""
        installed = os.environ.get("MULTICLOUD_INSTALLED")
        if installed:
            return pathlib.Path(installed)
        link = self.folder / "tree" / "ansible_collections" / "multicloud" / "tasks"
        link.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            link.symlink_to(ROOT)
        return self.folder / "tree"

    def environ(self, more: t.Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment; ``more`` takes the place of the usual keys."""
        kept = {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.programs), *os.get_exec_path()]),
            "HOME": str(self.home),
            # There can be no file there, so that what one test does to a rate does not slow the waits of another.
            "XDG_CACHE_HOME": "/dev/null",
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            "ANSIBLE_ASYNC_DIR": str(self.async_dir),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_FORKS": "50",
            "ANSIBLE_HOME": str(self.home / ".ansible"),
            "ANSIBLE_HOST_KEY_CHECKING": "0",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "temp"),
            "ANSIBLE_REMOTE_TMP": str(self.folder / "temp"),
            "ANSIBLE_NOCOLOR": "1",
            # Where stdout is no terminal, ansible leaves its lines in a buffer of 8 KiB.
            "PYTHONUNBUFFERED": "1",
            **(KEYS if more is None else more),
        }

    def start(self, program: str, *words: str, environ: t.Mapping[str, str] | None = None) -> Playing:
        """Start a program of ansible; by default with the usual keys in its environment."""
        self.count += 1
        record = self.folder / f"record-{self.count}.json"
        command = [str(self.programs / program), *words]
        return Playing(command, {**self.environ(environ), "MULTICLOUD_RECORD": str(record)}, record)

    def play(
        self,
        playbook: str | list[Json],
        *flags: str,
        hosts: t.Mapping[str, Json] | None = None,
        environ: t.Mapping[str, str] | None = None,
        **variables: Json,
    ) -> Played:
        """Run a playbook of playbooks/, or one made here, to its end."""
        return self.begin(playbook, *flags, hosts=hosts, environ=environ, **variables).finish()

    def begin(
        self,
        playbook: str | list[Json],
        *flags: str,
        hosts: t.Mapping[str, Json] | None = None,
        environ: t.Mapping[str, str] | None = None,
        **variables: Json,
    ) -> Playing:
        """Start a playbook; ``hosts`` maps the names of hosts, all of them this machine, to their variables."""
        self.count += 1
        path = PLAYBOOKS / playbook if isinstance(playbook, str) else self.write("play", playbook)
        given = self.write("variables", {"endpoint": self.endpoint, **self.target(), **variables})
        inventory = ["-i", str(self.write("inventory", local_hosts(hosts)))] if hosts else []
        words = [str(path), *inventory, "-e", f"@{given}", *flags]
        return self.start("ansible-playbook", *words, environ=environ)

    @staticmethod
    def target() -> dict[str, str]:
        """The Python that executes modules, if the matrix wants another one than that of ansible."""
        python = os.environ.get("MULTICLOUD_TARGET_PYTHON")
        return {"ansible_python_interpreter": python} if python else {}

    def fresh(self) -> pathlib.Path:
        """A folder of one's own."""
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def write(self, name: str, data: Json) -> pathlib.Path:
        """JSON is YAML."""
        path = self.folder / f"{name}-{self.count}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    def ask(
        self, module: str, *flags: str, environ: t.Mapping[str, str] | None = None, **arguments: Json
    ) -> tuple[Played, Json]:
        """Run a module ad hoc; the facts as they stand on the screen."""
        given = json.dumps({"endpoint": self.endpoint, **arguments})
        words = ("localhost", "-m", f"multicloud.tasks.{module}", "-a", given, *flags)
        played = self.start("ansible", *words, environ=environ).finish()
        return played, shown(played.stdout)


def local_hosts(hosts: t.Mapping[str, Json]) -> Json:
    """An inventory of hosts that all are this machine; a host's groups are in its variable groups."""
    groups: dict[str, Json] = {}
    for name, facts in hosts.items():
        for group in facts.get("groups", ()):
            groups.setdefault(group, {"hosts": {}})["hosts"][name] = None
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"all": {"hosts": dict(hosts), "vars": common, "children": groups}}


def shown(stdout: str) -> Json:
    """The result in what an ad hoc command prints: ``localhost | SUCCESS => {...}``."""
    match = re.search(r"^localhost \| [A-Z!]+ => (\{.*^\})", stdout, re.MULTILINE | re.DOTALL)
    return json.loads(match.group(1)) if match else None
