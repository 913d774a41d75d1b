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
      - Who asks which Keystone of OpenStack, by the names that C(clouds.yaml) and the C(openstack.cloud) collection have for it.
      - With O(profile), also called C(cloud), it counts before what the file says of that cloud. Without, it must be complete.
    type: dict
    suboptions:
      auth_url:
        description:
          - The URL of Keystone, for instance V(https://keystone.example.com:5000/v3). The rules of O(endpoint) apply to it.
        type: str
      username:
        description:
          - The name of the user. Where no domain of the user is given it is the one whose id is V(default).
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
          - Only a token has its own project where none is given, and an application credential always has.
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
          - The id of the domain of user and project, where none of their own is given.
        type: str
      default_domain_name:
        description:
          - The name of the domain of user and project, where none of their own is given.
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
      - How to log in to OpenStack, V(password), V(token) or V(v3applicationcredential); V(v3password) and V(v3token) are the same.
      - When it is not given, what there is decides, an application credential before a token before a password.
    type: str
  interface:
    description:
      - Which endpoints of the catalog of OpenStack are used. When it is given neither here nor in the cloud, it is V(public).
    type: str
    choices:
      - public
      - internal
      - admin
    aliases:
      - endpoint_type
notes:
  - The credentials of OpenStack are looked for in this order. First, O(auth). Second, the cloud that O(profile) names. Third, the one
    that E(OS_CLOUD) names. Fourth, the environment as an C(openrc) file sets it. Fifth, the only cloud in C(clouds.yaml).
  - C(clouds.yaml) is looked for where openstacksdk looks for it, in this order, in the current folder, in C(openstack) below
    E(XDG_CONFIG_HOME), in C(~/.config/openstack), in C(openstack) below the first folder of E(XDG_CONFIG_DIRS) or below C(/etc/xdg), and
    in C(/etc/openstack). So is C(secure.yaml), which is merged into it, and C(clouds-public.yaml), which holds the profiles that
    clouds name. A folder that this user may not read is skipped, and so are those below C(~) where there is no home directory.
    E(OS_CLIENT_CONFIG_FILE), E(OS_CLIENT_SECURE_FILE) and E(OS_CLIENT_VENDOR_FILE) name other files. The profiles that come with
    openstacksdk are not known here.
  - A value in these files is a text. A whole number counts as it is written, so a project may be called C(0001). What YAML takes for a
    fraction, a date, or true or false (C(on), C(no)) is refused until there are quotes around it, and so is a project without a name.
  - Reading YAML takes PyYAML, which is there with ansible-core. A module that runs on another host may have to do without; files of
    JSON are read there, too.
  - In the environment count E(OS_AUTH_URL), E(OS_USERNAME) or E(OS_USER_ID), E(OS_PASSWORD), E(OS_USER_DOMAIN_NAME) or
    E(OS_USER_DOMAIN_ID), E(OS_PROJECT_NAME) or E(OS_PROJECT_ID) or the older E(OS_TENANT_NAME) and E(OS_TENANT_ID),
    E(OS_PROJECT_DOMAIN_NAME) or E(OS_PROJECT_DOMAIN_ID), E(OS_DEFAULT_DOMAIN), E(OS_DEFAULT_DOMAIN_ID) and
    E(OS_DEFAULT_DOMAIN_NAME); E(OS_TOKEN) or E(OS_AUTH_TOKEN); E(OS_APPLICATION_CREDENTIAL_ID),
    E(OS_APPLICATION_CREDENTIAL_NAME) and E(OS_APPLICATION_CREDENTIAL_SECRET); E(OS_AUTH_TYPE), E(OS_REGION_NAME),
    E(OS_INTERFACE) or E(OS_ENDPOINT_TYPE), and E(OS_CACERT).
  - The region of OpenStack is O(region), else that of the cloud or the environment. It may be missing where the catalog has only one.
  - Where the services of OpenStack are, the catalog of Keystone says. A token is sent to an endpoint of it that is V(https), or on this machine;
    any other is refused, also where Keystone itself names it. Where a cloud has nothing else, a tunnel to it makes it
    one on this machine, to be given as O(endpoint).
  - A C(verify) of V(false) in C(clouds.yaml) does not count, set O(validate_certs) to V(false) for that. C(cacert) counts where O(ca_path) is
    not given, with C(~) for the home directory, as E(OS_CACERT) does. OpenStack has no access keys, so O(access_key) is refused.
  - A token of OpenStack is renewed shortly before it ends, and when a service refuses it.
"""
