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
      - Only tasks of this operation, by the name that the API uses, for example V(ExportImage).
      - This and the other filters select from a list. Together with ids they are an error.
      - The API filters if it can. Otherwise the collection filters.
    type: str
    aliases:
      - operation
  resource_id:
    description:
      - Only tasks that work on this resource, for example an image, a disk or an instance.
      - If the API does not return the resource of a task, the task does not match.
    type: str
  states:
    description:
      - Only tasks in one of these states. These are the states that the collection returns, not the native states of the API.
      - V(pending) has not started, is paused, or waits for approval. V(running) is in progress.
      - V(succeeded), V(partial) (some items failed), V(failed), V(cancelled), V(expired) (the cloud gave up) and V(skipped) (nothing was done)
        are final.
      - V(unknown) means that the collection does not know the native state.
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
      - Only tasks that were created at this time or later. ISO 8601, in UTC unless it has a zone, for example V(2026-01-31T12:00:00Z).
      - If the API does not return a creation time, the start time counts. A task with neither time is listed.
      - Give it to a wait that has no id. Otherwise the wait may find an earlier run of the same operation. It accepts a task that had
        ended before only if nothing else turns up for C(not_found_timeout), and then it warns. If C(timeout) is shorter, it never accepts one.
    type: str
  created_before:
    description:
      - Only tasks that were created at this time or earlier, in the format of O(created_after).
    type: str
  limit:
    description:
      - The largest number of tasks to list, in the order of the API. It must be 1 or more.
      - As many pages are read as necessary. A wait reads more if it finds tasks that had ended before.
    type: int
    default: 100
"""
