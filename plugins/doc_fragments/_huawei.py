# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """What Huawei Cloud has besides, and where its keys are found."""

    DOCUMENTATION = r"""
options:
  project_id:
    description:
      - The project of Huawei Cloud that the resources belong to.
      - When it is given neither here, nor beside the keys, nor in the environment, IAM is asked for the project that is named
        like O(region). That takes the right to list projects, and must find exactly one.
    type: str
  instance_id:
    description:
      - The database instance of Huawei Cloud that the tasks work on.
      - Without an id of a task and without filters it stands for the one task of the instance that the API shows, or else the
        newest one that goes on, or else the newest one.
      - A new task is known some seconds after it was started. A wait therefore takes a task that has ended already for the one
        that is meant only after C(not_found_timeout), or at its deadline. Give the id of the task where there is one.
      - With a filter, the tasks of this instance are listed.
      - With an id of a task it helps to find the steps of a restore whose job does not name its instance.
    type: str
  auth_token:
    description:
      - A token of IAM, used instead of keys. Nothing can renew it, so it must outlive the wait.
    type: str
  username:
    description:
      - An IAM user, used instead of keys to get a token. O(password) and O(domain_name) must be given with it.
      - The token is renewed shortly before it ends.
    type: str
  password:
    description:
      - The password of O(username).
    type: str
  domain_name:
    description:
      - The account that O(username) belongs to.
    type: str
  iam_endpoint:
    description:
      - The URL of IAM, when it is not the public one of O(region). The rules of O(endpoint) apply to it.
      - When it is not given, E(HUAWEICLOUD_SDK_IAM_ENDPOINT) counts, and then C(iam_endpoint) of the credentials file.
    type: str
notes:
  - The keys to Huawei Cloud are, in this order, the options, the section of the credentials file that O(profile) names, the
    environment, and the section C(basic) of that file. In one place a token wins over an access key, and that wins over a user.
  - In the environment, the first set of names that has a token, key or user counts as a whole. The sets are
    E(HUAWEICLOUD_SDK_AK), E(HUAWEICLOUD_SDK_SK), E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and E(HUAWEICLOUD_SDK_PROJECT_ID);
    E(HW_AUTH_TOKEN), or E(HW_ACCESS_KEY), E(HW_SECRET_KEY) and E(HW_SECURITY_TOKEN), or E(HW_USER_NAME),
    E(HW_USER_PASSWORD) and E(HW_DOMAIN_NAME), with E(HW_PROJECT_ID);
    E(OS_AUTH_TOKEN) or E(OS_TOKEN), or E(OS_ACCESS_KEY), E(OS_SECRET_KEY) and E(OS_SECURITY_TOKEN), or E(OS_USERNAME),
    E(OS_PASSWORD) and E(OS_USER_DOMAIN_NAME) or E(OS_DOMAIN_NAME), with E(OS_PROJECT_ID);
    E(ANSIBLE_HWC_ACCESS_KEY) and E(ANSIBLE_HWC_SECRET_KEY), or E(ANSIBLE_HWC_USER), E(ANSIBLE_HWC_PASSWORD) and
    E(ANSIBLE_HWC_DOMAIN), with E(ANSIBLE_HWC_PROJECT_ID).
  - The credentials file is C(~/.huaweicloud/credentials), or the one that E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names. Its sections
    hold C(ak) and C(sk), and may hold C(security_token), C(project_id) and C(iam_endpoint).
  - The region of Huawei Cloud is O(region), else the first of E(HW_REGION_NAME), E(OS_REGION_NAME) and E(ANSIBLE_HWC_REGION)
    that is set.
"""
