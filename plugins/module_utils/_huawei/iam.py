# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Huawei Cloud IAM: tokens, temporary keys and projects. Pure: what it may use is handed in."""

from __future__ import annotations

import json
import re
import typing as t

from .._core.errors import CloudError, Unavailable
from .._core.values import Options, to_datetime
from .._credentials.exchange import access_from, local_endpoint
from .._credentials.model import Access, Credentials, LoginContext, Stamp
from .._credentials.source import FieldNames
from .._http.message import Request, Response
from . import signature

JSON = {"Content-Type": "application/json;charset=utf8"}
TEMPORARY_KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"
CREDENTIAL: FieldNames = {
    "access_key": ("access",),
    "secret_key": ("secret",),
    "security_token": ("securitytoken",),
}


def domain(options: Options) -> str:
    """The domain that the hosts of a region are in: that of another cloud of the same make, where one is meant."""
    in_europe = str(options.get("region") or "").startswith("eu-west-1")
    return str(options.get("cloud_domain") or "") or ("myhuaweicloud.eu" if in_europe else "myhuaweicloud.com")


def endpoint(found: Credentials, options: Options) -> str:
    """Where IAM is. Beside a stand-in of the cloud on this machine it is that stand-in; without a region, the central one."""
    region = str(options.get("region") or "")
    public = f"https://iam.{region}.{domain(options)}" if region else f"https://iam.{domain(options)}"
    # Keystone's variables tell its address with the version of its API, and some files with the path of tokens.
    return re.sub(r"/v3(/auth/tokens)?$", "", found.iam_endpoint.rstrip("/")) or local_endpoint(options) or public


def signed(request: Request, access: Access, stamp: Stamp) -> Request:
    """The request with its token or signature."""
    if access.credentials.auth_token:
        return request.with_headers({"X-Auth-Token": access.credentials.auth_token})
    date = stamp.now.strftime("%Y%m%dT%H%M%SZ")
    return signature.sign(request, access.credentials, date=date, project_id=access.values.get("project_id", ""))


def token(found: Credentials, context: LoginContext) -> Access:
    """A token for a user: https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html"""
    project = {"id": found.project_id} if found.project_id else {"name": _project_name(found, context)}
    user = {"name": found.username, "password": found.password, "domain": {"name": found.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": project}}}
    request = _post(found, context, "/v3/auth/tokens", body)
    return _access(found, context.send(request._replace(query=(("nocatalog", "true"),))))


def _project_name(found: Credentials, context: LoginContext) -> str:
    """The project that is meant: the one that a region has is named like it."""
    return found.project_name or str(context.options["region"])


def _post(found: Credentials, context: LoginContext, path: str, body: t.Any) -> Request:
    return Request("POST", endpoint(found, context.options), path, (), JSON, json.dumps(body).encode())


def _access(found: Credentials, response: Response) -> Access:
    text = response.headers.get("x-subject-token", "")
    told = response.body.get("token") if isinstance(response.body, dict) else None
    project = told.get("project") if isinstance(told, dict) else None
    if not text or not isinstance(told, dict) or not isinstance(project, dict) or not project.get("id"):
        raise Unavailable("IAM gave no token for the project: its answer is not what the API promises")
    with_token = Credentials(found.source, auth_token=text, project_id=str(project["id"]))
    return Access(with_token, {"project_id": str(project["id"])}, to_datetime(told.get("expires_at")))


def token_for_id(found: Credentials, idp_id: str, id_token: str, context: LoginContext) -> str:
    """A token without a scope for one of an identity provider, as the vendor's SDK asks for it."""
    request = _post(found, context, "/v3.0/OS-AUTH/id-token/tokens", {"auth": {"id_token": {"id": id_token}}})
    text = context.send(request.with_headers({"X-Idp-Id": idp_id})).headers.get("x-subject-token", "")
    if not text:
        raise Unavailable("IAM gave no token: its answer is not what the API promises")
    context.on_secret((text,))
    return text


def temporary_keys(
    found: Credentials, context: LoginContext, identity: t.Mapping[str, t.Any], asker: t.Optional[Access] = None
) -> Access:
    """Temporary keys for a token or an agency: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html"""
    request = _post(found, context, TEMPORARY_KEYS, {"auth": {"identity": identity}})
    response = context.send(signed(request, asker, context.stamp()) if asker else request)
    told = response.body.get("credential") if isinstance(response.body, dict) else None
    return access_from(told, CREDENTIAL, "expires_at", found, context)


def project(found: Credentials, access: Access, context: LoginContext) -> str:
    """The id of the region's project, or of the one that is named: https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html"""
    name = _project_name(found, context)
    request = Request("GET", endpoint(found, context.options), "/v3/projects", (("name", name),))
    response = context.send(signed(request, Access(access.credentials), context.stamp()))
    projects = response.body.get("projects") if isinstance(response.body, dict) else None
    ids = [str(project["id"]) for project in projects or () if isinstance(project, dict) and project.get("id")]
    if len(ids) != 1:
        raise CloudError(f"IAM knows {len(ids)} projects named {name!r}: set project_id", http_status=response.status)
    return ids[0]
