# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Microsoft's own servers of asynchronous operations, at 127.0.0.1, and a relay that gives each client what they want."""

from __future__ import annotations

import contextlib
import http.client
import pathlib
import subprocess
import tempfile
import typing as t
from urllib.parse import urlsplit

from local_cloud.signatures import Received
from support.http_stub import HOP_BY_HOP, Stub, StubResponse, target_of
from support.moto import free_port
from support.server_process import await_ready, end

PRELOAD = pathlib.Path(__file__).parents[1] / "azure" / "loopback.js"
STARTS_WITHIN = 120.0
TESTSERVER = "@microsoft.azure/autorest.testserver"
SPECS = "@azure-tools/azure-http-specs"
# Some scenarios want it with every call, and it says nothing.
CLIENT_REQUEST_ID = {"x-ms-client-request-id": "9C4D50EE-2D56-4CD3-8152-34347DC9F2B0"}


def autorest(packages: pathlib.Path) -> t.ContextManager[str]:
    """Run the server of the generator of Azure's older clients: most kinds of operations, with their failures."""
    cli = packages / "node_modules" / TESTSERVER / "dist" / "cli" / "cli.js"
    return _served(lambda port, folder: [cli, "run", f"--port={port}", f"--coverageDirectory={folder}"])


def spector(packages: pathlib.Path) -> t.ContextManager[str]:
    """Run the server of the generator of Azure's newer clients: operations as current guidelines want them."""
    modules = packages / "node_modules"
    cli, specs = modules / "@typespec" / "spector" / "cmd" / "cli.mjs", modules / SPECS / "specs"
    return _served(
        lambda port, folder: [cli, "serve", specs, "--port", str(port), "--coverageFile", folder / "coverage.json"]
    )


Command = t.Callable[[int, pathlib.Path], t.Sequence[str | pathlib.Path]]


@contextlib.contextmanager
def _served(command: Command) -> t.Iterator[str]:
    """Yield the URL of a server. It is stopped at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        _make_repository(folder)
        log = folder / "log"
        words = ["node", "-r", str(PRELOAD), *map(str, command(port, folder))]
        with log.open("wb") as output:
            process = subprocess.Popen(words, stdout=output, stderr=output, cwd=folder)
        try:
            await_ready("the server", process, log, lambda: _listens(port), STARTS_WITHIN)
            yield f"http://127.0.0.1:{port}"
        finally:
            end(process)


def _make_repository(folder: pathlib.Path) -> None:
    """Make a git repository with a commit: spector wants to say which version it serves."""
    git = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@localhost"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "x"], check=True)


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/")
        connection.getresponse().read()
        return True
    return False


class CookieRelay(Stub):
    """`with CookieRelay(url) as relay:` forwards what one client sends, and keeps the server's cookies for it.

    Many scenarios go on by a cookie, and neither the collection nor azure-core keeps any. Links lead to the relay.
    """

    def __init__(self, behind: str) -> None:
        super().__init__(self.forward)
        self.behind = urlsplit(behind).netloc
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> CookieRelay:
        super().__enter__()
        return self

    def forward(self, received: Received) -> StubResponse:
        """Forward a request, and return the response without its cookies."""
        own = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        kept = {
            name: value for name, value in received.headers.items() if name not in ("accept-encoding", "connection")
        }
        connection = http.client.HTTPConnection(self.behind, timeout=30)
        with contextlib.closing(connection):
            headers = {**kept, **CLIENT_REQUEST_ID, **own}
            connection.request(received.method, target_of(received), received.body, headers)
            response = connection.getresponse()
            body = response.read()
        self._keep(response.headers.get_all("set-cookie") or [])
        told = {name.lower(): value for name, value in response.getheaders()}
        return StubResponse(
            response.status, body, {k: v for k, v in told.items() if k not in HOP_BY_HOP and k != "set-cookie"}
        )

    def _keep(self, cookies: t.Iterable[str]) -> None:
        for cookie in cookies:
            name, dummy, value = cookie.partition(";")[0].partition("=")
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
