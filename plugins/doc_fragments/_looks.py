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
      - How long the cloud may not know an id, in seconds from the first look. New ids often take a moment to appear. After that, the outcome
        is V(not_found).
      - An id that was known before and is missing in two looks in a row is V(vanished).
    type: str
    default: "60"
  rate_limit:
    description:
      - The largest number of calls per second to one service with the same endpoint, region and credentials. It must be more than 0.
      - All waits of a user on a machine share the limit, such as those of a play over many hosts. If their limits differ, the lowest
        applies. They share it through small files without secrets in C(~/.cache/multicloud.tasks) or C($XDG_CACHE_HOME). Without such a
        file, each wait counts for itself.
      - By default, waits use at most half of the quota that the vendor documents, on average. If the quota is per minute, they use up to
        two fifths of it in a burst.
    type: float
"""
