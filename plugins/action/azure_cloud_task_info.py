# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info module, run in the process of Ansible; see the module of the same name for its documentation."""

from __future__ import annotations

from ..plugin_utils._action.info import InfoAction


class ActionModule(InfoAction):
    """Reads tasks here, or sends the module."""

    provider = "azure"
