# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers, certificates and proxies that nobody should trust, and what they may say: it stays data, and keys stay at home."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
import pathlib
import shutil
import socket
import subprocess
import threading
import typing as t
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from integration import scenes
from integration.cases import TASKS, Case, Table, check, play
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import ask, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud
from local_cloud.descriptors import readable

QUICK = {"min_interval": 0.1, "max_interval": 0.3, "rate_limit": 20, "timeout": 20, "request_timeout": 2}
GIVES_UP = {**QUICK, "unreachable_timeout": 0.5}
SERVICES = ("ecs", "hbr", "bdrc", "taurusdb")

# A stranger: a server that writes down what it is asked, and answers with whatever bytes it was given


@dataclasses.dataclass(frozen=True)
class Heard:
    """The head of a request."""

    target: str
    head: str


class Stranger:
    """Listens on this machine; ``answer`` gives the bytes for a request, and may go on to speak on the connection."""

    def __init__(self, answer: t.Callable[[Heard, socket.socket], None]) -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> Stranger:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self.server.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, dummy = self.server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                more = connection.recv(65_536)
                if not more:
                    return
                data += more
            head = data.partition(b"\r\n\r\n")[0].decode("latin-1")
            heard = Heard(head.split(" ")[1], head)
            self.heard.append(heard)
            self.answer(heard, connection)
            # Let it read to the end before the connection goes.
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65_536)


# Redirects

FINISHED = json.dumps({"TaskId": "t-1", "TaskStatus": "Finished", "Description": "completed"}).encode()


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


REDIRECTS: dict[str, Json] = {
    "ecs_301": {"status": 301, "api": "ecs.*"},
    "hbr_302": {"status": 302, "api": "hbr.*"},
    "bdrc_303": {"status": 303, "api": "bdrc.*"},
    "taurusdb_307": {"status": 307, "api": "taurusdb.*"},
    "ecs_308": {"status": 308, "api": "ecs.*"},
    "hbr_to_itself": {"status": 302, "api": "hbr.*", "url": "/followed"},
}


def redirect_rows() -> Table:
    rows = {
        name: Case(
            {**GIVES_UP, **ask(name.partition("_")[0], f"t-{name}")},
            facts={"outcome": "unreachable"},
            status="failed",
            says=("redirects are not followed",),
        )
        for name in REDIRECTS
    }
    user = {"username": accounts.HUAWEI_USER, "password": accounts.HUAWEI_PASSWORD}
    by_password = {**GIVES_UP, **ask("taurusdb", "t-login"), **user, "domain_name": accounts.HUAWEI_DOMAIN}
    login = Case(by_password, facts={"outcome": "unreachable"}, status="failed", says=("redirects are not followed",))
    return {**rows, "login_307": login}


@dataclasses.dataclass(frozen=True)
class Redirected:
    """What the stranger and the cloud itself have heard."""

    played: Played
    heard: list[Heard]
    log: list[Json]


@pytest.fixture(scope="module")
def redirected(cloud: LocalCloud, player: Player) -> Redirected:
    cloud.reset()
    with Stranger(lambda heard, connection: connection.sendall(whole(FINISHED))) as stranger:
        for name, fault in REDIRECTS.items():
            cloud.fault("redirect", **{"task": f"t-{name}", "url": f"{stranger.url}/followed", **fault})
        cloud.fault("redirect", "iam.KeystoneCreateUserTokenByPassword", status=307, url=f"{stranger.url}/followed")
        return Redirected(play(cloud, player, wait=redirect_rows()), stranger.heard, cloud.log())


@pytest.mark.parametrize("name", redirect_rows())
def test_redirect_is_no_answer(redirected: Redirected, name: str) -> None:
    check(redirect_rows()[name], redirected.played.results["Wait"][name])


def test_nothing_follows_a_redirect(redirected: Redirected) -> None:
    assert redirected.heard == []
    assert [entry["path"] for entry in redirected.log if "followed" in entry["path"]] == []


# Answers that are none

ECS = {"TaskId": "t-1", "TaskAction": "ExportImage", **scenes.EXPORTED}


def as_json(body: Json) -> bytes:
    return whole(json.dumps(body).encode())


def drip(connection: socket.socket) -> None:
    """A header that never ends, byte by byte, as long as somebody listens."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Padding: ")
    while not readable(connection, patience=0.2):
        connection.sendall(b"x")


ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "no_http": b"220 mail.example.com ESMTP\r\n",
    "a_line_without_end": b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 200_000,
    "a_thousand_headers": whole(json.dumps(ECS).encode(), *(f"X-{number}: y" for number in range(1000))),
    "half_of_what_is_compressed": whole(gzip.compress(json.dumps(ECS).encode())[:40], "Content-Encoding: gzip"),
    "a_bomb": whole(gzip.compress(b'{"TaskId": "' + b"x" * 9_000_000 + b'"}'), "Content-Encoding: gzip"),
    "compressed_as_nobody_reads": whole(json.dumps(ECS).encode(), "Content-Encoding: br"),
    "a_page_of_signs": whole(b"<" * 2_000_000, status="503 Service Unavailable"),
    "a_word_over_and_over": whole(
        json.dumps({"Code": "500", "Message": "task " * 100_000}).encode(), status="500 Internal Server Error"
    ),
    "latin": whole(json.dumps(ECS, ensure_ascii=False).replace("ExportImage", "é").encode("latin-1")),
    "too_deep": whole(b"[" * 200_000),
    "deep_and_whole": whole(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "nan": whole(b'{"TaskId": "t-1", "TaskStatus": NaN}'),
    "no_content": whole(b"", status="204 No Content"),
    "null": as_json(None),
    "true": as_json(True),
    "a_text": as_json("Finished"),
    "a_number": as_json(200),
    "a_list": as_json([ECS]),
    "an_empty_dict": as_json({}),
    "a_status_that_is_a_list": as_json({**ECS, "TaskStatus": ["Finished"]}),
    "a_status_that_is_a_dict": as_json({**ECS, "TaskStatus": {"Finished": "Finished"}}),
    "a_status_that_is_true": as_json({**ECS, "TaskStatus": True}),
    "an_id_that_is_a_list": as_json({**ECS, "TaskId": ["t-1"]}),
    "a_total_that_is_a_word": as_json({**ECS, "TotalCount": "x"}),
    "successes_that_are_a_list": as_json({**ECS, "SuccessCount": [1]}),
    "less_than_no_failure": as_json({**ECS, "FailedCount": -1}),
    "another_id": as_json({**ECS, "TaskId": "t-2"}),
    "an_error_that_says_finished": whole(json.dumps(ECS).encode(), status="500 Finished"),
    "a_code_that_is_a_dict": whole(b'{"Code": {"a": []}, "Message": ["x"]}', status="400 Bad Request"),
}
# What is beside the state, and says nothing of how it ended, may be nonsense: it is not known, then, and the state is.
NONSENSE = {
    "TaskProcess": {"a": 1},
    "CreationTime": 1e300,
    "FinishedTime": [],
    "SupportCancel": {},
    "TaskAction": [["x"]],
}
READABLE = {
    "nonsense": as_json({**ECS, **NONSENSE}),
    "compressed": whole(gzip.compress(json.dumps(ECS).encode()), "Content-Encoding: gzip"),
}


@pytest.fixture(scope="module")
def answered(cloud: LocalCloud, player: Player) -> Played:
    def answer(heard: Heard, connection: socket.socket) -> None:
        kind = urlsplit(heard.target).path.strip("/")
        if kind == "drip":
            drip(connection)
        else:
            connection.sendall({**ANSWERS, **READABLE}[kind])

    with Stranger(answer) as stranger:
        one = {**GIVES_UP, **ask("ecs", "t-1"), "timeout": 3, "request_timeout": 1}
        rows = {name: Case({**one, "endpoint": f"{stranger.url}/{name}"}) for name in (*ANSWERS, *READABLE, "drip")}
        info = {"service": "ecs", "region": "cn-hangzhou", "task_id": "t-1", "request_timeout": 1}
        endless = Case({**info, "endpoint": f"{stranger.url}/drip"})
        return play(cloud, player, wait=rows, alibaba={"info_drip": endless})


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_that_is_none_is_never_a_success(answered: Played, name: str) -> None:
    told = answered.results["Wait"][name]
    assert (told["status"], told["succeeded"]) == ("failed", False)
    assert told["tasks"][0]["outcome"] in ("unreachable", "timed_out")
    assert "internal error" not in told["msg"]


def test_answer_that_is_compressed_is_read(answered: Played) -> None:
    assert answered.results["Wait"]["compressed"]["tasks"][0]["outcome"] == "succeeded"


def test_nonsense_beside_the_state_is_not_known(answered: Played) -> None:
    task = answered.results["Wait"]["nonsense"]["tasks"][0]
    assert (task["outcome"], task["progress"], task["created_at"], task["finished_at"]) == ("succeeded", *[None] * 3)


def test_answer_without_end_does_not_hold_the_wait(answered: Played) -> None:
    told = answered.results["Wait"]["drip"]
    assert (told["status"], told["tasks"][0]["outcome"] in ("timed_out", "unreachable")) == ("failed", True)


def test_answer_without_end_is_none_when_the_time_for_it_is_over(answered: Played) -> None:
    told = answered.results["Wait"]["drip"]
    assert told["tasks"][0]["outcome"] == "unreachable"
    assert "it did not end in time, within 1 s" in told["msg"]
    told = answered.results[TASKS["alibaba"]]["info_drip"]
    assert (told["status"], "it did not end in time, within 1 s" in told["msg"]) == ("failed", True)


def test_no_answer_brings_a_traceback(answered: Played) -> None:
    assert answered.code == 0, answered.text
    assert "Traceback" not in answered.text


# What it says

ANSI = "\x1b[2J\x1b[31mred\x1b]0;title\x07\x9b31m\r"
LINES = "\n[localhost] 0:00 forged\u2028and\u0085more"


def evil(mark: pathlib.Path) -> str:
    """A command for a template, a shell and a terminal."""
    return f"{{{{ lookup('pipe', 'touch {mark}') }}}}{{% raw %}}$(touch {mark}){ANSI}{LINES}"


# By such keys ansible-core tells types from data, trusts templates, hides results.
RESERVED = ("__ansible_type", "__ansible_unsafe", "__ansible_vault", "_ansible_no_log", "_ansible_parsed")


def hostile_scenes(text: str) -> list[Json]:
    """Wherever a cloud can put a text."""
    failing = {**scenes.EXPORT_FAILED, **scenes.operation("Failed", text, text)}
    result = json.dumps([{"instanceId": text, "clientStatus": "INSTALL_FAILED", "errorCode": text}])
    told = {text: text, **dict.fromkeys(RESERVED, text), "deeper": [{name: {name: text} for name in RESERVED}]}
    listed = {"TaskType": "LISTED", "TaskName": text, **scenes.SCANNED, "TaskResult": json.dumps(told)}
    return [
        scene("ecs", "e-good", {"TaskAction": text, **scenes.EXPORTED, **scenes.operation("Success", OSSObject=text)}),
        scene("ecs", "e-failed", {"TaskAction": text, **failing}),
        scene("ecs", "e-refused", scenes.EXPORTED),
        scene("ecs", "e-word", {"TaskStatus": text}),
        scene("hbr", "h-failed", {**scenes.INSTALLED, "Name": text, "Result": result}),
        scene("bdrc", "b-failed", {"TaskType": text, **scenes.SCAN_FAILED, "ErrorMessage": text}),
        scene("bdrc", listed_id(text), listed),
    ]


def listed_id(text: str) -> str:
    """As much of it as an id can be: no comma, no control character, and no beginning like that of a list or dictionary."""
    return "t" + text.partition(ANSI)[0].replace(",", "")


@dataclasses.dataclass(frozen=True)
class Spoken:
    played: Played
    text: str
    mark: pathlib.Path
    written: str


@pytest.fixture(scope="module")
def spoken(cloud: LocalCloud, player: Player) -> Spoken:
    cloud.reset()
    folder = player.fresh()
    text = evil(folder / "mark")
    cloud.add(*hostile_scenes(text))
    cloud.fault("error", "ecs.*", task="e-refused", status=403, code=f"Forbidden.{text}", message=text)
    played = player.play("hostile.yml", "-v", hosts={"localhost": {}, "elsewhere": {}}, folder=str(folder))
    with (folder / "written").open(encoding="utf-8", newline="") as file:
        return Spoken(played, text, folder / "mark", file.read())


def test_nothing_that_a_cloud_says_is_templated_or_run(spoken: Spoken) -> None:
    assert spoken.played.code == 0, spoken.played.text
    assert not spoken.mark.exists()


def test_what_a_cloud_says_can_be_used_and_stays_as_it_is(spoken: Spoken) -> None:
    assert spoken.written == spoken.text
    for step in ("It is the same everywhere", "Wait again for what it found", "Wait again for what was written down"):
        assert spoken.played[step]["status"] == "ok", spoken.played[step]["msg"]
    assert spoken.played["Use what was written down"]["msg"] == spoken.text
    assert spoken.played["Wait for whatever it lists"]["tasks"][0]["id"] == listed_id(spoken.text)


def test_keys_that_core_keeps_for_itself_come_as_data(spoken: Spoken) -> None:
    for step in ("Wait for whatever it lists", "Read whatever it lists"):
        told = spoken.played[step]["tasks"][0]["result"]
        assert [told[f"api{name}"] for name in RESERVED] == [spoken.text] * len(RESERVED)
        assert [told["deeper"][0][f"api{name}"] for name in RESERVED] == [
            {f"api{name}": spoken.text} for name in RESERVED
        ]
    assert spoken.played["Use such a key"]["msg"] == spoken.text


OURS = ("[localhost] ", "[ERROR]: ", "[WARNING]: ")


def test_nothing_that_a_cloud_says_moves_the_cursor_or_forges_a_line(spoken: Spoken) -> None:
    lines = spoken.played.text.split("\n")
    said = [line for line in lines if line.startswith(OURS)]
    assert any("\\x1b[31mred" in line for line in said)
    assert [line for line in said if not line.isprintable() or line.startswith("[localhost] 0:00 forged")] == []
    # Core shows results as JSON, which escapes all that an ordinary terminal obeys.
    assert {char for line in lines for char in line if ord(char) < 32} == set()


def test_messages_are_one_line_whatever_the_cloud_says(spoken: Spoken) -> None:
    told = [
        spoken.played["Wait for what fails"],
        spoken.played["Be refused"],
        *spoken.played["Wait for each of them, that it is the first"]["results"],
    ]
    assert [result["succeeded"] for result in told[2:]] == [False] * 5
    assert [result["msg"] for result in told if not result["msg"].isprintable()] == []


# Certificates and proxies


@dataclasses.dataclass(frozen=True)
class Certified:
    """A cloud with a certificate that only who is told so trusts."""

    cloud: LocalCloud
    certificate: str
    key: str
    unknown_name: str


NAME = "ecs.cloud.invalid"
PROXY_SECRET = "Kept-proxy-password-1"


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Certified]:
    if shutil.which("openssl") is None:
        pytest.skip("makes its certificate with openssl")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = str(folder / "cert.pem"), str(folder / "key.pem")
    names = ["-subj", "/CN=local cloud", "-addext", f"subjectAltName=IP:127.0.0.1,DNS:{NAME}"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with LocalCloud(certificate=certificate, key=key) as cloud:
        cloud.add(scene("ecs", "t-1", scenes.EXPORTED))
        yield Certified(cloud, certificate, key, cloud.url.replace("127.0.0.1", "localhost"))


def tunnel_to(cloud: LocalCloud) -> t.Callable[[Heard, socket.socket], None]:
    """A proxy that knows one way only, whatever host it is asked for."""
    port = urlsplit(cloud.url).port

    def answer(heard: Heard, connection: socket.socket) -> None:
        if heard.target.startswith("denied."):
            connection.sendall(whole(b"", status="403 Forbidden"))
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as other:
            relay(connection, other)

    return answer


def relay(one: socket.socket, other: socket.socket) -> None:
    while True:
        for source in readable(one, other):
            data = source.recv(65_536)
            if not data:
                return
            (other if source is one else one).sendall(data)


def certificate_rows(made: Certified) -> dict[str, Table]:
    url, trusts = made.cloud.url, {"ca_path": made.certificate}
    bundle = {"REQUESTS_CA_BUNDLE": made.certificate}
    wait = {**GIVES_UP, **ask("ecs", "t-1")}
    info = {"service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
    good: dict[str, Json] = {"facts": {"outcome": "succeeded"}}
    untrusted: dict[str, Json] = {"facts": {"outcome": "unreachable"}, "status": "failed"}
    patient = {**wait, "unreachable_timeout": 600, "timeout": 60}
    not_trusted = ("is refused: self", "ca_path", "validate_certs", "the task may still run")
    return {
        "wait": {
            "untrusted": Case({**patient, "endpoint": url}, **untrusted, says=not_trusted),
            "another_name": Case(
                {**patient, "endpoint": made.unknown_name, **trusts},
                **untrusted,
                says=("it is for another name", "give the endpoint by a name that is in it"),
            ),
            "a_key_for_a_certificate": Case(
                {**patient, "endpoint": url, "ca_path": made.key},
                status="failed",
                says=("ca_path: ", "holds no certificate in PEM form"),
            ),
            "a_variable_that_leads_nowhere": Case(
                {**patient, "endpoint": url},
                status="failed",
                says=("REQUESTS_CA_BUNDLE: there is no /nonexistent/ca.pem",),
                variables={"REQUESTS_CA_BUNDLE": "/nonexistent/ca.pem"},
            ),
            "trusted": Case({**wait, "endpoint": url, **trusts}, **good),
            "trusted_by_the_environment": Case({**wait, "endpoint": url}, **good, variables=bundle),
            "not_checked": Case({**wait, "endpoint": url, "validate_certs": False}, **good),
            "no_such_file": Case(
                {**wait, "endpoint": url, "ca_path": "/nonexistent/ca.pem"},
                status="failed",
                says=("ca_path", "/nonexistent/ca.pem"),
            ),
        },
        "alibaba": {
            "info_untrusted": Case({**info, "endpoint": url}, status="failed", says=not_trusted[:3]),
            "info_trusted": Case({**info, "endpoint": url, **trusts}, facts={"state": "succeeded"}),
            "info_not_checked": Case({**info, "endpoint": url, "validate_certs": False}, facts={"state": "succeeded"}),
        },
    }


def proxy_rows(made: Certified, proxy: Stranger) -> dict[str, Table]:
    by_name = {"endpoint": f"https://{NAME}", "ca_path": made.certificate}
    user = f"http://kept-user:{PROXY_SECRET}"
    wait = {**GIVES_UP, **ask("ecs", "t-1")}
    info = {"service": "ecs", "region": "cn-hangzhou", "task_id": "t-1"}
    good: dict[str, Json] = {"facts": {"outcome": "succeeded"}}
    local = {"HTTPS_PROXY": f"{proxy.url}", "HTTP_PROXY": proxy.url, "ALL_PROXY": proxy.url, "NO_PROXY": ""}
    return {
        "wait": {
            "by_proxy": Case({**wait, **by_name}, **good, variables={"HTTPS_PROXY": proxy.url}),
            "by_proxy_in_small_letters": Case({**wait, **by_name}, **good, variables={"https_proxy": proxy.url}),
            "denied": Case(
                {**wait, **by_name, "endpoint": f"https://denied.{NAME}"},
                facts={"outcome": "unreachable"},
                status="failed",
                says=("403 Forbidden", "the task may still run"),
                variables={"HTTPS_PROXY": f"{user}@{proxy.host}"},
            ),
            # A password that holds a slash, which nobody has escaped.
            "malformed": Case(
                {**wait, **by_name},
                status="failed",
                says=("HTTPS_PROXY: this proxy cannot be used", "NO_PROXY"),
                variables={"HTTPS_PROXY": f"{user}/2@{proxy.host}"},
            ),
            "of_another_kind": Case(
                {**wait, **by_name},
                status="failed",
                says=("all_proxy: this proxy cannot be used", "NO_PROXY"),
                variables={"all_proxy": f"gopher://kept-user:{PROXY_SECRET}@{proxy.host}"},
            ),
            "to_this_machine": Case(
                {**wait, "endpoint": made.cloud.url, "ca_path": made.certificate}, **good, variables=local
            ),
            "to_this_machine_in_the_open": Case(wait, **good, variables=local),
        },
        "alibaba": {
            "info_by_proxy": Case(
                {**info, **by_name}, facts={"state": "succeeded"}, variables={"HTTPS_PROXY": proxy.url}
            ),
        },
    }


CERTIFICATE_ROWS = {
    "wait": (
        "untrusted",
        "another_name",
        "a_key_for_a_certificate",
        "a_variable_that_leads_nowhere",
        "trusted",
        "trusted_by_the_environment",
        "not_checked",
        "no_such_file",
    ),
    "alibaba": ("info_untrusted", "info_trusted", "info_not_checked"),
}
PROXY_ROWS = {
    "wait": (
        "by_proxy",
        "by_proxy_in_small_letters",
        "denied",
        "malformed",
        "of_another_kind",
        "to_this_machine",
        "to_this_machine_in_the_open",
    ),
    "alibaba": ("info_by_proxy",),
}


def pairs(rows: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(group, name) for group, names in rows.items() for name in names]


@dataclasses.dataclass(frozen=True)
class Tunnelled:
    played: Played
    rows: t.Mapping[str, Table]
    heard: list[Heard]


@pytest.fixture(scope="module")
def tunnelled(cloud: LocalCloud, player: Player, certified: Certified) -> Tunnelled:
    """With and without the certificate, with and without a proxy: all side by side."""
    cloud.reset()
    cloud.add(scene("ecs", "t-1", scenes.EXPORTED))
    with Stranger(tunnel_to(certified.cloud)) as proxy:
        certificates, proxies = certificate_rows(certified), proxy_rows(certified, proxy)
        rows = {group: {**certificates[group], **proxies[group]} for group in certificates}
        return Tunnelled(play(cloud, player, "-vvv", **rows), rows, proxy.heard)


@pytest.mark.parametrize(("group", "name"), pairs(CERTIFICATE_ROWS))
def test_certificate_is_checked_unless_told_not_to(tunnelled: Tunnelled, group: str, name: str) -> None:
    check(tunnelled.rows[group][name], tunnelled.played.results[TASKS[group]][name])


@pytest.mark.parametrize("name", ["untrusted", "another_name"])
def test_certificate_that_is_refused_is_not_tried_again(tunnelled: Tunnelled, name: str) -> None:
    told = tunnelled.played.results[TASKS["wait"]][name]
    assert (told["tasks"][0]["looks"], told["requests"]) == (1, 1)


def test_check_that_is_switched_off_is_not_lamented(tunnelled: Tunnelled) -> None:
    assert "InsecureRequestWarning" not in tunnelled.played.text


@pytest.mark.parametrize(("group", "name"), pairs(PROXY_ROWS))
def test_proxy_of_the_environment_is_used_except_for_this_machine(tunnelled: Tunnelled, group: str, name: str) -> None:
    check(tunnelled.rows[group][name], tunnelled.played.results[TASKS[group]][name])


def test_proxy_is_asked_for_a_tunnel_and_sees_no_more(tunnelled: Tunnelled) -> None:
    assert {heard.head.split(" ")[0] for heard in tunnelled.heard} == {"CONNECT"}
    assert {heard.target for heard in tunnelled.heard} == {f"{NAME}:443", f"denied.{NAME}:443"}
    heads = "".join(heard.head for heard in tunnelled.heard)
    assert [secret for secret in KEYS.values() if secret in heads] == []


def test_password_of_the_proxy_goes_to_the_proxy_alone(tunnelled: Tunnelled) -> None:
    denied = [heard.head for heard in tunnelled.heard if heard.target.startswith("denied.")]
    assert denied
    assert all("Proxy-Authorization: Basic " in head for head in denied)
    told = {**tunnelled.played.results["Wait"]}
    del told["malformed"]
    assert PROXY_SECRET not in json.dumps(told, ensure_ascii=False)


def test_password_of_a_proxy_is_not_shown_even_where_its_url_is_wrong(tunnelled: Tunnelled) -> None:
    told = json.dumps(tunnelled.played.results, ensure_ascii=False) + tunnelled.played.text
    assert PROXY_SECRET not in told


# Ids

ODD_IDS = (
    *("../../x", "a?b=c", "a%2Fb", "a#b", "x y", "é", "a&TaskId=b", "a;b", "+", "*", "~", "x{task_id}", "%", "a\\b"),
    *("//evil.example", "x" * 4000, "\N{PILE OF POO}", "x'\"<>"),
)
# Method, path without its last part, names in the query.
LINES_OF: dict[str, tuple[str, str, set[str]]] = {
    "ecs": ("POST", "/", {"RegionId", "TaskId"}),
    "hbr": ("POST", "/", {"TaskId"}),
    "bdrc": ("GET", "/api/v1/tasks/{id}", set()),
    "taurusdb": ("GET", f"/v3/{accounts.PROJECTS['cn-north-4']}/jobs", {"id"}),
}


@pytest.fixture(scope="module")
def odd(cloud: LocalCloud, player: Player) -> tuple[Played, list[Json]]:
    """A row for each service and id: alone, so that no list is asked."""
    cloud.reset()
    cloud.add(*(scene(service, task_id, {}) for service in SERVICES for task_id in ODD_IDS))
    rows = {
        f"{service}_{number}": Case({**QUICK, **ask(service, task_id), "timeout": 0})
        for service in SERVICES
        for number, task_id in enumerate(ODD_IDS)
    }
    return play(cloud, player, wait=rows), cloud.log()


@pytest.mark.parametrize("service", SERVICES)
def test_odd_id_changes_nothing_but_the_id_in_a_request(odd: tuple[Played, list[Json]], service: str) -> None:
    for number, task_id in enumerate(ODD_IDS):
        task = odd[0].results["Wait"][f"{service}_{number}"]["tasks"][0]
        assert (task["id"], task["state"] in ("running", "pending")) == (task_id, True), task["reason"]
    method, path, names = LINES_OF[service]
    # Not the second call, which adds the steps of a restore.
    reads = ("DescribeTaskAttribute", "DescribeTask", "ShowGaussMySqlJobInfo")
    entries = [entry for entry in odd[1] if entry["api"] in [f"{service}.{name}" for name in reads]]
    assert {entry["method"] for entry in entries} == {method}
    queries = [dict(parse_qsl(entry["query"], keep_blank_values=True)) for entry in entries]
    assert {frozenset(query) for query in queries} == {frozenset(names)}
    if service == "bdrc":
        told = {unquote(entry["path"].rpartition("/")[2]) for entry in entries}
        assert {entry["path"].rpartition("/")[0] + "/{id}" for entry in entries} == {path}
    else:
        told = {query["TaskId" if "TaskId" in query else "id"] for query in queries}
        assert {entry["path"] for entry in entries} == {path}
    assert told == set(ODD_IDS)
