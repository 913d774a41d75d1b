# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options that filter a list of tasks."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - List tasks of this operation only, in the word of the API, for instance V(ExportImage).
      - This and the other filters choose from a list. Beside ids, where there is nothing to choose, they are an error.
      - The API filters where it can. What it cannot filter by is filtered here.
    type: str
    aliases:
      - operation
  resource_id:
    description:
      - List tasks that work on this resource only, for instance an image, a disk or an instance.
      - A task of which the API does not tell the resource does not match.
    type: str
  states:
    description:
      - List tasks in one of these states only. They are the states that are returned, not the words of the API.
      - V(pending) has not begun, is paused, or waits for a person. V(running) is at work.
      - V(succeeded), V(partial) (some items have failed), V(failed), V(cancelled), V(expired) (the cloud has given up on it) and
        V(skipped) (nothing was done) are ends.
      - V(unknown) is a word of the API that this collection does not know.
    type: list
    elements: str
    choices:
      - pending
      - running
      - succeeded
      - partial
      - failed
      - cancelled
      - expired
      - skipped
      - unknown
  created_after:
    description:
      - List tasks that were created at this time or later. ISO 8601, in UTC when it names no zone, for instance
        V(2026-01-31T12:00:00Z).
      - Where the API tells no time of creation, the time of the start counts. A task with neither is listed.
      - Give it wherever something is waited for whose id is not to be had. Otherwise an earlier run of the same operation may be
        what is found first. A wait then takes what had ended before only when nothing else has turned up for
        C(not_found_timeout), and warns of it. If C(timeout) is shorter, it does not take that at all.
    type: str
  created_before:
    description:
      - List tasks that were created at this time or earlier, in the form of O(created_after).
    type: str
  limit:
    description:
      - List at most so many tasks, in the order of the API. It must be 1 or more.
      - As many pages are read as that takes. A wait reads some more where it finds tasks that had ended before.
    type: int
    default: 100
"""
