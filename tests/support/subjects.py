# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the suite is played with: every catalogued service, and how a task of it looks in each of our states.

Nothing here is written for one service. The catalogue tells the field and the words of a state; where a word is not enough,
tests/vectors/ has an answer. A service of which neither tells enough fails, and says what to add.
"""

from __future__ import annotations

import functools
import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import BadSignature
from ansible_collections.multicloud.tasks.plugins.module_utils._core.expression import search
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import (
    FAILED,
    PARTIAL,
    PENDING,
    RUNNING,
    TERMINAL,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import required_list_values
from local_cloud.catalogued import NotTold, at, is_plain, item_in, vectors_of
from local_cloud.script import Fields, merge

# Of an answer that is played again, the id and the times are another task's.
OF_ONE_TASK = ("id", "resource_id", "created_at", "started_at", "updated_at", "finished_at", "expires_at")
FOUND_BY_LOGIN = {"project_id"}


def without(fields: Fields, path: str) -> Fields:
    """The same object with nothing at a path of names."""
    first, *rest = path.split(".")
    inner = fields.get(first)
    kept = {name: value for name, value in fields.items() if name != first}
    return {**kept, first: without(inner, ".".join(rest))} if rest and isinstance(inner, dict) else kept


def placeholders(call: Call) -> set[str]:
    """The values without which a call has no path."""
    return set(re.findall(r"\{(\w+)\}", call.path))


@dataclass(frozen=True)
class Subject:
    """One catalogued service, with the answers that its vector file holds."""

    provider: Provider
    service: Service
    answers: t.Sequence[Fields] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.provider.name}-{self.service.name}"

    @property
    def apis(self) -> str:
        """The pattern by which a fault of the local cloud hits every API of the service, and no login."""
        return f"{self.provider.name}.{self.service.name}.*"

    @property
    def calls(self) -> list[Call]:
        """All that the catalogue ever asks of the service."""
        service = self.service
        parts = (service.fallback, service.listing, service.batch, service.detail, service.finder)
        return [service.read, *(part.call for part in parts if part and part.call)]

    @property
    def lists_apart(self) -> bool:
        """Whether tasks come in a batch by another operation than one comes by."""
        service = self.service
        parts = (service.batch, service.listing) if service.batch else ()
        return any(part.call.action != service.read.action for part in parts if part and part.call)

    def not_told(self, what: str) -> NotTold:
        """The complaint about a service that cannot be played."""
        return NotTold(
            f"{self}: {what} (the vectors are in tests/vectors/{self.provider.name}_{self.service.name}.json)"
        )

    # How it is asked

    def options(self) -> Fields:
        """What names the service in a wait, and what its calls need besides an id."""
        needed = (placeholders(self.service.read) | set(self.service.needs)) & set(self.provider.options)
        listed = required_list_values(self.service)
        needed |= {option.name for option in self.service.options if option.required or option.name in listed}
        extra = {name: self._asked_with(name) for name in sorted(needed - FOUND_BY_LOGIN)}
        return {
            "provider": self.provider.name,
            "service": self.service.name,
            "region": self._asked_with("region"),
            **extra,
        }

    def _asked_with(self, name: str) -> str:
        told = (answer.get("ask", {}).get(name) for answer in self.answers)
        found = next((value for value in told if value), None)
        if found is None:
            raise self.not_told(f"it needs {name}; add it to the ask of its vectors")
        return str(found)

    # How a task of it looks

    def may(self, state: str) -> bool:
        """Whether a task of this service can be in a state at all."""
        service = self.service
        judged = state in (PARTIAL, FAILED) and (service.items_decide or "counts" in service.facts)
        return judged or state in service.states.values() or any(rule.state == state for rule in service.rules)

    def ends(self) -> list[str]:
        """The states in which a task of this service can end."""
        return [state for state in TERMINAL if self.may(state)]

    def tells(self, fact: str) -> bool:
        """Whether the service tells a fact."""
        return bool(self.service.facts.get(fact))

    def telling(self, fact: str, value: t.Any) -> Fields:
        """Native fields by which a task tells a fact."""
        path = self.service.facts.get(fact, "")
        for name in re.findall(r'"([^".]+)"', path)[:1]:
            return {name: value}
        if not is_plain(path):
            raise self.not_told(
                f"its fact {fact} is read by {path!r}, which is no plain path: nobody can tell where to write it; "
                "make it one, or teach Subject.telling"
            )
        return at(path, value)

    def saying(self, word: str) -> Fields:
        """Native fields of a task in the state that the service calls by this word."""
        return self.telling("native_state", word)

    def spelling(self, word: str) -> str:
        """A word of the table of states as the service writes it."""
        told = (str((answer.get("facts") or {}).get("native_state")) for answer in self.answers)
        return next((name for name in told if name.lower() == word), word)

    def word(self, state: str) -> str | None:
        """The service's own word for a state of ours; None where it has none."""
        found = next((word for word, ours in self.service.states.items() if ours == state), None)
        return self.spelling(found) if found else None

    @property
    def going(self) -> str:
        """The state of a task that goes on: running, or at least pending."""
        return RUNNING if self.may(RUNNING) else PENDING

    def showing(self, state: str) -> Fields:
        """Native fields of a task in one of our states: by its word, else as an answer of the vectors has them."""
        word = self.word(state)
        if word and is_plain(self.service.facts["native_state"]) and self.means(word, state):
            return self.saying(word)
        found = self._answer(lambda facts: bool(facts["state"] == state))
        if found is None:
            raise self.not_told(f"nothing shows how a task looks that is {state}; add an answer whose facts say so")
        return self._played_again(found)

    def state_by(self, word: str) -> str:
        """The state of a task that went on until now, when nothing but its word has changed."""
        before = self._answer(lambda facts: facts["state"] in (RUNNING, PENDING))
        going = before["body"] if before else {}
        item = merge(item_in(self.service, going) or {}, self.saying(word))
        look = Origin(self.provider.name, None, datetime.now(timezone.utc))
        return read_item(self.service, item, look).state

    def means(self, word: str, state: str) -> bool:
        """Whether the word alone says the state of a task that went on until now: a rule may want more to be told."""
        return not self._answer(lambda facts: facts["state"] in (RUNNING, PENDING)) or self.state_by(word) == state

    def meaning(self, word: str, state: str) -> Fields:
        """Native fields of a task that is in this state by this word; where a rule wants more to be told, with that."""
        if self.means(word, state):
            return self.saying(word)
        return merge(self.showing(state), self.saying(word))

    def at_percent(self, percent: float) -> Fields:
        """Native fields of a task that is so far."""
        return self.telling("progress", (self.service.scale or 100.0) * percent / 100)

    def calls_for(self, refusal: Fields) -> int:
        """How many calls a look makes that is refused like this: some say that there is another way."""
        fallback = self.service.fallback
        return 2 if fallback and re.search(fallback.when, refusal["code"]) else 1

    def plain(self) -> Fields:
        """Native fields of a task for which nothing is asked by a second call: one look at it is one call."""
        detail = self.service.detail
        if not detail:
            return {}
        found = self._answer(lambda facts: bool(facts["name"]) and not search(detail.when, facts))
        if found is None:
            raise self.not_told("it asks twice for every task; add an answer with a name for which it does not")
        return self.telling("name", found["facts"]["name"])

    def _answer(self, fits: t.Callable[[Fields], bool]) -> Fields | None:
        good = (answer for answer in self.answers if answer.get("facts"))
        return next((answer for answer in good if fits(answer["facts"])), None)

    def _played_again(self, answer: Fields) -> Fields:
        fields = item_in(self.service, answer["body"]) or {}
        paths = (self.service.facts.get(name, "") for name in OF_ONE_TASK)
        return functools.reduce(without, filter(is_plain, paths), fields)

    # How it refuses

    def never_says(self, kind: str) -> bool:
        """Whether there is no such refusal: where nothing is signed, no signature is bad."""
        told = {row[2] for row in (*self.service.codes, *self.provider.codes)}
        return kind == BadSignature.kind and BadSignature not in told

    def refusals(self, kind: str) -> dict[str, Fields]:
        """The answers of the vectors that are errors of this kind, by name: each status and code once."""
        found: dict[tuple[int, str], Fields] = {}
        for answer in self.answers:
            if answer.get("error") == kind and isinstance(answer["body"], dict):
                found.setdefault((answer["status"], answer["code"]), answer)
        if not found and not self.never_says(kind):
            raise self.not_told(f"nothing shows how it refuses; add an answer whose error is {kind}")
        return {answer["name"]: answer for answer in found.values()}


def subject_of(provider: Provider, service: Service) -> Subject:
    """A service and its vectors; without a file there are none, and what needs them says so."""
    return Subject(provider, service, vectors_of(provider.name, service.name).answers)


SUBJECTS = [subject_of(provider, service) for provider in PROVIDERS.values() for service in provider.services.values()]


def those(fits: t.Callable[[Subject], t.Any]) -> list[Subject]:
    """The services of which something holds; at least one, for a test of none would prove nothing."""
    found = [subject for subject in SUBJECTS if fits(subject)]
    assert found, "no catalogued service is of this sort any more: what is tested here is gone"
    return found
