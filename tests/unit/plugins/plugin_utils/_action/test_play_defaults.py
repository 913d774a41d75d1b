# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which arguments of a step are defaults of its play."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.multicloud.tasks.plugins.plugin_utils._action.play_defaults import play_defaults

ACTION = "multicloud.tasks.wait_for_cloud_task"
GROUP = "group/multicloud.tasks.alibaba"
Json = t.Any

# name: the keywords of the play, the block and the step; the arguments with them; the defaults among these.
ROWS: dict[str, tuple[list[Json], Json, set[str]]] = {
    "none": ([], {"region": "r"}, set()),
    "of the action": ([{ACTION: {"region": "r"}}], {"region": "r", "id": "1"}, {"region"}),
    "of a group": ([{GROUP: {"region": "r"}}], {"region": "r"}, {"region"}),
    "of two": ([{GROUP: {"region": "r"}}, {ACTION: {"limit": 1}}], {"region": "r", "limit": 1}, {"region", "limit"}),
    "of an inner keyword": ([{GROUP: {"region": "r"}}, {GROUP: {"region": "q"}}], {"region": "q"}, {"region"}),
    "given otherwise": ([{GROUP: {"region": "r"}}], {"region": "q"}, set()),
    "a template": ([{GROUP: {"region": "<r>"}}], {"region": "r"}, {"region"}),
    "a template as a whole": ([{GROUP: "<all>"}], {"region": "r"}, {"region"}),
    "nothing in a group": ([{GROUP: None}], {"region": "r"}, set()),
    "of another action": ([{"multicloud.tasks.alibaba_cloud_task_info": {"region": "r"}}], {"region": "r"}, set()),
    "of a group of others": ([{"group/amazon.aws.aws": {"region": "r"}}], {"region": "r"}, set()),
}


def template(value: Json) -> Json:
    """What core makes of templates."""
    if isinstance(value, dict):
        return {name: template(each) for name, each in value.items()}
    return {"<r>": "r", "<all>": {"region": "r"}}.get(value, value)


@pytest.mark.parametrize(("keywords", "arguments", "names"), ROWS.values(), ids=ROWS.keys())
def test_arguments_as_module_defaults_have_them(keywords: list[Json], arguments: Json, names: set[str]) -> None:
    assert play_defaults(keywords, ACTION, arguments, template) == names
