# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a service looks for the id of what was started, the vendor's own models have it: in answers to calls that do not read."""

from __future__ import annotations

import importlib.util
import pathlib
import re
import typing as t

import pytest
from unit.vendors.alibaba_sdk import package_of

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.services import SERVICES as ALIBABA
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei.services import SERVICES as HUAWEI
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Service

pytest.importorskip("huaweicloudsdkims", reason="there is nothing to hold the catalogue against")

# What modules of Ansible make of an answer; their results are in the tests of the catalogue.
OF_MODULES = {"image_id", "image.id", "executions.execution_id", "stack.stack_id"}
READS = re.compile(r"(?:batch_?)?(?:Describe|List|Get|Query|Check|Search|list|show|count|check)_?[A-Za-z]")
PACKAGES = {
    **dict.fromkeys(("taurusdb", "taurusdb_backup", "taurusdb_scheduled"), "gaussdb"),
    **dict.fromkeys(("cbr", "cbr_backup", "cbr_checkpoint"), "cbr"),
    "gaussdb": "gaussdbforopengauss",
    "sfs_turbo": "sfsturbo",
}


def files_of(package: str, pattern: str) -> list[pathlib.Path]:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.submodule_search_locations
    return [file for place in found.submodule_search_locations for file in sorted(pathlib.Path(place).glob(pattern))]


def alibaba_fields(service: Service) -> set[str]:
    """The fields of all answers to calls that start or change something, at any depth."""
    texts = [file.read_text(encoding="utf-8") for file in files_of(package_of(service), "models/*.py")]
    bodies = [each for text in texts for each in re.split(r"^class ", text, flags=re.M)[1:]]
    starting = [body for body in bodies if re.match(r"\w+ResponseBody", body) and not READS.match(body)]
    assert starting
    return {name for body in starting for name in re.findall(r"result\['(\w+)'\] = ", body)}


def huawei_fields(service: Service) -> set[str]:
    """The fields of all models but those of answers to calls that read."""
    package = f"huaweicloudsdk{PACKAGES.get(service.name, service.name)}"
    files = [file for file in files_of(package, "v*/model/*.py") if not READS.match(file.name)]
    assert files
    maps = re.findall(r"attribute_map = \{(.*?)\}", "".join(file.read_text(encoding="utf-8") for file in files), re.S)
    return {name for each in maps for name in re.findall(r": '([\w.-]+)'", each)}


FIELDS: dict[str, tuple[t.Mapping[str, Service], t.Callable[[Service], set[str]]]] = {
    "alibaba": (ALIBABA, alibaba_fields),
    "huawei": (HUAWEI, huawei_fields),
}
ROWS = [(cloud, service) for cloud, (services, dummy) in FIELDS.items() for service in services.values()]


@pytest.mark.parametrize(("cloud", "service"), ROWS, ids=[f"{cloud}-{service.name}" for cloud, service in ROWS])
def test_the_vendor_answers_a_start_with_these_fields(cloud: str, service: Service) -> None:
    assert service.started_by is not None
    paths = [path for path in service.started_by.ids if path not in OF_MODULES]
    assert paths
    # The task centers of the databases share their paths, and spell them differently.
    known = {name.lower() for name in FIELDS[cloud][1](service)}
    assert [path for path in paths if not {*path.lower().replace("[]", "").split(".")} <= known] == []
