# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the table of clouds in the README: `./dev services` writes it, and a test compares it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider

README = Path(__file__).parents[2] / "README.md"
BLOB = "https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst"
CLOUDS = re.compile(
    r"(?<=<!-- clouds: \./dev services writes this table -->\n).*?(?=<!-- end of clouds -->)", re.DOTALL
)
TYPICAL = {
    "alibaba": "image exports and imports, snapshots, Cloud Backup jobs, database tasks, stacks",
    "aws": "AWS Backup jobs, snapshots, images, RDS and DynamoDB exports, stacks, Step Functions",
    "azure": "backup and restore jobs, snapshots, deployments, database operations",
    "google": "operations of Compute Engine, Cloud SQL, GKE and others, backups, builds",
    "huawei": "CBR backups and restores, image jobs, database tasks, cluster jobs",
    "openstack": "Glance imports, Cinder backups, snapshots and volumes, server images",
}
"""What runs in each cloud, in a few words."""


def clouds(providers: t.Iterable[Provider] = PROVIDERS.values()) -> str:
    """Return the table of clouds: how many services each has, and what runs there."""
    rows = [cloud(provider) for provider in sorted(providers, key=lambda provider: provider.title)]
    return "\n".join(["| cloud | services | such as |", "| --- | --- | --- |", *rows, ""])


def cloud(provider: Provider) -> str:
    """Return the row of one cloud. The number of services links to their page."""
    anchor = provider.title.lower().replace(" ", "-")
    return f"| {provider.title} | [{len(provider.services)}]({BLOB}/guide_services.rst#{anchor}) | {TYPICAL[provider.name]} |"


if __name__ == "__main__":
    README.write_text(CLOUDS.sub(clouds().replace("\\", r"\\"), README.read_text(encoding="utf-8")), encoding="utf-8")
