# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutates responses of an API in one to three fields, and provides a client that gives such responses."""

from __future__ import annotations

import copy
import json
import random
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import read_json
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of, is_error_inside
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import is_error
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider

Path = tuple["str | int", ...]
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
MAX_MUTATIONS = 3
ODD: tuple[t.Any, ...] = (
    *(None, True, False, "", " ", 0, 1, -1, 3, 0.5, 10**30, -(10**30), float("inf"), float("-inf"), float("nan")),
    *("0", "-1", "3", "1.5", "1e3", "many", "null", "NaN", "[", '[{"', '{"a": 1e999}', "\ud800", "\x1b[31m\r\n"),
    *([], {}, [None], [[]], [{}], {"a": {}}, {"code": 1}, [["x"]], 1e308, 2**63),
)


def paths_in(body: t.Any, at: Path = ()) -> t.Iterator[Path]:
    """Yield the path of every value in a document, except its top."""
    children: t.Iterable[tuple[t.Any, t.Any]] = enumerate(body) if isinstance(body, list) else ()
    for key, each in body.items() if isinstance(body, dict) else children:
        yield (*at, key)
        yield from paths_in(each, (*at, key))


def texts_in(body: t.Any) -> set[str]:
    """Return every text in a document."""
    if isinstance(body, str):
        return {body}
    children: t.Iterable[t.Any] = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return set().union(*map(texts_in, children))


@dataclass
class Mutator:
    """Mutates responses, in the same ways for the same seed. ``words`` are words that the API uses."""

    rng: random.Random
    words: t.Sequence[str]

    def mutated(self, body: t.Any) -> t.Any:
        """Return the document with some fields mutated, as parsed JSON; None if it is no valid JSON any more."""
        mutated = json.loads(json.dumps(body))
        for dummy in range(self.rng.randint(1, MAX_MUTATIONS)):
            self._mutate_one(mutated)
        text = json.dumps(mutated).replace("Infinity", "1e999")
        try:
            return read_json(text)
        except ValueError:
            return None

    def _mutate_one(self, body: t.Any) -> None:
        paths = list(paths_in(body))
        if not paths:
            return
        *parents, key = self.rng.choice(paths)
        for step in parents:
            body = body[step]
        self.rng.choice((self._drop, self._double, self._negate, self._swap, self._swap, self._odd, self._odd))(
            body, key
        )

    def _drop(self, holder: t.Any, key: t.Any) -> None:
        del holder[key]

    def _double(self, holder: t.Any, key: t.Any) -> None:
        if isinstance(holder, list):
            holder.append(holder[key])
        else:
            holder[key] = [holder[key], holder[key]]

    def _negate(self, holder: t.Any, key: t.Any) -> None:
        value = holder[key]
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, (int, float)):
            holder[key] = -value - 1
        elif isinstance(value, str):
            holder[key] = f"-{value}"

    def _swap(self, holder: t.Any, key: t.Any) -> None:
        value = holder[key]
        if isinstance(value, str) and value[:1] in ("[", "{"):
            holder[key] = self._mutated_text(value)
        else:
            holder[key] = self.rng.choice(self.words)

    def _mutated_text(self, text: str) -> str:
        """Mutate a document within a text: cut it off, or change a field."""
        try:
            children = json.loads(text)
        except ValueError:
            return text
        if self.rng.random() < 0.5:
            return text[: self.rng.randrange(len(text))]
        self._mutate_one(children)
        return json.dumps(children)

    def _odd(self, holder: t.Any, key: t.Any) -> None:
        value = holder[key]
        odd = copy.deepcopy(self.rng.choice(ODD))
        holder[key] = str(value) if isinstance(value, (int, float)) and self.rng.random() < 0.2 else odd


@dataclass
class MutatedCloud:
    """Stands in for a client: answers the calls that read, list or get details as it was told to."""

    provider: Provider
    answers: t.Mapping[str, Response]
    region: str | None = "r-1"
    fallen_back: set[str] = field(default_factory=set)
    ids_by_name: dict[tuple[str, str], str] = field(default_factory=dict)
    moved_to: dict[tuple[str, str], str] = field(default_factory=dict)

    def now(self) -> datetime:
        return NOW

    def call(
        self, service: Service, call: Call, values: t.Any, may_be_empty: bool = False, again: bool = False
    ) -> Response:
        """Return the response to this call, or raise its error, as the client does."""
        answer = self.answers.get(call.action)
        if answer is None:
            raise CloudError("no such call")
        if is_error(service, answer) or is_error_inside(self.provider, service, answer.body):
            raise error_of(self.provider, service, answer)
        if answer.body is None and not service.envelope:
            raise Unavailable("the answer is not JSON")
        return answer
