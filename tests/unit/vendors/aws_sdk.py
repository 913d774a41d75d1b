# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What botocore knows of an API: requests as parameters, whole answers as the API writes them, and what it reads in them."""

from __future__ import annotations

import functools
import json
import re
import typing as t
from datetime import datetime, timezone
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import botocore.awsrequest
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

from ansible_collections.multicloud.tasks.plugins.module_utils._http.message import Request
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service

Shape = t.Any
DEEPEST = 4
WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
NAMES = {"dynamodb": "dynamodb", "states": "stepfunctions", "es": "opensearch"}
"""The folders of botocore by endpoint prefix, where the prefix is another name."""


@functools.cache
def model_of(product: str) -> botocore.model.ServiceModel:
    """Return the model of a service, by the first part of its host names."""
    name = NAMES.get(product, product)
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(name, "service-2"), name)


def operation_of(service: Service, call: Call) -> botocore.model.OperationModel:
    """Return the operation that a call names. Raise botocore's error if there is none."""
    return model_of(service.product).operation_model(call.action)


def protocol_of(service: Service) -> str:
    """Return the protocol that botocore speaks with a service, in the words of the catalogue."""
    metadata = model_of(service.product).metadata
    spoken = model_of(service.product).resolved_protocol
    return f"json-{metadata['jsonVersion']}" if spoken == "json" else str(spoken)


# A request, as parameters of botocore and back


def parameters_of(operation: botocore.model.OperationModel, request: Request) -> dict[str, t.Any]:
    """Return the parameters that a request has, in its order."""
    shape, protocol = operation.input_shape, operation.service_model.resolved_protocol
    if protocol in ("query", "ec2"):
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        return t.cast(dict[str, t.Any], _of_form(shape, "", form, protocol))
    body = _of_json(shape, json.loads(request.body)) if request.body else {}
    return {**_of_rest(operation, request), **body} if protocol == "rest-json" else body


def _of_form(shape: Shape, prefix: str, form: dict[str, str], protocol: str) -> t.Any:
    reader = {"structure": _structure_of_form, "list": _list_of_form}.get(shape.type_name)
    return reader(shape, prefix, form, protocol) if reader else scalar(shape, form[prefix])


def _structure_of_form(shape: Shape, prefix: str, form: dict[str, str], protocol: str) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {}
    for key in form:
        for name, member in shape.members.items():
            path = f"{prefix}.{_query_name(name, member, protocol)}".lstrip(".")
            if name not in found and (key == path or key.startswith(f"{path}.")):
                found[name] = _of_form(member, path, form, protocol)
    return found


def _query_name(name: str, member: Shape, protocol: str) -> str:
    told = member.serialization
    if protocol != "ec2":
        return str(told.get("name", name))
    capital = told.get("name", name)
    return str(told.get("queryName") or capital[0].upper() + capital[1:])


def _list_of_form(shape: Shape, prefix: str, form: dict[str, str], protocol: str) -> list[t.Any]:
    flat = protocol == "ec2" or shape.serialization.get("flattened")
    start = prefix if flat else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
    numbers = {int(match[1]) for key in form if (match := re.match(rf"{re.escape(start)}\.(\d+)(?=\.|$)", key))}
    return [_of_form(shape.member, f"{start}.{number}", form, protocol) for number in sorted(numbers)]


def _of_json(shape: Shape, value: t.Any) -> t.Any:
    """Return the parameters in a JSON body. A number of the wrong type raises TypeError."""
    if shape.type_name == "structure":
        wire = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        return {wire[key][0]: _of_json(wire[key][1], each) for key, each in value.items()}
    if shape.type_name == "list":
        return [_of_json(shape.member, each) for each in value]
    if shape.type_name == "map":
        return {key: _of_json(shape.value, each) for key, each in value.items()}
    if not isinstance(value, str if shape.type_name in ("string", "blob") else (bool, int, float)):
        raise TypeError(f"{shape.name} is of the type {shape.type_name}, and not {value!r}")
    return datetime.fromtimestamp(value, timezone.utc) if shape.type_name == "timestamp" else value


def _of_rest(operation: botocore.model.OperationModel, request: Request) -> dict[str, t.Any]:
    """Return the parameters in path and query."""
    members = operation.input_shape.members if operation.input_shape else {}
    pattern = re.sub(r"\\\{([^{}]+?)(\\\+)?\\\}", r"(?P<\1>[^/]+)", re.escape(operation.http["requestUri"]))
    found = re.fullmatch(pattern, request.path)
    assert found, f"{request.path} is not {operation.http['requestUri']}"
    told = {("uri", name): unquote(value) for name, value in found.groupdict().items()}
    told |= {("querystring", name): value for name, value in request.query}
    parameters: dict[str, t.Any] = {}
    for name, member in members.items():
        place = (member.serialization.get("location"), member.serialization.get("name", name))
        if place in told:
            parameters[name] = scalar(member, told.pop(place))
    assert not told, f"the operation has no {told}"
    return parameters


def scalar(shape: Shape, text: str) -> t.Any:
    """Return the value that a text in a path, a query or a form stands for."""
    if shape.type_name == "timestamp":
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    readers: dict[str, t.Callable[[str], t.Any]] = {"integer": int, "long": int, "boolean": lambda word: word == "true"}
    return readers.get(shape.type_name, str)(text)


def request_by(operation: botocore.model.OperationModel, parameters: dict[str, t.Any], endpoint: str) -> t.Any:
    """Return the request that botocore makes of parameters, before it is signed."""
    model = operation.service_model
    made = botocore.serialize.create_serializer(model.resolved_protocol).serialize_to_request(parameters, operation)
    botocore.awsrequest.prepare_request_dict(made, endpoint)
    return botocore.awsrequest.create_request_object(made).prepare()


# An answer in which everything is told


def full(shape: Shape, depth: int = 0, seen: tuple[str, ...] = ()) -> t.Any:
    """Return a value of a shape with all of its members: the names of members in JSON, and texts like those of XML."""
    if shape.type_name == "structure":
        inner = () if depth > DEEPEST or shape.name in seen else shape.members.items()
        return {wire_name(name, member): full(member, depth + 1, (*seen, shape.name)) for name, member in inner}
    if shape.type_name == "list":
        return [full(shape.member, depth, seen)] * 2 if depth <= DEEPEST else []
    if shape.type_name == "map":
        return {"key": full(shape.value, depth + 1, seen)}
    return _full_scalar(shape)


def _full_scalar(shape: Shape) -> t.Any:
    if shape.type_name == "timestamp":
        return WHEN
    values: dict[str, t.Any] = {"integer": 7, "long": 7, "double": 7.0, "float": 7.0, "boolean": True}
    enum = getattr(shape, "enum", None)
    return values.get(shape.type_name, enum[0] if enum else "text")


def wire_name(name: str, member: Shape) -> str:
    """Return the name that a member has in an answer."""
    return str(member.serialization.get("name", name))


def body_by(operation: botocore.model.OperationModel, content: t.Any) -> bytes:
    """Return an answer of an operation as the API writes it."""
    shape = operation.output_shape
    if operation.service_model.resolved_protocol not in ("query", "ec2"):
        return json.dumps(content, default=lambda moment: moment.timestamp()).encode()
    inner, namespace = to_xml(shape, content), operation.metadata.get("xmlNamespace", "http://x.example/")
    name = operation.name
    if operation.service_model.resolved_protocol == "ec2":
        return _document(f"{name}Response", namespace, f"<requestId>r-1</requestId>{inner}")
    result = shape.serialization.get("resultWrapper", f"{name}Result")
    metadata = "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    return _document(f"{name}Response", namespace, f"<{result}>{inner}</{result}>{metadata}")


def _document(root: str, namespace: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{inner}</{root}>'.encode()


def to_xml(shape: Shape, value: t.Any) -> str:
    """Return what an element of a shape holds."""
    if shape.type_name == "structure":
        members = {wire_name(name, member): member for name, member in shape.members.items()}
        return "".join(_element(name, members[name], each) for name, each in value.items())
    if shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")
        return "".join(f"<{item}>{to_xml(shape.member, each)}</{item}>" for each in value)
    return escape(as_text(value))


def _element(name: str, member: Shape, value: t.Any) -> str:
    assert not member.serialization.get("flattened"), "no answer of the catalogue has a flattened list"
    return f"<{name}>{to_xml(member, value)}</{name}>"


def as_text(value: t.Any) -> str:
    """Return a scalar as XML has it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed_by(operation: botocore.model.OperationModel, body: bytes) -> t.Any:
    """Return what botocore reads in an answer, under the names that members have in it."""
    answer = {"body": body, "headers": {}, "status_code": 200}
    parser = botocore.parsers.create_parser(operation.service_model.resolved_protocol)
    parsed = parser.parse(answer, operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    return as_sent(operation, parsed)


def as_sent(operation: botocore.model.OperationModel, parsed: t.Any) -> t.Any:
    """Return what botocore has read, as the API has sent it."""
    is_xml = operation.service_model.resolved_protocol in ("query", "ec2")
    return _as_sent(operation.output_shape, parsed, as_text if is_xml else _as_number)


def _as_number(value: t.Any) -> t.Any:
    return value.timestamp() if isinstance(value, datetime) else value


def _as_sent(shape: Shape, value: t.Any, written: t.Callable[[t.Any], t.Any]) -> t.Any:
    if shape.type_name == "structure":
        return {
            wire_name(name, shape.members[name]): _as_sent(shape.members[name], each, written)
            for name, each in value.items()
        }
    if shape.type_name == "list":
        return [_as_sent(shape.member, each, written) for each in value]
    if shape.type_name == "map":
        return {key: _as_sent(shape.value, each, written) for key, each in value.items()}
    return written(value)
