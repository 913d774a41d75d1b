# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that gives the same bytes to whoever asks, as a process of its own: what a client costs that only fetches."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import typing as t

from aiohttp import web

from local_cloud.client import environment
from support.callers import Answer

# The server says these itself.
OWN = ("date", "server", "content-length", "connection", "transfer-encoding")


async def serve(status: int, headers: t.Mapping[str, str], body: bytes) -> None:
    """Answer until the parent has gone."""

    async def handle(dummy: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers=headers, body=body)

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"url": f"http://127.0.0.1:{runner.addresses[0][1]}"}), flush=True)
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), gone.set)
    await gone.wait()
    await runner.cleanup()


@contextlib.contextmanager
def replay(answer: Answer) -> t.Iterator[str]:
    """The URL at which this answer is given, as long as the block lasts."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN}
    given = json.dumps({"status": answer.status, "headers": headers, "body": answer.body.decode()})
    command = [sys.executable, "-m", "bench.replay", given]
    pipes: dict[str, t.Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment()}
    with subprocess.Popen(command, text=True, **pipes) as process:
        try:
            line = t.cast("t.IO[str]", process.stdout).readline()
            yield json.loads(line)["url"]
        finally:
            process.terminate()


def main(words: t.Sequence[str]) -> None:
    """Serve what the one argument describes."""
    given = json.loads(words[0])
    asyncio.run(serve(given["status"], given["headers"], given["body"].encode()))


if __name__ == "__main__":
    main(sys.argv[1:])
