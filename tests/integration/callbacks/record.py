# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes every result as a line of JSON, beside what the terminal shows."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record
type: notification
short_description: Writes every result as a line of JSON
description:
  - Writes to the file that E(MULTICLOUD_RECORD) names.
author:
  - multicloud.tasks contributors
"""


class CallbackModule(CallbackBase):
    """What the tests read: host, task, status and result, as every callback gets them."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write("unreachable", result)

    @staticmethod
    def _write(status: str, result: t.Any) -> None:
        # Public names since ansible-core 2.19, private ones before.
        host, task, told = (
            getattr(result, name) if hasattr(type(result), name) else getattr(result, f"_{name}")
            for name in ("host", "task", "result")
        )
        line = {"host": host.get_name(), "task": task.get_name().rpartition(" : ")[2], "status": status, "result": told}
        with pathlib.Path(os.environ["MULTICLOUD_RECORD"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")
