# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the suite is run with: every catalogued service, and how its tasks look in each of our states.

Nothing here is written for one service. The catalogue defines the field and the words of a state. If a word is not enough,
tests/vectors/ has a response. If neither is enough for a service, the tests fail and say what to add.
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
from ansible_collections.multicloud.tasks.plugins.module_utils._service.links import is_by_url
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_item
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import required_list_values
from local_cloud.catalogued import NotTold, at, document_in, is_plain, item_in, vectors_of
from local_cloud.script import Fields, merge

# When a response is replayed for another task, its id and times are removed.
TASK_SPECIFIC = ("id", "resource_id", "created_at", "started_at", "updated_at", "finished_at", "expires_at")
FROM_LOGIN = {"project_id"}
# Where requests carry a token: one that is refused with status 401 is asked for anew, once.
WITH_TOKENS = {"azure", "openstack"}


def without(fields: Fields, path: str) -> Fields:
    """Return the object without the field at a path of names."""
    first, *rest = path.split(".")
    child = fields.get(first)
    kept = {name: value for name, value in fields.items() if name != first}
    return {**kept, first: without(child, ".".join(rest))} if rest and isinstance(child, dict) else kept


def placeholders(call: Call) -> set[str]:
    """Return the values that the path of a call needs."""
    return set(re.findall(r"\{(\w+)\}", call.path))


@dataclass(frozen=True)
class Subject:
    """A catalogued service, with the responses of its vector file."""

    provider: Provider
    service: Service
    answers: t.Sequence[Fields] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.provider.name}-{self.service.name}"

    @property
    def apis(self) -> str:
        """The pattern by which a fault of the local cloud hits every API of the service, but no login."""
        return f"{self.provider.name}.{self.service.name}.*"

    @property
    def calls(self) -> list[Call]:
        """All calls that the catalogue has for the service, except the one that cancels."""
        service = self.service
        parts = (service.fallback, service.listing, service.batch, service.detail, service.finder)
        return [service.read, *(part.call for part in parts if part and part.call)]

    @property
    def reads_batch_otherwise(self) -> bool:
        """Whether a batch of tasks is read by another operation than one task."""
        service = self.service
        parts = (service.batch, service.listing) if service.batch else ()
        return any(part.call.action != service.read.action for part in parts if part and part.call)

    def lacking(self, what: str) -> NotTold:
        """Return the error for a service that the suite cannot play."""
        return NotTold(
            f"{self}: {what} (the vectors are in tests/vectors/{self.provider.name}_{self.service.name}.json)"
        )

    # How it is called

    def options(self) -> Fields:
        """Return the options that select the service in a wait, and those that its calls need in addition to an id."""
        needed = (placeholders(self.service.read) | set(self.service.needs)) & set(self.provider.options)
        listed = required_list_values(self.service)
        needed |= {option.name for option in self.service.options if option.required or option.name in listed}
        extra = {name: self._option_from_vectors(name) for name in sorted(needed - FROM_LOGIN)}
        return {
            "provider": self.provider.name,
            "service": self.service.name,
            **({"region": self._option_from_vectors("region")} if self.needs_region else {}),
            **extra,
        }

    @property
    def needs_region(self) -> bool:
        """Whether a region says where its tasks are, for its host or in its vectors."""
        is_told = any(answer.get("ask", {}).get("region") for answer in self.answers)
        return self.service.in_region or is_told

    def _option_from_vectors(self, name: str) -> str:
        values = (answer.get("ask", {}).get(name) for answer in self.answers)
        value = next((value for value in values if value), None)
        if value is None:
            raise self.lacking(f"it needs {name}; add it to the ask of its vectors")
        return str(value)

    # How its tasks look

    def may(self, state: str) -> bool:
        """Return whether a task of this service can be in a state at all."""
        service = self.service
        judged = state in (PARTIAL, FAILED) and (service.items_decide or "counts" in service.facts)
        return judged or state in service.states.values() or any(rule.state == state for rule in service.rules)

    def ends(self) -> list[str]:
        """Return the states in which a task of this service can end."""
        return [state for state in TERMINAL if self.may(state)]

    def tells(self, fact: str) -> bool:
        """Return whether the service reports a fact."""
        return bool(self.service.facts.get(fact))

    def telling(self, fact: str, value: t.Any) -> Fields:
        """Return native fields that report a fact."""
        path = self.service.facts.get(fact, "")
        for name in re.findall(r'"([^".]+)"', path)[:1]:
            return {name: value}
        if not is_plain(path):
            raise self.lacking(
                f"its fact {fact} is read by {path!r}, which is no plain path: nobody can tell where to write it; "
                "make it one, or teach Subject.telling"
            )
        return at(path, value)

    def saying(self, word: str) -> Fields:
        """Return native fields of a task with this native state."""
        return self.telling("native_state", word)

    def spelling(self, word: str) -> str:
        """Return a word of the table of states in the spelling of the service."""
        native_states = (str((answer.get("facts") or {}).get("native_state")) for answer in self.answers)
        return next((name for name in native_states if name.lower() == word), word)

    def word(self, state: str) -> str | None:
        """Return the service's word for one of our states; None if it has none."""
        native_word = next((word for word, ours in self.service.states.items() if ours == state), None)
        return self.spelling(native_word) if native_word else None

    @property
    def going(self) -> str:
        """The state of a task that has not ended: running if possible, else pending."""
        return RUNNING if self.may(RUNNING) else PENDING

    def showing(self, state: str) -> Fields:
        """Return native fields of a task in one of our states: by its word, else as a response of the vectors has them."""
        word = self.word(state)
        if word and is_plain(self.service.facts["native_state"]) and self.means(word, state):
            return self.saying(word)
        answer = self._answer(lambda facts: bool(facts["state"] == state))
        if answer is None:
            raise self.lacking(f"nothing shows how a task looks that is {state}; add an answer whose facts say so")
        return self._replayed(answer)

    def state_by(self, word: str) -> str:
        """Return the state of a task that was running until now, if only its word changes."""
        before = self._answer(lambda facts: facts["state"] in (RUNNING, PENDING))
        going = document_in(self.service, before) if before else {}
        item = merge(item_in(self.service, going) or {}, self.saying(word))
        look = Origin(self.provider.name, None, datetime.now(timezone.utc))
        return read_item(self.service, item, look).state

    def means(self, word: str, state: str) -> bool:
        """Return whether the word alone puts a running task into the state. A rule may need more fields."""
        return not self._answer(lambda facts: facts["state"] in (RUNNING, PENDING)) or self.state_by(word) == state

    def meaning(self, word: str, state: str) -> Fields:
        """Return native fields of a task that is in this state by this word, with the fields that a rule needs."""
        if self.means(word, state):
            return self.saying(word)
        return merge(self.showing(state), self.saying(word))

    def at_percent(self, percent: float) -> Fields:
        """Return native fields of a task with this progress in percent."""
        return self.telling("progress", (self.service.scale or 100.0) * percent / 100)

    def calls_for(self, refusal: Fields) -> int:
        """Return how many calls a look makes if they are refused like this: some refusals lead to a second call."""
        fallback = self.service.fallback
        is_of_token = refusal["status"] == 401 and self.provider.name in WITH_TOKENS
        return 2 if is_of_token or (fallback and re.search(fallback.when, refusal["code"])) else 1

    def calls_at(self, state: str) -> int:
        """Return how many calls a look makes at a task in this state: a second one may say more."""
        detail = self.service.detail
        return 2 if detail and search(detail.when, {"state": state}) else 1

    def plain(self) -> Fields:
        """Return native fields of a task that needs no second call, so that one look at it is one call."""
        detail = self.service.detail
        if not detail:
            return {}
        answer = self._answer(lambda facts: bool(facts["name"]) and not search(detail.when, facts))
        if answer is None:
            raise self.lacking("it asks twice for every task; add an answer with a name for which it does not")
        return self.telling("name", answer["facts"]["name"])

    def _answer(self, predicate: t.Callable[[Fields], bool]) -> Fields | None:
        good = (answer for answer in self.answers if answer.get("facts"))
        return next((answer for answer in good if predicate(answer["facts"])), None)

    def _replayed(self, answer: Fields) -> Fields:
        fields = item_in(self.service, document_in(self.service, answer)) or {}
        paths = (path for name in TASK_SPECIFIC for path in self.service.facts.get(name, "").split(" || "))
        return functools.reduce(without, filter(is_plain, paths), fields)

    # How it refuses

    def never_says(self, kind: str) -> bool:
        """Return whether the service never refuses in this way: without signatures, for example, none is bad."""
        error_kinds = {row[2] for row in (*self.service.codes, *self.provider.codes)}
        return kind == BadSignature.kind and BadSignature not in error_kinds

    def refusals(self, kind: str) -> dict[str, Fields]:
        """Return the error responses of this kind in the vectors, by name: one for each status and code."""
        answers: dict[tuple[int, str], Fields] = {}
        for answer in self.answers:
            if answer.get("error") == kind and isinstance(answer["body"], dict):
                answers.setdefault((answer["status"], answer["code"]), answer)
        if not answers and not self.never_says(kind):
            raise self.lacking(f"nothing shows how it refuses; add an answer whose error is {kind}")
        return {answer["name"]: answer for answer in answers.values()}


def subject_of(provider: Provider, service: Service) -> Subject:
    """Return a service with its vectors. Without a file there are none, and tests that need them say so."""
    return Subject(provider, service, vectors_of(provider.name, service.name).answers)


# Tasks that are read at a URL have tests of their own: here the ids are names, such as t-1.
SUBJECTS = [
    subject_of(provider, service)
    for provider in PROVIDERS.values()
    for service in provider.services.values()
    if not is_by_url(service)
]


def those(predicate: t.Callable[[Subject], t.Any]) -> list[Subject]:
    """Return the services for which the predicate holds; fail if there are none, because the test would prove nothing."""
    subjects = [subject for subject in SUBJECTS if predicate(subject)]
    assert subjects, "no catalogued service is of this sort any more: what is tested here is gone"
    return subjects
