# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of looks that the wait and the event source have in common."""

    DOCUMENTATION = r"""
options:
  min_interval:
    description:
      - The shortest adaptive interval, in seconds. It must be more than 0, and not more than O(max_interval).
    type: str
    default: "2"
  max_interval:
    description:
      - The longest adaptive interval, in seconds. It must be more than 0.
    type: str
    default: "120"
  not_found_timeout:
    description:
      - How long an id that the cloud does not know I(yet) is tolerated, in seconds from the first look at it. After that the
        outcome is V(not_found).
      - An id that was seen before and is gone is V(vanished), after two looks in a row without it.
    type: str
    default: "60"
  rate_limit:
    description:
      - How many calls a second are made at most to one service with the same endpoint, region and credentials. It must be more
        than 0.
      - When it is not given, each service has a limit of its own that leaves room for others in the account.
    type: float
"""
