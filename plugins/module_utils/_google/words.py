# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define what services of Google Cloud have in common: words of states, full names and lists."""

from __future__ import annotations

from .._core.errors import NotFound
from .._service.model import Codes, QualifiedId

# A name is of the project that it says, and so are its zone, its region or its location.
PROJECT = r"projects/(?P<project>[^/?#]+)"
LOCATION = rf"{PROJECT}/locations/(?P<location>[^/?#]+)"
ID = r"(?P<task_id>[^/?#]+)"

# Cloud SQL has words of its own for each kind, such as operationDoesNotExist.
CODES: Codes = ((r"^(404|NOT_FOUND|notFound|\w+DoesNotExist)$", "", NotFound),)

# A list that leaves out places says nothing about what is in them.
INCOMPLETE = "unreachable[0] || unreachables[0] || missingZones[0]"


def states(words: str, state: str) -> dict[str, str]:
    """Map each of these native words to the same state."""
    return dict.fromkeys(words.split(), state)


def names(pattern: str, example: str, host: str) -> tuple[QualifiedId, ...]:
    """Return the two forms of a full name: the name itself, and the URL of the resource, its selfLink.

    ``pattern`` is a regular expression for the name, ``example`` one name, ``host`` the host and the path before it.
    """
    url = rf"https://[a-z0-9.-]+/(?:[a-z]+/)?(?:v\d\w*|alpha|beta)/{pattern}"
    return (
        QualifiedId("projects/", pattern, example),
        QualifiedId("https://", url, f"https://{host}/{example}"),
    )


def items(*fields: str) -> str:
    """Return the JMESPath of the items of a list. Google's APIs leave out a list that is empty."""
    return f"not_null({', '.join(fields)}, `[]`)"
