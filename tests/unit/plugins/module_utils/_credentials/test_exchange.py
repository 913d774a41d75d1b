# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever goes wrong in a login is said to be about the login, and is never taken for an answer about a task."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.temporary_keys import KeysUrl
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.machine import Container
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, NotFound
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.exchange import BaseExchange
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.temporary_keys import Pod
from local_cloud import accounts
from support.clients import KEYS, PASSWORD, client
from support.sockets import answering, listening

TASKS = {"alibaba": "ecs", "huawei": "ims", "openstack": "glance_task"}
HUAWEI = {"region": "cn-north-4", **{name: KEYS["huawei"][name] for name in ("access_key", "secret_key")}}
OPENSTACK = {"username": "u", "password": "p-secret", "project_name": "p"}
# name: provider, options, and what says that it is the login.
LOGINS: dict[str, tuple[str, dict[str, t.Any], str]] = {
    "a token of IAM": ("huawei", PASSWORD, "the login at http://127.0.0.1"),
    "the project of keys": ("huawei", HUAWEI, "the login at http://127.0.0.1"),
    "an agency": (
        "huawei",
        {**HUAWEI, "project_id": "p", "agency_name": "a", "agency_domain_name": "d"},
        "the agency 'a' of 'd' is not given",
    ),
    "a role": (
        "alibaba",
        {**KEYS["alibaba"], "ram_role_arn": accounts.ALIBABA_ROLE},
        f"the role {accounts.ALIBABA_ROLE} is not given",
    ),
    "Keystone": ("openstack", {"auth": OPENSTACK}, "Keystone at 127.0.0.1"),
}
# name: status, body.
ANSWERS: dict[str, tuple[int, t.Any]] = {
    "no such API": (
        404,
        {"error_code": "APIGW.0101", "error_msg": "The API does not exist", "Code": "X", "Message": "x"},
    ),
    "not found": (404, {"error": {"code": 404, "message": "The resource could not be found.", "title": "Not Found"}}),
    "a page": (404, "<html><h1>Not Found</h1></html>"),
    "nothing": (404, None),
    "a redirect": (302, None),
    "denied": (403, {"code": "Forbidden", "message": "no"}),
    "a proxy in between": (407, None),
    "away": (503, "<html>busy</html>"),
    "no JSON": (200, "<html>Welcome</html>"),
    "an empty answer": (200, None),
}


PLACE = ("http://127.0.0.1", "/keys/4f1d8a33c0b94e7e-task/web", (("token", "hush-query"), ("v", "2")))
# Whoever knows the URL of such keys gets them.
BY_URL: dict[str, BaseExchange] = {
    "alibaba": KeysUrl(*PLACE),
    "aws": Container(*PLACE, "hush-token"),
    "huawei": Pod(*PLACE, "hush-token"),
}


@pytest.mark.parametrize("exchange", BY_URL.values(), ids=BY_URL)
def test_what_is_secret_in_a_url_that_returns_keys_is_never_shown(exchange: BaseExchange) -> None:
    assert {"4f1d8a33c0b94e7e-task", "hush-query"} <= exchange.secrets() <= {*exchange.secrets(), "hush-token"}
    assert "4f1d8a33c0b94e7e" not in repr(exchange)
    assert "hush" not in repr(exchange)


def answer(status: int, body: t.Any) -> bytes:
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return f"HTTP/1.1 {status} Odd\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def trouble(provider: str, url: str, options: dict[str, t.Any]) -> CloudError:
    with client(provider, url, options) as made:
        service = made.provider.services[TASKS[provider]]
        with pytest.raises(CloudError) as caught:
            made.call(service, service.read, {"task_id": "t-1"})
    return caught.value


@pytest.mark.parametrize(("provider", "options", "named"), LOGINS.values(), ids=LOGINS.keys())
@pytest.mark.parametrize(("status", "body"), ANSWERS.values(), ids=ANSWERS.keys())
def test_trouble_of_a_login_says_that_it_is_one(
    provider: str, options: dict[str, t.Any], named: str, status: int, body: t.Any
) -> None:
    with listening(answering(*[answer(status, body)] * 3)) as port:
        caught = trouble(provider, f"http://127.0.0.1:{port}", options)
    assert named in str(caught)
    assert not isinstance(caught, NotFound)
    assert caught.kind == ("unavailable" if status in (200, 302, 503) else caught.kind)
