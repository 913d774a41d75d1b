# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One wait in a process of its own, so that its CPU and memory are its own. Reads its orders from stdin."""

from __future__ import annotations

import json
import pathlib
import re
import resource
import sys
import time
import typing as t

from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.host import now
from ansible_collections.multicloud.tasks.plugins.module_utils._credentials.model import Host
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._output.mask import Mask
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._run.frontend import Frontend
from ansible_collections.multicloud.tasks.plugins.module_utils._run.runner import wait
from support.clients import KEYS


def most_memory() -> float:
    """The most that this program has held, in MB. Not ru_maxrss where there is better: that knows the parent's, too."""
    status = pathlib.Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return (int(found.group(1)) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def waited(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What a wait has found, and what it has cost."""
    options = {"service": "ecs", **given["options"], **KEYS["alibaba"], "provider": "alibaba"}
    lines: list[str] = []
    world = Frontend(Host(now), Mask(), lines.append, lines.append)
    start, cpu = time.perf_counter(), time.process_time()
    result = wait(plan_of(PROVIDERS, options, given["check"]), world)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - start,
        "end": time.time(),
        "memory": most_memory(),
        "requests": result["requests"],
        "throttled": result["throttled"],
        "summary": result["summary"],
        "lines": len(lines),
    }


if __name__ == "__main__":
    print(json.dumps(waited(json.load(sys.stdin))))
