# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as clouds write them, and what they are read as."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import (
    format_time,
    is_cut_off,
    read_json,
    same_id,
    to_count,
    to_data,
    to_datetime,
    to_flag,
    to_number,
    to_percent,
    to_seconds,
    to_text,
    to_time,
)

TIMES: list[tuple[t.Any, t.Optional[str]]] = [
    ("2015-11-23T02:13Z", "2015-11-23T02:13:00Z"),
    ("2015-11-23T02:13:45Z", "2015-11-23T02:13:45Z"),
    ("2024-11-06T06:46:51.929Z", "2024-11-06T06:46:51Z"),
    ("2024-11-06T06:46:51,929Z", "2024-11-06T06:46:51Z"),
    ("2019-05-23T14:35:23.584+00:00", "2019-05-23T14:35:23Z"),
    ("2018-08-06T10:41:14+0800", "2018-08-06T02:41:14Z"),
    ("2018-08-06T10:41:14-0330", "2018-08-06T14:11:14Z"),
    ("2018-01-01T00:30:00+0800", "2017-12-31T16:30:00Z"),
    ("2020-02-29T23:59:59Z", "2020-02-29T23:59:59Z"),
    ("2021-02-29T23:59:59Z", None),
    ("2018-08-06 10:41:14", "2018-08-06T10:41:14Z"),
    ("2018-08-06 10:41:14 UTC", "2018-08-06T10:41:14Z"),
    ("2018-08-06", "2018-08-06T00:00:00Z"),
    ("2020-02-02 08:12:40.672772389 +0000 UTC", "2020-02-02T08:12:40Z"),
    ("2020-02-02 08:12:40.672772389 +0800 CST", None),
    ("2020-02-02 08:12:40.672772389 -0100 UTC", "2020-02-02T09:12:40Z"),
    ("2019-05-23T14:35:23.584123", "2019-05-23T14:35:23Z"),
    ("04-Jun-2015 18:11:06:586", "2015-06-04T18:11:06Z"),
    ("04-Jun-2015 18:11:06 +0800", "2015-06-04T10:11:06Z"),
    ("31-Feb-2015 18:11:06:586", None),
    ("04-Fun-2015 18:11:06:586", None),
    ("1615607706123", "2021-03-13T03:55:06Z"),
    (" 2018-08-06T10:41:14Z ", "2018-08-06T10:41:14Z"),
    (1615607706, "2021-03-13T03:55:06Z"),
    (1615607706.9, "2021-03-13T03:55:06Z"),
    ("1615607706", "2021-03-13T03:55:06Z"),
    (1615607706123, "2021-03-13T03:55:06Z"),
    (0, None),
    ("0", None),
    ("", None),
    ("   ", None),
    (None, None),
    (-1, None),
    (True, None),
    (10**300, None),
    (float("inf"), None),
    ("0001-01-01T00:00:00+0800", None),
    ("9999-12-31T23:59:59-0800", None),
    ("2018-08-06T25:00:00Z", None),
    ("٢٠١٨-٠٨-٠٦", None),
    ("yesterday", None),
    ({"seconds": 1}, None),
    ([], None),
]


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_a_time_is_read_in_every_format(value: t.Any, expected: t.Optional[str]) -> None:
    assert to_time(value) == expected


ZONES: list[tuple[t.Any, str, t.Optional[str]]] = [
    ("2022-11-14 14:31:56", "+08:00", "2022-11-14T06:31:56Z"),
    ("2022-11-14 14:31:56", "-03:30", "2022-11-14T18:01:56Z"),
    ("04-Jun-2015 18:11:06:586", "+08:00", "2015-06-04T10:11:06Z"),
    ("2022-11-14T14:31:56Z", "+08:00", "2022-11-14T14:31:56Z"),
    ("2022-11-14 14:31:56 UTC", "+08:00", "2022-11-14T14:31:56Z"),
    ("2022-11-14T14:31:56+0000", "+08:00", "2022-11-14T14:31:56Z"),
    ("2022-11-14T14:31:56+02:00", "+08:00", "2022-11-14T12:31:56Z"),
    (1615607706, "+08:00", "2021-03-13T03:55:06Z"),
    ("", "+08:00", None),
]


@pytest.mark.parametrize(("value", "zone", "expected"), ZONES)
def test_a_time_without_a_zone_is_in_that_of_its_api(value: t.Any, zone: str, expected: t.Optional[str]) -> None:
    assert to_time(value, zone) == expected


EITHER = [
    (0.37, 37.0),
    ("0.37", 37.0),
    (0, 0.0),
    (37, 37.0),
    (100, 100.0),
    (99.5, 99.5),
    (1, None),
    (1.0, None),
    (101, None),
]


@pytest.mark.parametrize(("value", "expected"), EITHER)
def test_a_fraction_is_told_from_percents(value: t.Any, expected: t.Optional[float]) -> None:
    assert to_percent(value, None) == expected


@given(
    moment=st.datetimes(datetime(1973, 3, 4), datetime(9998, 12, 30)).map(lambda moment: moment.replace(microsecond=0)),
    zone=st.sampled_from(["Z", "+0000", "+00:00", ""]),
)
def test_a_time_in_iso_8601_comes_back_as_it_was(moment: datetime, zone: str) -> None:
    utc = moment.replace(tzinfo=timezone.utc)
    assert to_datetime(moment.isoformat() + zone) == utc
    assert to_datetime(format_time(utc)) == utc


NUMBERS: list[tuple[t.Any, t.Optional[float]]] = [
    (0, 0.0),
    (7, 7.0),
    (-1, -1.0),
    (1.5, 1.5),
    ("7", 7.0),
    ("60%", 60.0),
    (" 60 % ", 60.0),
    ("-1", -1.0),
    ("", None),
    ("%", None),
    ("NaN", None),
    ("inf", None),
    ("many", None),
    (float("nan"), None),
    (float("-inf"), None),
    (10**400, None),
    (True, None),
    (None, None),
    ([1], None),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_a_number_is_finite_or_none(value: t.Any, expected: t.Optional[float]) -> None:
    assert to_number(value) == expected


HUGE = "9" * 400
JSON_NUMBERS: list[tuple[str, t.Any]] = [
    ("1e999", "1e999"),
    ("-1e999", "-1e999"),
    (HUGE + ".0", HUGE + ".0"),
    ("1e5", 100_000.0),
    ("-0.25", -0.25),
    (HUGE, int(HUGE)),
]


@pytest.mark.parametrize(("text", "number"), JSON_NUMBERS, ids=["large", "small", "long", "exponent", "part", "whole"])
def test_a_number_that_no_float_can_be_is_a_text(text: str, number: t.Any) -> None:
    assert read_json(f'{{"a": [{text}]}}') == {"a": [number]}
    assert to_data(f"[{text}]") == [number]
    if isinstance(number, str):
        assert (to_number(number), to_count(number), to_percent(number), to_time(number)) == (None, None, None, None)


# A document, and what it holds; None if that cannot be told.
TWICE: list[tuple[str, t.Any]] = [
    ('{"a": 1, "a": 1}', {"a": 1}),
    ('{"a": {"b": []}, "a": {"b": []}}', {"a": {"b": []}}),
    ('{"a": "Failed", "a": "Finished"}', None),
    ('[{"b": {"a": null, "a": 0}}]', None),
    ('{"a": 1, "\\u0061": 2}', None),
    ('{"a": 1, "A": 2}', {"a": 1, "A": 2}),
]


@pytest.mark.parametrize(("text", "data"), TWICE)
def test_a_name_with_two_values_is_no_json(text: str, data: t.Any) -> None:
    if data is None:
        with pytest.raises(ValueError, match="a name two values"):
            read_json(text)
        assert is_cut_off(to_data(text))
    else:
        assert read_json(text) == data


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_no_json(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_json(name)


CUT_OFF: list[tuple[t.Any, bool]] = [
    ('[{"a": 1}, {"b"', True),
    ('{"a": 1', True),
    ("[", True),
    (' [ "a", ', True),
    ('[["a"', True),
    ('"a": 1}]', True),
    ("all fine", False),
    ("", False),
    ("[INFO] done", False),
    ("[12:00] done", False),
    ("{0} of {1} done", False),
    (["a"], False),
    (None, False),
]


@pytest.mark.parametrize(("value", "cut"), CUT_OFF)
def test_a_text_that_was_to_be_json_is_told_from_any_other(value: t.Any, cut: bool) -> None:
    assert is_cut_off(to_data(value)) is cut


ID = "7e57ab1e-0000-4000-8000-00000000000a"
IDS: list[tuple[t.Optional[str], t.Optional[str], bool]] = [
    (ID, ID, True),
    (ID, ID.upper(), True),
    (ID, ID.replace("-", ""), True),
    (ID, ID[:-1] + "b", False),
    (ID, ID.replace("-", "", 1), False),
    ("t-1", "t-1", True),
    ("t-1", "T-1", False),
    ("412", "41", False),
    ("1", "01", False),
    ("a-b", "ab", False),
    (None, None, True),
    (None, "", False),
]


@pytest.mark.parametrize(("first", "second", "same"), IDS)
def test_ids_are_the_same_if_they_name_the_same(first: str, second: str, same: bool) -> None:
    assert same_id(first, second) is same
    assert same_id(second, first) is same


PERCENTS: list[tuple[t.Any, float, t.Optional[float]]] = [
    ("100%", 100.0, 100.0),
    (0, 100.0, 0.0),
    (10_000, 10_000.0, 100.0),
    (100, 10_000.0, 1.0),
    (1, 10_000.0, 0.01),
    ("2500", 10_000.0, 25.0),
    (33.33333, 100.0, 33.33),
    (-1, 100.0, None),
    (101, 100.0, None),
    (10_001, 10_000.0, None),
    (0.5, 1.0, 50.0),
    (99.999, 100.0, 99.99),
    (0.999999, 1.0, 99.99),
    ("", 100.0, None),
    (None, 100.0, None),
]


@pytest.mark.parametrize(("value", "scale", "expected"), PERCENTS)
def test_progress_is_0_to_100_from_every_scale(value: t.Any, scale: float, expected: t.Optional[float]) -> None:
    assert to_percent(value, scale) == expected


OTHERS: list[tuple[t.Callable[[t.Any], t.Any], t.Any, t.Any]] = [
    (to_time, "0001-01-01T00:00:00", None),
    (to_time, "0001-01-01T08:00:00+08:00", None),
    (to_time, "0000-00-00 00:00:00", None),
    (to_time, "0002-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
    (to_seconds, "PT5M", 300.0),
    (to_seconds, "PT1H2M3.5S", 3723.5),
    (to_seconds, "P1DT1S", 86401.0),
    (to_seconds, "P1D", 86400.0),
    (to_seconds, "PT0S", 0.0),
    (to_seconds, "120s", 120.0),
    (to_seconds, "0.5s", 0.5),
    (to_seconds, "00:05:00", 300.0),
    (to_seconds, "1.02:03:04.5", 93784.5),
    (to_seconds, "P", None),
    (to_seconds, "PT", None),
    (to_seconds, "P1M", None),
    (to_seconds, "-PT5M", None),
    (to_seconds, "5:00", None),
    (to_seconds, "-120s", None),
    (to_seconds, "s", None),
    (to_count, 3, 3),
    (to_count, "3", 3),
    (to_count, 0, 0),
    (to_count, "-0", None),
    (to_count, -1, None),
    (to_count, "", None),
    (to_count, True, None),
    (to_count, 2.0, 2),
    (to_count, 2.5, None),
    (to_count, "2.5", None),
    (to_count, "40%", None),
    (to_seconds, 66, 66.0),
    (to_seconds, "66", 66.0),
    (to_seconds, 0, 0.0),
    (to_seconds, -5, None),
    (to_seconds, "", None),
    (to_flag, True, True),
    (to_flag, False, False),
    (to_flag, "true", True),
    (to_flag, " False ", False),
    (to_flag, "", None),
    (to_flag, "yes", None),
    (to_flag, 1, None),
    (to_flag, None, None),
    (to_text, "a", "a"),
    (to_text, " a ", "a"),
    (to_text, "", None),
    (to_text, "  ", None),
    (to_text, 0, "0"),
    (to_text, 401, "401"),
    (to_text, True, None),
    (to_text, None, None),
    (to_text, {}, None),
    (to_data, '{"a": 1}', {"a": 1}),
    (to_data, "[1]", [1]),
    (to_data, "{}", {}),
    (to_data, "", None),
    (to_data, " ", None),
    (to_data, "text", "text"),
    (to_data, '{"a":', '{"a":'),
    (to_data, {"a": 1}, {"a": 1}),
    (to_data, None, None),
    (to_data, "[" * 100_000, "[" * 100_000),
    (to_data, "1" * 400, int("1" * 400)),
    (to_data, "1" * 401, "1" * 401),
    (to_data, '{"a": -' + "1" * 1_000_000 + "}", '{"a": -' + "1" * 1_000_000 + "}"),
    (to_count, "1" * 1_000_000, None),
    (to_number, "0." + "1" * 1_000_000, None),
    (to_number, "1" + " " * 1_000_000 + "%", None),
    (to_time, "2026-01-31T12:00:00." + "1" * 1_000_000, None),
    (to_time, "04-Jun-2015 18:11:06:" + "1" * 1_000_000 + "\n", None),
    (to_time, "2026-01-31" + " " * 1_000_000 + "x", None),
]


@pytest.mark.parametrize(("read", "value", "expected"), OTHERS)
def test_a_value_is_read_or_none(read: t.Callable[[t.Any], t.Any], value: t.Any, expected: t.Any) -> None:
    got = read(value)
    assert got == expected
    assert type(got) is type(expected)


READERS = [to_count, to_data, to_datetime, to_flag, to_number, to_percent, to_seconds, to_text, to_time]
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@given(value=ANYTHING)
def test_no_value_is_an_exception(value: t.Any) -> None:
    for read in READERS:
        got = read(value)
        assert got is None or value is not None
