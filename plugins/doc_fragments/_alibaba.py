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
      - The network through which the services of Alibaba Cloud are reached, when O(endpoint) is not given. V(public) is the
        internet, V(vpc) is a virtual private cloud, from inside of which no way to the internet is needed.
    type: str
    choices:
      - public
      - vpc
    default: public
  ram_role_arn:
    description:
      - The RAM role of Alibaba Cloud to take, for instance V(acs:ram::1234567890123456:role/reader). It is taken with whatever keys are
        found, in options or elsewhere, and its temporary keys are renewed before they end.
      - The keys must be allowed to call C(sts:AssumeRole), and the role must trust them.
    type: str
    aliases:
      - alicloud_assume_role_arn
      - assume_role_arn
  ecs_role_name:
    description:
      - The RAM role of the ECS instance that this runs on. With it, the keys are asked for at the metadata service of the instance, and
        no other place is looked in, unless there are keys in options.
    type: str
notes:
  - The keys to Alibaba Cloud are looked for in this order, which is that of the vendor. First, the options O(access_key) and
    O(secret_key), or O(ecs_role_name). Second, the profile that O(profile) names. Third, keys in the environment. Fourth, a token of
    OIDC that the environment names. Fifth, the current profile of the command line tool of the vendor. Sixth, the default section of
    C(credentials.ini). Seventh, the metadata service of the ECS instance that this runs on. Eighth, a URL that the environment names.
    With O(ram_role_arn), that role is taken with them.
  - Temporary keys that had to be asked for are asked for again before they end. While nobody gives new ones, the old ones serve until
    they end.
  - In the environment, the first set of names that has a key counts as a whole. The sets are
    E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and E(ALIBABA_CLOUD_SECURITY_TOKEN);
    E(ALIBABACLOUD_ACCESS_KEY_ID), E(ALIBABACLOUD_ACCESS_KEY_SECRET) and E(ALIBABACLOUD_SECURITY_TOKEN);
    E(ALICLOUD_ACCESS_KEY) or E(ALICLOUD_ACCESS_KEY_ID), E(ALICLOUD_SECRET_KEY) or E(ALICLOUD_SECRET_ACCESS_KEY) or
    E(ALICLOUD_ACCESS_KEY_SECRET), and E(ALICLOUD_SECURITY_TOKEN), with the role that E(ALICLOUD_ASSUME_ROLE_ARN),
    E(ALICLOUD_ASSUME_ROLE_SESSION_NAME) and E(ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION) tell of.
  - A token of OIDC, such as that of a service account of Kubernetes, is used where E(ALIBABA_CLOUD_ROLE_ARN),
    E(ALIBABA_CLOUD_OIDC_PROVIDER_ARN) and E(ALIBABA_CLOUD_OIDC_TOKEN_FILE) are all set.
  - The file of profiles is C(~/.aliyun/config.json), or the one that E(ALICLOUD_SHARED_CREDENTIALS_FILE) names. Profiles of the
    modes C(AK), C(StsToken), C(RamRoleArn), C(ChainableRamRoleArn), C(RamRoleArnWithRoleName), C(EcsRamRole), C(OIDC), C(External) and
    C(CredentialsURI) can be used. Where O(profile) is not given, E(ALIBABA_CLOUD_PROFILE),
    E(ALIBABACLOUD_PROFILE) or E(ALICLOUD_PROFILE) names the profile, else it is the current one.
    E(ALIBABA_CLOUD_CLI_PROFILE_DISABLED) set to V(true) keeps the file from being read unasked.
  - A profile of mode C(External) runs its command without a shell and without input, for a minute at most. What the command says on
    stderr is not shown. E(ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS) set to V(true) keeps profiles of the modes C(External) and
    C(CredentialsURI) from being used.
  - The older file of the vendor is C(~/.alibabacloud/credentials.ini) or C(~/.alibabacloud/credentials), or the one that
    E(ALIBABA_CLOUD_CREDENTIALS_FILE) names. Its sections can be of the types C(access_key), C(sts), C(ram_role_arn), C(ecs_ram_role)
    and C(oidc_role_arn). The section is the one that O(profile) or one of the variables of profiles names, else C(default).
  - The metadata service of the instance is asked for the role that E(ALIBABA_CLOUD_ECS_METADATA) or E(ALICLOUD_ECS_ROLE_NAME) names,
    else for the one that the instance has. It is given a second to answer. E(ALIBABA_CLOUD_ECS_METADATA_DISABLED) set to V(true)
    keeps it from being asked, E(ALIBABA_CLOUD_IMDSV1_DISABLED) set to V(true) keeps it from being asked without a token.
  - The URL that hands over keys at last is E(ALIBABA_CLOUD_CREDENTIALS_URI). C(http) is refused in it, except to this machine or to a
    neighbour with an address of link-local use.
  - Roles are asked for at the central endpoint of STS, or in the region that E(ALIBABA_CLOUD_STS_REGION) or C(sts_region) of the profile
    names, or at E(ALIBABA_CLOUD_STS_ENDPOINT) or C(sts_endpoint) of the profile. Where O(network) is V(vpc), or
    E(ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED) is V(true), it is the endpoint of the region inside of a VPC.
  - The region of Alibaba Cloud is O(region), else the first of E(ALIBABA_CLOUD_REGION_ID), E(ALIBABACLOUD_REGION_ID),
    E(ALICLOUD_REGION_ID) and E(ALICLOUD_REGION) that is set, else C(region_id) of the profile.
"""
