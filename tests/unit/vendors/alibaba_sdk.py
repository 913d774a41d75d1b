# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Alibaba's own clients say of an API: the request that they send, the answer that they expect, the host they ask.

The clients are generated from the vendor's description of each API, so that they are the contract. Nothing is sent.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import types
import typing as t
from dataclasses import dataclass

from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service

# What the vendor calls a product whose host name has another name.
PRODUCTS = {"mongodb": "dds"}
COMMENTED = re.compile(r"((?:^ +#.*\n)+) +self\.(\w+) = ", re.MULTILINE)
WIRE_NAMES = re.compile(r"result\['([^']+)'\] = (?:\[\]\s+if )?self\.(\w+)")
PLACEHOLDER = "x"


class Sent(Exception):
    """A client was about to send this."""

    def __init__(self, params: t.Any, request: t.Any) -> None:
        super().__init__(params.action)
        self.params, self.request = params, request


@dataclass(frozen=True)
class Contract:
    """One operation as the vendor's client has it, with every parameter given."""

    action: str
    version: str
    method: str
    path: str
    query: t.Mapping[str, str]
    body: t.Mapping[str, t.Any]
    required: frozenset[str]
    answer: t.Mapping[str, t.Any]


def package_of(service: Service) -> str:
    """The package of a service's client; a new service needs its own in tests/requirements/test.txt."""
    product = PRODUCTS.get(service.product, service.product).replace("-", "_")
    return f"alibabacloud_{product}{service.version.replace('-', '')}"


@functools.cache
def recording_client(package: str) -> t.Any:
    """A client that tells what it was about to send."""

    def call_api(self: t.Any, params: t.Any, request: t.Any, runtime: t.Any) -> t.NoReturn:
        raise Sent(params, request)

    base = importlib.import_module(f"{package}.client").Client
    return types.new_class("Recording", (base,), exec_body=lambda body: body.update(call_api=call_api))(config("any"))


def config(region: str) -> t.Any:
    """The settings of a client, with a key spelled out."""
    models = importlib.import_module("alibabacloud_tea_openapi.models")
    return models.Config(access_key_id="any", access_key_secret="any", region_id=region)


def sent_by(method: t.Callable[..., t.Any], given: t.Mapping[str, t.Any]) -> Sent:
    """What a method would send."""
    try:
        method(**given)
    except Sent as sent:
        return sent
    raise AssertionError(f"{method} sends nothing")


@functools.cache
def contract(package: str, action: str) -> Contract:
    """The operation; KeyError where the client has none of that name."""
    client = recording_client(package)
    method = operation(client, action)
    hints = {name: kind for name, kind in t.get_type_hints(method).items() if name != "return"}
    given = {name: argument(name, kind) for name, kind in hints.items()}
    sent = sent_by(method, given)
    params, request = sent.params, sent.request
    return Contract(
        action=params.action,
        version=params.version,
        method=params.method,
        path=params.pathname,
        query=request.query or {},
        body=request.body or {},
        required=frozenset().union(*map(required, (kind for kind in hints.values() if is_model(kind)))),
        answer=answer_of(method),
    )


def operation(client: t.Any, action: str) -> t.Any:
    """The method that calls the operation, found by the name that it sends."""
    for name, method in inspect.getmembers(client, inspect.ismethod):
        if name.endswith("with_options") and action in method.__code__.co_consts:
            return method
    raise KeyError(f"{type(client).__mro__[1].__module__} has no operation {action}")


def answer_of(method: t.Any) -> dict[str, t.Any]:
    """The answer that the client expects, with every field in it."""
    response = t.get_type_hints(method)["return"]
    body = fields(response).get("body")
    return t.cast("dict[str, t.Any]", filled(body).to_map()) if body else {}


def argument(name: str, kind: t.Any) -> t.Any:
    """A value for a parameter of an operation."""
    if name == "headers":
        return {}
    if name == "runtime":
        return importlib.import_module("alibabacloud_tea_util.models").RuntimeOptions()
    return value(kind)


def is_model(kind: t.Any) -> bool:
    """Whether a type is one of the vendor's models."""
    return isinstance(kind, type) and hasattr(kind, "to_map") and kind.__module__.startswith("alibabacloud_")


def fields(model: t.Any) -> dict[str, t.Any]:
    """The fields of a model and their types."""
    return {name: kind for name, kind in t.get_type_hints(model.__init__).items() if name != "return"}


def filled(model: t.Any) -> t.Any:
    """A model with a value in every field."""
    return model(**{name: value(kind) for name, kind in fields(model).items()})


def value(kind: t.Any) -> t.Any:
    """Some value of a type."""
    of = t.get_origin(kind)
    if of is list:
        return [value(t.get_args(kind)[0])]
    if of is dict:
        return {PLACEHOLDER: PLACEHOLDER}
    if of is t.Union:
        return value(t.get_args(kind)[0])
    if is_model(kind):
        return filled(kind)
    return {int: 1, float: 1.0, bool: True}.get(kind, PLACEHOLDER)


def required(kind: t.Any) -> frozenset[str]:
    """The parameters without which the API refuses: the comments in the model say so."""
    return frozenset(name for name, comment in comments(kind).items() if "parameter is required." in comment)


def comments(kind: t.Any) -> dict[str, str]:
    """What the vendor says of each field of a model, by its name on the wire."""
    names = {attribute: wire for wire, attribute in WIRE_NAMES.findall(inspect.getsource(kind.to_map))}
    commented = COMMENTED.findall(inspect.getsource(kind.__init__))
    told = {attribute: re.sub(r"^ +# ?", "", comment, flags=re.MULTILINE) for comment, attribute in commented}
    return {names[attribute]: comment for attribute, comment in told.items() if attribute in names}


def model(package: str, name: str) -> t.Any:
    """A model of a package by its name."""
    return getattr(importlib.import_module(f"{package}.models"), name)


def host_of(package: str, region: str) -> str:
    """The host that the vendor's client asks in a region."""
    return str(importlib.import_module(f"{package}.client").Client(config(region))._endpoint)
