# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of the connection to any cloud."""

    DOCUMENTATION = r"""
requirements:
  - python >= 3.9
  - requests
  - jmespath
options:
  region:
    description:
      - The region that runs the tasks, for example V(cn-hangzhou) of Alibaba Cloud, V(eu-west-1) of AWS or
        V(cn-north-4) of Huawei Cloud.
      - The default comes from the environment or the profile. Without a region no call is made, except to an OpenStack cloud with only one,
        and to Azure, which has one endpoint for all regions.
      - A region of another cloud, for example from C(module_defaults), is refused before any call, unless O(endpoint) is given.
      - With O(endpoint), the region can be left out if the calls of the service do not contain it. AWS always needs it for its signatures.
    type: str
    aliases:
      - region_id
      - alicloud_region
      - region_name
      - aws_region
  access_key:
    description:
      - The id of the access key. Requires O(secret_key).
      - Options take precedence over O(profile), O(profile) over the environment, and the environment over files and the metadata service. The
        first source with credentials is used; sources are never combined.
      - An id without its secret, or a secret without its id, is an error.
    type: str
    aliases:
      - access_key_id
      - alicloud_access_key
      - ak
      - aws_access_key
      - aws_access_key_id
  secret_key:
    description:
      - The secret of the access key. Requires O(access_key).
      - In playbooks, use a vaulted variable. In ad hoc commands, use O(profile) or the environment, because ansible-core 2.19 and later
        print the arguments of a command that fails.
    type: str
    aliases:
      - access_key_secret
      - secret_access_key
      - alicloud_secret_key
      - sk
      - aws_secret_access_key
      - aws_secret_key
  security_token:
    description:
      - The token of a temporary access key. Requires O(access_key) and O(secret_key).
      - When it has expired, the credentials are read once more from the same source. So a file that another program refreshes is enough for
        a long wait.
    type: str
    aliases:
      - sts_token
      - alicloud_security_token
      - aws_session_token
      - session_token
  profile:
    description:
      - The name of a profile in the credentials file of the cloud, or of a cloud in C(clouds.yaml) of OpenStack.
      - It takes precedence over the environment. A profile that does not exist or cannot be used is an error.
      - If other users can read the file with the keys, there is a warning.
    type: str
    aliases:
      - cloud
      - aws_profile
  endpoint:
    description:
      - The URL of the service, if it is not the public one in O(region), for example V(https://ecs.cn-hangzhou.aliyuncs.com). It may have
        a port and a path.
      - V(http://) is refused, except for this machine.
    type: str
    aliases:
      - aws_endpoint_url
      - endpoint_url
  validate_certs:
    description:
      - Whether to verify the certificate of the endpoint.
      - Set it to V(false) only for a test server with a self-signed certificate.
    type: bool
    default: true
  ca_path:
    description:
      - A PEM file, or a directory prepared by C(openssl rehash), with the certificates of the trusted authorities.
      - The default comes from E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE), and then from C(requests).
    type: path
    aliases:
      - ca_cert
      - cacert
      - aws_ca_bundle
  request_timeout:
    description:
      - How long one call may take, from connecting to the last byte of the answer, in seconds. A call that takes longer counts as not
        answered.
      - It must be more than 0. It accepts units, such as V(2m).
    type: str
    default: "30"
notes:
  - Proxies come from E(HTTPS_PROXY) and E(NO_PROXY). Calls to this machine never use a proxy. An invalid proxy is an error before any call. If a
    proxy refuses its user or password, the step fails at once and does not try again.
"""
