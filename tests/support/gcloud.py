# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the gcloud command line, if it is installed, against a server on this machine."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

import pytest

GCLOUD = shutil.which("gcloud")
NEEDS_GCLOUD = pytest.mark.skipif(GCLOUD is None, reason="gcloud is not installed")


def wait_for_sql_operation(
    operation: str, project: str, token: str, endpoint: str, folder: pathlib.Path
) -> subprocess.CompletedProcess[str]:
    """Wait for an operation of Cloud SQL. Nothing of the user's own configuration of gcloud is read or written."""
    token_file = folder / "token"
    token_file.write_text(token, encoding="utf-8")
    own = {
        "CLOUDSDK_CONFIG": str(folder / "config"),
        "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
        "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(token_file),
        "CLOUDSDK_CORE_PROJECT": project,
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_SQL": f"{endpoint}/",
    }
    # gcloud runs in a Python of its own.
    kept = {name: value for name, value in os.environ.items() if not re.match("PYTHON|CLOUDSDK", name)}
    words = [str(GCLOUD), "sql", "operations", "wait", operation, "--quiet", "--timeout=60", "--format=json"]
    return subprocess.run(words, env={**kept, **own}, capture_output=True, text=True, timeout=120, check=False)
