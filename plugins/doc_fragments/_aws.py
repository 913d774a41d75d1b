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
      - The IAM role of AWS to take, for instance V(arn:aws:iam::123456789012:role/reader). It is taken with whatever keys are found, in
        options or elsewhere, and its temporary keys are renewed before they end.
      - The keys must be allowed to call C(sts:AssumeRole), and the role must trust them.
    type: str
  use_dualstack_endpoint:
    description:
      - Whether AWS is called by hosts that have IPv6 addresses, too.
      - When it is not given, E(AWS_USE_DUALSTACK_ENDPOINT) counts, then C(use_dualstack_endpoint) of the profile.
    type: bool
  use_fips_endpoint:
    description:
      - Whether AWS is called by hosts whose cryptography is validated by FIPS 140.
      - When it is not given, E(AWS_USE_FIPS_ENDPOINT) counts, then C(use_fips_endpoint) of the profile.
    type: bool
notes:
  - The keys to AWS are looked for in this order, which is that of boto3. First, the options O(access_key) and O(secret_key). Second, the
    environment, unless O(profile) is given. Third, what the profile says. It can take a role by C(role_arn), use a token of web identity,
    a sign-in of C(aws sso login), keys in C(~/.aws/credentials), the command in C(credential_process), and keys in C(~/.aws/config), in
    this order. Fourth, files of older tools. Fifth, the container or else the EC2 instance that this runs on. With O(role_arn), that role
    is taken with them.
  - Temporary keys that had to be asked for are asked for again before they end. While nobody gives new ones, the old ones serve until
    they end.
  - In the environment, the keys are E(AWS_ACCESS_KEY_ID) or E(AWS_ACCESS_KEY), and E(AWS_SECRET_ACCESS_KEY) or E(AWS_SECRET_KEY), with
    E(AWS_SECURITY_TOKEN) or E(AWS_SESSION_TOKEN).
  - The profile of AWS is the one that O(profile), E(AWS_DEFAULT_PROFILE) or E(AWS_PROFILE) names, else C(default). One that is named and
    does not exist is an error. Its file is C(~/.aws/config) or the one that E(AWS_CONFIG_FILE) names, with C(~/.aws/credentials) or
    the one that E(AWS_SHARED_CREDENTIALS_FILE) names. What both files say is taken from the second.
  - A profile with C(role_arn) takes that role with the keys of C(source_profile), which may take a role itself, or of C(credential_source),
    which is C(Environment), C(Ec2InstanceMetadata) or C(EcsContainer). One with C(mfa_serial) is refused, because a person would have to
    be asked. One with C(login_session) is refused, too. Its message says how to use it by a command.
  - A token of web identity, such as that of a service account of Kubernetes, is read from the file that
    E(AWS_WEB_IDENTITY_TOKEN_FILE) or C(web_identity_token_file) of the profile names. The role is E(AWS_ROLE_ARN) or C(role_arn), the name
    of the session E(AWS_ROLE_SESSION_NAME) or C(role_session_name).
  - A profile with C(sso_session) uses the token that C(aws sso login) has left, renews it before it ends, and writes the new one where
    the tools of AWS look for it.
  - The command of C(credential_process) is run without a shell and without input, for a minute at most. What it says on stderr is not
    shown.
  - Files of older tools are the one that E(AWS_CREDENTIAL_FILE) names, and C(/etc/boto.cfg) and C(~/.boto) or the one that E(BOTO_CONFIG)
    names.
  - A container has its keys at E(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) or E(AWS_CONTAINER_CREDENTIALS_FULL_URI), with the token in
    the file that E(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) names, or in E(AWS_CONTAINER_AUTHORIZATION_TOKEN). C(http) is refused in a
    full URI, except to this machine or to a neighbour with an address of link-local use.
  - The metadata service of EC2 is asked with a session token, and without one if it has none and E(AWS_EC2_METADATA_V1_DISABLED) is not
    V(true). It is given a second to answer, or as many as E(AWS_METADATA_SERVICE_TIMEOUT) says, and is asked as
    often as E(AWS_METADATA_SERVICE_NUM_ATTEMPTS) says while there is no answer, at most ten times. It is at
    E(AWS_EC2_METADATA_SERVICE_ENDPOINT), or at its IPv6 address if E(AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE) is V(ipv6).
    E(AWS_EC2_METADATA_DISABLED) set to V(true) keeps it from being asked. The profile may say the same in lower case without C(aws_).
  - Roles are asked for at STS in O(region), or at the central STS where E(AWS_STS_REGIONAL_ENDPOINTS) or the profile says V(legacy).
  - The URL of a service is O(endpoint), else E(AWS_ENDPOINT_URL) with the name of the service behind it, such as
    C(AWS_ENDPOINT_URL_DYNAMODB), else E(AWS_ENDPOINT_URL) or E(AWS_URL), else C(endpoint_url) in the section C(services) of the profile,
    else that of the profile. E(AWS_IGNORE_CONFIGURED_ENDPOINT_URLS) set to V(true) leaves only O(endpoint).
  - The certificates to trust with AWS are those of O(ca_path), else of E(AWS_CA_BUNDLE), else of C(ca_bundle) of the profile.
  - The region of AWS is O(region), else E(AWS_REGION), else E(AWS_DEFAULT_REGION), else C(region) of the profile.
"""
