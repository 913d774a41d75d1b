# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define the protocols that services of AWS speak: how each learns which call is made. Pure.

https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import typing as t

from .._service.model import Call, Service
from .._service.provider import Protocol

JSON_1_0, JSON_1_1, REST_JSON, QUERY, EC2 = "json-1.0", "json-1.1", "rest-json", "query", "ec2"
TARGET = "X-Amz-Target"
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def _json_framed(version: str) -> t.Callable[[Service, Call], Call]:
    """Return the function that frames a call of the JSON protocol: a header names it, and there is always a body."""

    def framed(service: Service, call: Call) -> Call:
        own = {"Content-Type": f"application/x-amz-json-{version}", TARGET: f"{service.target}.{call.action}"}
        return call._replace(method="POST", json=call.json or {}, headers={**call.headers, **own})

    return framed


def _query_framed(service: Service, call: Call) -> Call:
    """Return a call of the query protocol, that of EC2 included: two parameters of the form name it."""
    form = {"Action": call.action, "Version": service.version, **call.form}
    return call._replace(method="POST", form=form, headers={**call.headers, "Content-Type": FORM_TYPE})


# A name of any protocol may be understood by a service that speaks it, too.
_NAMES = ("action", TARGET.lower())
_OWN = (*_NAMES, "version")
# What stands before a service, a gateway for instance, may word an error in another format.
_JSON, _XML = ("json", "xml"), ("xml", "json")

PROTOCOLS: t.Mapping[str, Protocol] = {
    JSON_1_0: Protocol(_json_framed("1.0"), ("target",), _OWN, sends_action=True, formats=_JSON),
    JSON_1_1: Protocol(_json_framed("1.1"), ("target",), _OWN, sends_action=True, formats=_JSON),
    REST_JSON: Protocol(own=_NAMES, formats=_JSON),
    QUERY: Protocol(_query_framed, ("version",), _OWN, sends_action=True, formats=_XML),
    EC2: Protocol(_query_framed, ("version",), _OWN, sends_action=True, formats=_XML),
}
"""The protocols by the name that services and definitions have."""

# Services word codes as ``Code``, ``ns#Code``, ``Code:https://host/`` and ``Code;Sender``.
CODE_FORM = r"[^:;#]+(?=[:;]|$)"
# The first is that of a service that once spoke the query protocol, and keeps its codes.
CODE_HEADERS = ("x-amzn-query-error", "x-amzn-errortype")
ERROR_KEYS = (
    *(("__type", "message"), ("__type", "Message"), ("code", "message"), ("code", "Message")),
    *(("Code", "Message"), ("Error", "Message")),
)
REQUEST_ID_KEYS = ("RequestId", "requestId", "RequestID", "x-amzn-requestid", "x-amz-request-id")
