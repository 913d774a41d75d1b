# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""The work of ``<provider>_cloud_task_info``."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._api.client import Client, Surroundings
from .._api.reader import TaskReader
from .._core.errors import CloudError, NotFound, Throttled, Unavailable
from .._core.task import Facts, Task
from .._credentials.host import THIS_MACHINE, read_file
from .._options.normalize import normalize_info
from .._options.select import selectors_of_one
from .._options.spec import FILTERS, ONE_OF, info_spec
from .._options.unused import refuse_unused, scopes_of, unused_in, unused_message
from .._options.validate import check, check_numbers
from .._output.mask import Mask
from .._output.report import bounded
from .._service.provider import Provider
from .._service.selector import Selector
from .._wait.pacing import Pace
from .result import finish

# What a read does about throttling and broken answers before it gives up: four more tries, half a minute at most.
TRIES = 5
PATIENCE = Pace(shortest=0.5, longest=15.0)


def run_info(provider: Provider) -> None:
    """The whole of <provider>_cloud_task_info."""
    module = AnsibleModule(
        argument_spec=info_spec(provider),
        supports_check_mode=True,
        required_one_of=[ONE_OF],
        mutually_exclusive=[ONE_OF],
    )

    def work(mask: Mask) -> Facts:
        # AnsibleModule has checked all but the sizes of numbers.
        check_numbers(module.params)
        return info(provider, module.params, mask, module.warn)

    finish(module, work)


def checked(provider: Provider, given: t.Mapping[str, t.Any]) -> Facts:
    """Check the parameters of <provider>_cloud_task_info as ``AnsibleModule`` would, and numbers besides."""
    return check(info_spec(provider), normalize_info(given), one_of=ONE_OF)


def info(provider: Provider, params: t.Mapping[str, t.Any], mask: Mask, warn: t.Callable[[str], None]) -> Facts:
    """What <provider>_cloud_task_info returns for checked parameters."""
    selectors = selectors_of_one(provider, params)
    selector = selectors[0]
    _check_idle(selectors, params, warn)
    around = Surroundings(os.environ, read_file, mask.add, warn, machine=THIS_MACHINE, clean=mask.text)
    client = Client(provider, selector.options, around)
    client.endpoint(selector.service)
    try:
        tasks, missing = _listed(client, selector) if selector.task_id is None else _read(client, selectors)
    finally:
        client.close()
    facts = [bounded(mask.values(task.facts())) for task in tasks]
    about = {"provider": provider.name, "service": selector.service.name, "region": client.region}
    return {"changed": False, "tasks": facts, "missing": mask.data(missing), **about}


def _check_idle(selectors: t.Sequence[Selector], params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]) -> None:
    """Refuse filters beside ids. An option of another service is only warned of: it may be a default of the play.

    So may a limit be, and an id beside it is within any.
    """
    provider = selectors[0].provider
    scopes, clouds = scopes_of(selectors), {provider.name: provider}
    spec = info_spec(provider)
    given = {name: params[name] for name in spec if params.get(name) not in (None, spec[name].get("default"))}
    given.pop("limit", None)
    refuse_unused(clouds, scopes, {name: value for name, value in given.items() if name in FILTERS})
    for name in unused_in(scopes, given):
        warn(unused_message(clouds, scopes, name))


def _read(client: Client, selectors: t.Sequence[Selector]) -> tuple[list[Task], list[str]]:
    """The tasks in the order asked, and the ids that the cloud does not know."""
    reader = TaskReader(client, selectors[0].service, _pause)
    tasks: list[Task] = []
    missing: list[str] = []
    for selector in selectors:
        try:
            tasks.append(reader.read({**selector.values, "task_id": selector.task_id}))
        except NotFound:
            missing.append(str(selector.task_id))
    return tasks, missing


def _listed(client: Client, selector: Selector) -> tuple[list[Task], list[str]]:
    """What a list or a resource gives, and no id that is missing. What reads lists takes time to import."""
    from .._api.lister import TaskLister  # noqa: PLC0415

    try:
        return TaskLister(TaskReader(client, selector.service, _pause)).tasks(selector.values, selector.filters), []
    except NotFound:
        # It knows no task of what was named. Where nothing was, it is the list itself that is not there.
        if not (selector.filters.resource_id or any(selector.values.values())):
            raise
        return [], []


def _pause(tries: int, error: CloudError) -> t.Optional[float]:
    enough = error.give_up_after or TRIES
    if tries >= enough or not isinstance(error, (Throttled, Unavailable)):
        return None
    if error.retry_after is not None:
        # A moment more than told: the figure is rounded, and one more refusal costs more than that.
        return error.retry_after + 0.1 if error.retry_after <= PATIENCE.longest else None
    return PATIENCE.after_errors(tries, _full)


def _full() -> float:
    return 1.0
