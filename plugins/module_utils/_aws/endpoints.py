# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Find the URL of a service, and what its signatures are for. Pure.

The tables list where a service deviates from ``{product}.{region}.{suffix}``, as botocore's endpoint rules have it.
https://docs.aws.amazon.com/general/latest/gr/rande.html
"""

from __future__ import annotations

import typing as t

from .._core.values import Options
from .._http.message import check_url
from .partitions import Partition, partition_of
from .signature import Scope

Variant = tuple[bool, bool]
"""Whether the host has IPv6 addresses, too (dualstack), and whether it uses validated cryptography (FIPS)."""

_USUAL: t.Mapping[Variant, str] = {
    (False, False): "{product}.{region}.{suffix}",
    (True, False): "{product}.{region}.{dual_suffix}",
    (False, True): "{product}-fips.{region}.{suffix}",
    (True, True): "{product}-fips.{region}.{dual_suffix}",
}
_FIPS_BEFORE = "fips.{product}.{region}.{suffix}"
_OWN: t.Mapping[str, t.Mapping[Variant, str]] = {
    "api.sagemaker": {(False, True): "api-fips.sagemaker.{region}.{suffix}"},
    "backup-search": {
        (False, False): "backup-search.{region}.{dual_suffix}",
        (False, True): "backup-search-fips.{region}.{dual_suffix}",
    },
    "batch": {(False, True): _FIPS_BEFORE},
    "eks": {(False, True): _FIPS_BEFORE},
    "elasticfilesystem": {
        (True, False): "efs.{region}.{dual_suffix}",
        (True, True): "efs-fips.{region}.{dual_suffix}",
    },
    "es": {(True, False): "aos.{region}.{dual_suffix}"},
    "kafka": {
        (True, False): "kafka-api.{region}.{dual_suffix}",
        (True, True): "kafka-api-fips.{region}.{dual_suffix}",
    },
    "transcribe": {(False, True): _FIPS_BEFORE},
}
_OWN_IN: t.Mapping[str, t.Mapping[str, t.Mapping[Variant, str]]] = {
    "aws-cn": {"transcribe": {(False, False): "cn.transcribe.{region}.{suffix}"}},
    "aws-us-gov": {
        "kafka": {(True, True): "kafka-api.{region}.{dual_suffix}"},
        "states": {(True, False): "states-fips.{region}.{dual_suffix}"},
    },
}
# All that GovCloud runs is validated. These services have no second name that says so.
_VALIDATED_IN_GOV = frozenset(
    (
        *("appconfig", "autoscaling", "batch", "cassandra", "cloudformation", "dms", "dynamodb", "ec2", "eks"),
        *("elasticache", "elasticbeanstalk", "elasticmapreduce", "fis", "glacier", "imagebuilder", "kafka", "logs"),
        *("mediaconvert", "oidc", "portal.sso", "rds", "redshift", "ssm", "sts"),
    )
)
_SIGNING_NAMES: t.Mapping[str, str] = {
    "api.sagemaker": "sagemaker",
    "cloudhsmv2": "cloudhsm",
    "memory-db": "memorydb",
    "s3-control": "s3",
}
# These have one endpoint for all regions of a partition, and sign with the partition's own region.
_GLOBAL = frozenset(("cloudfront", "organizations", "route53"))
# By these names the environment and the profile call a service whose product has another name.
_SERVICE_IDS: t.Mapping[str, str] = {
    "api.sagemaker": "sagemaker",
    "autoscaling": "auto_scaling",
    "backup-search": "backupsearch",
    "cassandra": "keyspaces",
    "cloudcontrolapi": "cloudcontrol",
    "cloudhsmv2": "cloudhsm_v2",
    "dms": "database_migration_service",
    "ds": "directory_service",
    "elasticbeanstalk": "elastic_beanstalk",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "kinesisanalytics": "kinesis_analytics_v2",
    "logs": "cloudwatch_logs",
    "memory-db": "memorydb",
    "oidc": "sso_oidc",
    "portal.sso": "sso",
    "route53": "route_53",
    "route53domains": "route_53_domains",
    "servicecatalog": "service_catalog",
    "states": "sfn",
    "storagegateway": "storage_gateway",
}


def service_id_of(product: str) -> str:
    """Return the name of a service in ``AWS_ENDPOINT_URL_<NAME>`` and in a section ``[services x]``, in lower case."""
    return _SERVICE_IDS.get(product, product.replace("-", "_"))


def scope_of(product: str, region: str) -> Scope:
    """Return what a request to a service in a region is signed for."""
    signed_in = partition_of(region).global_region if product in _GLOBAL else region
    return Scope(signed_in, _SIGNING_NAMES.get(product, product))


def url_of(product: str, region: str, options: Options) -> str:
    """Return the URL of a service. ``options`` hold the settings of the environment and the profile, see profiles.py."""
    return configured_url(product, options) or f"https://{host_of(product, region, variant_of(options))}"


def configured_url(product: str, options: Options) -> str:
    """Return the URL that the environment or the profile has for a service, or "". Raise OptionError if it is not safe."""
    urls: t.Mapping[str, tuple[str, str]] = options.get("endpoint_urls") or {}
    title, url = urls.get(service_id_of(product)) or urls.get("") or ("", "")
    return check_url(title, url) if url else ""


def variant_of(options: Options) -> Variant:
    """Return which variant of the hosts is wanted."""
    return bool(options.get("use_dualstack_endpoint")), bool(options.get("use_fips_endpoint"))


def host_of(product: str, region: str, variant: Variant) -> str:
    """Return the host of a service in a region."""
    partition = partition_of(region)
    return _form(product, partition, variant).format(
        product=product, region=region, suffix=partition.suffix, dual_suffix=partition.dual_suffix
    )


def _form(product: str, partition: Partition, variant: Variant) -> str:
    own = {**_OWN.get(product, {}), **_OWN_IN.get(partition.name, {}).get(product, {})}
    if partition.name == "aws-us-gov" and product in _VALIDATED_IN_GOV and variant == (False, True):
        return _USUAL[False, False]
    return own.get(variant) or _USUAL[variant]
