# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies that work, with TLS and without, and how often one hears a password that it refuses."""

from __future__ import annotations

import concurrent.futures
import contextlib
import pathlib
import ssl
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    ProxyPasswordRefused,
    Untrusted,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request, Response
from ansible_collections.multicloud.tasks.plugins.module_utils._http.transport import Transport
from support.certificates import Files, issued
from support.connect_proxy import connect_proxy, through
from support.sockets import GOOD, Serve, answering, listening

HOST = "ecs.invented.example"
USER = "me:Kept-1"


def secured(files: Files) -> Serve:
    """Answers twice with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    def serve(connection: t.Any) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            answering(GOOD, GOOD)(inner)

    return serve


def sent(times: int = 1, **options: t.Any) -> Response:
    with contextlib.closing(Transport({"request_timeout": 20, **options})) as transport:
        answers = [transport.send(Request("GET", f"https://{HOST}")) for dummy in range(times)]
        return answers[-1]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("user", ["", USER])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_leads_to_the_endpoint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, scheme: str, user: str, trusted: bool
) -> None:
    files = issued(tmp_path, "127.0.0.1", HOST)
    options = {"ca_path": str(files[0])} if trusted else {"validate_certs": False}
    tls = files if scheme == "https" else None
    with listening(secured(files)) as port, connect_proxy(port, tls, user) as (where, proxy):
        through(monkeypatch, f"{scheme}://{user}@{where}" if user else f"{scheme}://{where}")
        assert sent(2, **options).body == {"a": 42}
    assert [head.partition(" HTTP/")[0] for head in proxy.heads] == [f"CONNECT {HOST}:443"]


def test_the_certificate_of_a_proxy_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    files = issued(tmp_path, "127.0.0.1", HOST)
    with connect_proxy("1", files, USER) as (where, proxy):
        through(monkeypatch, f"https://{USER}@{where}")
        with pytest.raises(Untrusted) as caught:
            sent()
    assert str(caught.value).startswith(f"the certificate of the proxy {where} (HTTPS_PROXY) is refused: ")
    assert proxy.heads == []


def refused_by(url: str) -> type[CloudError]:
    with contextlib.closing(Transport({"request_timeout": 20})) as transport, pytest.raises(CloudError) as caught:
        transport.send(Request("GET", url))
    return caught.value.__class__


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refused_password_is_sent_once_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, scheme: str
) -> None:
    files = issued(tmp_path, "127.0.0.1", HOST)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files[0]))
    with connect_proxy("1", files if scheme == "https" else None, "me:another") as (where, proxy):
        through(monkeypatch, f"{scheme}://{USER}@{where}")
        urls = [f"https://{name}.invented.example" for name in ("ecs", "iam", "ims", "evs", "sts")] * 3
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            kinds = set(threads.map(refused_by, urls))
        assert kinds == {ProxyPasswordRefused}
        assert len(proxy.heads) == 1
        through(monkeypatch, f"{scheme}://me:Kept-2@{where}")
        assert refused_by(urls[0]) is ProxyPasswordRefused
    assert len(proxy.heads) == 2
