# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes clients and listers of the local cloud, which they reach by real HTTP."""

from __future__ import annotations

import contextlib
import datetime
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import now, this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts

INSTANCE = "1234567890abcdef1234567890abcdefin07"
RESTORE = "RestoreTaurusInInstanceToExisted"
KEYS: dict[str, dict[str, t.Any]] = {
    "alibaba": {"access_key": accounts.ALIBABA_KEY, "secret_key": accounts.ALIBABA_SECRET, "region": "cn-shanghai"},
    "aws": {"access_key": accounts.AWS_KEY, "secret_key": accounts.AWS_SECRET, "region": "eu-west-1"},
    "azure": {
        "tenant": accounts.AZURE_TENANT,
        "client_id": accounts.AZURE_CLIENT,
        "secret": accounts.AZURE_SECRET,
        "subscription_id": accounts.AZURE_SUBSCRIPTION,
    },
    "google": {"access_token": accounts.GOOGLE_TOKEN, "project": accounts.GOOGLE_PROJECT},
    "huawei": {"access_key": accounts.HUAWEI_KEY, "secret_key": accounts.HUAWEI_SECRET, "region": "cn-north-4"},
    "openstack": {
        "auth": {
            "application_credential_id": accounts.OPENSTACK_CREDENTIAL,
            "application_credential_secret": accounts.OPENSTACK_SECRET,
        },
    },
}
PASSWORD: dict[str, str] = {
    "username": accounts.HUAWEI_USER,
    "password": accounts.HUAWEI_PASSWORD,
    "domain_name": accounts.HUAWEI_DOMAIN,
    "region": "cn-north-4",
}


NO_HOST = Host(now)
"""A machine without files, environment, metadata service and commands."""

THIS_HOST = this_host({})


def no_file(path: str) -> None:
    """Return None: there is no such file."""


@contextlib.contextmanager
def client(
    provider: str,
    url: str,
    options: dict[str, t.Any] | None = None,
    environ: dict[str, str] | None = None,
    read: t.Callable[[str], str | None] = no_file,
    warn: t.Callable[[str], None] = print,
    clock: t.Callable[[], datetime.datetime] = now,
    host: Host = NO_HOST,
    record: t.Callable[[dict[str, t.Any]], None] | None = None,
) -> t.Iterator[Client]:
    """Yield a client of the local cloud, with its usual keys unless other options are given."""
    all_options = {**(KEYS[provider] if options is None else options), "endpoint": url}
    secrets: list[str] = []
    all_of_host = host._replace(environ=environ or {}, read_file=read, clock=clock)
    api_client = Client(PROVIDERS[provider], all_options, all_of_host, secrets.extend, warn, record=record)
    try:
        yield api_client
    finally:
        api_client.close()


@contextlib.contextmanager
def lister(provider: str, service: str, url: str, **options: t.Any) -> t.Iterator[TaskLister]:
    """Yield a lister of one service."""
    with client(provider, url, **options) as api_client:
        yield TaskLister(TaskReader(api_client, PROVIDERS[provider].services[service]))
