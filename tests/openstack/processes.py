# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services as processes: prepared, started, waited for, and ended by their ids."""

from __future__ import annotations

import concurrent.futures
import contextlib
import grp
import http.client
import json
import os
import pathlib
import pwd
import shutil
import socket
import sqlite3
import subprocess
import typing as t

from openstack.catalog import register
from openstack.parts import KEYSTONE, PARTS, Part, Site, file_of, gunicorn, ini
from support.server_process import await_ready, end, tail

PATIENCE = 120.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for dummy in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def environ_of(site: Site, part: Part) -> dict[str, str]:
    """Nothing of ours: no settings of Ansible, no path of Python."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    usual = {"HOME": str(site.home(part.name)), "PYTHONWARNINGS": "ignore", "no_proxy": "127.0.0.1"}
    return {**kept, **usual, **part.environ(site)}


def write_settings(site: Site, part: Part) -> None:
    path = file_of(site, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ini(part.settings(site)), encoding="utf-8")
    (site.home(part.name) / "gunicorn.conf.py").write_text(gunicorn(site, part), encoding="utf-8")


def prepare(site: Site, part: Part) -> None:
    """Its database and keys."""
    log = site.home(part.name) / "prepare.log"
    with log.open("w") as output:
        for name, *words in part.prepare(site):
            command = [str(site.programs / name), *words]
            environ = environ_of(site, part)
            done = subprocess.run(
                command, check=False, env=environ, cwd=site.home(part.name), stdout=output, stderr=output
            )
            assert done.returncode == 0, f"{name} {words[-1]} failed:\n{tail(log)}"


@contextlib.contextmanager
def running(site: Site, part: Part) -> t.Iterator[None]:
    """The service as a process, for as long as the block lasts."""
    home = site.home(part.name)
    log = home / "server.log"
    with log.open("w") as output:
        command = [str(site.programs / "gunicorn")]
        process = subprocess.Popen(
            command, cwd=home, env=environ_of(site, part), stdout=output, stderr=output, start_new_session=True
        )
    try:
        await_ready(part.name, process, log, lambda: answers(site.ports[part.name], part.ready), PATIENCE)
        yield
    finally:
        end(process)


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def site_in(folder: pathlib.Path, programs: pathlib.Path) -> Site:
    """A new site with ports of its own."""
    source, *ports = free_ports(len(PARTS) + 1)
    user = pwd.getpwuid(os.getuid()).pw_name
    group = grp.getgrgid(os.getgid()).gr_name
    return Site(folder, programs, dict(zip((part.name for part in PARTS), ports)), source, user, group)


def prepared(folder: pathlib.Path, programs: pathlib.Path) -> pathlib.Path:
    """Databases, keys and a catalog: made once, copied for every run."""
    done = folder / "ports.json"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        site = site_in(folder, programs)
        for part in PARTS:
            write_settings(site, part)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda part: prepare(site, part), PARTS))
        with running(site, KEYSTONE):
            register(site)
        done.write_text(json.dumps(site.ports), encoding="utf-8")
    return folder


def move(site: Site) -> None:
    """Have the catalog that was made for other ports name these."""
    before = json.loads((site.folder / "ports.json").read_text(encoding="utf-8"))
    moved = [(f"http://127.0.0.1:{before[name]}", site.url(name)) for name in before]
    database = sqlite3.connect(site.home("keystone") / "database.sqlite")
    with contextlib.closing(database), database:
        database.executemany("UPDATE endpoint SET url = replace(url, ?, ?)", moved)


@contextlib.contextmanager
def services(site: Site, template: pathlib.Path) -> t.Iterator[None]:
    """All of OpenStack that is here, for as long as the block lasts."""
    shutil.copytree(template, site.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".gunicorn"))
    for part in PARTS:
        write_settings(site, part)
    move(site)
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor() as pool:
        # Each of them takes seconds to start, mostly its imports.
        begun = [pool.submit(stack.enter_context, running(site, part)) for part in PARTS]
        for each in begun:
            each.result()
        yield
