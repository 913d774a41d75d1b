# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this file may change at any time, do not import it from elsewhere.

"""What the event source is told, as data: a wait that has no end for what has no id."""

from __future__ import annotations

import math

from ansible_collections.multicloud.tasks.plugins.module_utils._ask import Following
from ansible_collections.multicloud.tasks.plugins.module_utils._asks import (
    Providers,
    check,
    given_by_user,
    refuse_odd_tasks,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._errors import OptionError
from ansible_collections.multicloud.tasks.plugins.module_utils._idle import refuse_idle, scopes_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options import LISTEN, WAIT, listen_spec
from ansible_collections.multicloud.tasks.plugins.module_utils._order import (
    Order,
    asks_of,
    policy_of,
    secret_in,
)
from ansible_collections.multicloud.tasks.plugins.module_utils._provider import Options


def listening_order_of(providers: Providers, given: Options) -> Order:
    """All that the event source is told, checked: what has no id is asked for ever."""
    spec = listen_spec(providers)
    refuse_odd_tasks(given)
    options = check(spec, given)
    own = {
        name: options[name] for name in given_by_user(spec, given) if name not in {*WAIT, *LISTEN} or name == "provider"
    }
    asks = asks_of(providers, {"limit": options["limit"], **own}, options["tasks"], None)
    if not asks:
        raise OptionError(
            "tasks: the list is empty, so no event could ever come; leave it out to follow a list of tasks"
        )
    refuse_idle(providers, scopes_of(asks), own)
    if options["timeout"] == 0:
        raise OptionError("timeout: it must be more than 0; leave it out to watch each task for as long as it takes")
    timeout = math.inf if options["timeout"] is None else options["timeout"]
    policy = policy_of({**options, "timeout": timeout})
    return Order(
        asks=[ask if ask.task_id else ask._replace(following=Following()) for ask in asks],
        policy=policy._replace(fail_fast=False, list_interval=options["list_interval"]),
        rate_limit=options["rate_limit"],
        heartbeat=math.inf,
        secret=secret_in(spec),
    )
