# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what the roles of all clouds that have such have in common: options and their checks. Pure."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CredentialsMissing
from .source import Source, shown_number

SESSION_NAME = "multicloud-tasks"
"""By this name a session is seen in the logs of the cloud if the user gives none."""
LEAST_SECONDS, SECONDS = 900, 3600
"""For how long a role is given at least, and if the user does not say."""

ROLE_OPTIONS: dict[str, dict[str, t.Any]] = {
    "role_session_name": {
        "type": "str",
        "aliases": ["alicloud_assume_role_session_name", "assume_role_session_name"],
    },
    "role_external_id": {"type": "str"},
    "role_policy": {"type": "json"},
    "role_duration": {
        "type": "str",
        "aliases": ["alicloud_assume_role_session_expiration", "assume_role_session_expiration"],
    },
}
"""The options that go with an option that names a role."""


def seconds_of(source: Source, name: str, default: int = SECONDS, most: int = 99_999) -> int:
    """Return the duration in a field of a source, in seconds. Raise CredentialsMissing if no role can have it."""
    text = source.find(name) or str(default)
    # An option is in seconds by now, as a float.
    if re.fullmatch(r"\d{3,5}(\.0)?", text, re.ASCII) and LEAST_SECONDS <= float(text) <= most:
        return int(float(text))
    limits = f"{LEAST_SECONDS} seconds at least" + (f" and {most} at most" if most < 99_999 else "")
    raise CredentialsMissing(
        f"{source.title}: {source.called(name)} is {shown_number(text)}; a role is given for {limits}"
    )


def refuse_details_without_role(source: Source) -> None:
    """Raise CredentialsMissing if the source describes a role that it does not name."""
    details = [source.called(name) for name in ROLE_OPTIONS if name in source.field_names and source.find(name)]
    if details:
        raise CredentialsMissing(f"{source.title}: {' and '.join(details)} given without {source.called('role_arn')}")
