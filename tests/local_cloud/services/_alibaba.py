# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Alibaba's services have in common."""

from __future__ import annotations

from local_cloud.api import Call, Problem, Refusal

# https://help.aliyun.com/document_detail/40654.html
REGIONS = frozenset(
    {
        *("cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu", "cn-hangzhou", "cn-shanghai"),
        *("cn-nanjing", "cn-fuzhou", "cn-shenzhen", "cn-heyuan", "cn-guangzhou", "cn-chengdu", "cn-wuhan-lr"),
        *("cn-hongkong", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
        *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "us-east-1", "us-west-1", "na-south-1"),
        *("eu-west-1", "eu-central-1", "me-east-1", "me-central-1"),
    }
)
UNKNOWN_REGION = Problem(400, "InvalidRegionId.NotFound", "The specified RegionId does not exist.")


def check_region(call: Call) -> None:
    """For services whose calls name the region in a parameter."""
    if call.params["RegionId"] not in REGIONS:
        raise Refusal(UNKNOWN_REGION)
