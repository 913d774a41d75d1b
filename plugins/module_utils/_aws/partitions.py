# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""List the partitions of AWS: groups of regions that share accounts, host names and sign-in. Data from botocore's partitions."""

from __future__ import annotations

import re
import typing as t


class Partition(t.NamedTuple):
    """A partition. Hosts end in ``suffix``, those that have IPv6 addresses, too, in ``dual_suffix``.

    ``regions`` is a regular expression for its regions. ``global_region`` is the one by which services without regions
    are signed.
    """

    name: str
    regions: str
    suffix: str
    dual_suffix: str
    global_region: str


AWS = Partition("aws", r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", "amazonaws.com", "api.aws", "us-east-1")
PARTITIONS: tuple[Partition, ...] = (
    AWS,
    Partition("aws-cn", r"cn-\w+-\d+", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"),
    Partition("aws-us-gov", r"us-gov-\w+-\d+", "amazonaws.com", "api.aws", "us-gov-west-1"),
    Partition("aws-eusc", r"eusc-(de)-\w+-\d+", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"),
    Partition("aws-iso", r"us-iso-\w+-\d+", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"),
    Partition("aws-iso-b", r"us-isob-\w+-\d+", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"),
    Partition("aws-iso-e", r"eu-isoe-\w+-\d+", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"),
    Partition("aws-iso-f", r"us-isof-\w+-\d+", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"),
)
DOMAINS: tuple[str, ...] = tuple(
    dict.fromkeys(suffix for partition in PARTITIONS for suffix in (partition.suffix, partition.dual_suffix))
)
"""What the host names of all services end in."""


def partition_of(region: str) -> Partition:
    """Return the partition of a region. A region that nobody has heard of is one of the public partition."""
    for partition in PARTITIONS:
        if region == f"{partition.name}-global" or re.fullmatch(partition.regions, region, re.ASCII):
            return partition
    return AWS
