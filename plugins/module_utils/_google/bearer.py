# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Put a token of Google Cloud into a request. Pure."""

from __future__ import annotations

from .._credentials.model import Access


def bearer_headers(access: Access) -> dict[str, str]:
    """Return the headers of a call with a token: it, and the project that pays for the call if that is another one."""
    quota_project = access.values.get("quota_project", "")
    paid_by = {"x-goog-user-project": quota_project} if quota_project else {}
    return {"Authorization": f"Bearer {access.credentials.auth_token}", **paid_by}
