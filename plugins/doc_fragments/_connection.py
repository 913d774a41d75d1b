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
      - The region that runs the tasks, for instance V(cn-hangzhou) of Alibaba Cloud, V(eu-west-1) of AWS or
        V(cn-north-4) of Huawei Cloud.
      - When it is not given it is taken from the environment, see the notes. When it is in neither place, no call is made, except
        to OpenStack, whose catalog may have only one.
      - A region of another cloud, which may be a default of the play, is refused before any call, unless O(endpoint) says where
        the cloud is.
      - It may be missing where O(endpoint) is given and the service does not want the region in its calls. AWS always wants it, because
        signatures are for a region.
    type: str
    aliases:
      - region_id
      - alicloud_region
      - region_name
      - aws_region
  access_key:
    description:
      - The id of the access key. O(secret_key) must be given with it.
      - Options win over a profile, a profile that is asked for wins over the environment, and the environment wins over the
        file as it stands, and that over what the machine itself is given. The notes name all places of each cloud.
      - Keys are never completed from another place, half a pair in one place is an error that names the other half.
    type: str
    aliases:
      - access_key_id
      - alicloud_access_key
      - ak
      - aws_access_key
      - aws_access_key_id
  secret_key:
    description:
      - The secret of the access key. O(access_key) must be given with it.
      - Use O(profile) or the environment in ad-hoc commands, because ansible-core 2.19 and later print the arguments of one that
        fails. Use a vaulted variable in playbooks.
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
      - The token of a temporary access key. O(access_key) and O(secret_key) must be given with it.
      - Once it has ended, the credentials are looked for once more where they were found, so that a file that is kept fresh
        carries a long wait.
    type: str
    aliases:
      - sts_token
      - alicloud_security_token
      - aws_session_token
      - session_token
  profile:
    description:
      - The name of the profile in the credentials file of the cloud, or of the cloud in C(clouds.yaml) of OpenStack, see the notes.
      - It wins over the environment. A profile that does not exist or cannot be used is an error.
      - Where others than the owner can read the file that the keys are from, a warning says so.
    type: str
    aliases:
      - cloud
      - aws_profile
  endpoint:
    description:
      - The URL to send the calls to, when it is not the public one of the service in O(region), for instance
        V(https://ecs.cn-hangzhou.aliyuncs.com). Scheme, host, port and a path may be in it.
      - V(http://) is refused, except to this machine.
    type: str
    aliases:
      - aws_endpoint_url
      - endpoint_url
  validate_certs:
    description:
      - Whether the certificate of the endpoint is checked.
      - Leave it on, except for a stand-in of the cloud whose certificate nobody has signed.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory with the certificates of the authorities that are trusted.
      - When it is not given, E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) count, and then the authorities that C(requests)
        brings along.
      - A file holds certificates in PEM form, a directory is one that C(openssl rehash) has seen.
    type: path
    aliases:
      - ca_cert
      - cacert
      - aws_ca_bundle
  request_timeout:
    description:
      - How long one call may take from the connection to the last byte of the answer, in seconds. A call that takes longer is one
        without an answer.
      - It must be more than 0. It may have units, as in V(2m).
    type: str
    default: "30"
notes:
  - Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY). Calls to this machine never go through one. A
    proxy that cannot be used is refused before any call. One that refuses user or password ends the work at
    once, and they are sent to it once.
"""
