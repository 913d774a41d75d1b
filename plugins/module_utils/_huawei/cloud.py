# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Huawei Cloud: where its services are, how a request becomes theirs, what their errors mean."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import urlsplit

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials import Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import (
    BadSignature,
    CloudError,
    CredentialsExpired,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei import credentials, signature
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.services import SERVICES
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import (
    Access,
    Options,
    Provider,
    Send,
    Stamp,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._request import Answer, Request, is_loopback
from ansible_collections.multicloud.tasks.plugins.module_utils._service import Codes, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._values import to_datetime

# https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html: the gateway's prefix is APIGW on the
# public cloud, APIG or APIC elsewhere. What no row matches is judged by its HTTP status.
CODES: Codes = (
    (r"^API(GW|G|C)\.0308$|^Common\.1503$", "", Throttled),
    (r"^API(GW|G|C)\.0307$|^DBS\.280056$", "", CredentialsExpired),
    (r"^API(GW|G|C)\.0301$", r"(?i)decrypt token|token.{0,20}expired", CredentialsExpired),
    (r"^API(GW|G|C)\.030[135]$", "", BadSignature),
    (r"^API(GW|G|C)\.03(02|04|06|10)$", "", Unauthorized),
    # Another operation holds the instance: the answer will be another one later.
    (r"^DBS\.(05000084|200011|200019|200047|201014|201015|201202|201205|212006|212033)$", "", Unavailable),
)

OPTIONS: dict[str, dict[str, t.Any]] = {
    "project_id": {"type": "str"},
    "instance_id": {"type": "str"},
    "auth_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "iam_endpoint": {"type": "str"},
}


def endpoint(service: Service, options: Options) -> str:
    """The service's URL in the region."""
    region = str(options["region"])
    return "https://" + service.hosts.get(region, f"{service.product}.{region}.{_domain(region)}")


def _domain(region: str) -> str:
    return "myhuaweicloud.eu" if region.startswith("eu-west-1") else "myhuaweicloud.com"


def iam_endpoint(found: Credentials, options: Options) -> str:
    """Where tokens and project ids come from. Beside a stand-in of the cloud on this machine it is that stand-in."""
    beside = str(options.get("endpoint") or "")
    if found.iam_endpoint or is_loopback(urlsplit(beside).hostname):
        return (found.iam_endpoint or beside).rstrip("/")
    region = str(options["region"])
    return f"https://iam.{region}.{_domain(region)}"


def login(found: Credentials, options: Options, send: Send, stamp: Stamp) -> Access:
    """A token where there is a password, and the project of the region where it is not given."""
    if found.username:
        return _token(found, options, send)
    project_id = found.project_id or _project(found, options, send, stamp)
    return Access(found, {"project_id": project_id})


def _token(found: Credentials, options: Options, send: Send) -> Access:
    """https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html"""
    project = {"id": found.project_id} if found.project_id else {"name": str(options["region"])}
    user = {"name": found.username, "password": found.password, "domain": {"name": found.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = json.dumps({"auth": {"identity": identity, "scope": {"project": project}}}).encode()
    answer = send(
        Request(
            "POST",
            iam_endpoint(found, options),
            "/v3/auth/tokens",
            (("nocatalog", "true"),),
            {"Content-Type": "application/json;charset=utf8"},
            body,
        )
    )
    return _access(found, answer)


def _access(found: Credentials, answer: Answer) -> Access:
    token = answer.headers.get("x-subject-token", "")
    told = answer.body.get("token") if isinstance(answer.body, dict) else None
    project = told.get("project") if isinstance(told, dict) else None
    if not token or not isinstance(told, dict) or not isinstance(project, dict) or not project.get("id"):
        raise Unavailable("IAM gave no token for the project: its answer is not what the API promises")
    with_token = Credentials(found.source, auth_token=token, project_id=str(project["id"]))
    return Access(with_token, {"project_id": str(project["id"])}, to_datetime(told.get("expires_at")))


def _project(found: Credentials, options: Options, send: Send, stamp: Stamp) -> str:
    """https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html"""
    region = str(options["region"])
    request = Request("GET", iam_endpoint(found, options), "/v3/projects", (("name", region),))
    answer = send(_signed(request, Access(found), stamp))
    projects = answer.body.get("projects") if isinstance(answer.body, dict) else None
    ids = [str(project["id"]) for project in projects or () if isinstance(project, dict) and project.get("id")]
    if len(ids) != 1:
        raise CloudError(f"IAM knows {len(ids)} projects named {region!r}: set project_id", http_status=answer.status)
    return ids[0]


def sign(request: Request, service: Service, action: str, access: Access, stamp: Stamp) -> Request:
    """The request with its token or signature."""
    return _signed(request.with_headers({"Accept": "application/json", "X-Language": "en-us"}), access, stamp)


def _signed(request: Request, access: Access, stamp: Stamp) -> Request:
    if access.credentials.auth_token:
        return request.with_headers({"X-Auth-Token": access.credentials.auth_token})
    date = stamp.now.strftime("%Y%m%dT%H%M%SZ")
    return signature.sign(request, access.credentials, date=date, project_id=access.values.get("project_id", ""))


HUAWEI = Provider(
    name="huawei",
    title="Huawei Cloud",
    services=SERVICES,
    options=OPTIONS,
    resolve=credentials.resolve,
    region=credentials.region,
    endpoint=endpoint,
    login=login,
    sign=sign,
    error_keys=(
        ("error_code", "error_msg"),
        ("errorCode", "errorMsg"),
        ("errorCode", "errorMessage"),
        ("errCode", "errMsg"),
        ("code", "message"),
    ),
    codes=CODES,
    request_id_keys=("request_id", "x-request-id", "x-iam-trace-id"),
    region_missing=(
        "region is missing: set the option region (cn-north-4, for instance), or HW_REGION_NAME or OS_REGION_NAME in the "
        "environment"
    ),
    region_for_login=lambda found: not found.project_id,
)
