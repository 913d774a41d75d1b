# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Turns the pages of a list, and makes sure that no task is lost between two of them.

A task that ends may leave the list, and then all that follow move up by one: the first of the second page is on no page. So each
page is tied to the one before it. If pages are counted by items, the next page begins with the last item of this one. A list
that continues after its last item is tied by that, because its order does not change. Any other page is read again after the
next one, and must hold the same tasks. If no total tells that nothing has left the list meanwhile, all pages are read once more
at the end instead: a task may have moved by more than one page.

A list that changes is read again. If it never rests, it may still only grow: new tasks move the others down, so
the next page begins with the last tasks of this one, and none is lost. The last reading accepts such a list.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._core.errors import CloudError, ListShifted, NotFound, NotSent, Unavailable
from .._core.task import Task
from .._core.values import to_count, to_text
from .._service.links import LINK
from .._service.model import Pages, Values
from .._service.parse import find_in

MAX_PAGES = 1000
# How often a list that changes while it is read is read in all, before it counts as one that cannot be read.
READINGS = 3
_TWO = 2

Read = t.Union[Task, CloudError]


class Shown(t.NamedTuple):
    """One page: its items, each a task or the reason why it is none; and the body that they are in."""

    read: t.Sequence[Read]
    body: t.Any

    @property
    def ids(self) -> list[str]:
        """The ids of its tasks, in its order."""
        return [task.id for task in self.read if isinstance(task, Task)]


ReadPage = t.Callable[[Values], Shown]


class _Turned(t.NamedTuple):
    """A page that was read: the values of its call, its ids, and whether the next one begins after its last item."""

    values: Values
    ids: t.Sequence[str]
    anchored: bool


def turned(pages: Pages, values: Values, read_page: ReadPage) -> t.Iterator[list[Read]]:
    """Yield every task of a list, page by page, each task once. A list that has shifted is read again from its first page on.

    What a page has shown stays shown: it was there. A caller that needs no more tasks just stops.
    """
    shown: set[str] = set()
    for number in range(1, READINGS + 1):
        # A list that does not begin where it is asked to cannot overlap: the other way may work with it.
        reading = _Reading(pages, dict(values), read_page, overlaps=number == 1)
        # Only a total tells that nothing leaves the list meanwhile.
        reading.may_grow = number == READINGS and bool(pages.total) and not pages.maybe_index
        try:
            for page in reading.pages_on():
                new = [each for each in page if not isinstance(each, Task) or each.id not in shown]
                shown.update(each.id for each in new if isinstance(each, Task))
                yield new
            return
        except ListShifted as exc:
            if number == READINGS:
                raise Unavailable(f"the list was read {READINGS} times, and {exc}") from exc


def turned_once(pages: Pages, values: Values, read_page: ReadPage) -> t.Iterator[list[Read]]:
    """The same for tasks whose ids are known: what is on no page can be read alone, so nothing is checked."""
    return _Reading(pages, dict(values), read_page, checks=False).pages_on()


def turned_whole(pages: Pages, values: Values, read_page: ReadPage) -> t.Iterator[list[Read]]:
    """The same for the answer to a question about certain ids, whose pages are all needed: a task on none of them is not there.

    Raises Unavailable if the pages do not end, or lead back.
    """
    return _Reading(pages, dict(values), read_page, ties=False).pages_on()


@dataclass
class _Reading:
    """One reading of a list, from its first page on.

    ``count`` is how many items were on its pages, ``total`` how many it says that there are; the next page begins with the last
    ``lap`` items of the one ``before``. Of a list that ``may_grow`` it is how many there were at first, ``latest`` how many now.
    """

    pages: Pages
    values: dict[str, t.Optional[str]]
    read_page: ReadPage
    overlaps: bool = False
    checks: bool = True
    ties: bool = True
    may_grow: bool = False
    by_item: bool = False
    lap: int = 0
    count: int = 0
    total: t.Optional[int] = None
    latest: t.Optional[int] = None
    before: t.Optional[_Turned] = None
    turned: list[_Turned] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    def pages_on(self) -> t.Iterator[list[Read]]:
        """Yield the pages, each without the tasks that an earlier one had."""
        self.by_item = self.pages.by_item
        self.values.update(page=str(self.pages.first), page_size=str(self.pages.size))
        for dummy in range(MAX_PAGES):
            shown = self._read(self.values)
            self.count += len(shown.read) - self._tied(shown)
            new = [each for each in shown.read if not isinstance(each, Task) or each.id not in self.seen]
            self.seen.update(shown.ids)
            self._refuse_same_page(shown, bool(new))
            yield new
            if not self._turn(shown, bool(new)):
                self._end()
                return
        if self.checks:
            raise Unavailable(f"the list has more than {MAX_PAGES} pages")

    def _read(self, values: Values) -> Shown:
        """Read one page. A later one that is refused may begin after an item that has gone."""
        try:
            shown = self.read_page(values)
        except NotFound as exc:
            raise self._refused(exc) from exc
        except CloudError as exc:
            # Of the other errors, only a plain refusal may be due to this very page.
            if exc.kind != CloudError.kind or isinstance(exc, NotSent):
                raise
            raise self._refused(exc) from exc
        self._see_total(to_count(find_in(self.pages.total, shown.body)) if self.pages.total else None)
        return shown

    def _refused(self, refusal: CloudError) -> CloudError:
        return ListShifted(f"a later page was refused ({refusal})") if self.before and self.checks else refusal

    def _see_total(self, total: t.Optional[int]) -> None:
        if total is None:
            return
        known = self.latest if self.latest is not None else total
        if self.checks and (total < known or (total > known and not self.may_grow)):
            raise ListShifted(f"it had {known} tasks at first and {total} a moment later")
        self.total, self.latest = total if self.total is None else self.total, total

    def _tied(self, shown: Shown) -> int:
        """How many items of the page before are on this one, too. If nothing ties the two together, the list has shifted."""
        if self.before is None:
            return 0
        if self._numbers_items(self.before, shown.ids):
            self.by_item = True
            return len(self.before.ids) - 1
        if self.checks and self.ties and not self._is_next(self.before, shown.ids):
            raise ListShifted("its tasks have moved from one page to another")
        return len(self.seen.intersection(shown.ids))

    def _numbers_items(self, before: _Turned, ids: t.Sequence[str]) -> bool:
        """Whether the page number counts items: then the second page is the first one, moved by one."""
        if not self.pages.maybe_index or self.by_item or len(before.ids) < 2:
            return False
        return list(before.ids[1:]) == list(ids[: len(before.ids) - 1])

    def _refuse_same_page(self, shown: Shown, any_new: bool) -> None:
        """Refuse a page that shows nothing but what was shown: the API does not turn pages. A total would tell that, too."""
        is_full = len(shown.read) >= self.pages.size or bool(self.pages.token or self.pages.link)
        if self.checks and self.before and shown.ids and not any_new and self.total is None and is_full:
            raise ListShifted("its pages show the same tasks again")

    def _is_next(self, before: _Turned, ids: t.Sequence[str]) -> bool:
        if not ids and self.count == self.total:
            return True
        if self.lap:
            return list(ids[:1]) == list(before.ids[-1:]) and not self.seen.intersection(ids[1:])
        if before.anchored:
            return not self.seen.intersection(ids)
        # Without a total, the end of the reading checks it.
        if self.total is None or (self.may_grow and _follows(before.ids, ids, ids)):
            return True
        if {*self._read(before.values).ids} == {*before.ids}:
            return True
        return self.may_grow and _follows(before.ids, ids, self._read(self.values).ids)

    def _turn(self, shown: Shown, any_new: bool) -> bool:
        """Set the values for the next page; return False if there is none."""
        values = dict(self.values)
        turn = self._by_token if self.pages.token or self.pages.link else self._by_number
        more = turn(shown, any_new)
        anchored = bool(self.pages.token and shown.ids) and self.values.get("token") == shown.ids[-1]
        self.before = _Turned(values, shown.ids, anchored)
        self.turned += [] if anchored else [self.before]
        return more

    def _by_token(self, shown: Shown, any_new: bool) -> bool:
        name = LINK if self.pages.link else "token"
        value = find_in(self.pages.link or self.pages.token, shown.body)
        token = to_text(value)
        if token is None and value and not isinstance(value, str):
            raise Unavailable(f"the list goes on, but the {name} of its next page is no text")
        # Some APIs end a list with an empty page that gives the token of its own call.
        if token is None or (token == self.values.get(name) and not any_new):
            return False
        if token in self.tokens and self.checks:
            raise ListShifted("a page of it leads back to an earlier one, or to itself")
        self.tokens.add(token)
        self.values[name] = token
        return True

    def _by_number(self, shown: Shown, any_new: bool) -> bool:
        # A page that is not full is the last one only if its size was obeyed. If nothing tells how many there are, turn on.
        # Some totals are those of a page alone, which seems right as long as the first page is full, by the size that was asked
        # for, or by a smaller one of the API's own.
        is_full_first = self.before is None and _may_be_capped(len(shown.read), self.pages.size)
        if not any_new or not self.pages.size or (self.count == self.total and not is_full_first):
            return False
        self.lap = int(self.overlaps and self.pages.by_item and len(shown.ids) > 1)
        number = self.pages.first + self.count - self.lap if self.by_item else int(self.values["page"] or 0) + 1
        self.values["page"] = str(number)
        return True

    def _end(self) -> None:
        if self.checks and self.total is not None and self.count < self.total:
            raise ListShifted(f"it says that it has {self.total} tasks, and shows {self.count}")
        if self.checks and self.ties and self.total is None:
            self._read_again()

    def _read_again(self) -> None:
        """Read all pages once more. If one has changed, a task may have been on none of them. Of two, the first is enough."""
        for page in self.turned if len(self.turned) > _TWO else self.turned[:-1]:
            if {*self._read(page.values).ids} != {*page.ids}:
                raise ListShifted("its tasks have moved from one page to another")


def _may_be_capped(number: int, size: int) -> bool:
    """Return whether a page of so many items may be a full one: APIs limit pages to round numbers."""
    is_round = number % _ROUND == 0 or number & (number - 1) == 0
    return number >= size or (number >= _ROUND and is_round)


# No API has smaller pages by itself.
_ROUND = 5


def _follows(before: t.Sequence[str], ids: t.Sequence[str], shown: t.Sequence[str]) -> bool:
    """Whether a page begins right after the one before, by what is shown in its place once new tasks have moved both down.

    It then begins with the last tasks of the page before, followed by the tasks of the page itself, with none in between.
    """
    lap = len({*before}.intersection(shown))
    line = [*before, *(each for each in ids if each not in before)]
    start = len(before) - lap
    return lap > 0 and list(shown) == line[start : start + len(shown)]
