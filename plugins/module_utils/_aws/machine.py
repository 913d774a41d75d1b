# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get temporary keys for AWS from what is on this machine: its metadata service, its container's agent, a command. Pure.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from .._core.errors import CloudError, Unavailable
from .._credentials.exchange import (
    METADATA_SECONDS,
    BaseExchange,
    MetadataApi,
    access_from,
    ask_for_keys,
    explaining,
    local_endpoint,
    metadata_keys,
    parse_json,
    secrets_of_path,
    secrets_of_query,
)
from .._credentials.model import Access, Credentials, LoginContext
from .._credentials.source import KEYS, FieldNames
from .._http.message import Request
from .temporary_keys import SESSION_KEYS

METADATA = "http://169.254.169.254"
METADATA_IPV6 = "http://[fd00:ec2::254]"
CONTAINER = "http://169.254.170.2"
API = MetadataApi(
    token_path="/latest/api/token",
    keys_path="/latest/meta-data/iam/security-credentials/",
    seconds_header="x-aws-ec2-metadata-token-ttl-seconds",
    token_header="x-aws-ec2-metadata-token",
    role="IAM role",
    of="EC2",
    fatal=(400,),
)
TOKEN_KEYS: FieldNames = {**SESSION_KEYS, "security_token": ("Token",)}
EXPIRY = "Expiration"


@dataclass(frozen=True)
class Instance(BaseExchange):
    """The role of the EC2 instance that this runs on. ``v1`` allows requests without a token.

    ``timeout`` is that of one request, in seconds. While there is no usable answer, there are several ``attempts``.
    """

    endpoint: str = METADATA
    v1: bool = True
    timeout: float = METADATA_SECONDS
    attempts: int = 1

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role."""
        for dummy in range(self.attempts - 1):
            with contextlib.suppress(Unavailable):
                return self._attempt(credentials, context)
        return self._attempt(credentials, context)

    def _attempt(self, credentials: Credentials, context: LoginContext) -> Access:
        endpoint = local_endpoint(context.options) or self.endpoint
        with explaining(credentials.source):
            answer = metadata_keys(context, endpoint, API, v1=self.v1, seconds=self.timeout)
            return access_from(answer, TOKEN_KEYS, EXPIRY, credentials, context)


@dataclass(frozen=True)
class Container(BaseExchange):
    """The role of a task of ECS or a pod of EKS, from the agent at a URL."""

    endpoint: str
    path: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)
    token: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """Return every value in it that must never be shown."""
        return secrets_of_query(self.query) | secrets_of_path(self.path) | {self.token} - {""}

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return the keys of the role."""
        headers = {"accept": "application/json", **({"authorization": self.token} if self.token else {})}
        with explaining(credentials.source, "see that the task or the pod has a role"):
            answer = ask_for_keys(context, Request("GET", self.endpoint, self.path, self.query, headers))
            return access_from(answer, TOKEN_KEYS, EXPIRY, credentials, context)


@dataclass(frozen=True)
class Process(BaseExchange):
    """A command that prints keys."""

    command: str = field(repr=False)

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Run the command and return the keys that it prints."""
        with explaining(f"credential_process of {credentials.source}", "run it by hand to see its message"):
            output = parse_json(context.host.run_command(self.command))
            version = output.get("Version") if isinstance(output, dict) else None
            if version != 1:
                # What stands there may be a key that is out of its place, so it is not shown.
                raise CloudError("it prints keys that are not of Version 1; only those can be used")
            return access_from(output, SESSION_KEYS, EXPIRY, credentials, context, KEYS)
