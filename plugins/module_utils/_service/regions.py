# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Tell a region that belongs to another cloud, such as a default of a play for all of its steps. Pure."""

from __future__ import annotations

import re
import typing as t

# Names that a play may hold for another cloud. They are examples of each form, and need not be complete: a name that is
# not here is never refused.
_WELL_KNOWN: t.Mapping[str, str] = {
    "Alibaba Cloud": (
        "cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-hangzhou cn-shanghai cn-nanjing cn-fuzhou "
        "cn-shenzhen cn-heyuan cn-guangzhou cn-chengdu cn-hongkong cn-hangzhou-finance cn-shanghai-finance-1 "
        "cn-shenzhen-finance-1 cn-beijing-finance-1 cn-north-2-gov-1 us-east-1 us-west-1"
    ),
    "Huawei Cloud": (
        "cn-north-1 cn-north-4 cn-north-9 cn-east-2 cn-east-3 cn-east-4 cn-south-1 cn-south-2 cn-south-4 cn-southwest-2 "
        "la-north-2 la-south-2 na-mexico-1 sa-brazil-1 af-south-1 tr-west-1 eu-west-101"
    ),
    "Open Telekom Cloud": "eu-de eu-nl eu-ch2",
    "AWS": "us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 cn-north-1 cn-northwest-1",
    "Azure": (
        "eastus eastus2 centralus northcentralus southcentralus westcentralus westus westus2 westus3 canadacentral "
        "canadaeast brazilsouth northeurope westeurope uksouth ukwest francecentral germanywestcentral norwayeast "
        "polandcentral spaincentral swedencentral switzerlandnorth italynorth eastasia southeastasia japaneast japanwest "
        "koreacentral centralindia southindia australiaeast australiasoutheast southafricanorth uaenorth qatarcentral"
    ),
    "Google Cloud": (
        "us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4 northamerica-northeast1 "
        "northamerica-northeast2 southamerica-east1 southamerica-west1 europe-central2 europe-north1 europe-southwest1 "
        "europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 asia-east1 asia-east2 "
        "asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-southeast1 asia-southeast2 australia-southeast1 "
        "me-central1 me-west1 africa-south1"
    ),
}
OWNERS: dict[str, list[str]] = {}
"""The clouds that have a region of this name."""
for cloud, names in _WELL_KNOWN.items():
    for region_name in names.split():
        OWNERS.setdefault(region_name, []).append(cloud)


def owners_elsewhere(region: str, own_forms: str) -> list[str]:
    """Return the clouds that a region belongs to if it cannot be one of a cloud whose regions have these forms."""
    return [] if not own_forms or re.fullmatch(own_forms, region, re.ASCII) else OWNERS.get(region, [])
