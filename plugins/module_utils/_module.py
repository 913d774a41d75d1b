# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The modules' way in and out, where they are modules and where an action plugin does their work: only here a module ends."""

from __future__ import annotations

import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.multicloud.tasks.plugins.module_utils._ask import Ask
from ansible_collections.multicloud.tasks.plugins.module_utils._asks import (
    asks_of_one,
    check,
    check_numbers,
    refuse_null_ids,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._client import Client, Surroundings
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import (
    CloudError,
    NotFound,
    OptionError,
    Throttled,
    Unavailable,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._idle import (
    complaint,
    idle_in,
    refuse_idle,
    scopes_of,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._lane import Lane
from ansible_collections.multicloud.tasks.plugins.module_utils._machine import THIS_MACHINE, read_file
from ansible_collections.multicloud.tasks.plugins.module_utils._mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._options import (
    FILTERS,
    ONE_OF,
    info_spec,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._pace import Pace
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._task import Facts, Task

MISSING: dict[str, str] = {}
for library in ("jmespath", "requests"):
    try:
        __import__(library)
    except ImportError:
        MISSING[library] = traceback.format_exc()

# What a read does about throttling and broken answers before it gives up: four more tries, half a minute at most.
TRIES = 5
PATIENCE = Pace(shortest=0.5, longest=15.0)


def check_libraries() -> None:
    """Say what is missing to run at all."""
    for name in MISSING:
        raise OptionError(missing_required_lib(name))


def run_info(provider: Provider) -> None:
    """The whole of <provider>_cloud_task_info."""
    module = AnsibleModule(
        argument_spec=info_spec(provider),
        supports_check_mode=True,
        required_one_of=[ONE_OF],
        mutually_exclusive=[ONE_OF],
    )
    finish(module, lambda mask: info(provider, module.params, mask, module.warn))


def checked(provider: Provider, given: t.Mapping[str, t.Any]) -> Facts:
    """The parameters of <provider>_cloud_task_info as ``AnsibleModule`` makes them of what is given."""
    refuse_null_ids(given)
    return check(info_spec(provider), given, one_of=ONE_OF)


def finish(module: AnsibleModule, work: t.Callable[[Mask], Facts]) -> t.NoReturn:
    """Do the work and end the module, with the facts or with the reason why there are none."""
    mask = Mask(str(value) for value in module.no_log_values)
    result = answer(lambda: work(mask), mask)
    end = module.fail_json if result.get("failed") else module.exit_json
    end(**result)
    raise SystemExit(1)


def answer(work: t.Callable[[], Facts], mask: Mask) -> Facts:
    """The facts, or a failure with a message for a person; no traceback, and no secret in it."""
    try:
        check_libraries()
        return work()
    except OptionError as exc:
        failed: Facts = {"msg": str(exc)}
    except CloudError as exc:
        failed = {"msg": str(exc), "failure": exc.failure()}
    except Exception as exc:  # noqa: BLE001 - the last line before a user: a defect of ours is told, not thrown at him
        failed = {
            "msg": f"internal error, please report it: {type(exc).__name__}: {exc}",
            "exception": traceback.format_exc(),
        }
    return {"changed": False, **mask.values(failed), "msg": mask.line(failed["msg"]), "failed": True}


def info(provider: Provider, params: t.Mapping[str, t.Any], mask: Mask, warn: t.Callable[[str], None]) -> Facts:
    """What <provider>_cloud_task_info returns."""
    check_numbers(params)
    # The alias is among the parameters only if it was given.
    refuse_null_ids({name: params[name] for name in ("task_id",) if name in params})
    asks = asks_of_one(provider, params)
    ask = asks[0]
    _check_idle(asks, params, warn)
    client = Client(provider, ask.options, Surroundings(os.environ, read_file, mask.add, warn, machine=THIS_MACHINE))
    client.endpoint(ask.service)
    try:
        tasks, missing = _look(Lane(client, ask.service, _pause), asks)
    finally:
        client.close()
    told = {"provider": provider.name, "service": ask.service.name, "region": client.region}
    facts = [mask.values(task.facts()) for task in tasks]
    return {"changed": False, "tasks": facts, "missing": mask.data(missing), **told}


def _check_idle(asks: t.Sequence[Ask], params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]) -> None:
    """Refuse filters beside ids. An option of another service is only warned of: it may be a default of the play.

    So may a limit be, and an id beside it is within any.
    """
    provider = asks[0].provider
    scopes, clouds = scopes_of(asks), {provider.name: provider}
    spec = info_spec(provider)
    given = {name: params[name] for name in spec if params.get(name) not in (None, spec[name].get("default"))}
    given.pop("limit", None)
    refuse_idle(clouds, scopes, {name: value for name, value in given.items() if name in FILTERS})
    for name in idle_in(scopes, given):
        warn(complaint(clouds, scopes, name))


def _look(lane: Lane, asks: t.Sequence[Ask]) -> tuple[list[Task], list[str]]:
    """The tasks in the order asked, and the ids that the cloud does not know."""
    tasks: list[Task] = []
    missing: list[str] = []
    for ask in asks:
        try:
            tasks += _look_at(lane, ask)
        except NotFound:
            missing += [ask.task_id] if ask.task_id else []
    return tasks, missing


def _look_at(lane: Lane, ask: Ask) -> list[Task]:
    if ask.task_id is not None:
        return [lane.read({**ask.values, "task_id": ask.task_id})]
    return lane.find_or_list(ask.values, ask.filters)


def _pause(tries: int, error: CloudError) -> t.Optional[float]:
    enough = error.hopeless_after or TRIES
    if tries >= enough or not isinstance(error, (Throttled, Unavailable)):
        return None
    if error.retry_after is not None:
        # A moment more than told: the figure is rounded, and one more refusal costs more than that.
        return error.retry_after + 0.1 if error.retry_after <= PATIENCE.longest else None
    return PATIENCE.after_errors(tries, _full)


def _full() -> float:
    return 1.0
