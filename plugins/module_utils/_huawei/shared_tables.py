# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Define tables that several services of Huawei Cloud share: native words of states, and codes for a missing task."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import Codes, States

# Jobs of compute, storage and images.
JOB_STATES: States = {"init": PENDING, "running": RUNNING, "success": SUCCEEDED, "fail": FAILED}
# Task centers of databases. Unauthorized means that the job waits for a person to authorize it.
DATABASE_STATES: States = {
    "pending": PENDING,
    "unauthorized": PENDING,
    "running": RUNNING,
    "completed": SUCCEEDED,
    "failed": FAILED,
    "canceled": CANCELLED,
}
BACKUP_STATES: States = {"building": RUNNING, "completed": SUCCEEDED, "available": SUCCEEDED, "failed": FAILED}
DATABASE_CODES: Codes = ((r"^DBS\.(200543|200002|200045|200408|200602|201028|290011)$", "", NotFound),)


def not_found_codes(code: str) -> Codes:
    """Return the codes of a missing task for an API whose code has several meanings. The text must say that it does not exist."""
    return ((code, r"(?i)\bnot (be )?(found|exist)|(does|do) not exist", NotFound),)
