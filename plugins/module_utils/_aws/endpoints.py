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
from .partitions import partition_of
from .signature import Scope

Variant = tuple[bool, bool]
"""Whether the host has IPv6 addresses, too (dualstack), and whether it uses validated cryptography (FIPS)."""

_USUAL: t.Mapping[Variant, str] = {
    (False, False): "{product}.{region}.{suffix}",
    (True, False): "{product}.{region}.{dual_suffix}",
    (False, True): "{product}-fips.{region}.{suffix}",
    (True, True): "{product}-fips.{region}.{dual_suffix}",
}
_PLAIN, _DUAL, _FIPS, _FIPS_DUAL = _USUAL
_PUBLIC, _GOV = ("aws",), ("aws-us-gov",)
_COMMERCIAL = (*_PUBLIC, "aws-cn", *_GOV)
# All that GovCloud runs is validated. These services have no second name that says so.
_VALIDATED_IN_GOV = (
    *("appconfig", "autoscaling", "batch", "cassandra", "cloudformation", "dms", "dynamodb", "ec2", "eks"),
    *("elasticache", "elasticbeanstalk", "elasticmapreduce", "fis", "glacier", "imagebuilder", "kafka", "logs"),
    *("mediaconvert", "oidc", "portal.sso", "rds", "redshift", "ssm", "sts"),
)


class _Own(t.NamedTuple):
    """Products that have hosts of their own in some partitions or regions, or everywhere if ``places`` is empty."""

    products: tuple[str, ...]
    places: tuple[str, ...]
    variant: Variant
    form: str


_OWN: tuple[_Own, ...] = (
    _Own(_VALIDATED_IN_GOV, _GOV, _FIPS, _USUAL[_PLAIN]),
    _Own(("states",), ("us-gov-west-1",), _FIPS, _USUAL[_PLAIN]),
    _Own(("states",), _GOV, _DUAL, "states-fips.{region}.{dual_suffix}"),
    _Own(("dms",), ("aws-iso", "aws-iso-b"), _FIPS, _USUAL[_PLAIN]),
    _Own(("batch", "eks"), _PUBLIC, _FIPS, "fips.{product}.{region}.{suffix}"),
    _Own(("transcribe",), (*_PUBLIC, *_GOV), _FIPS, "fips.transcribe.{region}.{suffix}"),
    _Own(("transcribe",), ("aws-cn",), _PLAIN, "cn.transcribe.{region}.{suffix}"),
    _Own(("api.sagemaker",), (*_PUBLIC, *_GOV), _FIPS, "api-fips.sagemaker.{region}.{suffix}"),
    _Own(("backup-search",), (), _PLAIN, _USUAL[_DUAL]),
    _Own(("backup-search",), (), _FIPS, _USUAL[_FIPS_DUAL]),
    _Own(("elasticfilesystem",), _COMMERCIAL, _DUAL, "efs.{region}.{dual_suffix}"),
    _Own(("elasticfilesystem",), _COMMERCIAL, _FIPS_DUAL, "efs-fips.{region}.{dual_suffix}"),
    _Own(("es",), _COMMERCIAL, _DUAL, "aos.{region}.{dual_suffix}"),
    _Own(("kafka",), (*_COMMERCIAL, "aws-eusc"), _DUAL, "kafka-api.{region}.{dual_suffix}"),
    _Own(("kafka",), _PUBLIC, _FIPS_DUAL, "kafka-api-fips.{region}.{dual_suffix}"),
    _Own(("kafka",), _GOV, _FIPS_DUAL, "kafka-api.{region}.{dual_suffix}"),
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
    places = (region, partition.name)
    own = (row.form for row in _OWN if product in row.products and variant == row.variant and _is_at(row, places))
    form = next(own, _USUAL[variant])
    return form.format(product=product, region=region, suffix=partition.suffix, dual_suffix=partition.dual_suffix)


def _is_at(row: _Own, places: tuple[str, str]) -> bool:
    return not row.places or any(place in row.places for place in places)
