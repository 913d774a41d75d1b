# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the credentials and the project of Google Cloud, in the order of its own libraries.

Pure: the environment and files are passed in.
"""

from __future__ import annotations

from .._core.errors import CredentialsMissing, OptionError
from .._core.values import Environ, Options, ReadFile
from .._credentials.model import Credentials
from .._credentials.source import first_set, header_value

PROJECT_NAMES = ("GCP_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GOOGLE_PROJECT", "CLOUDSDK_CORE_PROJECT")
TOKEN_NAMES = ("GCP_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN")


def resolve(options: Options, environ: Environ, read: ReadFile) -> Credentials:
    """Return the token to use, or an exchange for one."""
    name, token = first_set(TOKEN_NAMES, environ)
    title = "options" if options.get("access_token") else f"environment {name}"
    value = header_value(str(options.get("access_token") or token), f"{title}: access_token")
    if not value:
        raise CredentialsMissing(
            f"No credentials for Google Cloud. Looked in: options; environment {', '.join(TOKEN_NAMES)}"
        )
    return Credentials(title, auth_token=value, project_id=str(options.get("project") or ""))


def region(options: Options, environ: Environ, read: ReadFile) -> str:
    """Return the region from the option. The environment is not asked: a region would turn a global id into a regional one."""
    return str(options.get("region") or "").strip()


def settings(options: Options, environ: Environ, read: ReadFile) -> Options:
    """Return the project and the universe, from options, environment or files."""
    names = {name: str(options.get(name) or "").strip() for name in ("project", "project_id")}
    if all(names.values()) and len(set(names.values())) > 1:
        raise OptionError(
            "project and project_id are the same option of Google Cloud, and name different projects; give one of them"
        )
    project = names["project"] or names["project_id"] or first_set(PROJECT_NAMES, environ)[1].strip()
    return {"project": project}
