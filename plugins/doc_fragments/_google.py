# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations


class ModuleDocFragment:
    """The options of Google Cloud alone, and where its keys come from."""

    DOCUMENTATION = r"""
options:
  project:
    description:
      - The project of Google Cloud that the tasks are of, unless their ids say it.
      - When it is not given, the first of E(GCP_PROJECT), E(GOOGLE_CLOUD_PROJECT), E(GCLOUD_PROJECT), E(GOOGLE_PROJECT) and
        E(CLOUDSDK_CORE_PROJECT) that is set counts. Then it is the project in the file of the key, that of the active configuration of
        C(gcloud), and at last that of the machine.
    type: str
  project_id:
    description:
      - The same as O(project), by the name that other clouds have for it. Both must not name different projects.
    type: str
  auth_kind:
    description:
      - Where the credentials for Google Cloud come from. When it is not given, E(GCP_AUTH_KIND) counts, and without that they are looked
        for in all places, see the notes.
      - V(serviceaccount) takes O(service_account_file) or O(service_account_contents), V(accesstoken) O(access_token), V(machineaccount)
        the service account of the machine, and V(application) the application default credentials. V(impersonation) is V(application)
        with O(impersonate_service_account), which may also be given with all others.
    type: str
    choices:
      - accesstoken
      - application
      - impersonation
      - machineaccount
      - serviceaccount
  service_account_file:
    description:
      - The file with the key of a service account, in JSON. Any other file of credentials of Google is taken, too, see the notes.
      - When it is not given, E(GCP_SERVICE_ACCOUNT_FILE) counts.
    type: path
  service_account_contents:
    description:
      - What such a file holds, as a dictionary or as JSON.
      - When it is not given, E(GCP_SERVICE_ACCOUNT_CONTENTS) counts.
    type: json
  service_account_email:
    description:
      - Which service account of the machine is taken, when it has several. Without it that is V(default).
      - When it is not given, E(GCP_SERVICE_ACCOUNT_EMAIL) counts.
    type: str
  impersonate_service_account:
    description:
      - The email of a service account to act as, with whatever credentials are found. They need the role
        C(roles/iam.serviceAccountTokenCreator) on it.
      - Several with commas between them are a chain. The last one is acted as, and each of the others is allowed to get tokens of the next.
      - When it is not given, E(GOOGLE_IMPERSONATE_SERVICE_ACCOUNT) counts, and then E(CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT).
    type: str
  access_token:
    description:
      - A token that another program has got, such as C(gcloud auth print-access-token). Nothing can renew it, so it must outlive the
        wait. It usually lasts an hour.
      - When it is not given, E(GCP_ACCESS_TOKEN) counts, then E(GOOGLE_OAUTH_ACCESS_TOKEN), then E(CLOUDSDK_AUTH_ACCESS_TOKEN), then
        the text of the file that E(CLOUDSDK_AUTH_ACCESS_TOKEN_FILE) names.
    type: str
  quota_project:
    description:
      - The project whose quota the calls count for, when it is not that of the credentials. They need
        C(serviceusage.services.use) on it.
      - When it is not given, E(GOOGLE_CLOUD_QUOTA_PROJECT) counts, and then C(quota_project_id) of the credentials.
    type: str
  scopes:
    description:
      - The scopes of the token. When they are not given, those in E(GCP_SCOPES), with commas between them, count, and then
        V(https://www.googleapis.com/auth/cloud-platform), which all services take.
    type: list
    elements: str
  universe_domain:
    description:
      - What the hosts of the cloud end in, when it is not Google's public one but that of a partner.
      - Tokens are sent there, so it must be the right one.
      - When it is not given, E(GOOGLE_CLOUD_UNIVERSE_DOMAIN) counts, then C(universe_domain) of a key of a service account, and then it
        is C(googleapis.com).
    type: str
  env_type:
    description:
      - It is taken because the modules of C(google.cloud) have it, and changes nothing.
    type: str
notes:
  - Google Cloud uses the first source that has credentials; sources are never combined. The order is O(access_token),
    O(service_account_contents) or O(service_account_file), the environment such as E(GCP_SERVICE_ACCOUNT_FILE), the file of
    E(GOOGLE_APPLICATION_CREDENTIALS), the file of C(gcloud auth application-default login), and the service account of the machine. A file may
    hold the key of a service account, the sign-in of a person, a service account to act as, or a federation with an identity provider. The
    L(guide to credentials, https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_credentials.rst) lists
    every variable, file and setting.
  - What proves who you are is sent to hosts of C(googleapis.com) alone, or of O(universe_domain). A file that names another host is refused.
"""
