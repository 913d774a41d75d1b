# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options that say how a role is taken, of every cloud that has roles."""

    DOCUMENTATION = r"""
options:
  role_session_name:
    description:
      - The name of the role's session in the logs of the cloud.
      - For Alibaba Cloud, the default comes from E(ALIBABA_CLOUD_ROLE_SESSION_NAME). Otherwise it is V(multicloud-tasks).
    type: str
    aliases:
      - alicloud_assume_role_session_name
      - assume_role_session_name
  role_external_id:
    description:
      - The external id that the role requires, usually a role of another account.
    type: str
  role_policy:
    description:
      - A policy that allows less than the role does, as a dictionary or as JSON.
    type: json
  role_duration:
    description:
      - How long the temporary keys of the role are valid, 900 seconds or more. The default is 3600.
      - It accepts units, such as V(30m).
    type: str
    aliases:
      - alicloud_assume_role_session_expiration
      - assume_role_session_expiration
"""
