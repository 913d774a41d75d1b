# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The providers that a wait knows. Named one by one, for Ansible ships to other hosts only what is imported by name."""

from __future__ import annotations

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.cloud import ALIBABA
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.cloud import HUAWEI
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack.cloud import OPENSTACK
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import Provider

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (ALIBABA, HUAWEI, OPENSTACK)}
