# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stdout callback for programs, as ansible.posix.json is one: stdout is one document of JSON."""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: document
type: stdout
short_description: Writes one document of JSON
description:
  - Writes how many tasks ended well and badly, at the end of the play, and nothing else.
author:
  - multicloud.tasks contributors
"""


class CallbackModule(CallbackBase):
    """Says nothing before the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "document"

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        hosts = {host: stats.summarize(host) for host in sorted(stats.processed)}
        self._display.display(json.dumps({"stats": hosts}))
