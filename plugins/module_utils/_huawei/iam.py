# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Call Huawei Cloud IAM for tokens, temporary keys and projects. Pure: what it may use is in the LoginContext."""

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
    """Return the domain of the hosts in a region. The option ``cloud_domain`` names another cloud with the same software."""
    in_europe = str(options.get("region") or "").startswith("eu-west-1")
    return str(options.get("cloud_domain") or "") or ("myhuaweicloud.eu" if in_europe else "myhuaweicloud.com")


def endpoint(credentials: Credentials, options: Options) -> str:
    """Return the URL of IAM: that of the region, or the central one. The option ``endpoint`` is used if it is on this machine."""
    region = str(options.get("region") or "")
    public = f"https://iam.{region}.{domain(options)}" if region else f"https://iam.{domain(options)}"
    # OpenStack's variables have the API version at the end of the URL, and some files also the path of tokens.
    return re.sub(r"/v3(/auth/tokens)?$", "", credentials.iam_endpoint.rstrip("/")) or local_endpoint(options) or public


def signed(request: Request, access: Access, stamp: Stamp) -> Request:
    """Return the request with its token or signature."""
    if access.credentials.auth_token:
        return request.with_headers({"X-Auth-Token": access.credentials.auth_token})
    date = stamp.now.strftime("%Y%m%dT%H%M%SZ")
    return signature.sign(request, access.credentials, date=date, project_id=access.values.get("project_id", ""))


def token(credentials: Credentials, context: LoginContext) -> Access:
    """Return a token for a user: https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html"""
    project = (
        {"id": credentials.project_id} if credentials.project_id else {"name": _project_name(credentials, context)}
    )
    user = {"name": credentials.username, "password": credentials.password, "domain": {"name": credentials.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": project}}}
    request = _post(credentials, context, "/v3/auth/tokens", body)
    return _access(credentials, context.send(request._replace(query=(("nocatalog", "true"),))))


def _project_name(credentials: Credentials, context: LoginContext) -> str:
    """Return the name of the project: the one that is given, or that of the region's own project, which is the region."""
    return credentials.project_name or str(context.options["region"])


def _post(credentials: Credentials, context: LoginContext, path: str, body: t.Any) -> Request:
    return Request("POST", endpoint(credentials, context.options), path, (), JSON, json.dumps(body).encode())


def _access(credentials: Credentials, response: Response) -> Access:
    subject_token = response.headers.get("x-subject-token", "")
    token_body = response.body.get("token") if isinstance(response.body, dict) else None
    project = token_body.get("project") if isinstance(token_body, dict) else None
    if not subject_token or not isinstance(token_body, dict) or not isinstance(project, dict) or not project.get("id"):
        raise Unavailable("IAM gave no token for the project: its answer is not what the API promises")
    with_token = Credentials(credentials.source, auth_token=subject_token, project_id=str(project["id"]))
    return Access(with_token, {"project_id": str(project["id"])}, to_datetime(token_body.get("expires_at")))


def token_for_id(credentials: Credentials, idp_id: str, id_token: str, context: LoginContext) -> str:
    """Return an unscoped token for the id token of an identity provider, as the vendor's SDK gets it."""
    request = _post(credentials, context, "/v3.0/OS-AUTH/id-token/tokens", {"auth": {"id_token": {"id": id_token}}})
    subject_token = context.send(request.with_headers({"X-Idp-Id": idp_id})).headers.get("x-subject-token", "")
    if not subject_token:
        raise Unavailable("IAM gave no token: its answer is not what the API promises")
    context.on_secret((subject_token,))
    return subject_token


def temporary_keys(
    credentials: Credentials, context: LoginContext, identity: t.Mapping[str, t.Any], signer: t.Optional[Access] = None
) -> Access:
    """Return temporary keys for a token or an agency: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html

    ``signer`` signs the request. Without it the request is not signed.
    """
    request = _post(credentials, context, TEMPORARY_KEYS, {"auth": {"identity": identity}})
    response = context.send(signed(request, signer, context.stamp()) if signer else request)
    answer = response.body.get("credential") if isinstance(response.body, dict) else None
    return access_from(answer, CREDENTIAL, "expires_at", credentials, context)


def project(credentials: Credentials, access: Access, context: LoginContext) -> str:
    """Return the id of the named project, or of the region's own.

    https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
    """
    name = _project_name(credentials, context)
    request = Request("GET", endpoint(credentials, context.options), "/v3/projects", (("name", name),))
    response = context.send(signed(request, Access(access.credentials), context.stamp()))
    projects = response.body.get("projects") if isinstance(response.body, dict) else None
    ids = [str(project["id"]) for project in projects or () if isinstance(project, dict) and project.get("id")]
    if len(ids) != 1:
        raise CloudError(f"IAM knows {len(ids)} projects named {name!r}: set project_id", http_status=response.status)
    return ids[0]
