# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Get tokens from the metadata service of a machine of Google Cloud: a VM, a pod, a job. Pure.

https://cloud.google.com/compute/docs/metadata/overview
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from .._core.errors import CloudError, Unauthorized, Unavailable
from .._credentials.exchange import BaseExchange, explaining, parse_json
from .._credentials.model import Access, Credentials, LoginContext, NoMetadataKeys
from .._http.message import Request, Response
from .places import UNIVERSE
from .tokens import access_of, root_of

METADATA = "http://169.254.169.254"
_ROOT = "/computeMetadata/v1"
_FLAVOR = "metadata-flavor"
# In seconds. google-auth gives it as long.
TIMEOUT = 3.0


@dataclass(frozen=True)
class Machine(BaseExchange):
    """The service account of the machine that this runs on. ``email`` names one of several."""

    endpoint: str = METADATA
    email: str = "default"
    scopes: tuple[str, ...] = ()
    timeout: float = TIMEOUT
    universe: str = UNIVERSE

    def keys(self, credentials: Credentials, context: LoginContext) -> Access:
        """Return a token, and the project of the machine if no other one is known."""
        with explaining(credentials.source):
            path = f"/instance/service-accounts/{quote(self.email, safe='@')}/token"
            scopes = (("scopes", ",".join(self.scopes)),) if self.scopes else ()
            response = self._asked(context, path, "service account", scopes)
            parsed = response._replace(body=parse_json(str(response.body)))
            self._check_universe(context)
            return access_of(parsed, credentials, context, self._project(context))

    def _check_universe(self, context: LoginContext) -> None:
        """Raise an error if the machine is in another universe than the one that is asked: its token would be sent there."""
        universe = self._text(context, "/universe/universe-domain") or UNIVERSE
        if universe != self.universe:
            raise Unauthorized(
                f"this machine is in the universe {universe}, and not in {self.universe}; set universe_domain to it"
            )

    def _project(self, context: LoginContext) -> dict[str, str]:
        if context.options.get("project"):
            return {}
        project = self._text(context, "/project/project-id")
        return {"project": project} if project else {}

    def _text(self, context: LoginContext, path: str) -> str:
        """Return a text that the service has, or "" if it has none."""
        try:
            return str(self._asked(context, path, path.rpartition("/")[2]).body).strip()
        except NoMetadataKeys:
            return ""

    def _asked(
        self, context: LoginContext, path: str, wanted: str, query: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        """Return the answer of the metadata service. Raise an error that names what was ``wanted`` if it has none."""
        endpoint = root_of(context.options, self.endpoint)
        request = Request("GET", endpoint, _ROOT + path, query, {"Metadata-Flavor": "Google"})
        response = context.host.ask_metadata(request, self.timeout)
        if response.status == 200 and response.headers.get(_FLAVOR) == "Google":
            return response
        raise _refusal(response, request.host, wanted)


def _refusal(response: Response, host: str, wanted: str) -> CloudError:
    """Return the error for an answer that is none of the metadata service, or that has not what was wanted."""
    if response.headers.get(_FLAVOR) != "Google":
        return NoMetadataKeys(f"what answers at {host} is no metadata service of Google Cloud")
    kind = Unavailable if response.status >= 500 or response.status == 429 else NoMetadataKeys
    return kind(f"{host} has no {wanted} for this machine (HTTP {response.status})", http_status=response.status)
