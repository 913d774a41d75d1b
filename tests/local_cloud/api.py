# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cloud's API is: one value. A service is a tuple of them in a file of its own. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from local_cloud.script import Fields, Task, merge

if t.TYPE_CHECKING:  # pragma: no cover
    from local_cloud.accounts import Caller
    from local_cloud.world import World


# Where an id is one of several in the request.
NUMBERED = re.compile(r"(.+)\.(?:\d+|\{n\})")


@dataclasses.dataclass(frozen=True)
class Problem:
    """An error as the vendor words it."""

    status: int
    code: str
    message: str
    extra: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


class Refusal(Exception):
    """The call is refused with a problem; raised anywhere, answered in one place."""

    def __init__(self, problem: Problem, headers: t.Mapping[str, str] | None = None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.headers = dict(headers or {})


@dataclasses.dataclass
class Call:
    """A request that has found its API: parameters of path, query and form in one dict."""

    api: Api
    params: dict[str, str]
    world: World
    headers: t.Mapping[str, str]
    body: bytes = b""
    caller: Caller | None = None
    hidden: set[str] = dataclasses.field(default_factory=set)  # ids that a fault has made vanish; "*" is all
    url: str = ""  # of the request, without its query

    @property
    def now(self) -> float:
        return self.world.now()

    @property
    def task_ids(self) -> tuple[str, ...]:
        """Those that the call is about: numbered, in a JSON array, or with commas between them."""
        if self.api.find_ids:
            return self.api.find_ids(self)
        numbered = NUMBERED.fullmatch(self.api.id_param)
        if numbered:
            each = re.compile(re.escape(numbered[1]) + r"\.\d+")
            return tuple(value for name, value in self.params.items() if each.fullmatch(name))
        named = self.params.get(self.api.id_param, "").strip('[]" ')
        return tuple(part.strip('" ') for part in named.split(",") if part.strip('" '))


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer that is not just 200 and a body; text is sent as it is."""

    body: Fields | str
    status: int = 200
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


def fields_of(api: Api, task: Task, scripted: Fields) -> Fields:
    """The documented template, the task's id, and what the script says by now."""
    identity = {api.id_field: task.id} if api.id_field else {}
    return merge(merge(api.template(task), identity), scripted)


def not_found(call: Call) -> Refusal:
    problem = call.world.settings.problem_for(call.api.key) or call.api.not_found
    return Refusal(problem or Problem(404, "NotFound", "The task does not exist."))


def seen(call: Call, task: Task | None) -> Fields | None:
    """What the script says by now; None when this call cannot see the task."""
    if task is None or call.hidden & {task.id, "*"} or not call.world.in_reach(task, call.params):
        return None
    return task.fields(call.now)


def find_task(call: Call, task_id: str) -> tuple[Task, Fields]:
    """The task and its fields by now, or the vendor's not-found error."""
    task = call.world.task(call.api.provider, call.api.service, task_id)
    scripted = seen(call, task)
    if task is None or scripted is None:
        raise not_found(call)
    return task, scripted


def answer_task(call: Call) -> Fields:
    task, scripted = find_task(call, call.params.get(call.api.id_param, ""))
    fields = fields_of(call.api, task, scripted)
    return {call.api.root: fields} if call.api.root else fields


def all_seen(call: Call, tasks: t.Iterable[Task | None]) -> list[tuple[Task, Fields]]:
    """Those that this call can see. It is about each of them, whether it names ids or not."""
    looks = ((task, seen(call, task)) for task in tasks)
    shown = [(task, scripted) for task, scripted in looks if task is not None and scripted is not None]
    for task, dummy in shown:
        task.asked(call.now)
    return shown


def visible_tasks(call: Call) -> list[tuple[Task, Fields]]:
    """All listed tasks of the service that exist by now, in the order they were added."""
    tasks = call.world.tasks_of(call.api.provider, call.api.service)
    return all_seen(call, (task for task in tasks if task.listed))


def whole_number(call: Call, name: str, default: int, problem: Problem) -> int:
    text = call.params.get(name) or str(default)
    try:
        return int(text)
    except ValueError:
        raise Refusal(problem) from None


Answer = t.Callable[[Call], "Fields | Reply"]
Check = t.Callable[[Call], None]


def no_fields(dummy: Task) -> Fields:
    return {}


@dataclasses.dataclass(frozen=True)
class Api:
    """One operation of one service.

    An RPC operation has a `version` and is named by headers; any other is found by `method` and `path`.
    The default answer is one task: `template` with the script merged over it, under `root`.
    """

    provider: str
    service: str
    name: str
    answer: Answer = answer_task
    version: str = ""
    methods: tuple[str, ...] = ("GET",)
    path: str = ""
    required: tuple[str, ...] = ()
    id_param: str = ""
    id_field: str = ""
    batch: bool = False
    root: str = ""
    template: t.Callable[[Task], Fields] = no_fields
    not_found: Problem | None = None
    missing: t.Mapping[str, Problem] = dataclasses.field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    signed: bool = True
    request_id_header: str = ""  # where it is not the vendor's usual one
    # Of AWS: the first part of the host names, and how calls are named and answers written.
    product: str = ""
    protocol: str = ""
    find_ids: t.Callable[[Call], tuple[str, ...]] | None = None

    @property
    def key(self) -> str:
        return f"{self.service}.{self.name}"

    def pattern(self) -> re.Pattern[str]:
        # The paths of Azure Resource Manager are the same in upper and lower case.
        flags = re.IGNORECASE if self.provider == "azure" else 0
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "/?", flags)
