# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Words that several services of Huawei Cloud share: of states, and of errors that mean «no such task»."""

from __future__ import annotations

from .._core.errors import NotFound
from .._core.task import CANCELLED, FAILED, PENDING, RUNNING, SUCCEEDED
from .._service.model import Codes, States

# The jobs of compute, storage and images.
JOB_STATES: States = {"init": PENDING, "running": RUNNING, "success": SUCCEEDED, "fail": FAILED}
# The task centers of databases. Unauthorized: the job waits for a person to authorize it.
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


def gone(code: str) -> Codes:
    """An error whose code alone does not tell: its text has to say that there is no such thing."""
    return ((code, r"(?i)\bnot (be )?(found|exist)|(does|do) not exist", NotFound),)
