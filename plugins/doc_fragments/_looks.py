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
      - It holds for all waits of a user on a machine together, such as those of a play over many hosts. If they have different
        limits, the lowest holds. For that they share a small file for each service and account in C(~/.cache/multicloud.tasks),
        or in C($XDG_CACHE_HOME); it holds no secret. Where there can be no such file, each wait counts for itself.
      - When it is not given, a wait takes at most half of the quota that the vendor documents, on average. Of a quota that counts
        by the minute it takes up to two fifths at once, for the details of tasks that end together.
    type: float
"""
