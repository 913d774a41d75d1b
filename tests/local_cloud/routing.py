# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a request line to its API: by headers (RPC) or by path, with or without a service prefix. Pure."""

from __future__ import annotations

import fnmatch
import re
import typing as t
from urllib.parse import unquote

from local_cloud.api import Api, Problem, Refusal

UNKNOWN_ACTION = Problem(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
UNKNOWN_API = Problem(404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method.")
UNKNOWN_VERSION = Problem(400, "NoSuchVersion", "The specified version does not exist.")
UNPUBLISHED = Problem(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
NOT_THERE = Problem(404, "itemNotFound", "The resource could not be found.")
INVALID_ACTION = Problem(400, "InvalidAction", "The action is not valid for this web service.")
NO_RESOURCE = Problem(404, "InvalidResourceType", "The resource type could not be found in the namespace.")
NO_SUCH_METHOD = Problem(404, "NOT_FOUND", "Method not found.")
UNKNOWN_PATH = {
    "alibaba": UNKNOWN_API,
    "aws": INVALID_ACTION,
    "azure": NO_RESOURCE,
    "google": NO_SUCH_METHOD,
    "huawei": UNPUBLISHED,
    "openstack": NOT_THERE,
}


OLD_VERSION = re.compile(r"^/(sql/)?v1beta4/")


class Routes:
    """The table of all services, indexed once."""

    def __init__(self, apis: t.Sequence[Api]) -> None:
        self.services = {(api.provider, api.service) for api in apis}
        self.providers: dict[str, str] = {}
        for api in apis:
            self.providers.setdefault(api.service, api.provider)
        self.rpc = [api for api in apis if api.version and not api.path]
        self.paths = [(api, api.pattern()) for api in apis if api.path]
        self.keys = {api.key for api in apis}
        self.names = self.keys | {f"{api.provider}.{api.key}" for api in apis}

    def matches(self, pattern: str) -> bool:
        """Whether a fault of this pattern can ever strike."""
        return any(fnmatch.fnmatchcase(name, pattern) for name in self.names)

    def split(self, provider: str, path: str) -> tuple[str, str]:
        """The service named by the first segment, if it names one, and the path below it."""
        first, dummy, rest = path.lstrip("/").partition("/")
        if (provider, first) in self.services:
            return first, "/" + rest
        return "", path

    def find(
        self, provider: str, method: str, raw_path: str, headers: t.Mapping[str, str]
    ) -> tuple[Api, dict[str, str]]:
        service, path = self.split(provider, raw_path)
        if provider == "alibaba" and path in ("", "/"):
            return self.find_rpc(service, method, headers), {}
        if provider == "aws":
            return self.find_aws(service, method, path, headers)
        if provider == "google":
            # The versions differ in nothing that is played here. gcloud still asks the older one.
            path = OLD_VERSION.sub("/v1/", path)
        return self.find_path(provider, service, method, path, headers)

    def find_aws(
        self, service: str, method: str, path: str, headers: t.Mapping[str, str]
    ) -> tuple[Api, dict[str, str]]:
        """By the name of the call if the protocol sends it, else by the path; of the service that the request is signed for."""
        name, product = headers["local-action"], headers["local-product"]
        for api, pattern in self.paths:
            match = pattern.fullmatch(path)
            is_named = api.name == name if name else api.protocol == "rest-json"
            is_there = api.provider == "aws" and match and method in api.methods and is_named
            if match and is_there and product in ("", api.product) and service in ("", api.service):
                return api, {name: unquote(value) for name, value in match.groupdict().items()}
        raise Refusal(INVALID_ACTION)

    def find_rpc(self, service: str, method: str, headers: t.Mapping[str, str]) -> Api:
        version, action = headers.get("x-acs-version"), headers.get("x-acs-action")
        versioned = [api for api in self.rpc if api.version == version and service in ("", api.service)]
        if not versioned:
            raise Refusal(UNKNOWN_VERSION)
        found = next((api for api in versioned if api.name == action and method in api.methods), None)
        if found is None:
            raise Refusal(UNKNOWN_ACTION)
        return found

    def find_path(
        self, provider: str, service: str, method: str, path: str, headers: t.Mapping[str, str]
    ) -> tuple[Api, dict[str, str]]:
        found = [
            (api, match)
            for api, pattern in self.paths
            if api.provider == provider and method in api.methods and service in ("", api.service)
            for match in [pattern.fullmatch(path)]
            if match
        ]
        if not found:
            raise Refusal(UNKNOWN_PATH[provider])
        # Two products of Alibaba have the same path, at hosts of their own: here it is the version that tells them apart.
        versioned = (pair for pair in found if pair[0].version == headers.get("x-acs-version", ""))
        api, match = next(versioned, found[0])
        check_action(api, headers)
        return api, {name: unquote(value) for name, value in match.groupdict().items()}


def check_action(api: Api, headers: t.Mapping[str, str]) -> None:
    """Alibaba's gateway finds a path by itself, but believes no headers that say otherwise."""
    if api.provider != "alibaba":
        return
    if headers.get("x-acs-version") != api.version:
        raise Refusal(UNKNOWN_VERSION)
    if headers.get("x-acs-action", api.name) != api.name:
        raise Refusal(UNKNOWN_ACTION)
