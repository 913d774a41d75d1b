# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must become of a task to which nothing happens but its script."""

from __future__ import annotations

from local_cloud.script import Script
from soak.case import Case, Complaints, key_of, rate_of, shown
from soak.dialects import DIALECTS, Dialect, Fields, Json


def finds_what_scripts_foretell(case: Case) -> Complaints:
    """Without troubles, a task that is known from the beginning and keeps to its end has that end, or the time ran out."""
    if not is_quiet(case):
        return
    for row in case.rows:
        foretold = foretell(case, row)
        if foretold and row["outcome"] not in foretold:
            yield f"its script says {foretold}: {shown(row)}; {case.scripts[key_of(row)]['script']}"


def is_quiet(case: Case) -> bool:
    """Whether nothing but the scripts decides, and the rates allow a last look at each task."""
    schedule = case.schedule
    usual = not {"success_when", "failure_when", "stall_timeout"} & set(case.options) and not case.options["fail_fast"]
    slowest = min(rate_of(case, entry["provider"], entry["service"]) for entry in schedule.entries)
    prompt = 2 * len(schedule.entries) / slowest < case.grace and schedule.latency[1] < 1.0 and not schedule.hangs
    keys = any("secret_key" in entry or "password" in entry or "task_id" not in entry for entry in schedule.entries)
    return usual and prompt and not (keys or schedule.faults or schedule.check or case.earlier) and case.timeout > 0


def foretell(case: Case, row: Json) -> list[str]:
    """What the script shows at the deadline, when the last looks begin; an end that comes while they are made may be seen."""
    script = case.states.get(key_of(row))
    dialect = DIALECTS[row["service"]]
    if script is None or not keeps_to_its_end(dialect, script):
        return []
    seconds = (case.timeout, case.timeout if row["outcome"] == "timed_out" else case.wait.seconds)
    fields = [{**dialect.usual, **(script.at(second) or {})} for second in seconds]
    return [dialect.view(found).outcome or "timed_out" for found in fields]


def keeps_to_its_end(dialect: Dialect, script: Script) -> bool:
    """Known from the first second on, and with nothing after its end."""
    fields = [{**dialect.usual, **found} if found is not None else None for found in script.fields]
    ended = [found is None or dialect.view(found).outcome is not None or refuses(found) for found in fields]
    return script.seconds[0] == 0 and not any(ended[:-1]) and fields[-1] is not None and not refuses(fields[-1])


def refuses(fields: Fields) -> bool:
    """HBR's way to say no with a 200."""
    return fields.get("Success") is False
