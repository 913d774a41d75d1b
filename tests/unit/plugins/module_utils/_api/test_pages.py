# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that shift while their pages are read: every way of paging, and every way in which a list may change meanwhile."""

from __future__ import annotations

import contextlib
import random
import typing as t
from dataclasses import dataclass, field, replace

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.pages import READINGS, Read, Shown, turned
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, NotFound, Unavailable
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import Task
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Pages, Values
from support.rows import each_row

Change = t.Callable[["Shelf"], None]
SIZE = 4


@dataclass
class Shelf:
    """A cloud whose list is read: what is in it, and what happens to it right after which call."""

    pages: Pages
    by_item: bool = False
    largest: int = SIZE
    tasks: list[str] = field(default_factory=lambda: [f"t-{number:02}" for number in range(10)])
    after: t.Mapping[int, Change] = field(default_factory=dict)
    always: Change | None = None
    surplus: int = 0
    stuck: bool = False
    total_of_page: bool = False
    calls: int = 0

    def ask(self, values: Values) -> Shown:
        """The page that is asked for."""
        size = min(int(values["page_size"] or 0), self.largest) or len(self.tasks)
        start = self.start(values, size)
        names = self.tasks[start : start + size]
        total = len(names if self.total_of_page else self.tasks) + self.surplus
        following = str(start + size) if start + size < len(self.tasks) else ""
        marker = names[-1] if names and following else None
        link = f"https://cloud.example/jobs?skip={following}" if following else None
        body = {"total": total, "token": following, "marker": marker, "link": link}
        self.calls += 1
        for change in (self.after.get(self.calls), self.always):
            if change:
                change(self)
        return Shown([Task("huawei", "made_up", None, name, "running") for name in names], body)

    def start(self, values: Values, size: int) -> int:
        """The position of the first item of a page."""
        token = values.get("token") or (values.get("link") or "").rpartition("=")[2]
        if self.stuck:
            return 0
        if token and self.pages.token == "marker":
            if token not in self.tasks:
                raise CloudError("the marker was not found", code="BadRequest")
            return self.tasks.index(token) + 1
        if token:
            return int(token)
        number = int(values["page"] or 0) - self.pages.first
        return number if self.by_item else number * size

    def read(self, most: int = 1000) -> list[str]:
        """The ids in the order in which they come; no more pages are turned than it takes for so many."""
        found: list[str] = []
        for page in turned(self.pages, {}, self.ask):
            found += [each.id for each in page if isinstance(each, Task)]
            if len(found) >= most:
                break
        return found[:most]


SHAPES: dict[str, tuple[Shelf, int]] = {
    # With the number of calls that ten tasks cost while nothing changes: a page that nothing else ties is read twice, and
    # so is every page if there is no total.
    "page numbers and a total": (Shelf(Pages(SIZE, total="total")), 3 + 2),
    "page numbers from 0": (Shelf(Pages(SIZE, total="total", first=0)), 3 + 2),
    "page numbers alone": (Shelf(Pages(SIZE)), 4 + 4),
    "smaller pages than asked for": (Shelf(Pages(9, total="total")), 3 + 2),
    "offsets and a total": (Shelf(Pages(SIZE, total="total", first=0, by_item=True), by_item=True), 3),
    "offsets alone": (Shelf(Pages(SIZE, first=0, by_item=True), by_item=True), 4 + 4),
    "offsets of smaller pages": (Shelf(Pages(9, total="total", first=0, by_item=True), by_item=True), 3),
    "offsets of single tasks": (Shelf(Pages(1, total="total", first=0, by_item=True), True, 1), 10 + 9),
    "numbers that turn out to be pages": (Shelf(Pages(SIZE, total="total", maybe_index=True)), 3 + 2),
    "numbers that turn out to be offsets": (Shelf(Pages(SIZE, total="total", maybe_index=True), by_item=True), 4 + 2),
    "tokens that are positions": (Shelf(Pages(SIZE, token="token")), 3 + 3),
    "tokens and a total": (Shelf(Pages(SIZE, token="token", total="total")), 3 + 2),
    "links": (Shelf(Pages(SIZE, link="link")), 3 + 3),
    "the id of the last item": (Shelf(Pages(SIZE, token="marker")), 3),
    "all on one page": (Shelf(Pages(0), largest=1000), 1),
}


def shelf_of(shape: str, **changes: t.Any) -> Shelf:
    """A shelf of its own, of this shape."""
    shelf = SHAPES[shape][0]
    return replace(shelf, tasks=list(shelf.tasks), **changes)


MANY = {name: row for name, row in SHAPES.items() if name != "all on one page"}


def ends(*names: str) -> Change:
    """These leave the list: they match no more."""

    def change(shelf: Shelf) -> None:
        shelf.tasks = [name for name in shelf.tasks if name not in names]

    return change


def joins(name: str, place: int | None = None) -> Change:
    """One more is in the list, at its end or at a place."""

    def change(shelf: Shelf) -> None:
        shelf.tasks.insert(len(shelf.tasks) if place is None else place, name)

    return change


def both(*changes: Change) -> Change:
    """One change and the other at the same time."""

    def change(shelf: Shelf) -> None:
        for each in changes:
            each(shelf)

    return change


CHANGES: dict[str, Change] = {
    "one ends": ends("t-01"),
    "the last of a page ends": ends("t-03"),
    "the first of the next page ends": ends("t-04"),
    "some end": ends("t-00", "t-02", "t-03"),
    "all of a page end": ends("t-00", "t-01", "t-02", "t-03"),
    "one comes first": joins("t-new", 0),
    "one comes last": joins("t-new"),
    "one ends and one comes last": both(ends("t-01"), joins("t-new")),
    "one ends and one comes first": both(ends("t-01"), joins("t-new", 0)),
    "the last of a page ends and one comes last": both(ends("t-03"), joins("t-new")),
    "one goes to the end": both(ends("t-01"), joins("t-01")),
    "one comes from the end": both(ends("t-09"), joins("t-09", 1)),
}


@pytest.mark.parametrize("shape", MANY)
@each_row("change", CHANGES.values(), ids=CHANGES.keys())
@each_row("when", [1, 2, 3])
def test_a_list_that_shifts_loses_none_of_its_tasks(shape: str, change: Change, when: int) -> None:
    shelf = shelf_of(shape, after={when: change})
    if shelf.pages.token == "marker" and change is CHANGES["one comes from the end"]:
        return  # A list that goes on after an item is in an order that does not change.
    found = shelf.read()
    # One that has come meanwhile may not have been there yet when the last page was read.
    assert {*shelf.tasks} - {*found} <= {"t-new"}
    assert len(found) == len(set(found))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_at_rest_is_read_once_and_the_calls_that_check_it_are_few(shape: str) -> None:
    shelf = shelf_of(shape)
    assert shelf.read() == shelf.tasks
    assert shelf.calls == SHAPES[shape][1]


@pytest.mark.parametrize("shape", SHAPES)
def test_who_needs_no_more_tasks_turns_no_more_pages(shape: str) -> None:
    shelf = shelf_of(shape)
    assert shelf.read(1) == ["t-00"]
    assert shelf.calls == 1


def moves(shelf: Shelf) -> None:
    """The first of all goes to the end: never do two pages fit together."""
    shelf.tasks.append(shelf.tasks.pop(0))


@pytest.mark.parametrize("shape", [name for name in MANY if "id of" not in name])
def test_a_list_that_never_rests_is_no_list(shape: str) -> None:
    shelf = shelf_of(shape, always=moves)
    with pytest.raises(Unavailable, match=f"read {READINGS} times"):
        shelf.read()


def grows(every: int, place: int | None) -> Change:
    """Every so many calls one more is in the list."""

    def change(shelf: Shelf) -> None:
        if shelf.calls % every == 0:
            shelf.tasks.insert(len(shelf.tasks) if place is None else place, f"t-new-{shelf.calls}")

    return change


@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("shape", [name for name, (shelf, dummy) in SHAPES.items() if shelf.pages.total])
def test_a_list_that_only_grows_is_read(shape: str, every: int) -> None:
    if "single" in shape or "turn out" in shape or ("offsets" in shape and every == 1):
        pytest.skip("a page has too few tasks to show that it follows another one, or numbers that may be of items")
    shelf = shelf_of(shape, always=grows(every, 0))
    assert {f"t-{number:02}" for number in range(10)} <= {*shelf.read()}


@pytest.mark.parametrize("shape", MANY)
@each_row("seed", range(60))
def test_whatever_a_list_does_what_was_in_it_all_the_time_is_not_lost(shape: str, seed: int) -> None:
    """New tasks come first, as in every list that has an order; any may end."""
    # A page that begins at a position can be tied to the one before only by reading that again, and two changes that cancel
    # each other out are not seen. Links hold positions as tokens do here, so they are tried with the same changes.
    dice = random.Random(f"{'tokens that are positions' if shape == 'links' else shape} {seed}")

    def change(shelf: Shelf) -> None:
        if dice.random() < 0.4:
            shelf.tasks.insert(0, f"t-new-{shelf.calls}")
        if dice.random() < 0.2 and shelf.tasks:
            shelf.tasks.remove(dice.choice(shelf.tasks))

    shelf = shelf_of(shape, always=change)
    with contextlib.suppress(Unavailable):
        found = shelf.read()
        assert {name for name in shelf.tasks if "new" not in name} <= {*found}


@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("shape", [name for name, (shelf, dummy) in MANY.items() if not shelf.pages.total])
def test_a_list_without_a_total_loses_no_task_that_moves(shape: str, seed: int) -> None:
    """Some lists have those first that have changed last."""
    dice = random.Random(f"{shape} {seed}")

    def change(shelf: Shelf) -> None:
        if dice.random() < 0.15:
            shelf.tasks.insert(0, f"t-new-{shelf.calls}")
        if dice.random() < 0.15 and shelf.tasks:
            shelf.tasks.remove(dice.choice(shelf.tasks))
        if dice.random() < 0.1 and shelf.tasks and shelf.pages.token != "marker":
            shelf.tasks.insert(0, shelf.tasks.pop(dice.randrange(len(shelf.tasks))))

    shelf = shelf_of(shape, always=change)
    with contextlib.suppress(Unavailable):
        found = shelf.read()
        assert {name for name in shelf.tasks if "new" not in name} <= {*found}


@pytest.mark.parametrize("largest", [5, 8, 10, 16, 20, 25, 30, 32, 50, 64, 100])
@pytest.mark.parametrize("by_item", [False, True])
def test_a_total_of_a_page_that_the_api_keeps_smaller_is_no_total_of_a_list(largest: int, by_item: bool) -> None:
    pages = Pages(500, total="total", first=0 if by_item else 1, by_item=by_item)
    tasks = [f"t-{number}" for number in range(largest + 3)]
    shelf = Shelf(pages, by_item, largest, tasks, total_of_page=True)
    with pytest.raises(Unavailable, match=r"it had \d+ tasks at first and \d+ a moment later"):
        shelf.read()


@pytest.mark.parametrize("surplus", [1, 100])
@pytest.mark.parametrize("shape", [name for name, (shelf, dummy) in SHAPES.items() if shelf.pages.total])
def test_a_list_that_shows_fewer_tasks_than_it_says_is_no_list(shape: str, surplus: int) -> None:
    shelf = shelf_of(shape, surplus=surplus)
    with pytest.raises(Unavailable, match=f"it says that it has {10 + surplus} tasks, and shows 10"):
        shelf.read()


# Where there is one task on a page, a total of one is no contradiction.
@pytest.mark.parametrize("shape", [name for name in MANY if SHAPES[name][0].pages.total and "single" not in name])
def test_a_total_that_is_too_small_hides_no_task(shape: str) -> None:
    shelf = shelf_of(shape, surplus=-9)
    assert shelf.read() == shelf.tasks


# With a total that the first page makes if it is counted twice.
@pytest.mark.parametrize("shape", MANY)
def test_pages_that_the_api_does_not_turn_are_no_list(shape: str) -> None:
    with pytest.raises(Unavailable, match="the list was read 3 times"):
        shelf_of(shape, stuck=True, surplus=-2).read()


@pytest.mark.parametrize(
    "shape", [name for name, (shelf, dummy) in MANY.items() if shelf.pages.total and shelf.pages.size <= SIZE]
)
def test_a_total_of_each_page_alone_is_no_total_of_a_list(shape: str) -> None:
    with pytest.raises(Unavailable, match=r"it had \d tasks at first and \d a moment later"):
        shelf_of(shape, total_of_page=True).read()


@pytest.mark.parametrize("number", [0, 3, 4, 8])
@pytest.mark.parametrize("shape", MANY)
def test_a_list_that_just_fills_its_pages_is_read_to_its_end(shape: str, number: int) -> None:
    shelf = shelf_of(shape)
    shelf.tasks = shelf.tasks[:number]
    assert shelf.read() == shelf.tasks


REFUSALS = {"plain": CloudError("no such page"), "not found": NotFound("no such marker")}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("shape", MANY)
def test_a_later_page_that_is_refused_makes_no_short_list(shape: str, refusal: CloudError) -> None:
    def refuse(shelf: Shelf) -> None:
        raise refusal

    shelf = shelf_of(shape, after={2: refuse})
    assert shelf.read() == shelf.tasks
    with pytest.raises(Unavailable, match="a later page was refused"):
        shelf_of(shape, after=dict.fromkeys(range(2, 99, 2), refuse)).read()


def test_a_first_page_that_is_refused_is_the_refusal() -> None:
    def refuse(values: Values) -> Shown:
        raise NotFound("no such list")

    with pytest.raises(NotFound):
        list(turned(Pages(SIZE), {}, refuse))


def test_tokens_that_lead_in_a_circle_lead_to_no_end() -> None:
    def ask(values: Values) -> Shown:
        read: list[Read] = [Task("huawei", "made_up", None, f"t-{values.get('token')}", "running")]
        return Shown(read, {"token": {None: "a", "a": "b", "b": "a"}[values.get("token")]})

    with pytest.raises(Unavailable, match="leads back to an earlier one"):
        list(turned(Pages(SIZE, token="token"), {}, ask))


# What pages tell besides their tasks, by the token of their call; and what is wrong with that, if anything is.
TOKENS: dict[str, tuple[dict[str, t.Any], str]] = {
    "none": ({"": None}, ""),
    "an empty one": ({"": ""}, ""),
    "a blank one": ({"": " "}, ""),
    "false": ({"": False}, ""),
    "a number": ({"": 1, "1": None}, ""),
    "true": ({"": True}, "is no text"),
    "a dictionary": ({"": {"href": "/jobs?page=2"}}, "is no text"),
    "a list": ({"": ["a"]}, "is no text"),
    "one that leads to itself": ({"": "a", "a": "a"}, "leads back to an earlier one, or to itself"),
}


@pytest.mark.parametrize(("tokens", "wrong"), TOKENS.values(), ids=TOKENS.keys())
def test_a_token_that_cannot_be_followed_is_no_end(tokens: dict[str, t.Any], wrong: str) -> None:
    def ask(values: Values) -> Shown:
        read: list[Read] = [Task("huawei", "made_up", None, f"t-{values.get('token')}", "running")]
        return Shown(read, {"token": tokens[values.get("token") or ""]})

    pages = turned(Pages(SIZE, token="token"), {}, ask)
    if wrong:
        with pytest.raises(Unavailable, match=wrong):
            list(pages)
    else:
        assert sum(map(len, pages)) == len(tokens)


def test_an_empty_page_may_end_a_list_with_its_own_token() -> None:
    def ask(values: Values) -> Shown:
        read: list[Read] = [] if values.get("token") else [Task("huawei", "made_up", None, "t-1", "running")]
        return Shown(read, {"token": "end"})

    assert sum(map(len, turned(Pages(SIZE, token="token"), {}, ask))) == 1


def test_every_way_of_paging_of_the_catalogue_is_one_of_these() -> None:
    def shape(pages: Pages) -> tuple[t.Any, ...]:
        marker = pages.token.endswith("[-1].id") or pages.token == "marker"
        return (
            # A link leads on whatever the size.
            bool(pages.size or pages.link),
            bool(pages.token),
            bool(pages.link),
            marker,
            bool(pages.total),
            pages.maybe_index,
            pages.by_item,
        )

    services = [service for provider in PROVIDERS.values() for service in provider.services.values()]
    ways = {shape(service.listing.pages) for service in services if service.listing}
    assert ways <= {shape(shelf.pages) for shelf, dummy in SHAPES.values()}
