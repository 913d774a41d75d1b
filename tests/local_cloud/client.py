# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the local cloud and talks to its control plane. Standard library only."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import types
import typing as t
import urllib.parse

from local_cloud.descriptors import readable

TESTS = pathlib.Path(__file__).resolve().parent.parent
START_TIMEOUT = 60.0
CALL_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0

Json = t.Any


class LocalCloudError(RuntimeError):
    """The server did not start, or refused an instruction."""


class ControlPlane:
    """What a test can ask of a running local cloud."""

    def __init__(self, url: str, certificate: str = "") -> None:
        self.url = url.rstrip("/")
        self.context = ssl.create_default_context(cafile=certificate) if certificate else None
        self.own = threading.local()

    def connection(self) -> http.client.HTTPConnection:
        """This thread's, kept from call to call: most tests make a handful."""
        if not hasattr(self.own, "connection"):
            where = urllib.parse.urlsplit(self.url).netloc
            self.own.connection = (
                http.client.HTTPSConnection(where, timeout=CALL_TIMEOUT, context=self.context)
                if self.context
                else http.client.HTTPConnection(where, timeout=CALL_TIMEOUT)
            )
        return t.cast(http.client.HTTPConnection, self.own.connection)

    def control(self, method: str, name: str, body: Json = None, **query: t.Any) -> Json:
        """One call of the control plane."""
        asked = {key: value for key, value in query.items() if value is not None}
        path = f"/_cloud/{name}?{urllib.parse.urlencode(asked)}"
        data = None if body is None else json.dumps(body).encode()
        connection = self.connection()
        try:
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        except BaseException:
            connection.close()  # whatever is under way on it belongs to nobody now
            raise
        if answer.status >= 400:
            raise LocalCloudError(text.decode())
        return json.loads(text)

    def add(self, *tasks: t.Mapping[str, Json]) -> int:
        """Add scripted tasks; their seconds count from now."""
        return int(self.control("POST", "tasks", list(tasks))["added"])

    def remove(self, service: str | None = None, id: str | None = None) -> int:
        """Remove one task, those of a service, or all."""
        return int(self.control("DELETE", "tasks", service=service, id=id)["removed"])

    def fault(self, kind: str, api: str = "*", **options: Json) -> int:
        """Switch a fault on; returns its id."""
        return int(self.control("POST", "faults", {"kind": kind, "api": api, **options})["ids"][0])

    def clear_faults(self, id: int | None = None) -> int:
        return int(self.control("DELETE", "faults", id=id)["removed"])

    def faults(self) -> list[dict[str, Json]]:
        return list(self.control("GET", "faults"))

    def account(self, provider: str, **facts: Json) -> None:
        """Add a key, a user or a token; `expires_in` is in seconds of the cloud's clock."""
        self.control("POST", "accounts", {"provider": provider, **facts})

    def revoke(self, access_key: str | None = None, auth_token: str | None = None) -> int:
        return int(self.control("DELETE", "accounts", access_key=access_key, auth_token=auth_token)["removed"])

    def settings(self, **changes: Json) -> dict[str, Json]:
        """Change some settings; returns all of them."""
        return dict(self.control("POST", "settings", changes))

    def advance(self, seconds: float) -> float:
        """Move the cloud's clock on; returns what it shows. Dates of signatures follow where dates_are is "clock"."""
        return float(self.control("POST", "clock", {"advance": seconds})["now"])

    def follow(self, path: str) -> float:
        """Have the clock add the seconds in a file, or stand with what it added; returns what it shows."""
        return float(self.control("PUT", "clock", {"file": path})["now"])

    def now(self) -> float:
        return float(self.control("GET", "clock")["now"])

    def calls(self) -> dict[str, Json]:
        """Counts: apis, tasks, refused, throttled, statuses, total, tokens, lockouts, peak_per_second."""
        return dict(self.control("GET", "calls"))

    def log(self, last: int | None = None) -> list[dict[str, Json]]:
        """The last requests, oldest first."""
        return list(self.control("GET", "log", last=last))

    def state(self) -> dict[str, Json]:
        return dict(self.control("GET", "state"))

    def reset(self, **sections: Json) -> None:
        """Begin anew, as the scenario describes it, with what is given besides."""
        self.control("POST", "reset", sections)


class LocalCloud(ControlPlane):
    """A local cloud of one's own: `with LocalCloud() as cloud: ...`"""

    def __init__(
        self,
        scenario: t.Mapping[str, Json] | None = None,
        port: int = 0,
        certificate: str = "",
        key: str = "",
        python: str = sys.executable,
    ) -> None:
        self.scenario = dict(scenario or {})
        self.port = port
        self.certificate = certificate
        self.key = key
        self.python = python
        self.process: subprocess.Popen[bytes] | None = None
        self.pid = 0

    def __enter__(self) -> LocalCloud:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="local-cloud-")
        path = pathlib.Path(self.folder.name)
        with (path / "stderr").open("wb") as errors:
            self.process = subprocess.Popen(
                self.command(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment()
            )
        announced = self.first_line(self.process)
        if not announced:
            reason = (path / "stderr").read_text(encoding="utf-8", errors="replace")
            self.stop()
            raise LocalCloudError(f"the local cloud did not start: {reason}")
        facts = json.loads(announced)
        self.pid = int(facts["pid"])
        super().__init__(facts["url"], self.certificate)

    def command(self, path: pathlib.Path) -> list[str]:
        scenario = path / "scenario.json"
        scenario.write_text(json.dumps(self.scenario), encoding="utf-8")
        base = [self.python, "-m", "local_cloud", "--until-stdin-closes", "--scenario", str(scenario)]
        tls = ["--cert", self.certificate, "--key", self.key] if self.certificate else []
        return [*base, "--port", str(self.port), *tls]

    @staticmethod
    def first_line(process: subprocess.Popen[bytes]) -> bytes:
        """What it prints once it listens; nothing when it dies or takes too long."""
        assert process.stdout
        return process.stdout.readline() if readable(process.stdout, patience=START_TIMEOUT) else b""

    def stop(self) -> None:
        """Ask this one process to end, by its own handle."""
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        self.folder.cleanup()


def environment() -> dict[str, str]:
    """The caller's, with the package on the path."""
    inherited = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(TESTS), inherited)))}
