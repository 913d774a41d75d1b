# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """What Alibaba Cloud has besides, and where its keys are found."""

    DOCUMENTATION = r"""
options:
  network:
    description:
      - The network through which the services of Alibaba Cloud are reached, when O(endpoint) is not given. V(public) is the
        internet, V(vpc) is a virtual private cloud, from inside of which no way to the internet is needed.
    type: str
    choices:
      - public
      - vpc
    default: public
notes:
  - The keys to Alibaba Cloud are, in this order, the options, the profile that O(profile) names, the environment, and the current
    profile of the command line tool of the vendor.
  - In the environment, the first set of names that has a key counts as a whole. The sets are
    E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and E(ALIBABA_CLOUD_SECURITY_TOKEN);
    E(ALIBABACLOUD_ACCESS_KEY_ID), E(ALIBABACLOUD_ACCESS_KEY_SECRET) and E(ALIBABACLOUD_SECURITY_TOKEN);
    E(ALICLOUD_ACCESS_KEY) or E(ALICLOUD_ACCESS_KEY_ID), E(ALICLOUD_SECRET_KEY) or E(ALICLOUD_SECRET_ACCESS_KEY) or
    E(ALICLOUD_ACCESS_KEY_SECRET), and E(ALICLOUD_SECURITY_TOKEN).
  - The file of profiles is C(~/.aliyun/config.json), or the one that E(ALICLOUD_SHARED_CREDENTIALS_FILE) names. Profiles of the
    modes C(AK) and C(StsToken) can be used. Where O(profile) is not given, E(ALIBABA_CLOUD_PROFILE),
    E(ALIBABACLOUD_PROFILE) or E(ALICLOUD_PROFILE) names the profile, else it is the current one.
    E(ALIBABA_CLOUD_CLI_PROFILE_DISABLED) set to V(true) keeps the file from being read unasked.
  - The region of Alibaba Cloud is O(region), else the first of E(ALIBABA_CLOUD_REGION_ID), E(ALIBABACLOUD_REGION_ID),
    E(ALICLOUD_REGION_ID) and E(ALICLOUD_REGION) that is set, else C(region_id) of the profile.
"""
