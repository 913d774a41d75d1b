# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are nearly those of an API: one to three of their fields are bent. And a cloud that gives such answers."""

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
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import error_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import is_error
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider

Place = tuple[str | int, ...]
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
MOST_BENDS = 3
ODD: tuple[t.Any, ...] = (
    *(None, True, False, "", " ", 0, 1, -1, 3, 0.5, 10**30, -(10**30), float("inf"), float("-inf"), float("nan")),
    *("0", "-1", "3", "1.5", "1e3", "many", "null", "NaN", "[", '[{"', '{"a": 1e999}', "\ud800", "\x1b[31m\r\n"),
    *([], {}, [None], [[]], [{}], {"a": {}}, {"code": 1}, [["x"]], 1e308, 2**63),
)


def places_in(body: t.Any, at: Place = ()) -> t.Iterator[Place]:
    """Every place in a document but its top."""
    inner: t.Iterable[tuple[t.Any, t.Any]] = enumerate(body) if isinstance(body, list) else ()
    for key, each in body.items() if isinstance(body, dict) else inner:
        yield (*at, key)
        yield from places_in(each, (*at, key))


def texts_in(body: t.Any) -> set[str]:
    """Every text in a document."""
    if isinstance(body, str):
        return {body}
    inner: t.Iterable[t.Any] = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return set().union(*map(texts_in, inner))


@dataclass
class Bender:
    """Bends answers, always in the same ways: ``words`` are those that the API uses."""

    dice: random.Random
    words: t.Sequence[str]

    def bent(self, body: t.Any) -> t.Any:
        """The same document with some of its fields bent, as it comes out of JSON; None where it is no JSON any more."""
        bent = json.loads(json.dumps(body))
        for dummy in range(self.dice.randint(1, MOST_BENDS)):
            self._bend_one(bent)
        text = json.dumps(bent).replace("Infinity", "1e999")
        try:
            return read_json(text)
        except ValueError:
            return None

    def _bend_one(self, body: t.Any) -> None:
        places = list(places_in(body))
        if not places:
            return
        *way, key = self.dice.choice(places)
        for step in way:
            body = body[step]
        self.dice.choice((self._drop, self._double, self._negate, self._swap, self._swap, self._odd, self._odd))(
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
            holder[key] = self._bent_text(value)
        else:
            holder[key] = self.dice.choice(self.words)

    def _bent_text(self, text: str) -> str:
        """A document in a text: cut off, or bent inside."""
        try:
            inner = json.loads(text)
        except ValueError:
            return text
        if self.dice.random() < 0.5:
            return text[: self.dice.randrange(len(text))]
        self._bend_one(inner)
        return json.dumps(inner)

    def _odd(self, holder: t.Any, key: t.Any) -> None:
        value = holder[key]
        odd = copy.deepcopy(self.dice.choice(ODD))
        holder[key] = str(value) if isinstance(value, (int, float)) and self.dice.random() < 0.2 else odd


@dataclass
class BentCloud:
    """What a lane takes for a client: it answers the calls to read, to list and for details with what it was told to."""

    provider: Provider
    answers: t.Mapping[str, Response]
    region: str | None = "r-1"
    fallen_back: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return NOW

    def call(self, service: Service, call: Call, values: t.Any, may_be_empty: bool = False) -> Response:
        """The answer to this call, refused or read as the client does."""
        answer = self.answers.get(call.action)
        if answer is None:
            raise CloudError("no such call")
        if is_error(service, answer):
            raise error_of(self.provider, service, answer)
        if answer.body is None and not service.envelope:
            raise Unavailable("the answer is not JSON")
        return answer
