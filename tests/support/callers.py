# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes single calls that are signed by the vendors' own signers. A test may change any header before or after signing."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import http.client
import json
import types
import typing as t
import uuid
from urllib.parse import quote, urlencode, urlsplit

from alibabacloud_tea_openapi.utils import Utils
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from local_cloud import accounts

Headers = dict[str, str]
Change = t.Mapping[str, "str | None"]
RPC_VERSIONS = {"ecs": "2014-05-26", "hbr": "2017-09-08"}


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: t.Mapping[str, str]
    body: bytes

    @property
    def json(self) -> t.Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the error, in the form of either vendor; "" if the call succeeded."""
        body = self.json
        return str(body.get("Code") or body.get("error_code") or "") if self.status >= 400 else ""


def utc(form: str, minutes: float = 0.0) -> str:
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime(form)


def changed(headers: Headers, change: Change) -> Headers:
    """Return the headers with a change applied. A None removes the header."""
    merged = {**headers, **change}
    return {name: value for name, value in merged.items() if value is not None}


def send(url: str, method: str, target: str, headers: t.Mapping[str, str], body: bytes = b"") -> Answer:
    """Send one request on a connection of its own, without any proxy, and without following redirects."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        received_headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, received_headers, response.read())
    finally:
        connection.close()


@dataclasses.dataclass(frozen=True)
class AlibabaCaller:
    """Calls with one account. ``before`` changes headers before they are signed, ``after`` changes signed ones."""

    url: str
    access_key: str = accounts.ALIBABA_KEY
    secret_key: str = accounts.ALIBABA_SECRET
    security_token: str = ""
    prefix: str = ""
    before: Change = dataclasses.field(default_factory=dict)
    after: Change = dataclasses.field(default_factory=dict)

    def headers(self, action: str, version: str, body: bytes) -> Headers:
        base_headers = {
            "host": urlsplit(self.url).netloc,
            "accept": "application/json",
            "x-acs-action": action,
            "x-acs-version": version,
            "x-acs-date": utc("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        }
        token = {"x-acs-security-token": self.security_token} if self.security_token else {}
        form = {"content-type": "application/x-www-form-urlencoded"} if body else {}
        return changed({**base_headers, **token, **form}, self.before)

    def send(
        self, method: str, path: str, action: str, version: str, query: t.Mapping[str, str], body: bytes = b""
    ) -> Answer:
        headers = self.headers(action, version, body)
        path = self.prefix + path
        request = types.SimpleNamespace(method=method, pathname=path, query=dict(query), headers=headers)
        digest = headers.get("x-acs-content-sha256", "")
        headers["authorization"] = Utils.get_authorization(
            request, "ACS3-HMAC-SHA256", digest, self.access_key, self.secret_key
        )
        target = path + ("?" + urlencode(query) if query else "")
        return send(self.url, method, target, changed(headers, self.after), body)

    def rpc(self, service: str, action: str, **query: str) -> Answer:
        return self.send("POST", "/", action, RPC_VERSIONS.get(service, service), query)

    def form(self, service: str, action: str, **fields: str) -> Answer:
        """Call with the parameters in the body, as older clients send them."""
        return self.send("POST", "/", action, RPC_VERSIONS[service], {}, urlencode(fields).encode())

    def ecs(self, task_id: str = "t-1") -> Answer:
        return self.rpc("ecs", "DescribeTaskAttribute", RegionId="cn-hangzhou", TaskId=task_id)

    def hbr(self, task_id: str = "t-1") -> Answer:
        return self.rpc("hbr", "DescribeTask", TaskId=task_id)

    def bdrc(self, task_id: str = "t-1") -> Answer:
        path = "/api/v1/tasks/" + quote(task_id, safe="~")
        return self.send("GET", path, "DescribeTask", "2023-08-08", {})


@dataclasses.dataclass(frozen=True)
class HuaweiCaller:
    """The same for Huawei. With a token nothing is signed."""

    url: str
    access_key: str = accounts.HUAWEI_KEY
    secret_key: str = accounts.HUAWEI_SECRET
    security_token: str = ""
    auth_token: str = ""
    region: str = "cn-north-4"
    prefix: str = ""
    before: Change = dataclasses.field(default_factory=dict)
    after: Change = dataclasses.field(default_factory=dict)

    def headers(self) -> Headers:
        base_headers = {"host": urlsplit(self.url).netloc, "content-type": "application/json"}
        if self.auth_token:
            return changed({**base_headers, "x-auth-token": self.auth_token}, self.before)
        token = {"x-security-token": self.security_token} if self.security_token else {}
        return changed({**base_headers, "x-sdk-date": utc("%Y%m%dT%H%M%SZ"), **token}, self.before)

    def send(self, method: str, path: str, query: t.Mapping[str, str], body: bytes = b"") -> Answer:
        request = SdkRequest(
            method=method,
            resource_path=self.prefix + path,
            query_params=list(query.items()),
            header_params=self.headers(),
            body=body,
        )
        if self.auth_token:
            Signer.process_request_uri(request)
        else:
            Signer(types.SimpleNamespace(ak=self.access_key, sk=self.secret_key)).sign(request)
        return send(self.url, method, request.uri, changed(request.header_params, self.after), body)

    def get(self, path: str, **query: str) -> Answer:
        return self.send("GET", f"/v3/{accounts.PROJECTS[self.region]}{path}", query)

    def job(self, job_id: str = "j-1") -> Answer:
        return self.get("/jobs", id=job_id)

    def login(self, password: str = accounts.HUAWEI_PASSWORD, region: str = "cn-north-4") -> Answer:
        domain = {"name": accounts.HUAWEI_DOMAIN}
        user = {"name": accounts.HUAWEI_USER, "password": password, "domain": domain}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": {"name": region}}}}
        host = {"host": urlsplit(self.url).netloc}
        return send(self.url, "POST", "/v3/auth/tokens?nocatalog=true", host, json.dumps(body).encode())
