# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""Runs an info module: reads tasks by their ids, or lists them, and returns their facts.

Contract: options are checked before any call is made, calls that were throttled or failed for a moment are repeated a few times,
and everything that is returned or warned of is masked.
"""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._api.client import Client
from .._api.reader import TaskReader
from .._core.errors import CloudError, NotFound, Throttled, Unavailable
from .._core.task import Facts
from .._credentials.host import this_host
from .._options.normalize import normalize_info
from .._options.results import resolve_results_of_one
from .._options.select import selectors_of_one
from .._options.spec import FILTERS, ONE_OF, info_spec
from .._options.unused import refuse_unused, scopes_of, unused_in, unused_message
from .._options.validate import check, in_seconds
from .._output.mask import Mask
from .._output.result import bounded
from .._service.provider import Provider
from .._service.selector import Selector
from .._wait.pacing import Pace
from .finish import Record, finish

# How long a read is repeated after throttling and broken responses: four more tries, half a minute at most.
TRIES = 5
PATIENCE = Pace(shortest=0.5, longest=15.0)


def run_info(provider: Provider) -> None:
    """Run <provider>_cloud_task_info as a module."""
    module = AnsibleModule(
        argument_spec=info_spec(provider),
        supports_check_mode=True,
        required_one_of=[ONE_OF],
        mutually_exclusive=[ONE_OF],
    )

    def work(mask: Mask, record: t.Optional[Record]) -> Facts:
        # AnsibleModule has checked all but durations and the sizes of numbers.
        return info(provider, in_seconds(module.params), mask, module.warn, module.check_mode, record)

    finish(module, work)


def checked_params(provider: Provider, arguments: t.Mapping[str, t.Any]) -> Facts:
    """Return the parameters of <provider>_cloud_task_info as ``AnsibleModule`` would make them of the arguments."""
    return check(info_spec(provider), normalize_info(arguments), one_of=ONE_OF)


def info(
    provider: Provider,
    params: t.Mapping[str, t.Any],
    mask: Mask,
    warn: t.Callable[[str], None],
    check_mode: bool = False,
    record: t.Optional[Record] = None,
) -> Facts:
    """Return the result of <provider>_cloud_task_info for checked parameters. Raise an OptionError or a CloudError."""
    params, notes = resolve_results_of_one(provider, params, check_mode)
    for note in notes:
        warn(note)
    selectors = selectors_of_one(provider, params)
    selector = selectors[0]
    _check_unused(selectors, params, warn)
    host = this_host(os.environ)
    client = Client(provider, selector.options, host, mask.add, warn, clean=mask.text, record=record)
    client.endpoint(selector.service)
    for each in selectors:
        client.check_address(each.service, each.asked)
    try:
        tasks, missing = _list(client, selector) if selector.task_id is None else _read(client, selectors)
    finally:
        client.close()
    facts = [bounded(mask.values(task)) for task in tasks]
    origin = {"provider": provider.name, "service": selector.service.name, "region": client.region}
    return {"changed": False, "tasks": facts, "missing": mask.data(missing), **origin}


def _check_unused(
    selectors: t.Sequence[Selector], params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]
) -> None:
    """Refuse filters in addition to ids, and warn of options of other services, which may be defaults of the play.

    A limit may be such a default, too, and ids are always within it.
    """
    provider = selectors[0].provider
    scopes, providers = scopes_of(selectors), {provider.name: provider}
    spec = info_spec(provider)
    changed = {name: params[name] for name in spec if params.get(name) not in (None, spec[name].get("default"))}
    changed.pop("limit", None)
    refuse_unused(providers, scopes, {name: value for name, value in changed.items() if name in FILTERS})
    for name in unused_in(scopes, changed):
        warn(unused_message(providers, scopes, name))


def _read(client: Client, selectors: t.Sequence[Selector]) -> tuple[list[Facts], list[str]]:
    """Return the tasks in the order of their ids, and the ids that the cloud does not know."""
    reader = TaskReader(client, selectors[0].service, _pause)
    tasks: list[Facts] = []
    missing: list[str] = []
    for selector in selectors:
        try:
            task = reader.read({**selector.asked, "task_id": selector.task_id})
        except NotFound:
            missing.append(selector.full_id or str(selector.task_id))
        else:
            tasks.append(selector.named(task.facts()))
    return tasks, missing


def _list(client: Client, selector: Selector) -> tuple[list[Facts], list[str]]:
    """Return the tasks of a list or a resource; no id is missing there. The code for lists takes time to import."""
    from .._api.lister import TaskLister  # noqa: PLC0415

    try:
        tasks = TaskLister(TaskReader(client, selector.service, _pause)).tasks(selector.values, selector.filters)
    except NotFound:
        # The cloud knows no task of the resource or values that were named. If none were, the list itself does not exist.
        if not (selector.filters.resource_id or any(selector.values.values())):
            raise
        return [], []
    return [task.facts() for task in tasks], []


def _pause(tries: int, error: CloudError) -> t.Optional[float]:
    max_tries = error.give_up_after or TRIES
    if tries >= max_tries or not isinstance(error, (Throttled, Unavailable)):
        return None
    if error.retry_after is not None:
        # Wait a moment longer than the server says: its figure is rounded, and another refusal would cost more.
        return error.retry_after + 0.1 if error.retry_after <= PATIENCE.longest else None
    return PATIENCE.after_errors(tries, _no_jitter)


def _no_jitter() -> float:
    return 1.0
