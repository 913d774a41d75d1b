# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""XML answers as APIs write them, and what they are read as."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.multicloud.tasks.plugins.module_utils._core.values import MAX_DEPTH
from ansible_collections.multicloud.tasks.plugins.module_utils._core.xml import read_xml

METADATA = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
LISTS = ("snapshotSet", "Jobs", "DBSnapshots")

ANSWERS: dict[str, tuple[str, dict[str, t.Any]]] = {
    "a text": ("<R><a>1</a></R>", {"a": "1"}),
    "texts stay as they are": ("<R><a> 1 &amp; 2 </a><b>true</b></R>", {"a": " 1 & 2 ", "b": "true"}),
    "an empty element": ("<R><a/><b></b></R>", {"a": "", "b": ""}),
    "nothing at all": ("<R/>", {}),
    "a text alone": ("<R>well</R>", {}),
    "members": ("<R>\n  <a>\n    <b>1</b>\n    <c>2</c>\n  </a>\n</R>", {"a": {"b": "1", "c": "2"}}),
    "a namespace": ('<R xmlns="http://a.example/"><a>1</a></R>', {"a": "1"}),
    "a prefix": ('<x:R xmlns:x="http://a.example/"><x:a>1</x:a></x:R>', {"a": "1"}),
    "attributes": ('<R><a type="t">1</a></R>', {"a": "1"}),
    "a declaration": ('<?xml version="1.0" encoding="ISO-8859-1"?><R><a>ü</a></R>', {"a": "ü"}),
    "a comment": ("<R><!-- <!DOCTYPE a> --><a>1</a></R>", {"a": "1"}),
    "a text that looks like markup": ("<R><a><![CDATA[<!DOCTYPE a>]]></a></R>", {"a": "<!DOCTYPE a>"}),
    "a list of items": ("<R><a><item><b>1</b></item><item>2</item></a></R>", {"a": [{"b": "1"}, "2"]}),
    "a list of one": ("<R><a><member>1</member></a></R>", {"a": ["1"]}),
    "an item among others": ("<R><a><item>1</item><b>2</b></a></R>", {"a": {"item": "1", "b": "2"}}),
    "items and members": ("<R><a><item>1</item><member>2</member></a></R>", {"a": {"item": "1", "member": "2"}}),
    "a child that is repeated": ("<R><a><b>1</b><c/><b>2</b></a></R>", {"a": {"b": ["1", "2"], "c": ""}}),
    "a list by its name": ("<R><Jobs><Job>1</Job></Jobs></R>", {"Jobs": ["1"]}),
    "an empty list by its name": ("<R><Jobs/><snapshotSet>\n</snapshotSet></R>", {"Jobs": [], "snapshotSet": []}),
    "a text under the name of a list": ("<R><Jobs>none</Jobs></R>", {"Jobs": "none"}),
    "an answer of EC2": (
        "<DescribeXResponse><requestId>r</requestId><snapshotSet/></DescribeXResponse>",
        {"requestId": "r", "snapshotSet": []},
    ),
    "a result": (
        f"<AResponse><AResult><DBSnapshots/><Marker>m</Marker></AResult>{METADATA}</AResponse>",
        {"DBSnapshots": [], "Marker": "m", "RequestId": "r"},
    ),
    "an empty result": (
        f"<AResponse><AResult/>{METADATA}</AResponse>",
        {"RequestId": "r"},
    ),
    "a member of the same name as the metadata": (
        f"<AResponse><AResult><RequestId>a</RequestId></AResult>{METADATA}</AResponse>",
        {"RequestId": "a"},
    ),
    "a result of another call": ("<AResponse><BResult><c>1</c></BResult></AResponse>", {"BResult": {"c": "1"}}),
    "an error": (
        "<ErrorResponse><Error><Code>c</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        {"Error": {"Code": "c", "Message": "m"}, "RequestId": "r"},
    ),
    "an error of EC2": (
        "<Response><Errors><Error><Code>c</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>",
        {"Error": {"Code": "c", "Message": "m"}, "RequestID": "r"},
    ),
    "errors by another name": (
        "<ErrorResponse><Errors><Error><Code>c</Code><Message>m</Message></Error></Errors></ErrorResponse>",
        {"Error": {"Code": "c", "Message": "m"}},
    ),
    "two errors of EC2": (
        "<Response><Errors><Error><Code>c</Code></Error><Error><Code>d</Code></Error></Errors></Response>",
        {"Error": {"Code": "c"}},
    ),
    "an error of S3": ("<Error><Code>c</Code><Message>m</Message></Error>", {"Code": "c", "Message": "m"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read(name: str) -> None:
    text, content = ANSWERS[name]
    assert read_xml(text, LISTS) == content


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


BILLION_LAUGHS = f"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '{'&a;' * 9}'><!ENTITY c '{'&b;' * 9}'>]><R>&c;</R>"

REFUSED = {
    "nothing": "",
    "a text": "Service Unavailable",
    "JSON": '{"a": 1}',
    "the page of a proxy": "<!DOCTYPE html><html><body>502</body></html>",
    "entities": BILLION_LAUGHS,
    "a file of this machine": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><R>&f;</R>',
    "a document type in lower case": "<!doctype html><html/>",
    "an entity that is not declared": "<R>&a;</R>",
    "an end that is missing": "<R><a>1</a>",
    "two documents": "<R/><R/>",
    "a prefix that is not declared": "<x:R/>",
    "half of a pair": "<R>&#xD800;</R>",
    "half of a pair as it is": "<R>\ud800</R>",
    "a control character": "<R>\x00</R>",
    "too deep": nested(MAX_DEPTH + 1),
    "much too deep": nested(100_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_answer_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"XML|document type|deep|surrogates"):
        read_xml(REFUSED[name])


def test_the_deepest_answer_is_read() -> None:
    content: t.Any = read_xml(nested(MAX_DEPTH))
    for dummy in range(MAX_DEPTH - 2):
        content = content["a"]
    assert content == {"a": ""}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))


@given(TEXTS)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read_xml(f"<R><a>{escaped}</a></R>") == {"a": text}


@given(st.text())
def test_any_text_is_an_answer_or_a_value_error(text: str) -> None:
    for document in (text, f"<R>{text}</R>", f"<R><{text}"):
        try:
            assert isinstance(read_xml(document, LISTS), dict)
        except ValueError:
            continue
