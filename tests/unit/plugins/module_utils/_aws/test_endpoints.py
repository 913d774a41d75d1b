# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which URL is called and what it is signed for, against botocore's own rules, in all partitions and regions."""

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._aws.endpoints import scope_of, service_id_of, url_of
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.partitions import DOMAINS, PARTITIONS, partition_of
from ansible_collections.multicloud.tasks.plugins.module_utils._aws.profiles import settings
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CredentialsMissing, OptionError
from support.clients import no_file

pytest.importorskip("botocore")

import botocore
import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader
from botocore.model import ServiceId

LOADER = Loader()
BOTOCORE_PARTITIONS: list[dict[str, t.Any]] = LOADER.load_data("partitions")["partitions"]
REGIONS = [region for partition in BOTOCORE_PARTITIONS for region in partition["regions"]]
REAL_REGIONS = {
    partition["id"]: [region for region in partition["regions"] if not region.endswith("-global")]
    for partition in BOTOCORE_PARTITIONS
}
# Rules distinguish partitions, and the regions of none but GovCloud, which has two.
SOME_REGIONS = [region for regions in REAL_REGIONS.values() for region in regions[:2]]

# What botocore calls the services, of which each has rules of its own.
CLIENTS = (
    *("athena", "autoscaling", "backup", "backupsearch", "batch", "cloudcontrol", "cloudformation", "codebuild"),
    *("datasync", "dms", "docdb", "dynamodb", "ec2", "ecs", "efs", "eks", "elasticache", "emr", "fsx", "glue"),
    *("imagebuilder", "kafka", "keyspaces", "lambda", "logs", "memorydb", "neptune", "opensearch", "rds", "redshift"),
    *("sagemaker", "ssm", "sso", "sso-oidc", "stepfunctions", "storagegateway", "sts", "transcribe", "workspaces"),
)
VARIANTS = [(False, False), (True, False), (False, True), (True, True)]


def metadata_of(client: str) -> dict[str, t.Any]:
    """What botocore knows of a service."""
    return t.cast("dict[str, t.Any]", LOADER.load_service_model(client, "service-2")["metadata"])


def by_vendor(rules: EndpointProvider, region: str, dualstack: bool, fips: bool) -> str:
    """The URL by the rules of botocore, or "" if they say that there is none."""
    try:
        return str(rules.resolve_endpoint(Region=region, UseDualStack=dualstack, UseFIPS=fips).url)
    except EndpointProviderError:
        return ""


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_of_the_partition_that_botocore_says(region: str) -> None:
    theirs = next(partition for partition in BOTOCORE_PARTITIONS if region in partition["regions"])
    ours, outputs = partition_of(region), theirs["outputs"]
    assert ours.name == theirs["id"]
    assert (ours.suffix, ours.dual_suffix) == (outputs["dnsSuffix"], outputs["dualStackDnsSuffix"])
    assert ours.global_region == outputs["implicitGlobalRegion"]


def test_every_partition_is_known() -> None:
    assert {partition.name for partition in PARTITIONS} == {theirs["id"] for theirs in BOTOCORE_PARTITIONS}
    assert {"amazonaws.com", "amazonaws.com.cn", "api.aws"} <= set(DOMAINS)


@pytest.mark.parametrize("region", ["us-moon-1", "eu-west-99", "nowhere"])
def test_a_region_that_nobody_knows_is_one_of_the_public_partition(region: str) -> None:
    assert partition_of(region).name == "aws"


# Rules change with releases of botocore, of which old Pythons have old ones only.
OF_TODAY = tuple(int(part) for part in botocore.__version__.split(".")[:2]) >= (1, 44)


@pytest.mark.skipif(not OF_TODAY, reason="the rules of this botocore are older than ours")
@pytest.mark.parametrize("client", CLIENTS)
def test_a_host_is_the_one_of_botocores_rules(client: str) -> None:
    product = metadata_of(client)["endpointPrefix"]
    rules = EndpointProvider(LOADER.load_service_model(client, "endpoint-rule-set-1"), LOADER.load_data("partitions"))
    differing = [
        (region, dualstack, fips, ours, theirs)
        for region in SOME_REGIONS
        for dualstack, fips in VARIANTS
        for theirs in (by_vendor(rules, region, dualstack, fips),)
        for ours in (url_of(product, region, {"use_dualstack_endpoint": dualstack, "use_fips_endpoint": fips}),)
        if theirs and ours != theirs
    ]
    assert not differing


@pytest.mark.parametrize("client", CLIENTS)
def test_signatures_are_for_the_name_that_botocore_signs_for(client: str) -> None:
    metadata = metadata_of(client)
    product = metadata["endpointPrefix"]
    assert scope_of(product, "eu-west-1") == ("eu-west-1", _signing_name(metadata))


def _signing_name(metadata: t.Mapping[str, t.Any]) -> str:
    # These two are called without a signature.
    names = {"awsssoportal": "portal.sso", "sso-oauth": "oidc"}
    name = metadata.get("signingName", metadata["endpointPrefix"])
    return names.get(name, name)


@pytest.mark.parametrize("product", ["cloudfront", "organizations", "route53"])
@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", "us-gov-east-1"])
def test_a_service_without_regions_is_signed_for_its_partition(product: str, region: str) -> None:
    assert scope_of(product, region).region == partition_of(region).global_region


# docdb and neptune are called at the endpoint of rds.
@pytest.mark.parametrize("client", [name for name in CLIENTS if name not in ("docdb", "neptune")])
def test_a_service_has_the_id_by_which_botocore_looks_for_its_url(client: str) -> None:
    metadata = metadata_of(client)
    theirs = ServiceId(metadata["serviceId"]).hyphenize().replace("-", "_")
    assert service_id_of(metadata["endpointPrefix"]) == theirs


# URLs of the environment and of profiles

CONFIG = """\
[default]
region = eu-west-1

[profile one]
endpoint_url = https://one.example.com

[profile many]
services = local
endpoint_url = https://many.example.com

[profile nested-only]
services = local

[profile ignoring]
services = local
endpoint_url = https://ignored.example.com
ignore_configured_endpoint_urls = true

[profile fips]
use_fips_endpoint = true

[profile dual]
use_dualstack_endpoint = True

[services local]
fsx =
  endpoint_url = https://fsx.example.com
sfn =
  endpoint_url = https://sfn.example.com/prefix
s3 =
  addressing_style = path
"""
# name: environment, profile
PLACES: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({}, ""),
    "all": ({"AWS_ENDPOINT_URL": "https://all.example.com"}, ""),
    "one service": ({"AWS_ENDPOINT_URL_FSX": "https://own.example.com"}, ""),
    "another name": ({"AWS_ENDPOINT_URL_SFN": "https://own.example.com"}, ""),
    "both": ({"AWS_ENDPOINT_URL": "https://all.example.com", "AWS_ENDPOINT_URL_FSX": "https://own.example.com"}, ""),
    "profile": ({}, "one"),
    "services of a profile": ({}, "many"),
    "services of a profile alone": ({}, "nested-only"),
    "profile and all": ({"AWS_ENDPOINT_URL": "https://all.example.com"}, "many"),
    "profile and one service": ({"AWS_ENDPOINT_URL_FSX": "https://own.example.com"}, "many"),
    "ignored by the profile": ({"AWS_ENDPOINT_URL": "https://all.example.com"}, "ignoring"),
    "ignored by the environment": ({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"}, "one"),
    "FIPS of the environment": ({"AWS_USE_FIPS_ENDPOINT": "true"}, ""),
    "FIPS of the profile": ({}, "fips"),
    "FIPS of the profile, taken back": ({"AWS_USE_FIPS_ENDPOINT": "false"}, "fips"),
    "dualstack of the environment": ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, ""),
    "dualstack of the profile": ({}, "dual"),
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    config.write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.mark.parametrize(("client", "product"), [("fsx", "fsx"), ("stepfunctions", "states")])
@pytest.mark.parametrize(("environ", "profile"), PLACES.values(), ids=PLACES.keys())
def test_the_url_is_the_one_that_botocore_calls(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], profile: str, client: str, product: str
) -> None:
    for name, value in {**environ, **({"AWS_PROFILE": profile} if profile else {})}.items():
        monkeypatch.setenv(name, value)
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    made = session.create_client(client, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    asked: list[str] = []
    made.meta.events.register("before-send", lambda request, **dummy: asked.append(request.url))
    # Without a response nothing is sent, and botocore would go on to the network.
    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", _refuse)
    with pytest.raises(_Refused):
        _call(made, client)
    found = {**environ, **({"AWS_PROFILE": profile} if profile else {}), "AWS_CONFIG_FILE": "config"}
    ours = settings({}, found, {"config": CONFIG}.get)
    assert asked[0].rstrip("/") == url_of(product, "eu-west-1", ours)


class _Refused(Exception):
    """Nothing is sent."""


def _refuse(*dummy: t.Any) -> t.NoReturn:
    raise _Refused


def _call(made: t.Any, client: str) -> None:
    calls = {"fsx": "describe_backups", "stepfunctions": "list_state_machines"}
    getattr(made, calls[client])()


def test_an_option_comes_before_the_environment() -> None:
    environ = {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "false"}
    found = settings({"use_fips_endpoint": False, "use_dualstack_endpoint": True}, environ, no_file)
    assert (found["use_fips_endpoint"], found["use_dualstack_endpoint"]) == (False, True)


@pytest.mark.parametrize("url", ["http://ec2.example.com", "ec2.example.com", "https://u:p@ec2.example.com", "ftp://x"])
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"])
def test_keys_go_to_no_url_that_is_not_safe(name: str, url: str) -> None:
    with pytest.raises(OptionError, match=f"^{name}: "):
        url_of("ec2", "eu-west-1", settings({}, {name: url}, no_file))


WRONG = {
    "a setting that is neither": (
        {"AWS_USE_FIPS_ENDPOINT": "yes"},
        "",
        "AWS_USE_FIPS_ENDPOINT or .*give true or false",
    ),
    "services that are not there": (
        {},
        "[default]\nservices = x\n",
        r"services is 'x', but there is no section \[services x\]",
    ),
    "a block that is none": ({}, "[services x]\nec2 =\n  endpoint_url\n", r"section \[services x\]: ec2 is no block"),
    "a file that is none": ({}, "x = 1\n", "not an INI file"),
    "lines that belong to others": ({}, "[default]\nregion = x\n aws_access_key_id = hush\n", "begin with white space"),
    "a list for a text": ({}, "[default]\nendpoint_url =\n  x = y\n", "endpoint_url is an object"),
}


@pytest.mark.parametrize(("environ", "config", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_settings_is_told(environ: dict[str, str], config: str, told: str) -> None:
    with pytest.raises((CredentialsMissing, OptionError), match=told) as caught:
        settings({}, environ, {"~/.aws/config": config}.get)
    assert "hush" not in str(caught.value)
