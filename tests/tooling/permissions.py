# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the page of permissions from the catalogue: `./dev services` writes it, and a test compares it."""

from __future__ import annotations

import json
import textwrap
import typing as t
from pathlib import Path

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from tooling.services import IDENTIFIER, cells, heading

PAGE = Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "guide_permissions.rst"
HEAD = f"""..
  Copyright (c) 2026, multicloud.tasks contributors
  GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
  {IDENTIFIER} GPL-3.0-or-later

  Written by ./dev services from the catalogue: change the permissions of a call there, not on this page.

.. _ansible_collections.multicloud.tasks.docsite.guide_permissions:

Permissions
===========

What the credentials must be allowed to do, service by service, and a policy for each cloud that allows exactly that. The wait
only reads, unless you ask it to cancel with ``on_timeout: cancel``.

A wait for an id needs what stands at "read", and what stands at "batch" if it waits for many ids at once. A wait or an info
module without an id needs "list" as well. Cut the policy down to the services that you use.

If a permission is missing, the outcome of the wait is ``unauthorized``. Its reason shows the code and the message of the cloud.

A permission with a star (*) is not confirmed: no page of the vendor that we found names it for this call, so it is taken from the
calls beside it. Try it before you rely on it.

.. contents::
   :local:
   :depth: 1
"""
KINDS = ("read", "list", "batch", "cancel")
HEADINGS = ("``service``", *KINDS)

UNCONFIRMED = {
    *(("alibaba", "cloudcontrol", action) for action in ("GetTask", "CancelTask")),
    *(("alibaba", "hbr_backup_job", "CancelBackupJob"), ("alibaba", "hbr_restore_job", "CancelRestoreJob")),
    *(("alibaba", "mongodb", "DescribeHistoryTasks"), ("alibaba", "rds_backup", "DescribeBackupTasks")),
    *(("alibaba", "oos", "CancelExecution"), ("alibaba", "eflo", "DescribeTask")),
    *(("azure", "mysql_backup", action) for action in ("LongRunningBackups_Get", "LongRunningBackups_List")),
    *(("azure", "postgres_ltr_backup", f"LtrBackupOperations_{name}") for name in ("Get", "ListByServer")),
    *(
        ("azure", "sql_operation", "DatabaseOperations_Cancel"),
        ("azure", "pipeline_run", "PipelineRuns_QueryByFactory"),
    ),
    *(("huawei", "cbr_checkpoint", "ShowCheckpoint"), ("huawei", "ims", "ShowJob")),
    *(("huawei", name, "ShowJob") for name in ("ecs", "evs")),
    *(("huawei", "dcs", action) for action in ("ShowJobInfo", "ListCenterTask")),
    *(("huawei", "sfs_turbo", "ShowJobDetail"), ("huawei", "dds", "ShowJobDetail")),
    *(("huawei", "gaussdb", action) for action in ("ShowJobDetail", "ListTasks")),
    *(("huawei", "rds", "ListTasks"), ("huawei", "taurusdb", "task-center-detail")),
}
"""Cloud, service and call whose permission no page of the vendor names, as far as we know."""

NOTES = {
    "alibaba": """Attach it to a RAM user, or to the RAM role that the wait takes. A user who takes a role with
``ram_role_arn`` needs ``sts:AssumeRole`` on that role, and nothing else.""",
    "aws": """Attach it to an IAM user, or to the role that the wait takes. A user who takes a role with ``role_arn``
needs ``sts:AssumeRole`` on that role, and nothing else. The names are those of the Service Authorization
Reference.""",
    "azure": """Create a custom role, and assign it at the resource group or the subscription. The URL of an operation is
often one of the subscription. With a role on the resource alone you may then start an operation and not
follow it.""",
    "google": "Create a custom role in the project, and bind it to the service account.",
    "huawei": """Create a custom policy for region-specific projects, and give it to the user group or the agency. The
names are those of policies of version 1.1. Identity policies, the newer model, have other names for
some, such as ``dcs:job:get``. If you do not give ``project_id``, the wait asks IAM for it, which takes
``iam:projects:listProjects``.""",
    "openstack": """The names are those of the policy files of each service. Your cloud's policy files decide who has them;
the list says who has them by default. The role ``reader`` in the project is enough for all services but
``glance_task``.""",
}


def calls_of(service: Service) -> t.Iterator[tuple[str, Call]]:
    """Yield each call that a service may make, with the kind that it is on the page."""
    parts = (
        *(("read", part) for part in (service.fallback, service.detail, service.finder)),
        *(("list", service.listing), ("batch", service.batch), ("cancel", service.cancel)),
    )
    yield "read", service.read
    yield from ((kind, part.call) for kind, part in parts if part and part.call)


def permissions(service: Service, *kinds: str) -> list[str]:
    """Return the permissions of the calls of these kinds, sorted."""
    return sorted({name for kind, call in calls_of(service) if kind in kinds for name in call.permissions})


def page(providers: t.Iterable[Provider] = PROVIDERS.values()) -> str:
    """Return the text of the page."""
    sections = (section(provider) for provider in sorted(providers, key=lambda provider: provider.title))
    return "\n".join([HEAD, *sections])


def section(provider: Provider) -> str:
    """Return the section of one cloud: what each service needs, and a policy for all of them."""
    services = [service for dummy, service in sorted(provider.services.items())]
    rows = "\n".join(cells((f"``{service.name}``", *columns(provider, service))) for service in services)
    table = f".. list-table::\n   :header-rows: 1\n   :widths: auto\n\n{cells(HEADINGS)}\n{rows}\n"
    return "\n".join(
        [heading(provider.title, "-"), table, f"{NOTES[provider.name]}\n", POLICIES[provider.name](services)]
    )


def columns(provider: Provider, service: Service) -> t.Iterator[str]:
    """Yield the permissions of a service by kind. What the vendor does not confirm has a star."""
    for kind in KINDS:
        calls = [call for of_kind, call in calls_of(service) if of_kind == kind]
        names = {(name, is_confirmed(provider, service, call)) for call in calls for name in call.permissions}
        yield ", ".join(f"``{name}``{'' if confirmed else ' (*)'}" for name, confirmed in sorted(names))


def is_confirmed(provider: Provider, service: Service, call: Call) -> bool:
    """Say whether a page of the vendor names the permission of the call."""
    return (provider.name, service.name, call.action) not in UNCONFIRMED


def allowed(services: t.Iterable[Service]) -> tuple[list[str], list[str]]:
    """Return what all these services need to read and list tasks, and what they need to cancel them."""
    listed = list(services)
    reading = sorted({name for service in listed for name in permissions(service, "read", "list", "batch")})
    cancelling = sorted({name for service in listed for name in permissions(service, "cancel")} - set(reading))
    return reading, cancelling


def block(language: str, text: str) -> str:
    """Return a block of code."""
    return f".. code-block:: {language}\n\n{textwrap.indent(text, '   ')}\n"


def as_json(document: t.Any) -> str:
    return block("json", json.dumps(document, indent=2))


def statements(services: t.Sequence[Service], version: str, **more: str) -> str:
    """Return a policy of statements: one to read, and one to cancel, which may be left out."""
    groups = [names for names in allowed(services) if names]
    allow = [{"Effect": "Allow", "Action": names, **more} for names in groups]
    return as_json({"Version": version, "Statement": allow})


def azure_role(services: t.Sequence[Service]) -> str:
    """Return a custom role of Azure. Replace the subscription."""
    reading, cancelling = allowed(services)
    scope = "/subscriptions/00000000-0000-0000-0000-000000000000"
    about = {"Name": "Wait for cloud tasks", "IsCustom": True, "Description": "Read and cancel asynchronous tasks"}
    return as_json({**about, "Actions": [*reading, *cancelling], "NotActions": [], "AssignableScopes": [scope]})


def google_role(services: t.Sequence[Service]) -> str:
    """Return a custom role of Google Cloud, for ``gcloud iam roles create --file``."""
    reading, cancelling = allowed(services)
    lines = ["title: Wait for cloud tasks", "stage: GA", "includedPermissions:"]
    return block("yaml", "\n".join([*lines, *(f"  - {name}" for name in (*reading, *cancelling))]))


# Who has a permission in a cloud with the default policies. All others are for readers.
_ADMINS = ("tasks_api_access",)


def openstack_roles(services: t.Sequence[Service]) -> str:
    """Return how to give the role, and who has which permission by default."""
    reading, cancelling = allowed(services)
    names = [*reading, *cancelling]
    command = block("shell", "openstack role add --user ansible --project backups reader")
    return command + "\n" + block("yaml", "\n".join(f'"{name}": role:{_role_of(name)}' for name in names))


def _role_of(name: str) -> str:
    return "admin" if name in _ADMINS else "reader"


POLICIES: dict[str, t.Callable[[t.Sequence[Service]], str]] = {
    "alibaba": lambda services: statements(services, "1", Resource="*"),
    "aws": lambda services: statements(services, "2012-10-17", Resource="*"),
    "azure": azure_role,
    "google": google_role,
    "huawei": lambda services: statements(services, "1.1"),
    "openstack": openstack_roles,
}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
