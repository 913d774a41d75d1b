# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud as one value: where it is, what its refusals mean, how long it wants us to wait."""

from __future__ import annotations

import re
import time
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, OptionError, Redirected
from ansible_collections.multicloud.tasks.plugins.module_utils._core.pattern import matches
from ansible_collections.multicloud.tasks.plugins.module_utils._core.xml import read_xml
from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Response
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.definition import service_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.error import (
    error_of,
    is_error_inside,
    retry_after_of,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import is_error, outputs_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider, request_id_of
from support.rows import each_row
from support.unsigned import OPERATION, UNSIGNED

ALIBABA, HUAWEI = PROVIDERS["alibaba"], PROVIDERS["huawei"]
CASES = [(provider, service) for provider in PROVIDERS.values() for service in provider.services.values()]

# provider, service, region, network, the host.
HOSTS = [
    (ALIBABA, "ecs", "cn-hangzhou", "public", "ecs.cn-hangzhou.aliyuncs.com"),
    (ALIBABA, "ecs", "cn-hangzhou", "vpc", "ecs-vpc.cn-hangzhou.aliyuncs.com"),
    (ALIBABA, "ecs", "eu-central-1", "public", "ecs.eu-central-1.aliyuncs.com"),
    (ALIBABA, "ecs", "cn-shanghai-finance-1", "public", "ecs-cn-hangzhou.aliyuncs.com"),
    (ALIBABA, "ecs", "cn-shenzhen-finance-1", "public", "ecs-cn-hangzhou.aliyuncs.com"),
    (ALIBABA, "ecs", "cn-north-2-gov-1", "public", "ecs.aliyuncs.com"),
    (ALIBABA, "ecs", "cn-hangzhou-finance", "public", "ecs.aliyuncs.com"),
    (ALIBABA, "hbr", "cn-shanghai", "public", "hbr.cn-shanghai.aliyuncs.com"),
    (ALIBABA, "hbr", "cn-shanghai", "vpc", "hbr-vpc.cn-shanghai.aliyuncs.com"),
    (ALIBABA, "bdrc", "cn-shanghai", "public", "bdrc.cn-shanghai.aliyuncs.com"),
    (ALIBABA, "bdrc", "cn-shanghai", "vpc", "bdrc-vpc.cn-shanghai.aliyuncs.com"),
    (ALIBABA, "bdrc", "ap-southeast-1", "public", "bdrc.ap-southeast-1.aliyuncs.com"),
    (ALIBABA, "bdrc", "cn-shanghai-finance-1", "public", "bdrc.cn-shanghai-finance-1.aliyuncs.com"),
    (HUAWEI, "taurusdb", "cn-north-4", "", "gaussdb.cn-north-4.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "cn-east-3", "", "gaussdb.cn-east-3.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "sa-brazil-1", "", "gaussdb.sa-brazil-1.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "ap-southeast-3", "", "gaussdb.ap-southeast-3.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "ap-southeast-1", "", "gaussdbformysql.ap-southeast-1.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "ap-southeast-2", "", "gaussdbformysql.ap-southeast-2.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "cn-north-11", "", "gaussdbformysql.cn-north-11.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "me-east-1", "", "gaussdbformysql.me-east-1.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "tr-west-1", "", "gaussdbformysql.tr-west-1.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "af-south-1", "", "gaussdb-mysql.af-south-1.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "cn-east-5", "", "gaussdb-mysql.cn-east-5.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "cn-southwest-3", "", "gaussdb-mysql.cn-southwest-3.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "la-north-2", "", "gaussdb-mysql.la-north-2.myhuaweicloud.com"),
    (HUAWEI, "taurusdb", "eu-west-101", "", "gaussdb.eu-west-101.myhuaweicloud.eu"),
]


def refused(provider: Provider, service: t.Optional[Service], answer: Response) -> CloudError:
    """What an answer means that must refuse."""
    assert is_error(service, answer)
    return error_of(provider, service, answer)


@pytest.mark.parametrize(("provider", "service", "region", "network", "host"), HOSTS)
def test_a_service_is_at_its_host(provider: Provider, service: str, region: str, network: str, host: str) -> None:
    options = {"region": region, "network": network}
    assert provider.endpoint(provider.services[service], options) == f"https://{host}"


# service, region, the domain of the cloud, the host.
OTHER_CLOUDS = [
    ("ims", "eu-de", "otc.t-systems.com", "ims.eu-de.otc.t-systems.com"),
    ("cbr", "eu-nl", "otc.t-systems.com", "cbr.eu-nl.otc.t-systems.com"),
    ("sfs_turbo", "eu-de", "otc.t-systems.com", "sfs-turbo.eu-de.otc.t-systems.com"),
    ("taurusdb", "eu-de", "otc.t-systems.com", "gaussdb-mysql.eu-de.otc.t-systems.com"),
    ("taurusdb_backup", "eu-nl", "otc.t-systems.com", "gaussdb-mysql.eu-nl.otc.t-systems.com"),
    # What is known of a region of one cloud says nothing of one of the same name in another.
    ("taurusdb", "tr-west-1", "example.com", "gaussdb.tr-west-1.example.com"),
    ("taurusdb", "eu-de", "", "gaussdb.eu-de.myhuaweicloud.com"),
    ("rds", "eu-west-101", "", "rds.eu-west-101.myhuaweicloud.eu"),
    ("rds", "eu-west-101", "example.com", "rds.eu-west-101.example.com"),
    ("gaussdb", "cn-north-4", "", "gaussdb-opengauss.cn-north-4.myhuaweicloud.com"),
    ("gaussdb", "tr-west-1", "", "gaussdb.tr-west-1.myhuaweicloud.com"),
]


@pytest.mark.parametrize(("service", "region", "domain", "host"), OTHER_CLOUDS)
def test_a_service_of_another_cloud_of_that_make_is_at_its_host(
    service: str, region: str, domain: str, host: str
) -> None:
    options = {"region": region, "cloud_domain": domain}
    assert HUAWEI.endpoint(HUAWEI.services[service], options) == f"https://{host}"


def test_a_region_without_the_service_is_refused_with_those_that_have_it() -> None:
    with pytest.raises(OptionError) as caught:
        ALIBABA.endpoint(ALIBABA.services["bdrc"], {"region": "cn-beijing", "network": "public"})
    said = str(caught.value)
    assert said.startswith(
        "region: bdrc is in cn-shanghai, ap-southeast-1, cn-shanghai-finance-1 only, not in 'cn-beijing'"
    )
    assert "set endpoint" in said


# name: provider, headers, body, the id of the call.
REQUEST_IDS: dict[str, tuple[Provider, dict[str, str], t.Any, str]] = {
    "in the body": (ALIBABA, {"x-acs-request-id": "h"}, {"RequestId": "b"}, "b"),
    "in lower case": (ALIBABA, {}, {"requestId": "b"}, "b"),
    "in a header": (ALIBABA, {"x-acs-request-id": "h"}, {}, "h"),
    "of the gateway": (HUAWEI, {"x-request-id": "h"}, {"request_id": "b"}, "b"),
    "in Huawei's header": (HUAWEI, {"x-request-id": "h"}, {"job": {}}, "h"),
    "in IAM's header": (HUAWEI, {"x-iam-trace-id": "h"}, None, "h"),
    "nowhere": (HUAWEI, {}, [], ""),
    "not a text": (ALIBABA, {}, {"RequestId": {"a": 1}}, ""),
}


@pytest.mark.parametrize(("provider", "headers", "body", "id"), REQUEST_IDS.values(), ids=REQUEST_IDS.keys())
def test_a_call_has_the_id_by_which_support_finds_it(
    provider: Provider, headers: dict[str, str], body: t.Any, id: str
) -> None:
    assert request_id_of(provider, Response(200, headers, body)) == id


# name: headers, seconds for Alibaba, seconds for Huawei.
DATE = "Sun, 01 Mar 2026 12:00:05 GMT"
RETRY_AFTER: dict[str, tuple[dict[str, str], t.Optional[float], t.Optional[float]]] = {
    "none": ({}, None, None),
    "seconds": ({"retry-after": "30"}, 30.0, 30.0),
    "a fraction": ({"retry-after": "0.5"}, 0.5, 0.5),
    "milliseconds": ({"x-acs-retry-after": "1500"}, 1.5, None),
    "milliseconds before seconds": ({"x-acs-retry-after": "1500", "retry-after": "9"}, 1.5, 9.0),
    "broken milliseconds, then seconds": ({"x-acs-retry-after": "x", "retry-after": "9"}, 9.0, 9.0),
    "negative milliseconds, then seconds": ({"x-acs-retry-after": "-5", "retry-after": "9"}, 9.0, 9.0),
    "negative": ({"retry-after": "-1"}, None, None),
    "without end": ({"retry-after": "inf"}, None, None),
    "a date": ({"retry-after": "Sun, 01 Mar 2026 12:02:05 GMT", "date": DATE}, 120.0, 120.0),
    "a date in another zone": ({"retry-after": "Sun, 01 Mar 2026 20:02:05 +0800", "date": DATE}, 120.0, 120.0),
    "a date without a zone": ({"retry-after": "Sun, 01 Mar 2026 12:02:05", "date": DATE}, None, None),
    "a date in the past": ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT", "date": DATE}, None, None),
    "a date beside no date": ({"retry-after": DATE}, None, None),
    "a date beside a broken one": ({"retry-after": DATE, "date": "now"}, None, None),
    "an age": ({"retry-after": "9" * 200}, 86_400.0, 86_400.0),
    "a number of 65,000 digits": ({"retry-after": "9" * 65_000}, None, None),
    "a year of 65,000 digits": ({"retry-after": f"Sun, 01 Mar {'9' * 65_000} 12:00:05 GMT", "date": DATE}, None, None),
    "a year that no clock has": ({"retry-after": "Sun, 01 Mar 99999999999999999999 12:00:05 GMT"}, None, None),
    "a zone that no place has": ({"retry-after": f"Sun, 01 Mar 2026 12:00:05 +{'9' * 30}", "date": DATE}, None, None),
}


@pytest.mark.parametrize(("headers", "alibaba", "huawei"), RETRY_AFTER.values(), ids=RETRY_AFTER.keys())
@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_says_how_long_to_wait(
    headers: dict[str, str], alibaba: t.Optional[float], huawei: t.Optional[float], status: int
) -> None:
    for provider, expected in ((ALIBABA, alibaba), (HUAWEI, huawei)):
        error = refused(provider, None, Response(status, headers, None))
        assert error.retry_after == expected


STATUSES = {
    400: "refused",
    401: "unauthorized",
    402: "refused",
    403: "unauthorized",
    404: "refused",
    405: "refused",
    408: "unavailable",
    409: "refused",
    410: "refused",
    422: "refused",
    429: "throttled",
    500: "unavailable",
    501: "unavailable",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
    599: "unavailable",
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
@each_row(("provider", "service"), CASES, ids=[f"{provider.name} {service.name}" for provider, service in CASES])
def test_a_code_that_no_table_holds_is_judged_by_its_status(
    provider: Provider, service: t.Any, status: int, kind: str
) -> None:
    code, message = provider.error_keys[0]
    error = refused(provider, service, Response(status, {}, {code: "A.New.Code", message: "told"}))
    assert (error.kind, error.code, error.message, error.http_status) == (kind, "A.New.Code", "told", status)


@each_row("status", [400, 404, 405, 410, 500, 502, 302, 307])
@each_row("body", [None, {}, [], "x", {"data": 1}])
def test_a_refusal_without_a_code_is_no_word_of_the_api(status: int, body: t.Any) -> None:
    for provider in PROVIDERS.values():
        error = refused(provider, None, Response(status, {}, body))
        assert error.kind == "unavailable"
        assert f"HTTP {status}" in error.message


LONG = 8_000_000
HOSTILE: dict[str, t.Any] = {
    "a page of signs": "<" * LONG,
    "a page of tags": "<>" * (LONG // 2),
    "heads that do not end": "<head>" * (LONG // 6),
    "titles that do not end": "<h1>x" * (LONG // 5),
    "a word": "task " * (LONG // 5),
    "digits": "1" * LONG,
    "blanks": " " * LONG,
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_an_error_is_understood_soon_whatever_it_says(provider: Provider, said: str) -> None:
    code, message = provider.error_keys[0]
    headers = {provider.marked_by or "x": "req-1", "date": said[:65_000], "retry-after": said[:65_000]}
    bodies: list[t.Any] = [said, {code: said, message: said}, {code: "400", message: said}, {said: {code: said}}]
    services = [service for service in provider.services.values() if service.codes]
    for body in bodies:
        begun = time.process_time()
        for service in services[:6]:
            refused(provider, service, Response(400, headers, body))
        # A second for each, where the square of the length would take days.
        assert time.process_time() - begun < 6


def test_outputs_of_one_name_are_read_soon_however_many_there_are() -> None:
    pairs = [{"Name": "OSSObject", "Value": f"export-{number}"} for number in range(60_000)]
    begun = time.process_time()
    assert len(outputs_of([*pairs, *pairs])["OSSObject"]) == len(pairs)
    assert time.process_time() - begun < 5


WITH_TAGS = 'It is at <a href="https://elsewhere.example/">https://elsewhere.example/</a>;<br />go there.'
REDIRECTS: dict[str, t.Any] = {
    "nothing": None,
    "an odd text": "moved",
    "a page": f"<html><head><title>302 Found</title></head><body><h1>302 Found</h1>{WITH_TAGS}</body></html>",
    "no code": {"message": WITH_TAGS},
    "code and message": {"code": "302 Found", "message": WITH_TAGS, "title": "Found"},
    "as others name them": {"error_code": "X.302", "error_msg": WITH_TAGS, "Code": "Moved", "Message": WITH_TAGS},
}


@each_row("status", [300, 301, 302, 303, 304, 307, 308])
@each_row("body", REDIRECTS.values(), ids=REDIRECTS.keys())
@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_a_redirect_always_says_that_it_is_not_followed_and_what_to_do(
    provider: Provider, body: t.Any, status: int
) -> None:
    for headers in ({}, {provider.marked_by or "x": "req-1"}):
        error = refused(provider, None, Response(status, {"location": "https://elsewhere.example", **headers}, body))
        assert isinstance(error, Redirected)
        assert error.message.startswith(f"redirects are not followed (HTTP {status}): the endpoint is wrong, or")
        assert "a call that is answered without one" in error.message
        assert [sign for sign in ("<", ">") if sign in error.message] == []


@pytest.mark.parametrize("status", [200, 201, 204, 299])
@pytest.mark.parametrize("body", [{"Code": "Throttling"}, {"error_code": "DBS.200543"}, {"Error": {}}, None])
def test_a_good_status_is_a_good_answer_whatever_keys_it_holds(status: int, body: t.Any) -> None:
    assert not is_error(None, Response(status, {}, body))


# provider, and a body in which it tells of an error, in the form of any of its services.
ENVELOPES: dict[str, tuple[Provider, t.Any]] = {
    **{
        f"{provider.name}, {code} and {message}": (provider, {code: "Odd.Code", message: "told"})
        for provider in PROVIDERS.values()
        for code, message in provider.error_keys
    },
    **{
        f"{provider.name}, below {name}": (provider, {name: dict(zip(provider.error_keys[0], ("Odd", "told")))})
        for provider in PROVIDERS.values()
        for name in ("error", "Error")
    },
    "alibaba, throttled, with an id": (ALIBABA, {"Code": "Throttling.User", "RequestId": "r", "HostId": "h"}),
    "openstack, named": (PROVIDERS["openstack"], {"badRequest": {"code": 400, "message": "told"}}),
    "aws, XML of an error": (PROVIDERS["aws"], read_xml("<Error><Code>Odd</Code><Message>told</Message></Error>")),
    "aws, XML of a response": (
        PROVIDERS["aws"],
        read_xml("<ErrorResponse><Error><Code>Odd</Code></Error><RequestId>r</RequestId></ErrorResponse>"),
    ),
    "aws, XML of EC2": (
        PROVIDERS["aws"],
        read_xml("<Response><Errors><Error><Code>Odd</Code></Error></Errors><RequestID>r</RequestID></Response>"),
    ),
}


@pytest.mark.parametrize("body", ENVELOPES.values(), ids=ENVELOPES.keys())
def test_an_error_with_a_good_status_is_an_error_for_every_service(body: tuple[Provider, t.Any]) -> None:
    provider, answer = body
    defined = service_of(provider, DEFINED, {}) if not provider.protocols else None
    for service in (*provider.services.values(), *([defined] if defined else [])):
        assert is_error_inside(provider, service, answer), service.name
        assert error_of(provider, service, Response(200, {}, answer)).kind in ("unavailable", "throttled")


# service, and the list that it would read as an empty one.
EMPTY_LISTS = [
    (provider, service, name)
    for provider, service in CASES
    if service.listing and provider.name != "openstack"
    for name in [re.match(r"\w+", service.listing.items)]
    if name
]


@pytest.mark.parametrize(("provider", "service", "name"), EMPTY_LISTS, ids=lambda value: getattr(value, "name", ""))
def test_a_list_that_is_empty_because_of_an_error_is_no_list(provider: Provider, service: Service, name: t.Any) -> None:
    code, message = provider.error_keys[-1]
    body = {code: "Odd.Code", message: "told", name[0]: []}
    assert is_error_inside(provider, service, body)
    # An item in it may be what the code is about only if the service reads such a code.
    assert is_error_inside(provider, service, {**body, name[0]: [{"id": "t-1"}]}) or code in service.facts["error"]


# What a good answer may have in the place of an error.
NO_ENVELOPES: dict[str, t.Any] = {
    "the code of a success": {"Code": "200", "Message": "OK", "code": "Success", "message": "done"},
    "zero": {"error_code": 0, "error_msg": "", "errorCode": "0", "code": 200},
    "the message of a success": {"Code": "1000", "Message": "success", "code": "1000", "message": "OK"},
    "a message alone": {"Message": "on its way", "message": "on its way", "error_msg": "none"},
    "nulls": {"Code": None, "code": "", "error_code": None, "Error": {}, "error": None, "__type": None},
    "a text": "Code",
    "a list": [{"Code": "Odd"}],
    "a task that has failed": {"task": {"code": "Odd", "message": "told"}, "id": "t-1"},
}


@pytest.mark.parametrize("body", NO_ENVELOPES.values(), ids=NO_ENVELOPES.keys())
@pytest.mark.parametrize(("provider", "service"), CASES, ids=lambda value: value.name)
def test_no_good_answer_is_an_error_because_of_its_words(provider: Provider, service: Service, body: t.Any) -> None:
    assert not is_error_inside(provider, service, body)


def test_codes_that_a_service_of_a_user_answers_with_a_task_are_its_own() -> None:
    for provider in (ALIBABA, HUAWEI):
        defined = service_of(provider, DEFINED, {})
        answer = {**dict(zip(provider.error_keys[0], ("OWN_CODE", "here it is"))), "id": "t-1", "state": "Done"}
        assert not is_error_inside(provider, defined, answer)
        assert is_error_inside(provider, defined, {**answer, "id": None, "state": None})


# code, what it means with any status but 401 and 403.
TEMPORARY = {
    **dict.fromkeys(("Throttling.Api", "ThrottledException", "TooManyRequests", "Too_Many_Requests"), "throttled"),
    **dict.fromkeys(("RequestLimitExceeded", "RateExceeded", "RateLimitExceeded", "SlowDown"), "throttled"),
    **dict.fromkeys(("RequestTimeout", "GatewayTimeout", "Timeout", "BackendTimedOut", "TimeoutError"), "unavailable"),
    **dict.fromkeys(("InternalError", "InternalServerError", "Internal.X.InternalFailure"), "unavailable"),
    **dict.fromkeys(("ServiceUnavailable", "ServiceUnavailable.Job", "ServiceTemporarilyUnavailable"), "unavailable"),
    **dict.fromkeys(
        ("Internal.Error", "Service.Unavailable", "backendError", "INTERNAL", "UNAVAILABLE"), "unavailable"
    ),
    **dict.fromkeys(
        ("ServerBusy", "ServiceIsBusy", "RetryLater", "TransientFailure", "DEADLINE_EXCEEDED"), "unavailable"
    ),
}
# Codes with the same words that do not pass.
LASTING = (
    *("InvalidTimeout", "InvalidParameter.Timeout", "MissingTimeout", "Timeout.Of.Key", "UnsupportedTimeout"),
    *("InvalidThrottling", "TokenTimeout", "SignatureTimeout", "TaskTimeoutNotAllowed", "InternalUseOnly"),
    *("InvalidServerBusy", "InternalIp", "SpotUnavailable", "InstanceBusyStateNotAllowed", "ParameterTimeout"),
)


@pytest.mark.parametrize(("code", "kind"), [*TEMPORARY.items(), *((code, "refused") for code in LASTING)])
@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_code_that_says_that_it_passes_is_tried_again_whatever_the_status(code: str, kind: str, status: int) -> None:
    for provider, service in CASES:
        error = refused(provider, service, Response(status, {}, dict(zip(provider.error_keys[0], (code, "told")))))
        known = code.startswith("InvalidThrottling") and error.kind == "throttled"
        assert error.kind == kind or known, (provider.name, service.name)


@pytest.mark.parametrize("code", [*TEMPORARY, *LASTING])
@pytest.mark.parametrize("status", [401, 403])
def test_no_code_makes_a_refused_key_worth_another_try(code: str, status: int) -> None:
    for provider in PROVIDERS.values():
        rows = (*provider.service_codes, *provider.codes)
        if not any(matches(on_code, code) and matches(on_message, "told") for on_code, on_message, dummy in rows):
            body = dict(zip(provider.error_keys[0], (code, "told")))
            assert refused(provider, None, Response(status, {}, body)).kind == "unauthorized"


def test_an_error_is_told_with_its_code() -> None:
    error = CloudError("told", code="Forbidden", http_status=403, request_id="r")
    assert str(error) == "Forbidden: told"
    assert error.failure() == {
        "kind": "refused",
        "code": "Forbidden",
        "message": "told",
        "http_status": 403,
        "request_id": "r",
    }
    assert CloudError("told").failure() == {
        "kind": "refused",
        "code": None,
        "message": "told",
        "http_status": None,
        "request_id": None,
    }


CODED = PROVIDERS["aws"]._replace(
    error_code="error.errors[0].reason || error.details[0].code", error_keys=(("status", "message"),)
)
CODES: dict[str, tuple[t.Any, str]] = {
    "deep": (
        {"error": {"status": "S", "message": "m", "errors": [{"reason": "rateLimitExceeded"}]}},
        "rateLimitExceeded",
    ),
    "deep in another place": ({"error": {"status": "S", "details": [{"code": 7}]}}, "7"),
    "plain": ({"error": {"status": "S", "message": "m"}}, "S"),
    "of another form": ({"error": {"status": "S", "errors": [{"reason": {"a": 1}}]}}, "S"),
    "none": ("text", ""),
}


@pytest.mark.parametrize("name", CODES)
def test_a_code_that_says_more_comes_first(name: str) -> None:
    body, code = CODES[name]
    assert error_of(CODED, None, Response(400, {}, body)).code == code


DELAYED = PROVIDERS["aws"]._replace(retry_delay="error.details[?retryDelay] | [0].retryDelay")
DELAYS: dict[str, tuple[t.Any, dict[str, str], t.Optional[float]]] = {
    "of the body": ({"error": {"details": [{"a": 1}, {"retryDelay": "3.5s"}]}}, {"retry-after": "60"}, 3.5),
    "of a header": ({"error": {}}, {"retry-after": "60"}, 60.0),
    "too long": ({"error": {"details": [{"retryDelay": "999999999s"}]}}, {}, 86400.0),
    "none": (None, {}, None),
    "no time": ({"error": {"details": [{"retryDelay": "soon"}]}}, {"retry-after": "/bar"}, None),
}


@pytest.mark.parametrize("name", DELAYS)
@pytest.mark.parametrize("status", [200, 202, 429])
def test_every_answer_may_say_how_long_to_wait(name: str, status: int) -> None:
    body, headers, seconds = DELAYS[name]
    assert retry_after_of(DELAYED, Response(status, headers, body)) == seconds


# A code that looks like another one is another one.
NEAR = [
    (HUAWEI, "APIGW.03080", 400, "refused"),
    (HUAWEI, "XAPIGW.0308", 400, "refused"),
    (HUAWEI, "APIGWX.0301", 401, "unauthorized"),
    (HUAWEI, "DBS.2005430", 400, "refused"),
    (ALIBABA, "NotForbidden", 400, "refused"),
    (ALIBABA, "XTaskNotFound", 400, "refused"),
]


@pytest.mark.parametrize(("provider", "code", "status", "kind"), NEAR)
def test_a_code_is_matched_as_a_whole(provider: Provider, code: str, status: int, kind: str) -> None:
    key, message = provider.error_keys[0]
    for service in provider.services.values():
        error = refused(provider, service, Response(status, {}, {key: code, message: "told"}))
        assert error.kind == kind


# A service that a user defines

DEFINED: dict[str, t.Any] = {
    "name": "my_jobs",
    "product": "made-up",
    "version": "2020-01-01",
    "read": {"action": "ShowJob", "path": "/v1/jobs/{task_id}"},
    "facts": {"id": "id", "native_state": "state"},
    "states": {"Done": "succeeded"},
}
NO_TOKEN = {"error": {"code": 401, "title": "Unauthorized", "message": "It requires authentication."}}
BUSY = {"retry-after": "7"}
# What every service of a cloud may say, whatever it is about: provider, status, headers, body, what it means, how long to wait.
SAID: dict[str, tuple[str, int, dict[str, str], t.Any, str, t.Optional[float]]] = {
    "Alibaba, throttled": ("alibaba", 400, {"x-acs-retry-after": "1500"}, {"Code": "Throttling"}, "throttled", 1.5),
    "Alibaba, too many": ("alibaba", 503, BUSY, {"Code": "X", "Message": "flow control"}, "throttled", 7.0),
    "Alibaba, ended": ("alibaba", 400, {}, {"Code": "InvalidSecurityToken.Expired"}, "credentials_expired", None),
    "Alibaba, a key": ("alibaba", 404, {}, {"Code": "InvalidAccessKeyId.NotFound"}, "bad_signature", None),
    "Alibaba, a date": ("alibaba", 400, {}, {"Code": "IllegalTimestamp"}, "bad_signature", None),
    "Alibaba, a nonce": ("alibaba", 400, {}, {"Code": "SignatureNonceUsed"}, "unavailable", None),
    "Alibaba, denied": ("alibaba", 403, {}, {"Code": "Forbidden.RAM"}, "unauthorized", None),
    "Alibaba, down": ("alibaba", 503, BUSY, {"Code": "ServiceUnavailable"}, "unavailable", 7.0),
    "Huawei, throttled": ("huawei", 429, BUSY, {"error_code": "APIGW.0308"}, "throttled", 7.0),
    "Huawei, ended": ("huawei", 401, {}, {"error_code": "APIGW.0307"}, "credentials_expired", None),
    "Huawei, a key": ("huawei", 401, {}, {"error_code": "APIGW.0301", "error_msg": "verify"}, "bad_signature", None),
    "Huawei, denied": ("huawei", 403, {}, {"error_code": "APIGW.0302"}, "unauthorized", None),
    "Huawei, down": ("huawei", 500, BUSY, {"error_code": "APIGW.0601"}, "unavailable", 7.0),
    "OpenStack, ended": ("openstack", 401, {}, NO_TOKEN, "credentials_expired", None),
    "OpenStack, ended, by name": ("openstack", 401, {}, {"unauthorized": {"code": 401}}, "credentials_expired", None),
    "OpenStack, ended, untold": ("openstack", 401, {}, None, "credentials_expired", None),
    "OpenStack, a page": (
        "openstack",
        401,
        {"x-openstack-request-id": "r"},
        "<h1>401</h1>",
        "credentials_expired",
        None,
    ),
    "OpenStack, denied": ("openstack", 403, {}, {"forbidden": {"code": 403, "message": "no"}}, "unauthorized", None),
    "OpenStack, unknown": ("openstack", 404, {}, {"itemNotFound": {"code": 404, "message": "no"}}, "not_found", None),
    "OpenStack, throttled": ("openstack", 413, BUSY, {"overLimit": {"code": 413, "message": "no"}}, "throttled", 7.0),
    "OpenStack, down": ("openstack", 503, BUSY, None, "unavailable", 7.0),
}


@pytest.mark.parametrize(("name", "status", "headers", "body", "kind", "wait"), SAID.values(), ids=SAID.keys())
def test_a_service_of_a_user_is_understood_as_those_of_the_catalogue(
    name: str, status: int, headers: dict[str, str], body: t.Any, kind: str, wait: t.Optional[float]
) -> None:
    provider = PROVIDERS[name]
    defined = service_of(provider, DEFINED, {})
    for service in (defined, *provider.services.values()):
        error = refused(provider, service, Response(status, headers, body))
        assert (service.name, error.kind, error.retry_after) == (service.name, kind, wait)


def test_only_a_service_says_that_a_token_has_ended() -> None:
    """Keystone refuses a user with the same words, who would be refused once more."""
    error = refused(PROVIDERS["openstack"], None, Response(401, {}, NO_TOKEN))
    assert error.kind == "unauthorized"


LONG = "Hush4me" * 130
# name: the length of what is before the secret, the secret.
AT_A_CUT: dict[str, tuple[int, str]] = {
    **{f"{before} characters before it": (before, "Hush4me-" * 5) for before in (460, 490, 1470, 1490, 1499, 1970)},
    "longer than what is shown": (0, LONG * 3),
    "with white space": (480, "Hush4me  Hush4me  Hush4me"),
    "with a full stop": (0, "Hush4me. "),
}
# name: what is answered with a text.
REFUSING: dict[str, t.Callable[[Provider, str], Response]] = {
    "a message": lambda provider, text: Response(
        403, {}, {provider.error_keys[0][0]: "Odd", provider.error_keys[0][1]: text}
    ),
    "a page": lambda provider, text: Response(403, {provider.marked_by: "x"}, f"<html><body>{text}</body></html>"),
    "a code": lambda provider, text: Response(
        403, {}, {provider.error_keys[0][0]: text, provider.error_keys[0][1]: "odd"}
    ),
}


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
@each_row("answer", REFUSING.values(), ids=REFUSING)
@each_row(("before", "secret"), AT_A_CUT.values(), ids=AT_A_CUT)
def test_secrets_go_out_of_a_refusal_before_it_is_cut(
    before: int, secret: str, answer: t.Callable[[Provider, str], Response], provider: Provider
) -> None:
    mask = Mask([secret])
    text = "x" * before + f" {secret}" * 60 + " y" * 2000
    error = error_of(provider, None, answer(provider, text), mask.text)
    said = mask.line(str(error)) + mask.text(str(error.failure()))
    assert "ush4" not in said
    assert len(str(error)) < 4200


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_a_secret_in_a_code_changes_nothing_in_what_it_means(provider: Provider) -> None:
    answer = Response(401, {}, dict.fromkeys(provider.error_keys[0], "Odd"))
    assert type(error_of(provider, None, answer, Mask(["d"]).text)) is type(error_of(provider, None, answer))


# What an answer holds that is seen in an envelope, and whether it is an error of the call.
IN_ENVELOPES: dict[str, tuple[t.Any, bool]] = {
    "an operation that has failed": ({"status": "Failed", "error": {"code": "x", "message": "m"}}, False),
    "an error alone": ({"error": {"code": "x", "message": "m"}}, True),
    "an error beside what nobody reads": ({"error": {"code": "x", "message": "m"}, "other": 1}, True),
    "an operation that goes on": ({"status": "InProgress"}, False),
    "nothing": (None, False),
}


@pytest.mark.parametrize("name", IN_ENVELOPES)
def test_an_answer_in_an_envelope_is_an_error_only_if_it_is_no_task(name: str) -> None:
    body, is_error = IN_ENVELOPES[name]
    assert is_error_inside(UNSIGNED, OPERATION, body) is is_error
