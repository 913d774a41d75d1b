# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles as playbooks use them: what they wait for, when they go on, what they show, write and leave behind."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import stat

import jmespath
import pytest

from integration import scenes
from integration.playing import KEYS, Json, Played, Player
from integration.scenes import ask, scene
from local_cloud import accounts
from local_cloud.client import LocalCloud

SAID_OF_FAILED = (
    "alibaba ecs e-failed (ExportImage) failed: InvalidOSSBucket.NotFound: The specified OSS bucket does not exist"
)
STS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": accounts.ALIBABA_STS_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": accounts.ALIBABA_STS_SECRET,
    "ALIBABA_CLOUD_SECURITY_TOKEN": accounts.ALIBABA_STS_TOKEN,
}


@dataclasses.dataclass(frozen=True)
class Gate:
    """One row: the variables of the role, whether it goes on, what the result says, and what the message holds."""

    variables: dict[str, Json]
    opens: bool = True
    result: dict[str, Json] = dataclasses.field(default_factory=dict)
    says: str = ""


def gate(*ids: str, **variables: Json) -> dict[str, Json]:
    """The role's variables for tasks of ECS."""
    tasks = [{"provider": "alibaba", "service": "ecs", "task_id": task_id} for task_id in ids]
    return {"gate_tasks": tasks, **{f"gate_{name}": value for name, value in variables.items()}}


GATES: dict[str, Gate] = {
    "passes": Gate(gate("e-1"), result={"succeeded": True, "summary": {"total": 1, "succeeded": 1}}),
    "fails": Gate(
        gate("e-1", "e-failed"),
        False,
        {"succeeded": False, "failed": True},
        f"1 of 2 tasks did not succeed: {SAID_OF_FAILED}",
    ),
    "goes_on": Gate(gate("e-failed", on_failure="continue"), result={"succeeded": False, "failed": True}),
    "any": Gate(gate("e-1", "e-runs", required=1), result={"summary": {"total": 2, "succeeded": 1, "abandoned": 1}}),
    "all_to_the_end": Gate(
        gate("e-failed", "e-later", fail_fast=False), False, {"summary": {"total": 2, "failed": 1, "succeeded": 1}}
    ),
    "partial_will_do": Gate(
        {"gate_tasks": [ask("hbr", "h-part")], "gate_success_states": ["succeeded", "partial"]},
        result={"summary": {"total": 1, "partial": 1}},
    ),
    "condition": Gate(gate("e-runs", success_when="progress >= `40`"), result={"succeeded": True}),
    "lost": Gate(gate("e-runs", timeout=1), False, {"summary": {"total": 1, "timed_out": 1}}, "the task may still run"),
    "of_two_clouds": Gate(
        {"gate_tasks": [ask("hbr", "h-1"), ask("taurusdb", "r-1")]}, result={"summary": {"total": 2, "succeeded": 2}}
    ),
    "query": Gate(
        {"gate_tasks": [ask("ecs", name="ImportImage", created_after="2000-01-01T00:00:00Z")]},
        result={"summary": {"total": 1, "succeeded": 1}},
    ),
    "nothing": Gate(gate(), False, {"failed": None}, "gate_tasks: the list is empty"),
    "nothing_although_it_may_fail": Gate(
        gate(on_failure="continue"), False, {"failed": None}, "gate_tasks: the list is empty"
    ),
    "tasks_that_are_a_text": Gate(
        {"gate_tasks": json.dumps([{"provider": "alibaba", "service": "ecs", "task_id": "e-1"}])},
        result={"summary": {"total": 1, "succeeded": 1}},
    ),
    "tasks_that_are_an_odd_text": Gate({"gate_tasks": "[{id: e-1}]"}, False, {"failed": True}, "tasks: it is a text"),
    "tasks_that_are_an_empty_text": Gate({"gate_tasks": ""}, False, {"failed": None}, "gate_tasks: the list is empty"),
    "tasks_that_are_null_beside_a_journal": Gate(
        {"gate_tasks": None, "gate_journal": "/nowhere/journal.json"}, False, {"failed": None}, "gate_tasks: it is null"
    ),
    "null_filter": Gate(
        {"gate_tasks": [{"provider": "alibaba", "service": "ecs", "name": "ExportImage", "resource_id": None}]},
        *(False, {"failed": True}, "tasks[0]: resource_id is null"),
    ),
    "neither_tasks_nor_journal": Gate(
        {"gate_on_failure": "continue"}, False, {"failed": None}, "gate_tasks: give the tasks"
    ),
    "tasks_that_are_null": Gate({"gate_tasks": None}, False, {"failed": None}, "gate_tasks: it is null"),
    "odd_mode": Gate(
        gate("e-1", report="~/m.html", report_mode="banana"), False, {"failed": None}, "gate_report_mode: banana"
    ),
    "mode_without_quotes": Gate(
        gate("e-1", report="~/m.html", report_mode=600), False, {"failed": None}, "gate_report_mode: 600"
    ),
    "report_in_the_place_of_a_folder": Gate(gate("e-1", report="/tmp"), False, {"failed": None}, "/tmp is a folder"),
    "empty_report": Gate(gate("e-1", report=""), True, {"succeeded": True}),
    "wrong_option": Gate(gate("e-1", interval=0), False, {"failed": True}, "interval: 0 must be more than 0"),
    "wrong_policy": Gate(
        gate("e-1", on_failure="ignore"), False, says="gate_on_failure must be one of: fail, continue"
    ),
    "empty_id": Gate(gate(""), False, {"failed": True}, "tasks[0]: task_id: an id is empty"),
}
HOSTILE = {
    "title": "</title><script>document.title='pwned'</script>",
    "message": "<img src=x onerror=\"document.title='pwned'\"> {{ lookup('pipe', 'touch PWNED') }} {% raw %} \u202e\x1b[2J",
    "object": "'\"><b>bold</b>&amp;{{ 7 * 7 }}.vhd",
}


def reports(folder: pathlib.Path, name: str) -> dict[str, Json]:
    """The variables that have both reports written."""
    return {"gate_report": str(folder / f"{name}.html"), "gate_report_json": str(folder / f"{name}.json")}


def links_of_others(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Paths of reports that are links of another user, or lie below one; none if nobody can make them."""
    if os.geteuid():
        return {}
    (folder / "victim").write_text("precious", encoding="utf-8")
    paths = {}
    for name, target in {"nothing": "victim-to-be", "a_file": "victim", "a_folder": "victim-to-be"}.items():
        link = folder / f"link-to-{name}"
        link.symlink_to(folder / target)
        os.chown(link, 65534, 65534, follow_symlinks=False)
        paths[f"link_to_{name}"] = link / "report.html" if name == "a_folder" else link
    return paths


@pytest.fixture(scope="module")
def folder(player: Player) -> pathlib.Path:
    """Where reports go; it is not there before."""
    return player.folder / "new" / "reports"


@pytest.fixture(scope="module")
def gates(cloud: LocalCloud, player: Player, folder: pathlib.Path) -> Played:
    message = HOSTILE["message"].replace("PWNED", str(player.folder / "PWNED"))
    hostile = scenes.operation("Failed", "Bad<i>", message, OSSObject=HOSTILE["object"])
    cloud.add(
        scene("ecs", "e-1", scenes.EXPORTED),
        scene("ecs", "e-failed", scenes.EXPORT_FAILED),
        scene("ecs", "e-runs", scenes.EXPORTING),
        scene("ecs", "e-later", scenes.EXPORTING, (1, scenes.EXPORTED)),
        scene("ecs", "e-import", {**scenes.EXPORTED, "TaskAction": "ImportImage"}),
        scene("ecs", "e-hostile", {**scenes.EXPORT_FAILED, "TaskAction": "<b>Export</b>", **hostile}),
        scene("hbr", "h-1", scenes.INSTALLED),
        scene("hbr", "h-part", scenes.INSTALL_PARTIAL),
        scene("bdrc", "b-1", scenes.SCANNED),
        {**scene("taurusdb", "r-1", scenes.RESTORED), "detail": [[0, {"sub_task_list": scenes.STEPS_DONE}]]},
    )
    blocked = player.folder / "blocked"
    blocked.touch()
    own_link = player.folder / "own-link.html"
    own_link.symlink_to(player.folder / "target.html")
    hosts = {
        **{name: row.variables for name, row in GATES.items()},
        "reported": {**gate("e-1", report_title="Nightly"), **reports(folder, "passed")},
        "reported_failure": {
            **gate("e-1", "e-hostile", "e-runs", fail_fast=False, timeout=3),
            **reports(folder, "failed"),
            "gate_report_title": HOSTILE["title"],
            "gate_report_mode": "0640",
        },
        "not_reported": {**gate("e-1"), "gate_report": "/proc/report.html"},
        "not_reported_failure": {**gate("e-failed"), "gate_report": "/proc/report.html"},
        "no_room": {**gate("e-1"), "gate_report": str(blocked / "report.html")},
        **{name: {**gate("e-1"), "gate_report": str(path)} for name, path in links_of_others(player.folder).items()},
        "own_link": {**gate("e-1"), "gate_report": str(own_link)},
        "at_home": {**gate("e-1"), **reports(pathlib.Path("~/reports"), "home")},
        "quiet": gate("e-1", table=False),
    }
    groups = {name: {**variables, "groups": ["gates"]} for name, variables in hosts.items()}
    # Twenty hosts on a busy machine with an old ansible-core take their time.
    return player.begin("gates.yml", "--diff", hosts=groups).finish(280)


def test_gates_all_played(gates: Played) -> None:
    assert gates.code == 0, gates.text
    assert "Traceback" not in gates.text
    assert "[WARNING]" not in gates.text
    assert "DEPRECATION" not in gates.text


@pytest.mark.parametrize("name", GATES)
def test_gate_goes_on_or_fails_with_the_message_of_the_wait(gates: Played, name: str) -> None:
    row = GATES[name]
    went_on, rescued = (name in gates.results.get(task, {}) for task in ("Gone on", "Rescued"))
    assert (went_on, rescued) == (row.opens, not row.opens)
    if not row.opens:
        assert row.says in gates.results["Rescued"][name]["msg"]
        assert row.says in gates.results.get("Wait for the tasks", {}).get(name, {}).get("msg", row.says)


@pytest.mark.parametrize("name", [name for name, row in GATES.items() if row.result])
def test_gate_leaves_the_result_of_the_wait(gates: Played, name: str) -> None:
    left = gates.results["Left"][name]["gate_result"]
    assert {key: left.get(key) for key in GATES[name].result} == GATES[name].result


def test_gate_shows_a_table_unless_told_not_to(gates: Played) -> None:
    shown = gates.results["Show how the tasks ended"]
    assert shown["fails"]["msg"][0].split() == ["OUTCOME", "TOOK", "TASK", "OPERATION", "WHY"]
    assert shown["fails"]["msg"][-1].endswith("1 succeeded, 1 failed")
    assert shown["quiet"]["status"] == "skipped"
    assert shown["wrong_option"]["status"] == "skipped"


@pytest.mark.parametrize(("name", "mode"), [("passed", 0o600), ("failed", 0o640)])
def test_reports_are_private_and_their_folder_is_made(
    gates: Played, folder: pathlib.Path, name: str, mode: int
) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE((folder / f"{name}.{kind}").stat().st_mode) for kind in ("html", "json")] == [mode] * 2


def test_home_of_a_report_is_that_of_the_environment(gates: Played, player: Player) -> None:
    # Core takes that of the account, which is another one in many containers.
    assert gates.results["Write the page"]["at_home"]["dest"] == str(player.home / "reports" / "home.html")
    assert sorted(path.name for path in (player.home / "reports").iterdir()) == ["home.html", "home.json"]


def test_json_tells_what_the_result_tells(gates: Played, folder: pathlib.Path) -> None:
    told = json.loads((folder / "failed.json").read_text(encoding="utf-8"))
    result = gates.results["Left"]["reported_failure"]["gate_result"]
    assert (told["succeeded"], told["message"]) == (False, result["msg"].replace("\u202e", "?").replace("\x1b", "?"))
    assert [task["outcome"] for task in told["tasks"]] == [task["outcome"] for task in result["tasks"]]
    assert told["tasks"][0]["outputs"] == {"OSSBucket": "images", "OSSObject": "gate_m-1_t-1.vhd"}
    assert told["tasks"][1]["error"]["code"] == "Bad<i>"
    assert len(told["timeline"]["bars"]) == 3


def test_report_of_hostile_texts_runs_nothing_and_holds_no_tag_of_theirs(gates: Played, folder: pathlib.Path) -> None:
    page = (folder / "failed.html").read_text(encoding="utf-8")
    for tag in ("<script", "<img", "<b>", "<i>Bad", "bold</b>"):
        assert tag not in page
    assert "{{ lookup(&#39;pipe&#39;" in page
    assert "{{ 7 * 7 }}.vhd" in page
    assert not (folder.parents[1] / "PWNED").exists()


def test_reports_hold_no_key_and_nothing_raw(gates: Played, folder: pathlib.Path) -> None:
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert [name for name, key in KEYS.items() if key in text] == []
        assert "OperationProgressSet" not in text


def test_reports_are_not_shown_as_a_difference(gates: Played) -> None:
    assert "<!DOCTYPE" not in gates.text


def test_verdict_stays_when_the_report_cannot_be_written(gates: Played) -> None:
    assert gates.results["Write the page"]["not_reported"]["status"] == "failed"
    assert "not_reported" in gates.results["Gone on"]
    assert SAID_OF_FAILED in gates.results["Rescued"]["not_reported_failure"]["msg"]


def test_where_a_report_can_have_no_folder_nothing_is_waited_for(gates: Played) -> None:
    assert "there is no room for it: " in gates.results["Rescued"]["no_room"]["msg"]
    assert "no_room" not in gates.results["Wait for the tasks"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
@pytest.mark.parametrize("name", ["link_to_nothing", "link_to_a_file", "link_to_a_folder"])
def test_no_report_goes_through_a_link_of_somebody_else(gates: Played, player: Player, name: str) -> None:
    assert "is a link that another user has made" in gates.results["Rescued"][name]["msg"]
    assert name not in gates.results["Wait for the tasks"]
    assert (player.folder / "victim").read_text(encoding="utf-8") == "precious"
    assert not (player.folder / "victim-to-be").exists()


def test_a_report_replaces_a_link_of_ones_own(gates: Played, player: Player) -> None:
    assert "own_link" in gates.results["Gone on"]
    assert not (player.folder / "own-link.html").is_symlink()
    assert not (player.folder / "target.html").exists()


# The roles that include the gate

IMPORTED = scenes.operation("Success", ImageId="m-new")
IMAGES: dict[str, Json] = {
    "export": {
        "task_id": "e-1",
        "name": "ExportImage",
        "bucket": "images",
        "object": "gate_m-1_t-1.vhd",
        "image_id": None,
    },
    "import": {"task_id": "e-image", "name": "ImportImage", "bucket": None, "object": None, "image_id": "m-new"},
    "other": {"task_id": "b-1", "service": "bdrc", "bucket": None, "object": None, "image_id": None, "outputs": {}},
}


@pytest.fixture(scope="module")
def others(gates: Played, cloud: LocalCloud, player: Player) -> Played:
    cloud.add(scene("ecs", "e-image", {**scenes.EXPORTED, "TaskAction": "ImportImage", **IMPORTED}))
    images = [ask("ecs", "e-1"), ask("ecs", "e-image"), {**ask("bdrc", "b-1"), "region": "cn-shanghai"}]
    hostile = scenes.operation("Success", OSSObject=f"{{{{ lookup('pipe', 'touch {player.folder}/MADE') }}}}.vhd")
    cloud.add(scene("ecs", "e-made", {**scenes.EXPORTED, **hostile}))
    found = {"tasks": [ask("hbr", "h-1")], "missing": []}
    hosts: dict[str, Json] = {
        "images": {"role": "gate_image_export", "gate_image_export_tasks": images},
        "images_failed": {
            "role": "gate_image_export",
            "gate_image_export_tasks": [*images[:2], ask("ecs", "e-failed")],
            "gate_fail_fast": False,
        },
        "images_hostile": {"role": "gate_image_export", "gate_image_export_tasks": [ask("ecs", "e-made")]},
        "images_refused": {"role": "gate_image_export", "gate_image_export_tasks": []},
        "images_null": {"role": "gate_image_export", "gate_image_export_tasks": None},
        "images_text": {"role": "gate_image_export", "gate_image_export_tasks": json.dumps(images[:1])},
        "images_unsuccessful": {
            "role": "gate_image_export",
            "gate_image_export_tasks": images[:2],
            "gate_return_tasks": "unsuccessful",
        },
        "images_misspelt": {
            "role": "gate_image_export",
            "gate_image_export_tasks": images[:1],
            "gate_on_failure": "ignore",
            # What an earlier gate has left.
            "gate_result": {"tasks": [{"outcome": "succeeded"}]},
        },
        "backup_null": {"role": "gate_backup", "gate_backup_tasks": None},
        "backup_text": {"role": "gate_backup", "gate_backup_tasks": json.dumps([ask("hbr", "h-1")])},
        "backup": {"role": "gate_backup", "gate_backup_tasks": [{"results": [found]}], "gate_timeout": 2},
        "backup_at_once": {"role": "gate_backup", "gate_backup_tasks": [found], "gate_delay": 0},
        "backup_failed": {"role": "gate_backup", "gate_backup_tasks": [ask("hbr", "h-part")], "gate_delay": 0},
    }
    return player.play("gates.yml", hosts={name: {**facts, "groups": ["gates"]} for name, facts in hosts.items()})


def test_images_and_objects_are_handed_back(others: Played) -> None:
    made = others.results["Left of images"]["images"]["gate_image_export_objects"]
    assert [{key: told[key] for key in wanted} for told, wanted in zip(made, IMAGES.values())] == [*IMAGES.values()]


def test_names_of_objects_are_texts_and_no_templates(others: Played, player: Player) -> None:
    made = others.results["Left of images"]["images_hostile"]["gate_image_export_objects"]
    assert made[0]["object"].startswith("{{ lookup(")
    assert not (player.folder / "MADE").exists()


def test_what_was_made_is_handed_back_after_a_failure(others: Played) -> None:
    made = others.results["Left of images"]["images_failed"]["gate_image_export_objects"]
    assert [told["task_id"] for told in made] == ["e-1", "e-image"]
    assert SAID_OF_FAILED in others.results["Rescued"]["images_failed"]["msg"]
    assert others.results["Left of images"]["images_refused"]["gate_image_export_objects"] == []
    assert "tasks: the list is empty" in others.results["Rescued"]["images_refused"]["msg"]
    assert "gate_image_export_tasks: it is null" in others.results["Rescued"]["images_null"]["msg"]
    assert [
        task["task_id"] for task in others.results["Left of images"]["images_text"]["gate_image_export_objects"]
    ] == ["e-1"]
    assert [
        task["task_id"] for task in others.results["Left of images"]["images_unsuccessful"]["gate_image_export_objects"]
    ] == ["e-1", "e-image"]
    assert others.results["Left of images"]["images_misspelt"]["gate_image_export_objects"] == []
    assert "gate_on_failure must be one of" in others.results["Rescued"]["images_misspelt"]["msg"]


def test_backup_is_first_looked_at_when_its_vendor_says(others: Played) -> None:
    after, at_once = (others.results["Left"][name]["gate_result"] for name in ("backup", "backup_at_once"))
    assert (after["succeeded"], after["tasks"][0]["looks"]) == (True, 1)
    assert after["elapsed"] >= 2
    assert at_once["elapsed"] < 2
    assert "gate_backup_tasks: it is null" in others.results["Rescued"]["backup_null"]["msg"]
    assert others.results["Left"]["backup_text"]["gate_result"]["succeeded"] is True
    assert "1 of 1 task did not succeed" in others.results["Rescued"]["backup_failed"]["msg"]


def task_of(name: str) -> Json:
    provider, service = name.split(".")
    return {"provider": provider, "service": service, "task_id": "t-1"}


ADVICE: dict[str, tuple[list[Json], Json]] = {
    "one": ([ask("hbr", "h-1")], {"delay": 30, "interval": 30}),
    "without_an_interval": ([ask("taurusdb", "r-1")], {"delay": 10}),
    "the_smallest_delay": ([ask("hbr", "h-1"), ask("taurusdb", "r-1")], {"delay": 10}),
    "nothing_is_known": ([ask("ecs", "e-1")], {}),
    "not_of_all": ([ask("hbr", "h-1"), ask("bdrc", "b-1")], {}),
    "results": ([{"tasks": [ask("hbr", "h-1")], "missing": []}], {"delay": 30, "interval": 30}),
    "a_loop": ([{"tasks": [ask("hbr", "h-1")]}, {"results": [{"tasks": [ask("taurusdb", "r-1")]}]}], {"delay": 10}),
    "aws": ([task_of("aws.rds_snapshot"), task_of("aws.ec2_snapshot")], {"interval": 15}),
    "aws_and_huawei": ([task_of("aws.rds_snapshot"), ask("taurusdb", "r-1")], {}),
    "asked_by_its_answers": ([task_of("azure.recovery_services_job"), task_of("google.sql_operation")], {}),
    "nothing": ([], {}),
}


def test_advice_for_several_services_is_the_smallest_of_them(player: Player) -> None:
    roles = player.collections / "ansible_collections" / "multicloud" / "tasks" / "roles" / "gate_backup"
    files = [str(roles / name / "main.yml") for name in ("defaults", "vars")]
    task = {"name": "Advice", "ansible.builtin.debug": {"var": "gate_backup_advice"}}
    hosts = {name: {"gate_backup_tasks": tasks} for name, (tasks, dummy) in ADVICE.items()}
    play = {"name": "Advice", "hosts": "all", "gather_facts": False, "vars_files": files, "tasks": [task]}
    told = player.play([play], hosts=hosts).results["Advice"]
    assert {name: told[name]["gate_backup_advice"] for name in ADVICE} == {
        name: wanted for name, (dummy, wanted) in ADVICE.items()
    }


# By service: where the fact is in the outputs of its task.
MADE: dict[str, dict[str, str]] = {
    "aws.ec2_export_image": {"bucket": "bucket"},
    "aws.ec2_image": {"image_id": "image_id"},
    "aws.ec2_import_image": {"image_id": "image_id"},
    "aws.imagebuilder_image": {"image_id": "image_ids[0]"},
    "azure.gallery_image_version": {"image_id": "image_version_id"},
    "azure.image": {"image_id": "image_id"},
    "google.image": {"image_id": "self_link"},
    "google.machine_image": {"image_id": "self_link"},
}
VECTORS = pathlib.Path(__file__).parents[1] / "vectors"


def succeeded(name: str) -> Json:
    """What a wait tells of the first task in the vectors of this service that has succeeded."""
    answers = json.loads((VECTORS / f"{name.replace('.', '_')}.json").read_text(encoding="utf-8"))["answers"]
    facts = [answer["facts"] for answer in answers if answer.get("facts", {}).get("state") == "succeeded"]
    return {**facts[0], "outcome": "succeeded"}


def test_what_each_service_made_is_found_in_its_answers(player: Player) -> None:
    role = player.collections / "ansible_collections" / "multicloud" / "tasks" / "roles" / "gate_image_export"
    made = f"{{{{ lookup('ansible.builtin.template', '{role}/templates/objects.json.j2') | from_json }}}}"
    tasks = {name: succeeded(name) for name in MADE}
    several = tasks["aws.imagebuilder_image"]
    tasks["several"] = {**several, "outputs": {**several["outputs"], "image_ids": ["ami-1", "ami-2"]}}
    hosts = {name.replace(".", "_"): {"gate_result": {"tasks": [task]}} for name, task in tasks.items()}
    task = {"name": "Made", "ansible.builtin.debug": {"var": "made"}}
    files = [str(role / "defaults" / "main.yml")]
    play = {"name": "Made", "hosts": "all", "gather_facts": False, "vars": {"made": made}, "vars_files": files}
    told = player.play([{**play, "tasks": [task]}], hosts=hosts).results["Made"]
    for name, wanted in MADE.items():
        for fact, path in wanted.items():
            value = jmespath.search(path, tasks[name]["outputs"])
            assert value, (name, fact)
            assert told[name.replace(".", "_")]["made"][0][fact] == value
    assert told["several"]["made"][0]["image_id"] is None
    assert told["several"]["made"][0]["outputs"]["image_ids"] == ["ami-1", "ami-2"]


def test_gate_in_check_mode_looks_once_and_writes_nothing(cloud: LocalCloud, player: Player, gates: Played) -> None:
    folder = player.folder / "unmade"
    hosts = {
        "checked": {**gate("e-runs", "e-1"), **reports(folder, "checked"), "groups": ["gates"]},
        "checked_failure": {**gate("e-failed"), **reports(folder, "failure"), "groups": ["gates"]},
    }
    played = player.play("gates.yml", "--check", hosts=hosts)
    assert played.code == 0, played.text
    assert "checked" in played.results["Gone on"]
    assert [task["looks"] for task in played.results["Left"]["checked"]["gate_result"]["tasks"]] == [1, 1]
    assert SAID_OF_FAILED in played.results["Rescued"]["checked_failure"]["msg"]
    assert not folder.exists()


@pytest.fixture(scope="module")
def ways(gates: Played, player: Player) -> Played:
    hosts: Json = {"one": {}, "two": {}}
    return player.play("gate_ways.yml", hosts=hosts, folder=str(player.folder), sts=STS)


def test_role_comes_in_every_way_that_ansible_has(ways: Played, player: Player) -> None:
    assert ways.code == 0, ways.text
    assert ways["After the role of the play"]["gate_result"]["summary"] == {"total": 1, "succeeded": 1}
    assert ways.results["After the import"]["one"]["gate_result"]["summary"] == {"total": 2, "succeeded": 2}
    assert {told["msg"] for told in ways.results["What all know after it"].values()} == {"True True"}
    assert len(ways.results["What all know after it"]) == 2
    assert ways["Of the last turn"]["msg"] == "h-1"
    assert (player.folder / "once.html").is_file()


def test_gate_goes_on_with_what_a_journal_holds(gates: Played, cloud: LocalCloud, player: Player) -> None:
    cloud.add(scene("ecs", "e-resumed", scenes.EXPORTING))
    journal = str(player.folder / "journal.json")
    first = {"first": {**gate("e-1", "e-resumed", journal=journal, timeout=1, fail_fast=False), "groups": ["gates"]}}
    player.play("gates.yml", hosts=first)
    cloud.add(scene("ecs", "e-resumed", scenes.EXPORTED))
    played = player.play("gates.yml", hosts={"second": {"gate_journal": journal, "groups": ["gates"]}})
    left = played["Left"]["gate_result"]
    assert [(task["id"], task["outcome"], task["looks"]) for task in left["tasks"]] == [
        ("e-1", "succeeded", 0),
        ("e-resumed", "succeeded", 1),
    ]


def test_role_does_not_show_the_keys_that_its_tasks_hold(gates: Played, player: Player) -> None:
    keys = {"access_key": accounts.ALIBABA_STS_KEY, "secret_key": accounts.ALIBABA_STS_SECRET}
    entry = {**ask("ecs", "e-1"), **keys, "security_token": accounts.ALIBABA_STS_TOKEN}
    hosts: Json = {"keys": {"gate_tasks": [entry], **reports(player.folder, "keys"), "groups": ["gates"]}}
    played = player.play("gates.yml", "-vvv", hosts=hosts, environ={})
    assert played["Left"]["gate_result"]["succeeded"] is True, played.text
    written = "".join((player.folder / f"keys.{kind}").read_text(encoding="utf-8") for kind in ("html", "json"))
    assert [name for name, value in STS.items() if value in played.text + written] == []
