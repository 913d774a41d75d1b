# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start an operation of Azure, and follow it with the client and the reader of the collection."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

import requests

from ansible_collections.multicloud.tasks.plugins.module_utils._api.client import Client
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import (
    CloudError,
    OptionError,
    Throttled,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import UNKNOWN
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import this_host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS

PROVIDER = PROVIDERS["azure"]
# The headers that tell where an operation is read, the best first.
HEADERS = ("Azure-AsyncOperation", "Operation-Location", "Location")
OK, CREATED, ACCEPTED = 200, 201, 202
MOST_LOOKS = 12
MOST_ERRORS = 4
ENDS = ("succeeded", "failed", "canceled")
ENDED_AT_ONCE = "ended at once"
NOT_STARTED = "not started"


@dataclass(frozen=True)
class Start:
    """How an operation is started: method, path with a query, and a JSON body."""

    method: str
    path: str
    body: t.Any = None

    def send(self, base: str) -> requests.Response:
        """Send it as a client does, which tries again what a server could not do."""
        for dummy in range(3):
            response = requests.request(self.method, base + self.path, json=self.body, timeout=30)
            if response.status_code < 500:
                break
        return response


@dataclass(frozen=True)
class Followed:
    """How the collection sees an operation end: a state, or the kind of an error; and the words of all looks."""

    end: str
    words: tuple[str, ...] = ()
    header: str = ""


def followed(start: Start, base: str, version: str = "", by: str = "") -> Followed:
    """Start an operation and follow it to its end, ``by`` the URL in this header, or in the best there is.

    ``version`` is added to the URL of a data plane, which has none.
    """
    response = start.send(base)
    if response.status_code >= 400:
        return Followed(NOT_STARTED)
    header = by or next((name for name in HEADERS if name in response.headers), "")
    if not header and not _goes_on(start, response):
        return Followed(ENDED_AT_ONCE)
    url = response.headers[header] if header else base + start.path
    return _looks(f"{url}?{version}" if version and "?" not in url else url, base, header)


def _goes_on(start: Start, response: requests.Response) -> bool:
    """Say whether an answer without a header is about a resource that is being made. Of anything else there is no id."""
    if start.method not in ("PUT", "PATCH"):
        return False
    try:
        body = response.json()
    except ValueError:
        return response.status_code == ACCEPTED
    properties = body.get("properties") if isinstance(body, dict) else None
    state = str((properties or {}).get("provisioningState") or "").lower()
    is_told = state or response.status_code == OK
    return state not in ("", *ENDS) if is_told else response.status_code == CREATED


def _looks(url: str, base: str, header: str) -> Followed:
    words: list[str] = []
    try:
        reader, values = _reader(url, base, header)
    except OptionError as exc:
        return Followed("refused before any call", (str(exc),), header)
    errors = 0
    for dummy in range(MOST_LOOKS):
        try:
            task = reader.read(values)
        except (Throttled, Unavailable) as exc:
            words.append(type(exc).__name__)
            errors += 1
            if errors < MOST_ERRORS:
                continue
            return Followed(type(exc).__name__, tuple(words), header)
        except CloudError as exc:
            return Followed(type(exc).__name__, (*words, str(exc)), header)
        errors = 0
        words.append(str(task.native_state))
        if task.terminal:
            return Followed(task.state, tuple(words), header)
    return Followed(task.state if task.state == UNKNOWN else "going on", tuple(words), header)


def _reader(url: str, base: str, header: str) -> tuple[TaskReader, dict[str, str | None]]:
    options = {"service": "operation", "task_ids": [url], "limit": 100}
    given = {"endpoint": base, "access_token": "t", "operation_header": header or None}
    (selector,) = selectors_of_one(PROVIDER, {**dict.fromkeys(PROVIDER.options), **options, **given})
    client = Client(PROVIDER, selector.options, this_host({}), lambda secrets: None, lambda warning: None)
    client.check_address(selector.service, selector.asked)
    return TaskReader(client, selector.service), {**selector.asked, "task_id": selector.task_id}
