# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of OpenStack alone, and where its credentials come from."""

    DOCUMENTATION = r"""
options:
  auth:
    description:
      - How to log in to OpenStack, with the same keys as in C(clouds.yaml) and in the C(openstack.cloud) collection.
      - With O(profile), also called C(cloud), it overrides what the file says about that cloud. Without it, it must be complete.
    type: dict
    suboptions:
      auth_url:
        description:
          - The URL of Keystone, for example V(https://keystone.example.com:5000/v3). The rules of O(endpoint) apply to it.
        type: str
      username:
        description:
          - The name of the user. The default domain of the user is the one with the id V(default).
        type: str
      user_id:
        description:
          - The id of the user, instead of O(auth.username).
        type: str
      password:
        description:
          - The password of the user.
        type: str
      user_domain_id:
        description:
          - The id of the domain that the user is in.
        type: str
      user_domain_name:
        description:
          - The name of the domain that the user is in.
        type: str
      project_id:
        description:
          - The id of the project that the resources belong to.
        type: str
      project_name:
        description:
          - The name of the project that the resources belong to.
          - A token and an application credential bring their own project.
        type: str
      project_domain_id:
        description:
          - The id of the domain that the project is in.
        type: str
      project_domain_name:
        description:
          - The name of the domain that the project is in.
        type: str
      default_domain_id:
        description:
          - The id of the domain of user and project, if neither has its own.
        type: str
      default_domain_name:
        description:
          - The name of the domain of user and project, if neither has its own.
        type: str
      token:
        description:
          - A token of Keystone, used instead of a password. Nothing can renew it, so it must outlive the wait.
        type: str
      application_credential_id:
        description:
          - The id of an application credential, used instead of a password.
        type: str
      application_credential_name:
        description:
          - The name of an application credential, with O(auth.username) or O(auth.user_id), instead of its id.
        type: str
      application_credential_secret:
        description:
          - The secret of the application credential.
        type: str
  auth_type:
    description:
      - The way to log in to OpenStack. V(password), V(token) or V(v3applicationcredential); V(v3password) and V(v3token) mean the same.
      - By default, an application credential is used before a token, and a token before a password.
    type: str
  interface:
    description:
      - Which endpoints of the OpenStack catalog to use. The default comes from C(clouds.yaml), and then it is V(public).
    type: str
    choices:
      - public
      - internal
      - admin
    aliases:
      - endpoint_type
notes:
  - OpenStack uses the first source that has credentials. The order is O(auth), the cloud that O(profile) names in C(clouds.yaml), the one
    that E(OS_CLOUD) names, the environment of an C(openrc) file such as E(OS_AUTH_URL), and the only cloud in C(clouds.yaml). The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable and file. OpenStack has no access keys, so O(access_key) is refused.
  - The endpoints come from the catalog of Keystone. The token is sent only to an endpoint with V(https) or on this machine. If a cloud has no
    such endpoint, use a tunnel and give its local end as O(endpoint).
  - C(verify) in C(clouds.yaml) is ignored if it is V(false). Set O(validate_certs) to V(false) instead.
"""
