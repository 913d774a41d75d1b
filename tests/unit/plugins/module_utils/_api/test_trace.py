# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every call is recorded, over real HTTP: why it was made, what came of it, and nothing secret."""

from __future__ import annotations

import json
import re
import shlex
import sys
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._api.lister import TaskLister
from ansible_collections.multicloud.tasks.plugins.module_utils._api.reader import TaskReader
from ansible_collections.multicloud.tasks.plugins.module_utils._api.trace import MASKED, line_of, safe_url, why_of
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError
from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import as_it_is
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.selector import Filters
from local_cloud import accounts
from local_cloud.client import LocalCloud
from support.clients import INSTANCE, KEYS, PASSWORD, RESTORE, THIS_HOST, client

Calls = list[dict[str, t.Any]]
Work = t.Callable[[TaskLister], t.Any]
FIELDS = ["time", "why", "action", "method", "url", "status", "code", "request_id", "ms"]
STEPS = {"sub_task_list": [{"sub_task_name": "INIT", "percent": 50, "status": "Running", "remaining_time": 9}]}
TASKS: list[dict[str, t.Any]] = [
    {"service": "ecs", "id": "t-1", "script": [[0, {"TaskAction": "ExportImage"}]]},
    {"service": "hbr", "id": "t-1", "script": [[0, {}]]},
    {"service": "bdrc", "id": "t-1", "script": [[0, {}]]},
    {
        "service": "taurusdb",
        "id": "j-1",
        "instance_id": INSTANCE,
        "script": [[0, {"name": RESTORE, "status": "Running"}]],
        "detail": [[0, STEPS]],
    },
]
PRINTED = {
    "mode": "StsToken",
    "access_key_id": accounts.ALIBABA_STS_KEY,
    "access_key_secret": accounts.ALIBABA_STS_SECRET,
    "sts_token": accounts.ALIBABA_STS_TOKEN,
}
COMMAND = f"{sys.executable} -c {shlex.quote(f'print({json.dumps(PRINTED)!r})')}"
PROFILE = {"name": "mine", "mode": "External", "process_command": COMMAND}
CONFIG = json.dumps({"current": "mine", "profiles": [PROFILE]})
REGION = {"region": "cn-shanghai"}
LOGIN = ("login", None)


def read(lister: TaskLister) -> t.Any:
    return lister.reader.read({"task_id": "j-1" if lister.service.name == "taurusdb" else "t-1"})


def cancel(lister: TaskLister) -> t.Any:
    return lister.reader.cancel({}, read(lister))


class Case(t.NamedTuple):
    """What is done with a service, by which options, and the calls that this is: why, and by which name of the API."""

    service: str
    work: Work
    calls: t.Sequence[tuple[str, t.Optional[str]]]
    options: t.Optional[dict[str, t.Any]] = None
    faults: t.Sequence[dict[str, t.Any]] = ()
    provider: str = "alibaba"
    patient: bool = False


LOOK = ("look", "DescribeTaskAttribute")
THROTTLE = {"kind": "throttle", "api": "ecs.*", "rate": 0.001, "burst": 0, "times": 1}
EXPIRE = {"kind": "expired", "api": "taurusdb.*", "times": 1}
JOB, STEPS_CALL = ("look", "jobs"), ("detail", "task-center-detail")
CASES = {
    "a look": Case("ecs", read, [LOOK]),
    "a batch": Case("ecs", lambda lister: lister.read_many(["t-1", "t-2"], {}), [("batch", "DescribeTasks")]),
    "a list": Case(
        "ecs", lambda lister: lister.tasks({}, Filters(name="ExportImage")), [("list page", "DescribeTasks")]
    ),
    "a batch of pages": Case("bdrc", lambda lister: lister.read_many(["t-1"], {}), [("list page", "DescribeTasks")]),
    "a cancellation": Case("ecs", cancel, [LOOK, ("cancel", "CancelTask")]),
    "a cancellation that was throttled before": Case(
        "ecs",
        lambda lister: lister.reader.cancel({}, read(lister), again=True),
        [LOOK, ("retry of cancel", "CancelTask")],
    ),
    "a throttled look": Case("ecs", read, [LOOK, ("retry of look", LOOK[1])], faults=[THROTTLE], patient=True),
    "a role": Case(
        "ecs",
        read,
        [LOGIN, LOOK],
        {**KEYS["alibaba"], "ram_role_arn": accounts.ALIBABA_ROLE, "role_session_name": "waiter"},
    ),
    "the role of an instance": Case("ecs", read, [LOGIN, LOGIN, LOOK], {"ecs_role_name": "waiter", **REGION}),
    "a command": Case("ecs", read, [LOGIN, LOOK], {"profile": "mine", **REGION}),
    "the detail of a restore": Case("taurusdb", read, [LOGIN, JOB, STEPS_CALL], provider="huawei"),
    "a user": Case("taurusdb", read, [LOGIN, JOB, STEPS_CALL], PASSWORD, provider="huawei"),
    "a token that has ended": Case(
        "taurusdb",
        read,
        [LOGIN, JOB, LOGIN, ("retry of look", "jobs"), STEPS_CALL],
        PASSWORD,
        faults=[EXPIRE],
        provider="huawei",
    ),
    "Keystone": Case(
        "image",
        lambda lister: lister.tasks({}, Filters(states=("running",))),
        [LOGIN, ("list page", "list images")],
        provider="openstack",
    ),
}


def recorded(cloud: LocalCloud, case: Case) -> Calls:
    """The records of the calls of a case, which the cloud has counted as well."""
    cloud.add(*TASKS)
    cloud.account("alibaba", machine_role="waiter")
    for fault in case.faults:
        cloud.fault(**fault)
    calls: Calls = []
    read_file = {"~/.aliyun/config.json": CONFIG}.get
    more: t.Any = {"read": read_file, "host": THIS_HOST, "record": calls.append}
    with client(case.provider, cloud.url, case.options, **more) as made:
        pause = (lambda tries, error: 0.0) if case.patient else (lambda tries, error: None)
        case.work(TaskLister(TaskReader(made, PROVIDERS[case.provider].services[case.service], pause)))
    return calls


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_call_says_why_it_was_made(local_cloud: LocalCloud, case: Case) -> None:
    calls = recorded(local_cloud, case)
    assert [(call["why"], call["action"]) for call in calls] == list(case.calls)
    by_http = [call for call in calls if call["method"] != "RUN"]
    log = local_cloud.log()
    assert [(call["method"], call["status"]) for call in by_http] == [(each["method"], each["status"]) for each in log]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_record_is_plain_and_holds_no_secret(local_cloud: LocalCloud, case: Case) -> None:
    calls = recorded(local_cloud, case)
    text = json.dumps(calls) + "".join(map(line_of, calls))
    names = [name for name in vars(accounts) if re.search(r"SECRET|PASSWORD|TOKEN|_KEY\b", name)]
    values = [value for name in names if isinstance(value := getattr(accounts, name), str)]
    assert [value for value in values if value in text] == []
    assert all(list(call) == FIELDS for call in calls)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", call["time"]) for call in calls)
    assert all(isinstance(call["ms"], int) and call["ms"] >= 0 for call in calls)


def test_a_command_is_known_by_its_program_alone(local_cloud: LocalCloud) -> None:
    call = recorded(local_cloud, CASES["a command"])[0]
    assert (call["method"], call["url"], call["status"]) == ("RUN", sys.executable.rpartition("/")[2], None)
    assert f"RUN {call['url']} -> done, " in line_of(call)


# What goes wrong, and how the line ends.
ENDS: dict[str, tuple[dict[str, t.Any], str]] = {
    "a refusal": (
        {"kind": "error", "status": 400, "code": "MissingParameter"},
        r"-> 400 MissingParameter, request \S+",
    ),
    "no answer": ({"kind": "reset"}, r"-> no answer \(Unavailable\)"),
    "no JSON": ({"kind": "html", "status": 200}, r"-> 200"),
    "a page of a proxy": ({"kind": "html", "status": 502}, r"-> 502"),
}


@pytest.mark.parametrize(("fault", "end"), ENDS.values(), ids=ENDS)
def test_a_call_that_goes_wrong_is_recorded_with_what_came_of_it(
    local_cloud: LocalCloud, fault: dict[str, t.Any], end: str
) -> None:
    calls: Calls = []
    local_cloud.add(*TASKS)
    local_cloud.fault(api="ecs.*", **fault)
    with client("alibaba", local_cloud.url, record=calls.append) as made, pytest.raises(CloudError):
        read(TaskLister(TaskReader(made, PROVIDERS["alibaba"].services["ecs"])))
    (call,) = calls
    assert re.search(rf"look DescribeTaskAttribute: POST \S+ {end}\S*(, request \S+)?, \d+ ms\Z", line_of(call))


def test_nothing_is_recorded_unless_somebody_wants_it(local_cloud: LocalCloud) -> None:
    local_cloud.add(*TASKS)
    with client("alibaba", local_cloud.url) as made:
        assert made._tracer is None
        assert read(TaskLister(TaskReader(made, PROVIDERS["alibaba"].services["ecs"]))).id == "t-1"


# The name of a parameter, and whether its value is shown.
PARAMETERS = {
    **dict.fromkeys(("TaskId", "RegionId", "Filters.1.Key", "job_id", "limit", "offset"), True),
    **dict.fromkeys(("Token", "SecurityToken", "NextToken", "Signature", "signature", "X-Amz-Signature"), False),
    **dict.fromkeys(("AccessKeyId", "access_key", "api-key", "SecretKey", "password", "key", "sig", "ak"), False),
    **dict.fromkeys(("X-Amz-Credential", "client_secret", "OIDCToken", "auth"), False),
}


@pytest.mark.parametrize(("name", "shown"), PARAMETERS.items(), ids=PARAMETERS)
def test_the_value_of_a_parameter_that_may_be_secret_is_not_in_the_url(name: str, shown: bool) -> None:
    url = safe_url(Request("GET", "https://user:hush@api.example.com/v1", "/jobs", ((name, "the value"),)), as_it_is)
    assert url == f"https://api.example.com/v1/jobs?{name}={'the%20value' if shown else MASKED}"


def test_a_known_secret_is_masked_wherever_it_is_in_the_url() -> None:
    request = Request("GET", "https://api.example.com", "/of/hush-hush", (("q", "hush-hush"),))
    assert "hush" not in safe_url(request, Mask(["hush-hush"]).text)


SERVICES = [service for provider in PROVIDERS.values() for service in provider.services.values()]


@pytest.mark.parametrize("service", SERVICES, ids=[f"{service.product}-{service.name}" for service in SERVICES])
def test_each_call_of_a_service_has_its_own_reason(service: t.Any) -> None:
    parts = {
        "look": service.read,
        "batch": service.batch and service.batch.call,
        "list page": service.listing and service.listing.call,
        "detail": service.detail and service.detail.call,
        "cancel": service.cancel and service.cancel.call,
    }
    # Some APIs read a task by listing all of them.
    is_list = service.listing and service.read == service.listing.call
    made = {why: call for why, call in parts.items() if call and not (is_list and why == "look")}
    assert [why_of(service, call) for call in made.values()] == list(made)
