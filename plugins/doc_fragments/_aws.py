# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of AWS alone, and where its keys come from."""

    DOCUMENTATION = r"""
options:
  role_arn:
    description:
      - The IAM role of AWS to assume, for example V(arn:aws:iam::123456789012:role/reader). The keys that are found in options or
        elsewhere are used to assume it, and its temporary keys are renewed before they expire.
      - The keys need permission for C(sts:AssumeRole), and the role must trust them.
    type: str
  use_dualstack_endpoint:
    description:
      - Whether to use AWS endpoints that also have IPv6 addresses.
      - The default comes from E(AWS_USE_DUALSTACK_ENDPOINT), then from C(use_dualstack_endpoint) of the profile.
    type: bool
  use_fips_endpoint:
    description:
      - Whether to use AWS endpoints whose cryptography is validated by FIPS 140.
      - The default comes from E(AWS_USE_FIPS_ENDPOINT), then from C(use_fips_endpoint) of the profile.
    type: bool
notes:
  - AWS uses the first source that has credentials, in the order of boto3; sources are never combined. The order is O(access_key) and
    O(secret_key), the environment such as E(AWS_ACCESS_KEY_ID) unless O(profile) is given, the profile, files of older tools, and the container
    or EC2 instance. A profile may use C(role_arn), a web identity token, IAM Identity Center (C(aws sso login)), C(credential_process) or keys. The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable, file and setting.
  - The URL of a service is O(endpoint), else E(AWS_ENDPOINT_URL) or what the profile says. The region is O(region), else E(AWS_REGION),
    E(AWS_DEFAULT_REGION) or the profile.
"""
