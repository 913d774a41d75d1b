# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Glance and Cinder really say of what the official client has started, and what is read of it."""

from __future__ import annotations

import pytest

from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import NotFound, Unauthorized
from openstack.client import Openstack
from openstack.parts import PAGE, Site
from openstack.reading import end_backup, end_volume, ended, is_recent, lane, listed, look, place
from openstack.source import PIECE, PIECES, Source

NOWHERE = "00000000-0000-4000-8000-000000000000"


def imported(client: Openstack, site: Site, path: str) -> str:
    """The id of an image whose import from there has begun."""
    image = client.make("image", "create", "--disk-format", "raw", "--container-format", "bare", path.strip("/"))
    uri = f"http://127.0.0.1:{site.source_port}{path}"
    client.run("image", "import", "--method", "web-download", "--uri", uri, image)
    return image


def test_an_import_goes_on_and_succeeds(site: Site, operator: Openstack, root: Openstack, images: Source) -> None:
    image = imported(operator, site, "/held")
    going = look(operator.environ, "glance_import", image)
    assert (going.state, going.name, going.id) == ("running", "api_image_import", image)
    assert is_recent(going.created_at)
    assert look(operator.environ, "image", image).state in ("pending", "running")
    images.let_go.set()
    done = ended(operator.environ, "glance_import", image)
    assert (done.state, done.native_state, done.error) == ("succeeded", "success", None)
    assert done.outputs["image_id"] == image
    shown = look(operator.environ, "image", image)
    assert (shown.state, shown.outputs["size"]) == ("succeeded", len(PIECE) * PIECES)
    assert operator.ask("image", "show", image)["status"] == "active"
    task = look(root.environ, "glance_task", done.outputs["task_id"])
    assert (task.state, task.resource_id) == ("succeeded", image)
    assert is_recent(task.updated_at)


def test_an_import_that_fails_leaves_the_image_queued_and_is_a_failure(
    site: Site, operator: Openstack, root: Openstack, images: Source
) -> None:
    image = imported(operator, site, "/missing")
    failed = ended(operator.environ, "glance_import", image)
    assert (failed.state, failed.native_state) == ("failed", "failure")
    assert failed.error
    assert failed.error["message"]
    assert operator.ask("image", "show", image)["status"] == "queued"
    shown = look(operator.environ, "image", image)
    assert (shown.state, shown.native_state) == ("failed", "queued")
    # A list tells neither the image nor the reason: each that has ended is read once more.
    tasks = listed(root.environ, "glance_task", states=("failed",))
    assert tasks[failed.outputs["task_id"]].error == failed.error


def test_an_image_that_nobody_imports_is_no_import(operator: Openstack) -> None:
    image = operator.make("image", "create", "--disk-format", "raw", "--container-format", "bare", "idle")
    with pytest.raises(NotFound):
        look(operator.environ, "glance_import", image)
    assert look(operator.environ, "image", image).state == "pending"


@pytest.fixture(scope="module")
def volume(operator: Openstack, root: Openstack, site: Site) -> str:
    """A volume that is there."""
    made = operator.make("volume", "create", "--size", "1", "data")
    creating = look(operator.environ, "cinder_volume", made)
    assert (creating.state, creating.native_state, is_recent(creating.created_at)) == ("running", "creating", True)
    root.run("volume", "set", "--state", "available", made)
    place(site, made)
    assert look(operator.environ, "cinder_volume", made).state == "succeeded"
    return made


def test_a_backup_is_made_or_not(site: Site, operator: Openstack, root: Openstack, volume: str) -> None:
    backup = operator.make("volume", "backup", "create", "--name", "nightly", volume)
    begun = look(operator.environ, "cinder_backup", backup)
    assert (begun.state, begun.native_state, begun.resource_id) == ("running", "creating", volume)
    assert look(operator.environ, "cinder_volume", volume).native_state == "backing-up"
    end_backup(site, backup, "error", "no space left")
    failed = look(operator.environ, "cinder_backup", backup)
    assert (failed.state, failed.error) == ("failed", {"code": None, "message": "no space left"})
    end_backup(site, backup, "available")
    done = look(operator.environ, "cinder_backup", backup)
    assert (done.state, done.outputs["backup_id"]) == ("succeeded", backup)
    assert listed(operator.environ, "cinder_backup", resource_id=volume)[backup].state == "succeeded"
    assert listed(operator.environ, "cinder_backup", resource_id=NOWHERE) == {}
    root.run("volume", "set", "--state", "available", volume)


def test_a_snapshot_and_an_extension_go_on(site: Site, operator: Openstack, root: Openstack, volume: str) -> None:
    snapshot = operator.make("volume", "snapshot", "create", "--volume", volume, "before")
    begun = look(operator.environ, "cinder_snapshot", snapshot)
    assert (begun.state, begun.native_state, begun.resource_id) == ("running", "creating", volume)
    root.run("volume", "snapshot", "set", "--state", "available", snapshot)
    assert look(operator.environ, "cinder_snapshot", snapshot).state == "succeeded"
    operator.run("volume", "set", "--size", "2", volume)
    assert look(operator.environ, "cinder_volume", volume).native_state == "extending"
    end_volume(site, volume, "error_extending")
    assert look(operator.environ, "cinder_volume", volume).state == "failed"
    root.run("volume", "set", "--state", "available", volume)


def test_a_list_goes_on_over_its_pages(operator: Openstack, volume: str) -> None:
    another = operator.make("volume", "create", "--size", "1", "another")
    found = listed(operator.environ, "cinder_volume")
    assert len(found) > PAGE
    assert {volume, another} <= set(found)
    assert set(listed(operator.environ, "cinder_volume", states=("succeeded",))) & {volume, another} == {volume}


@pytest.mark.parametrize(
    "service", ["glance_task", "glance_import", "image", "cinder_backup", "cinder_snapshot", "cinder_volume"]
)
def test_an_unknown_id_is_told_so_by_each_service(root: Openstack, service: str) -> None:
    with pytest.raises(NotFound) as caught:
        look(root.environ, service, NOWHERE)
    assert caught.value.http_status == 404
    assert NOWHERE in caught.value.message or "could not be found" in caught.value.message
    assert "<" not in caught.value.message
    assert caught.value.request_id.startswith("req-")


def test_who_may_not_ask_is_told_so(operator: Openstack) -> None:
    with pytest.raises(Unauthorized) as caught:
        look(operator.environ, "glance_task", NOWHERE)
    assert caught.value.http_status == 403
    assert "<" not in caught.value.message


def test_a_token_that_was_revoked_is_replaced_once(root: Openstack, volume: str) -> None:
    for service, wanted in (("cinder_volume", volume), ("image", NOWHERE)):
        with lane(root.environ, service) as looks:
            before = looks.reader.client._current_access(None).credentials.auth_token
            root.run("token", "revoke", before)
            if service == "image":
                with pytest.raises(NotFound):
                    looks.reader.read({"task_id": wanted})
            else:
                assert looks.reader.read({"task_id": wanted}).id == wanted
            assert looks.reader.client._current_access(None).credentials.auth_token != before
