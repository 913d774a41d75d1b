# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of Alibaba Cloud alone, and where its keys come from."""

    DOCUMENTATION = r"""
options:
  network:
    description:
      - The network through which to reach Alibaba Cloud, unless O(endpoint) is given. V(public) is the internet. With V(vpc), a host inside
        a virtual private cloud needs no route to the internet.
    type: str
    choices:
      - public
      - vpc
    default: public
  ram_role_arn:
    description:
      - The RAM role of Alibaba Cloud to assume, for example V(acs:ram::1234567890123456:role/reader). The keys that are found in options
        or elsewhere are used to assume it, and its temporary keys are renewed before they expire.
      - The keys need permission for C(sts:AssumeRole), and the role must trust them.
    type: str
    aliases:
      - alicloud_assume_role_arn
      - assume_role_arn
  ecs_role_name:
    description:
      - The RAM role of the ECS instance that this runs on. If it is given, the keys come from the metadata service of the instance and from no
        other source, unless O(access_key) is given.
    type: str
notes:
  - Alibaba Cloud uses the first source that has credentials; sources are never combined. The order is O(access_key) and O(secret_key) or
    O(ecs_role_name), O(profile), the environment such as E(ALIBABA_CLOUD_ACCESS_KEY_ID), an OIDC token, the current profile of the
    C(aliyun) command line, C(credentials.ini), the metadata service of the ECS instance, and the URL in E(ALIBABA_CLOUD_CREDENTIALS_URI). The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable, file and mode.
"""
