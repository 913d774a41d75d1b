# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations as people write them, of every option in seconds and at every entry point."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._options import spec as _options
from ansible_collections.multicloud.tasks.plugins.module_utils._options.durations import seconds_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import event_plan_of, plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS

ONE = {"provider": "alibaba", "service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
SECONDS: dict[str, tuple[t.Any, t.Any]] = {
    "an integer": (90, 90),
    "a fraction": (0.5, 0.5),
    "a text": ("90", 90),
    "a text of a fraction": (" 1.5 ", 1.5),
    "with an exponent": ("1e2", 100),
    "seconds": ("90s", 90),
    "minutes": ("30m", 1800),
    "hours": ("2h", 7200),
    "days": ("1d", 86400),
    "a fraction of an hour": ("1.5h", 5400),
    "hours and minutes": ("1h30m", 5400),
    "with blanks, in capitals": ("1H 30 M", 5400),
    "all units": ("1d2h3m4s", 93784),
    "negative": ("-5", -5),
    "negative with a unit": ("-5m", None),
    "units in disorder": ("30m1h", None),
    "twice the same unit": ("1h1h", None),
    "a unit alone": ("m", None),
    "another unit": ("2 weeks", None),
    "a word": ("long", None),
    "nothing": ("", None),
    "infinite": ("inf", None),
    "a boolean": (True, None),
    "a boolean as ansible-core writes it": ("True", None),
    "digits of another script": ("\u0663m", None),
}
# The options in seconds of each kind of step.
SPECS = {
    "wait": _options.wait_spec(PROVIDERS),
    "event source": _options.event_spec(PROVIDERS),
    **{name: _options.info_spec(provider) for name, provider in PROVIDERS.items()},
}
OPTIONS = [(kind, name) for kind, spec in SPECS.items() for name in sorted(_options.DURATIONS & set(spec))]


@pytest.mark.parametrize("name", SECONDS)
def test_a_duration_is_read_as_it_is_written(name: str) -> None:
    text, seconds = SECONDS[name]
    assert seconds_of(text) == seconds


def test_every_option_in_seconds_is_one_of_some_step() -> None:
    assert {name for dummy, name in OPTIONS} == _options.DURATIONS


@pytest.mark.parametrize(("kind", "name"), OPTIONS)
def test_every_option_in_seconds_takes_units(kind: str, name: str) -> None:
    for alias in (name, *SPECS[kind][name].get("aliases", ())):
        assert check(SPECS[kind], {alias: "1h30m"})[name] == 5400, alias
        with pytest.raises(
            OptionError, match=rf"tasks\[3\]: {name}: '3 moons' is not a duration; give seconds, .*1h30m"
        ):
            check(SPECS[kind], {alias: "3 moons"}, "tasks[3]: ")


@pytest.mark.parametrize(("kind", "name"), OPTIONS)
def test_every_default_is_in_seconds(kind: str, name: str) -> None:
    default = SPECS[kind][name].get("default")
    assert check(SPECS[kind], {})[name] == (None if default is None else float(default))


def test_a_duration_that_may_be_a_secret_is_not_shown() -> None:
    with pytest.raises(OptionError) as caught:
        check(SPECS["wait"], {"timeout": "x" * 40})
    assert "xxx" not in str(caught.value)


def test_units_reach_the_plans() -> None:
    plan = plan_of(PROVIDERS, {**ONE, "wait_timeout": "2h", "wait_sleep": "1m", "request_timeout": "5s"}, False)
    assert (plan.policy.timeout, plan.policy.pace.interval, plan.policy.grace) == (7200, 60, 5)
    entry = {**ONE, "request_timeout": "1m"}
    assert plan_of(PROVIDERS, {"tasks": [entry]}, False).selectors[0].options["request_timeout"] == 60
    assert event_plan_of(PROVIDERS, {**ONE, "wait_timeout": "2h"}).plan.policy.timeout == 7200


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (("timeout", "wait_timeout"), (60, 90)),
        (("interval", "wait_sleep"), ("1m", "2m")),
        (("name", "operation"), "ab"),
    ],
    ids=["timeout", "interval", "name"],
)
def test_two_names_of_one_option_must_agree(names: tuple[str, str], values: t.Sequence[t.Any]) -> None:
    query = {name: value for name, value in ONE.items() if name != "task_id"}
    with pytest.raises(OptionError, match=f"{names[0]} and {names[1]} are the same option"):
        plan_of(PROVIDERS, {**query, "resource_id": "i-1", **dict(zip(names, values))}, False)


def test_operation_is_the_name_that_is_listed() -> None:
    query = {name: value for name, value in ONE.items() if name != "task_id"}
    plan = plan_of(PROVIDERS, {**query, "operation": "ExportImage"}, False)
    assert plan.selectors[0].filters.name == "ExportImage"
    plan = plan_of(PROVIDERS, {"tasks": [{**query, "operation": "ExportImage"}]}, False)
    assert plan.selectors[0].filters.name == "ExportImage"
    with pytest.raises(OptionError, match="operation is null"):
        plan_of(PROVIDERS, {**query, "operation": None}, False)
