# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """Which tasks a list is to give."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - List tasks of this operation only, in the word of the API, for instance V(ExportImage).
      - This and the other filters count only where no id is given. The API filters where it can. What it cannot filter by is
        filtered here.
    type: str
  resource_id:
    description:
      - List tasks that work on this resource only, for instance an image, a disk or an instance.
      - A task of which the API does not tell the resource does not match.
    type: str
  states:
    description:
      - List tasks in one of these states only. They are the states that are returned, not the words of the API.
    type: list
    elements: str
    choices:
      pending: It has not begun, is paused, or waits for a person.
      running: It is at work.
      succeeded: All of it is done.
      partial: It has ended, and some of its items have failed.
      failed: It has ended, and nothing of it or not enough of it is done.
      cancelled: It was cancelled.
      expired: The cloud has ended it for taking too long.
      skipped: It has ended without doing anything.
      unknown: The API calls its state by a word that this collection does not know.
  created_after:
    description:
      - List tasks that were created at this time or later. ISO 8601, in UTC when it names no zone, for instance
        V(2026-01-31T12:00:00Z).
      - Where the API tells no time of creation, the time of the start counts. A task with neither is listed.
    type: str
  created_before:
    description:
      - List tasks that were created at this time or earlier, in the form of O(created_after).
    type: str
  limit:
    description:
      - List at most so many tasks, in the order of the API. It must be 1 or more.
      - As many pages are read as that takes.
    type: int
    default: 100
"""
