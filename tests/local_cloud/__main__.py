# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python -m local_cloud [--port 0] [--port-file PATH] [--scenario FILE] [--cert CERT --key KEY]"""

from __future__ import annotations

import argparse
import asyncio
import json
import pathlib
import typing as t

from local_cloud.server import Options, serve


def read_options(arguments: t.Sequence[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="local_cloud", description="Answers on 127.0.0.1 as the real clouds do.")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--port-file", type=pathlib.Path, help="where to write url and pid once it listens")
    parser.add_argument("--scenario", type=pathlib.Path, help="JSON: settings, accounts, tasks, faults")
    parser.add_argument("--cert", default="", help="PEM certificate: serve HTTPS")
    parser.add_argument("--key", default="", help="PEM key of the certificate")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when the parent has gone")
    given = parser.parse_args(arguments)
    scenario = json.loads(given.scenario.read_text(encoding="utf-8")) if given.scenario else {}
    return Options(given.port, given.port_file, scenario, given.cert, given.key, given.until_stdin_closes)


if __name__ == "__main__":
    asyncio.run(serve(read_options()))
