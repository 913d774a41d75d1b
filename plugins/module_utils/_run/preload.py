# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What a wait may need once it goes on, and does not need for a first look that shows the end."""

from __future__ import annotations

from .._api import lister
from .._core import xml
from . import cancel

PARTS = (cancel, lister, xml)
"""They are imported from now on, whatever becomes of their files."""
