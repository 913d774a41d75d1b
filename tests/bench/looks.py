# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look costs: signed, sent, parsed and turned into facts by us; by the vendor's client; and merely fetched."""

from __future__ import annotations

import contextlib
import os
import statistics
import typing as t

import requests

from bench.measure import Cost, Work, in_turns, median, own, ratio, repeated, spread
from bench.replay import replay
from bench.result import Goal, Result, Row, Table
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.callers import AlibabaCaller, Answer, HuaweiCaller
from support.clients import KEYS, lister

BLOCK = 60
ROUNDS = 15
ECS_TASK = {"service": "ecs", "id": "t-1", "script": [[0, {"TaskProcess": "40%"}]]}
# Of a kind that has no steps, so that a look is one call.
HUAWEI_JOB = {"service": "taurusdb", "id": "j-1", "script": [[0, {"name": "CreateGaussDBforMySQLBackup"}]]}
MOST_OF_BARE = 1.3
MOST_OF_SDK = 1.0

Prepare = t.Callable[[LocalCloud], Work]


def alibaba_sdk(cloud: LocalCloud) -> Work:
    """The call by the vendor's client."""
    os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
    from alibabacloud_ecs20140526 import models
    from alibabacloud_ecs20140526.client import Client
    from alibabacloud_tea_openapi.models import Config

    region = KEYS["alibaba"]["region"]
    config = Config(access_key_id=accounts.ALIBABA_KEY, access_key_secret=accounts.ALIBABA_SECRET, region_id=region)
    config.protocol, config.endpoint = "HTTP", cloud.url.removeprefix("http://")
    client = Client(config)
    return lambda: client.describe_task_attribute(models.DescribeTaskAttributeRequest(region_id=region, task_id="t-1"))


def huawei_sdk(cloud: LocalCloud) -> Work:
    """The call by the vendor's client."""
    import huaweicloudsdkgaussdb.v3 as gaussdb
    from huaweicloudsdkcore.auth.credentials import BasicCredentials

    project = accounts.PROJECTS[KEYS["huawei"]["region"]]
    credentials = BasicCredentials(accounts.HUAWEI_KEY, accounts.HUAWEI_SECRET, project)
    client = gaussdb.GaussDBClient.new_builder().with_credentials(credentials).with_endpoints([cloud.url]).build()
    return lambda: client.show_gauss_my_sql_job_info(gaussdb.ShowGaussMySqlJobInfoRequest(id="j-1"))


class Contest(t.NamedTuple):
    """One API: who else makes the call, and an answer to it as it is on the wire."""

    title: str
    provider: str
    service: str
    task_id: str
    options: t.Mapping[str, str]
    sdk: Prepare
    answer: t.Callable[[str], Answer]


ECS = Contest(
    title="ECS DescribeTaskAttribute",
    provider="alibaba",
    service="ecs",
    task_id="t-1",
    options=KEYS["alibaba"],
    sdk=alibaba_sdk,
    answer=lambda url: AlibabaCaller(url).ecs("t-1"),
)
TAURUSDB = Contest(
    title="TaurusDB job",
    provider="huawei",
    service="taurusdb",
    task_id="j-1",
    options={**KEYS["huawei"], "project_id": accounts.PROJECTS[KEYS["huawei"]["region"]]},
    sdk=huawei_sdk,
    answer=lambda url: HuaweiCaller(url).job("j-1"),
)
CONTESTS = (ECS, TAURUSDB)
NAMES = {
    "ours": "ours: signed, sent, parsed, facts; local cloud",
    "sdk": "the vendor's SDK client; local cloud",
    "ours, same bytes": "ours; same bytes from a plain server",
    "bare": "requests.Session().get; same bytes from a plain server",
    "lean": "the same with trust_env=False",
}
BASE = {"ours": "ours", "sdk": "ours"}
"""What each is compared with, if not with ours on the plain server."""


def contest(cloud: LocalCloud, about: Contest) -> dict[str, list[Cost]]:
    """The costs of a block of looks, everybody in turns."""
    with contextlib.ExitStack() as stack:
        plain = stack.enter_context(replay(about.answer(cloud.url)))
        at_cloud, at_plain = (
            stack.enter_context(lister(about.provider, about.service, url, options=dict(about.options)))
            for url in (cloud.url, plain)
        )
        bare, lean = requests.Session(), requests.Session()
        lean.trust_env = False
        works: dict[str, Work] = {
            "ours": lambda: at_cloud.reader.read({"task_id": about.task_id}),
            "sdk": about.sdk(cloud),
            "ours, same bytes": lambda: at_plain.reader.read({"task_id": about.task_id}),
            "bare": lambda: bare.get(plain),
            "lean": lambda: lean.get(plain),
        }
        return in_turns({name: repeated(work, BLOCK) for name, work in works.items()}, ROUNDS, own)


def row(about: Contest, name: str, costs: t.Mapping[str, list[Cost]]) -> Row:
    each = [cost.cpu / BLOCK * 1e6 for cost in costs[name]]
    base = costs[BASE.get(name, "ours, same bytes")]
    return (about.title, NAMES[name], statistics.median(each), ratio(costs[name], base), f"{spread(each):.0%}")


def goals(about: Contest, costs: t.Mapping[str, list[Cost]]) -> tuple[Goal, Goal]:
    bare, sdk = ratio(costs["ours, same bytes"], costs["bare"]), ratio(costs["ours"], costs["sdk"])
    return (
        Goal(f"{about.title}: our CPU / bare requests", bare, most=MOST_OF_BARE),
        Goal(f"{about.title}: our CPU / SDK client", sdk, most=MOST_OF_SDK),
    )


def run(say: t.Callable[[str], None]) -> Result:
    """Both contests."""
    rows: list[Row] = []
    found: list[Goal] = []
    with LocalCloud() as cloud:
        cloud.add(ECS_TASK, HUAWEI_JOB)
        for about in CONTESTS:
            costs = contest(cloud, about)
            say(f"{about.title}: {median(costs['ours']) / BLOCK * 1e6:.0f} us of CPU a look")
            rows += [row(about, name, costs) for name in NAMES]
            found += goals(about, costs)
    columns = ("API", "by", "CPU us a look", "x ours on that server", "spread")
    note = f"{ROUNDS} rounds in turns of {BLOCK} calls, one thread, kept-alive connections, user and system time"
    return Result((Table("CPU of a look", columns, tuple(rows)),), tuple(found), (note,))
