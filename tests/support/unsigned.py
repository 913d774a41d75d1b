# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A provider that signs nothing and logs in nowhere, for tests of what the client does whatever the cloud is."""

from __future__ import annotations

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import CANCELLED, FAILED, RUNNING, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Access, Credentials
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Call, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider

OPERATION = Service(
    "operation",
    "",
    "",
    "x",
    Call("Read operation", path="/{task_id:url}"),
    {"native_state": "body.status", "error": "body.error.{code: code, message: message}"},
    {"succeeded": SUCCEEDED, "failed": FAILED, "canceled": CANCELLED},
    envelope=True,
    others=RUNNING,
)
UNSIGNED = Provider(
    name="unsigned",
    title="Unsigned",
    services={"operation": OPERATION},
    options={},
    resolve=lambda options, environ, read: Credentials("the test"),
    region=lambda options, environ, read: "",
    endpoint=lambda service, options: str(options["endpoint"]),
    login=lambda credentials, context: Access(credentials),
    sign=lambda request, service, action, access, stamp: request,
    error_keys=(("code", "message"),),
    codes=(),
    request_id_keys=(),
    region_missing="",
    region_for_login=lambda credentials: False,
)
