# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that may go wrong between a wait and a cloud, drawn at random: one function per kind of trouble, in one table."""

from __future__ import annotations

import random
import typing as t
from dataclasses import dataclass

from local_cloud import accounts
from soak.dialects import DIALECTS, READINGS, Json

SECRETS = (accounts.ALIBABA_SECRET, accounts.HUAWEI_SECRET, accounts.ALIBABA_STS_SECRET, accounts.HUAWEI_PASSWORD)
"""Clouds show, now and then, what they were sent."""
STRANGER = "t-stranger"
# Status, code and message as the vendors have them: refusals for good, refusals of a key, and some that nobody documents.
REFUSALS: dict[str, tuple[tuple[int, str, str], ...]] = {
    "alibaba": (
        (404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."),
        (400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."),
        (403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
        (400, "InvalidParameter", "The specified parameter is not valid."),
        (404, "InvalidRegionId.NotFound", "The specified RegionId does not exist."),
        (503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
        (418, "Teapot", "Short and stout."),
    ),
    "huawei": (
        (401, "APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail"),
        (403, "APIGW.0302", "The IAM user is not authorized to access the API."),
        (400, "DBS.280001", "Parameter error."),
        (403, "DBS.200044", "Resource not found or permission denied."),
        (500, "DBS.200011", "Internal error."),
        (418, "Teapot", "Short and stout."),
    ),
}
LEAVES: tuple[t.Any, ...] = (
    *(None, True, False, 0, -1, 7, 1e30, [], {}),
    *("", "Finished", "COMPLETE", "completed", "\ud800"),
)
NAMES: tuple[str, ...] = (
    *("Data", "Content", "NextToken", "TaskSet", "Task", "TaskStatus", "Result", "Code", "Success"),
    *("job", "jobs", "status", "error_code", "token"),
    # Not yet: an answer of HBR that is nothing but {"Description": "completed"} is taken for a task that has ended well, one that
    # is {"Progress": -1} for one that has failed, and {"projects": 7} of IAM is an internal error.
    # "Description", "Progress", "projects",
)


@dataclass(frozen=True)
class Scene:
    """What there is to go wrong with."""

    chance: random.Random
    tasks: t.Sequence[Json]

    def one_of(self, *values: t.Any) -> t.Any:
        return self.chance.choice(values)

    def task(self) -> str:
        return str(self.chance.choice(self.tasks)["id"]) if self.tasks else STRANGER

    def api(self) -> str:
        """One call of a service that is rather asked than not."""
        return str(self.one_of(*DIALECTS[self.service()].readings))

    def service(self) -> str:
        """Rather one that is asked than another."""
        return str(self.chance.choice(self.tasks)["service"]) if self.tasks else self.one_of(*DIALECTS)


def throttle(scene: Scene) -> Json:
    header = scene.one_of(True, True, False)
    after = scene.one_of(None, None, 0, 0.3, 7, 900)
    bucket = {"rate": scene.one_of(0.05, 0.2, 1.0, 3.0), "burst": scene.one_of(0, 1, 3)}
    return {"header": header, "retry_after": after, **bucket}


def error(scene: Scene) -> Json:
    return {"status": scene.one_of(500, 502, 503, 504, 408, 429)}


def refusal(scene: Scene) -> Json:
    """A key in the message, now and then: gateways show what they were sent."""
    service = scene.service()
    status, code, message = scene.one_of(*REFUSALS[DIALECTS[service].provider])
    told = scene.one_of(message, f"{message} It was {scene.one_of(*SECRETS)}.")
    return {"kind": "error", "api": f"{service}.*", "status": status, "code": code, "message": told}


def unknown(scene: Scene) -> Json:
    service = scene.service()
    status, code = DIALECTS[service].unknown
    return {"kind": "error", "api": f"{service}.*", "status": status, "code": code, "message": "no such task"}


def truncated(scene: Scene) -> Json:
    return {"cut": scene.one_of("length", "json")}


def html(scene: Scene) -> Json:
    return {"status": scene.one_of(200, 403, 404, 502, 503), "message": scene.one_of("Finished", "Bad Gateway")}


def redirect(scene: Scene) -> Json:
    return {"url": "http://127.0.0.1:9/"}


def oversize(scene: Scene) -> Json:
    return {"mebibytes": 9.0, "times": 1}


def one_task(scene: Scene) -> Json:
    return {"task": scene.one_of("", scene.task())}


def poison(scene: Scene) -> Json:
    return {"task": scene.task()}


def expired(scene: Scene) -> Json:
    """Once, and all is well with new credentials; for longer, and it is not."""
    return {"times": scene.one_of(1, 1, 5)}


def stranger(scene: Scene) -> Json:
    """«Ended well», of another task than the one that was asked for, or of nobody."""
    api = scene.api()
    dialect, reading = READINGS[api]
    named = {reading.id_field: scene.one_of(STRANGER, scene.task())} if reading.id_field else {}
    body = reading.body([{**dialect.good[0], **scene.one_of({}, named)}])
    return {"kind": "answer", "api": api, "body": body, "status": scene.one_of(200, 200, 201, 500)}


def strangers(scene: Scene) -> Json:
    """A list, where there is one, of others, of nobody, and of nothing that could be read."""
    api = scene.api()
    dialect, reading = READINGS[api]
    items: list[t.Any] = [{**dialect.good[0], reading.id_field: STRANGER}, dict(dialect.good[0]), {}, None, "Finished"]
    body = reading.body(scene.chance.sample(items, scene.chance.randint(0, len(items))))
    return {"kind": "answer", "api": api, "body": body}


def anything(scene: Scene) -> Json:
    return {"kind": "answer", "body": any_json(scene.chance, 3), "status": scene.one_of(200, 200, 202, 404, 500)}


def any_json(chance: random.Random, depth: int) -> t.Any:
    """Any JSON, under names that are looked for."""
    kind = chance.choice(["leaf", "dict", "dict", "list"]) if depth else "leaf"
    if kind == "dict":
        return {chance.choice(NAMES): any_json(chance, depth - 1) for dummy in range(chance.randint(0, 4))}
    if kind == "list":
        return [any_json(chance, depth - 1) for dummy in range(chance.randint(0, 3))]
    return chance.choice(LEAVES)


TROUBLES: dict[str, tuple[t.Callable[[Scene], Json], int]] = {
    "throttle": (throttle, 5),
    "error": (error, 4),
    "refusal": (refusal, 1),
    "unknown": (unknown, 2),
    "reset": (one_task, 2),
    "truncated": (truncated, 2),
    "html": (html, 2),
    "empty": (one_task, 2),
    "anything": (anything, 3),
    "stranger": (stranger, 4),
    "strangers": (strangers, 2),
    "expired": (expired, 2),
    "vanish": (one_task, 3),
    "poison": (poison, 2),
    "redirect": (redirect, 1),
    "oversize": (oversize, 1),
}
"""How a trouble is drawn, and how often. Its name is the kind of fault, where the drawing does not say otherwise."""


def draw_faults(chance: random.Random, number: int, tasks: t.Sequence[Json], lasts: float) -> list[Json]:
    """So many faults, each from and for a while within a wait of so many seconds."""
    weights = [weight for dummy, weight in TROUBLES.values()]
    names = chance.choices(list(TROUBLES), weights, k=number)
    return [draw_fault(Scene(chance, tasks), name, lasts) for name in names]


def draw_fault(scene: Scene, name: str, lasts: float) -> Json:
    api = scene.one_of("*", f"{scene.service()}.*", f"{scene.service()}.*", scene.api(), "iam.*")
    return {"kind": name, "api": api, **when(scene.chance, lasts), **TROUBLES[name][0](scene)}


def when(chance: random.Random, lasts: float) -> Json:
    """From a second on, for some seconds, so often: rather for a while than for good, or nothing would ever be seen."""
    found: Json = {"after": chance.choice([0.0, 0.0, round(chance.uniform(0.0, lasts), 3)])}
    if chance.random() < 0.8:
        found["lasts"] = round(chance.uniform(0.0, lasts / 3), 3)
    if chance.random() < 0.4:
        found["times"] = chance.randint(1, 4)
    return found
