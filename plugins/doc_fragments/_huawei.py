# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of Huawei Cloud alone, and where its keys come from."""

    DOCUMENTATION = r"""
options:
  project_id:
    description:
      - The project of Huawei Cloud that the resources belong to.
      - By default it comes from the source of the keys or from the environment. Otherwise IAM is asked for the project with the name of
        O(region). This needs permission to list projects, and there must be exactly one.
    type: str
  project_name:
    description:
      - The name of the project, if it is not that of O(region) and O(project_id) is not given.
      - In Open Telekom Cloud, a name looks like C(eu-de_shop).
      - A user's token is issued for this project.
    type: str
  cloud_domain:
    description:
      - The domain of a cloud that is built like Huawei Cloud. That of Open Telekom Cloud is C(otc.t-systems.com).
      - The credentials are sent to this domain, so make sure that it is right.
      - The default comes from E(HW_CLOUD) or E(ANSIBLE_HWC_CLOUD). If neither is set, it is C(myhuaweicloud.com), and C(myhuaweicloud.eu) in the
        regions C(eu-west-1xx).
      - If IAM has another domain, give O(iam_endpoint) too.
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
      - The URL of IAM, if it is not the public one of O(region). The rules of O(endpoint) apply to it. It may end with the version of the API.
      - The default comes from E(HUAWEICLOUD_SDK_IAM_ENDPOINT), then from C(iam_endpoint) of the credentials file or the URL that comes with the
        keys in the environment.
    type: str
  agency_name:
    description:
      - The agency of Huawei Cloud to assume. The credentials that are found in options or elsewhere are used to assume it, and its temporary
        keys are renewed before they expire. Requires O(agency_domain_name) or O(agency_domain_id).
      - The user needs the role C(Agent Operator). O(project_id) is then a project of the delegating account.
    type: str
  agency_domain_name:
    description:
      - The name of the account that delegates with O(agency_name).
    type: str
  agency_domain_id:
    description:
      - The id of the account that delegates with O(agency_name), instead of O(agency_domain_name).
    type: str
  agency_duration:
    description:
      - How long the temporary keys of O(agency_name) are valid, from 900 to 86400 seconds. The default is 3600.
    type: int
  language:
    description:
      - The language of names and messages in the answers of Huawei Cloud, for services that have both. It is sent in the header C(X-Language).
      - Some APIs use only an English text to say that a task does not exist. With V(zh-cn), this is an error of the call, and the id is not
        reported as missing.
    type: str
    choices:
      - en-us
      - zh-cn
    default: en-us
    aliases:
      - x_language
notes:
  - Huawei Cloud uses the first source that has credentials; sources are never combined. The order is options, O(profile), an OIDC token,
    the environment such as E(HUAWEICLOUD_SDK_AK) or E(HW_ACCESS_KEY), the section C(basic) of C(~/.huaweicloud/credentials), the
    metadata service of the ECS instance, and the identity of the Kubernetes pod. The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable and file.
"""
