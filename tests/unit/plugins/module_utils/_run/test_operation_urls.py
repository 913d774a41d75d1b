# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for operations that are known by their URLs: what is asked, and that no signature is shown or written down."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import now
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from local_cloud.signatures import Received
from support.azure_operations import PROVIDER
from support.http_stub import Stub, StubResponse

SIGNED = "t=638000000000000000&c=MIIHHjCertificate.a-b_c&s=Signature*x~1.0123456789&h=Hash0123456789ab"
SECRETS = [pair.partition("=")[2] for pair in SIGNED.split("&")]
START = f"/subscriptions/S/operationStatuses/first*%3a?api-version=1&{SIGNED}"
NEXT = f"/subscriptions/S/operationStatuses/second?api-version=1&{SIGNED}"
REFERENCE = "/subscriptions/S/operationStatuses/first*%3a?api-version=1"


class Waited(t.NamedTuple):
    result: dict[str, t.Any]
    lines: list[str]
    everything: str


def waited(url: str, stub: Stub, folder: pathlib.Path, **more: t.Any) -> Waited:
    lines: list[str] = []
    world = Frontend(Host(now), Mask(), lines.append, lines.append, record=lambda call: lines.append(json.dumps(call)))
    own = {"access_token": "a-token"} if "access_token" in PROVIDER.options else {}
    given = {"provider": "azure", "service": "operation", "task_ids": [url], "endpoint": stub.url, "timeout": 5}
    bounds = {"interval": 0.02, "rate_limit": 500, "journal": str(folder / "journal"), "raw": True}
    result = wait(plan_of({"azure": PROVIDER}, {**given, **bounds, **own, **more}, False), world)
    written = "".join(path.read_text() for path in folder.glob("journal*") if path.is_file())
    return Waited(result, lines, "\n".join([*lines, json.dumps(result), written]))


def answering(*answers: StubResponse) -> Stub:
    """Answer in turn, and repeat the last one. ``{url}`` in a header is the server's own URL."""
    left = list(answers)

    def answer(received: Received) -> StubResponse:
        told = left.pop(0) if len(left) > 1 else left[0]
        headers = {name: value.replace("{url}", stub.url) for name, value in told.headers.items()}
        return StubResponse(told.status, told.body, headers)

    stub = Stub(answer)
    return stub


DONE = StubResponse(200, b'{"status": "Succeeded"}')
MOVED = StubResponse(202, b"", {"Location": f"{{url}}{NEXT}"})
GOING = StubResponse(202, b'{"status": "InProgress"}', {"Location": f"{{url}}{NEXT}"})
REFUSED = StubResponse(403, json.dumps({"error": {"code": "Denied", "message": f"not {SIGNED}"}}).encode())
ODD = StubResponse(200, json.dumps({"status": "Failed", "error": {"code": "x", "message": f"bad {SIGNED}"}}).encode())
# The answers, the targets that are asked, and the outcome.
WAITS: dict[str, tuple[list[StubResponse], list[str], str]] = {
    "it is done": ([DONE], [START], "succeeded"),
    "it goes on at another URL": ([MOVED, DONE], [START, NEXT], "succeeded"),
    "it goes on at another URL for long": ([MOVED, StubResponse(202), DONE], [START, NEXT, NEXT], "succeeded"),
    "its result will be at another URL": ([GOING, DONE], [START, START], "succeeded"),
    "it is refused": ([REFUSED], [START], "unauthorized"),
    "its error has the URL": ([ODD], [START], "failed"),
}


@pytest.mark.parametrize("name", WAITS)
def test_a_signature_is_sent_and_shown_nowhere(name: str, tmp_path: pathlib.Path) -> None:
    answers, targets, outcome = WAITS[name]
    with answering(*answers) as stub:
        seen = waited(stub.url + START, stub, tmp_path)
        assert stub.asked[: len(targets)] == [f"GET {target}" for target in targets]
    (task,) = seen.result["tasks"]
    assert (task["outcome"], task["id"]) == (outcome, REFERENCE)
    assert not [secret for secret in SECRETS if secret in seen.everything]
    assert [line for line in seen.lines if "first*%3a" in line]
    assert not [line for line in seen.lines if REFERENCE in line]


def test_the_id_in_a_result_can_be_waited_for_again(tmp_path: pathlib.Path) -> None:
    with answering(DONE) as stub:
        seen = waited(stub.url + START, stub, tmp_path)
        again = waited(seen.result["tasks"][0]["id"], stub, tmp_path, journal=None)
        assert stub.asked == [f"GET {START}", f"GET {REFERENCE}"]
        assert again.result["succeeded"] is True
        # The journal knows the task by either form.
        resumed = waited(seen.result["tasks"][0]["id"], stub, tmp_path)
        assert (len(stub.asked), resumed.result["succeeded"]) == (2, True)


@pytest.mark.parametrize("host", ["https://evil.example", "http://127.0.0.1:1", "https://me@127.0.0.1"])
def test_another_host_is_refused_before_any_call(host: str, tmp_path: pathlib.Path) -> None:
    with answering(DONE) as stub:
        with pytest.raises(OptionError, match=r"^task_ids: it is a URL at ") as caught:
            waited(host + START, stub, tmp_path)
        assert stub.received == []
    assert not [secret for secret in SECRETS if secret in str(caught.value)]


@pytest.mark.parametrize("to", ["https://evil.example/o", "http://127.0.0.1:1/o", "//evil.example/o"])
def test_a_cloud_that_moves_an_operation_to_another_host_is_not_followed(to: str, tmp_path: pathlib.Path) -> None:
    with answering(StubResponse(202, b"", {"Location": to}), DONE) as stub:
        seen = waited(stub.url + START, stub, tmp_path)
        assert stub.asked == [f"GET {START}"]
    (task,) = seen.result["tasks"]
    assert (task["outcome"], seen.result["succeeded"]) == ("unreachable", False)
    assert "keys are sent only to" in task["reason"]
