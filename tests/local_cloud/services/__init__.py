# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services the local cloud plays, in the order in which they own a route that several of them share.

A service of the catalogue needs nothing here: it is played from its entry and its vectors. One whose manners are more than
those tell has a file with a tuple of `Api` values, and its line here: the default answer is one task, found by `id_param`, its
script laid over `template`, under `root`.
"""

from __future__ import annotations

from local_cloud.api import Api
from local_cloud.services import (
    alibaba_bdrc,
    alibaba_ecs,
    alibaba_ess,
    alibaba_hbr,
    alibaba_keys,
    azure_entra,
    azure_operation,
    google_tokens,
    huawei_iam,
    huawei_keys,
    huawei_taurusdb,
    openstack_cinder,
    openstack_glance,
    openstack_keystone,
    openstack_nova,
)

BY_HAND: tuple[Api, ...] = (
    *alibaba_ecs.APIS,
    *alibaba_hbr.APIS,
    *alibaba_bdrc.APIS,
    *alibaba_ess.APIS,
    *huawei_taurusdb.APIS,
    *huawei_iam.APIS,
    *alibaba_keys.APIS,
    *google_tokens.APIS,
    *huawei_keys.APIS,
    *azure_entra.APIS,
    *azure_operation.APIS,
    *openstack_glance.APIS,
    *openstack_cinder.APIS,
    *openstack_nova.APIS,
    *openstack_keystone.APIS,
)
