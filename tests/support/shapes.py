# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shape of a service: what determines its calls, and the course of a wait for its tasks.

Tests that depend on a shape alone run with one service of each shape, however many services there are. What a service writes in
words of its own (calls, paths, states and codes) is tested for every service, in tables and in one plain wait for each state.
"""

from __future__ import annotations

import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Batch, Listing, Service
from support.subjects import SUBJECTS, Subject


class Shape(t.NamedTuple):
    """The parts of a shape. Services that are equal in the parts that a test is about prove the same in it."""

    provider: str
    """Determines signatures, logins, the headers for retries and the keys of errors."""
    protocol: str
    """How an API of the provider writes requests, answers and errors, where it has several."""
    asking: tuple[str, str]
    """The method of the call that reads a task, and the part of the call that holds the id."""
    reading: tuple[bool, ...]
    """Which calls may follow the first one, and whether its answer is a list."""
    refusing: tuple[bool, ...]
    """Whether an answer of status 200 may say that there is no task, or that the call failed."""
    lasting: bool
    """Whether successive operations have the same id."""
    judging: tuple[bool, ...]
    """What decides about the state besides its word."""
    ends: tuple[str, ...]
    progress: bool
    batch: str
    pages: str
    quota: tuple[float, float]
    """The calls and seconds of it."""
    is_window: bool
    """Whether the quota is counted in windows: then calls may come in a burst, and throttling lasts until the window ends."""
    parallel: int


SHAPED = {
    *("read", "fallback", "items", "detail", "finder", "absent", "refused", "lasting"),
    *("items_decide", "rules", "states_by", "others", "listing", "batch", "quota", "parallel", "protocol"),
}
"""The fields of a service that determine its shape."""

WORDS = {
    *("name", "title", "doc", "product", "version", "host", "private_host", "hosts", "regions", "needs", "options"),
    *("facts", "states", "item_states", "codes", "scale", "zone", "subtask", "root", "envelope", "cancel", "advice"),
    *("no_evidence", "started_by", "target", "lists", "any_case", "alias", "qualified"),
}
"""The other fields, which are tested for every service that has them."""

Part = t.Union[str, tuple[str, ...]]  # noqa: UP007 - Python 3.9 cannot evaluate str | tuple
"""A part of a shape, or several parts that act on each other: then each combination of their values counts as one value."""

PLAIN: tuple[Part, ...] = ("provider", "protocol", ("reading", "lasting"))
"""The parts that matter to a wait for a few tasks."""


def place_of_id(service: Service) -> str:
    """Return the part of the call for one task that holds the id."""
    read = service.read
    parts = {"path": read.path, "query": read.query, "form": read.form, "json": read.json, "headers": read.headers}
    return next((name for name, part in parts.items() if "{task_id" in str(part)), "nowhere")


def batch_of(batch: Batch | None) -> str:
    """Return how a batch is read, and whether that decides about each task."""
    if not batch:
        return ""
    return f"{'a call' if batch.call else 'pages'}, {'judged' if batch.judge else 'read once more'}"


def pages_of(listing: Listing | None) -> str:
    """Return how the pages of a list are turned, and whether a list decides about each task."""
    if not listing:
        return ""
    pages = listing.pages
    number = "items" if pages.by_item else "either" if pages.maybe_index else "pages"
    kind = "a link" if pages.link else "a token" if pages.token else number if pages.size else "one page"
    return f"{kind}, {'judged' if listing.judge else 'read once more'}"


def shape_of(subject: Subject) -> Shape:
    """Return the shape of a service."""
    service = subject.service
    has_counts = "counts" in service.facts
    return Shape(
        provider=subject.provider.name,
        protocol=service.protocol,
        asking=(service.read.method, place_of_id(service)),
        reading=(bool(service.items), *map(bool, (service.fallback, service.detail, service.finder))),
        refusing=(bool(service.absent), bool(service.refused)),
        lasting=service.lasting,
        judging=(service.items_decide, has_counts, bool(service.rules), bool(service.states_by), bool(service.others)),
        ends=tuple(subject.ends()),
        progress=subject.tells("progress"),
        batch=batch_of(service.batch),
        pages=pages_of(service.listing),
        quota=(service.quota.calls, service.quota.seconds),
        is_window=service.quota.is_window,
        parallel=service.parallel,
    )


Candidate = t.TypeVar("Candidate")
Values = set[tuple[t.Any, ...]]


def values_of(shape: t.Mapping[str, t.Any], parts: t.Iterable[Part]) -> Values:
    """Return the value that a shape has in each part."""
    return {(part, *(shape[name] for name in ([part] if isinstance(part, str) else part))) for part in parts}


def few_with_all(candidates: t.Iterable[Candidate], values: t.Callable[[Candidate], Values]) -> list[Candidate]:
    """Return few candidates that have every value of all of them, in their order: again and again the one that adds most."""
    each = [(candidate, values(candidate)) for candidate in candidates]
    assert each, "no catalogued service is of this sort any more: what is tested here is gone"
    missing = set().union(*(has for dummy, has in each))
    chosen = set()
    while missing:
        best = max(range(len(each)), key=lambda number: len(each[number][1] & missing))
        chosen.add(best)
        missing -= each[best][1]
    return [each[number][0] for number in sorted(chosen)]


def each_value(
    *parts: Part, of: t.Iterable[Subject] = SUBJECTS, fits: t.Callable[[Subject], t.Any] = bool
) -> list[Subject]:
    """Return few services, among those that fit, that have each value of each part.

    Their number grows with the longest list of values, and not with the product of all. Name parts that act on each other in a
    tuple: `("provider", ("reading", "lasting"))`.
    """
    return few_with_all(filter(fits, of), lambda subject: values_of(shape_of(subject)._asdict(), parts))


def one_of_each(
    *parts: str, of: t.Iterable[Subject] = SUBJECTS, fits: t.Callable[[Subject], t.Any] = bool
) -> list[Subject]:
    """Return the first service of each combination of values in these parts, among those that fit. See `each_value` first."""
    return each_value(parts, of=of, fits=fits)


def each_end(*parts: Part) -> list[tuple[Subject, str]]:
    """Return every state in which a task can end, each with a service, so that each value of each part is among them.

    The state is a part, too: its name is `end`.
    """
    ends = [(subject, state) for subject in SUBJECTS for state in subject.ends()]

    def values(pair: tuple[Subject, str]) -> Values:
        return values_of({**shape_of(pair[0])._asdict(), "end": pair[1]}, ("end", *parts))

    return few_with_all(ends, values)
