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
      - When it is given neither here, nor beside the keys, nor in the environment, IAM is asked for the project that is named
        like O(region). That takes the right to list projects, and must find exactly one.
    type: str
  project_name:
    description:
      - The name of the project, when it is not called like O(region) and O(project_id) is not given.
      - In Open Telekom Cloud, these are names such as C(eu-de_shop).
      - A token of a user is one for this project.
    type: str
  cloud_domain:
    description:
      - The domain that the hosts of the cloud are in, when it is another one of the same make than Huawei Cloud itself. That of Open
        Telekom Cloud is C(otc.t-systems.com).
      - The credentials are sent there, so it must be the right one.
      - When it is not given, the first of E(HW_CLOUD) and E(ANSIBLE_HWC_CLOUD) that is set counts. Without any it is
        C(myhuaweicloud.com), and C(myhuaweicloud.eu) in the regions C(eu-west-1xx).
      - Where IAM is elsewhere, give O(iam_endpoint), too.
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
      - When it is not given, E(HUAWEICLOUD_SDK_IAM_ENDPOINT) counts, and then C(iam_endpoint) of the credentials file or the address
        that the environment has beside the keys. The version of the API may be at its end.
    type: str
  agency_name:
    description:
      - The agency of Huawei Cloud to take. It is taken with whatever keys, token or user are found, in options or elsewhere, and its
        temporary keys are renewed before they end. O(agency_domain_name) or O(agency_domain_id) must be given with it.
      - The user must have the right C(Agent Operator), and O(project_id), where it is given, is a project of the account that delegates.
    type: str
  agency_domain_name:
    description:
      - The name of the account that delegates by O(agency_name).
    type: str
  agency_domain_id:
    description:
      - The id of the account that delegates by O(agency_name), used instead of O(agency_domain_name).
    type: str
  agency_duration:
    description:
      - For how many seconds O(agency_name) is taken at a time, 900 to 86400. When it is not given, they are 3600.
    type: int
  language:
    description:
      - The language of names and messages in the answers of Huawei Cloud, for the services that have both. It is sent as the
        header C(X-Language).
      - Some APIs say by an English text alone that a task does not exist. In V(zh-cn) that is then an error of the call, and such an id
        is not among those that are missing.
    type: str
    choices:
      - en-us
      - zh-cn
    default: en-us
    aliases:
      - x_language
notes:
  - The keys to Huawei Cloud are looked for in this order, which is that of the vendor. First, the options. Second, the section of the
    credentials file that O(profile) names. Third, a token of OIDC that the environment names. Fourth, a token, keys or a user in the
    environment. Fifth, the section C(basic) of the credentials file. Sixth, the metadata service of the ECS instance that this runs on.
    Seventh, the identity of the pod of Kubernetes that this runs in. In one place a token wins over an access key, and that wins over a
    user; a token of an identity provider wins over an access key, too. With O(agency_name), that agency is taken with them.
  - Temporary keys that had to be asked for are asked for again before they end. While nobody gives new ones, the old ones serve until
    they end.
  - A token of OIDC takes the agency of STS where E(HUAWEICLOUD_OIDC_PROVIDER_URN), E(HUAWEICLOUD_OIDC_AGENCY_URN) and
    E(HUAWEICLOUD_OIDC_ID_TOKEN) or E(HUAWEICLOUD_OIDC_TOKEN_FILE) are set. E(HUAWEICLOUD_OIDC_SESSION_NAME),
    E(HUAWEICLOUD_OIDC_DURATION_SECONDS), E(HUAWEICLOUD_OIDC_POLICY) and E(HUAWEICLOUD_OIDC_POLICY_IDS) say how, and
    E(HUAWEICLOUD_SDK_STS_ENDPOINT) where.
  - In the environment, the first set of names that has a token, key or user counts as a whole. The sets are
    E(HUAWEICLOUD_SDK_IDP_ID) and E(HUAWEICLOUD_SDK_ID_TOKEN_FILE), or
    E(HUAWEICLOUD_SDK_AK), E(HUAWEICLOUD_SDK_SK) and E(HUAWEICLOUD_SDK_SECURITY_TOKEN), with E(HUAWEICLOUD_SDK_PROJECT_ID);
    E(HW_AUTH_TOKEN), or E(HW_ACCESS_KEY), E(HW_SECRET_KEY) and E(HW_SECURITY_TOKEN), or E(HW_USER_NAME),
    E(HW_USER_PASSWORD) and E(HW_DOMAIN_NAME), with E(HW_PROJECT_ID) or E(HW_PROJECT_NAME) and E(HW_AUTH_URL),
    and with the agency that E(HW_ASSUME_ROLE_AGENCY_NAME),
    E(HW_ASSUME_ROLE_DOMAIN_NAME) or E(HW_ASSUME_ROLE_DOMAIN_ID), and E(HW_ASSUME_ROLE_DURATION) tell of;
    E(OS_AUTH_TOKEN) or E(OS_TOKEN), or E(OS_ACCESS_KEY), E(OS_SECRET_KEY) and E(OS_SECURITY_TOKEN), or E(OS_USERNAME),
    E(OS_PASSWORD) and E(OS_USER_DOMAIN_NAME) or E(OS_DOMAIN_NAME), with E(OS_PROJECT_ID), or E(OS_PROJECT_NAME) or
    E(OS_TENANT_NAME), and E(OS_AUTH_URL);
    E(ANSIBLE_HWC_ACCESS_KEY) and E(ANSIBLE_HWC_SECRET_KEY), or E(ANSIBLE_HWC_USER), E(ANSIBLE_HWC_PASSWORD) and
    E(ANSIBLE_HWC_DOMAIN), with E(ANSIBLE_HWC_PROJECT_ID) or E(ANSIBLE_HWC_PROJECT) and E(ANSIBLE_HWC_IDENTITY_ENDPOINT).
  - The credentials file is C(~/.huaweicloud/credentials), or the one that E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names. Its sections
    hold C(ak) and C(sk), or C(idp_id) and C(id_token_file), and may hold C(security_token), C(project_id) and C(iam_endpoint).
  - The metadata service of the instance is given a second to answer. The identity of the pod is asked for where
    E(HC_CONTAINER_CREDENTIALS_FULL_URI) and E(HC_CONTAINER_AUTHORIZATION_TOKEN_FILE) are set.
  - The region of Huawei Cloud is O(region), else the first of E(HW_REGION_NAME), E(OS_REGION_NAME) and E(ANSIBLE_HWC_REGION)
    that is set.
"""
