# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""All that a wait may need once it goes on, and does not need for a first look that shows the end."""

from __future__ import annotations

from .._api import lister as _lists
from .._credentials import host_io as _beside
from .._http import encoding as _encoding
from .._http import failure as _no_answer
from .._service import error as _refusal
from . import cancel as _cancel

PARTS = (_beside, _cancel, _encoding, _lists, _no_answer, _refusal)
"""They are there from now on."""
