# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Was a task that a wait lost sight of lost for the reason it gives?"""

from __future__ import annotations

import re
import typing as t

from soak.case import MOMENT, Case, Complaints, Seen, is_good, key_of, required, shown
from soak.dialects import DIALECTS, Json
from soak.evidence import Sent

LOST = ("timed_out", "not_found", "vanished", "stalled", "unreachable", "unauthorized", "refused", "abandoned")
THROTTLED = re.compile(r"Throttling|APIGW\.0308")
BAD_KEY = re.compile(r"InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken|APIGW\.030[1-7]|DBS\.200044")


def loses_sight_with_reason(case: Case) -> Complaints:
    for row in case.rows:
        if row["outcome"] in LOST and not REASONS[row["outcome"]](case, row):
            yield f"no reason to say so: {shown(row)}"


def had_no_time(case: Case, row: Json) -> bool:
    return case.wait.seconds >= case.timeout - MOMENT


def was_not_known(case: Case, row: Json) -> bool:
    """Long enough some answers did not show it, and none that came back did."""
    key = key_of(row)
    if case.wait.seconds < case.options.get("not_found_timeout", 60.0) - MOMENT:
        return False
    return key not in case.surely_seen and any(sent.service == key[0] for sent in case.evidence.sent)


def was_known(case: Case, row: Json) -> bool:
    return bool(case.about(key_of(row))) or taken_for_seen(case, row)


def stood_still(case: Case, row: Json) -> bool:
    return bool(case.wait.seconds >= case.options.get("stall_timeout", float("inf")))


def had_errors(case: Case, row: Json) -> bool:
    """For long enough, or one that is for good; throttling is none."""
    for_long = case.wait.seconds >= case.options.get("unreachable_timeout", 600.0) - MOMENT
    sent = list(sent_to(case, row))
    return any(map(is_for_good, sent)) or (for_long and any(not one.told for one in sent))


def is_for_good(sent: Sent) -> bool:
    if 300 <= sent.status < 400:
        return True
    told = bool(sent.code) or sent.fault == "answer"
    return (400 <= sent.status < 500 and told and not THROTTLED.match(sent.code)) or knows_no_project(sent)


def was_refused(case: Case, row: Json) -> bool:
    return any(sent.status in (401, 403) or BAD_KEY.match(sent.code) for sent in sent_to(case, row))


def sent_to(case: Case, row: Json) -> t.Iterator[Sent]:
    """All that was sent to the clients of a task's provider."""
    services = {name for name, dialect in DIALECTS.items() if dialect.provider == row["provider"]} | {"iam"}
    return (sent for sent in case.evidence.sent if sent.service in services)


def was_decided(case: Case, row: Json) -> bool:
    """Enough were good, or too many were not."""
    bad = sum(other["outcome"] != "abandoned" and not is_good(case, other) for other in case.rows)
    decided_by_now = case.wait.result["succeeded"] or len(case.rows) - bad < required(case)
    return bool(case.options["fail_fast"] and case.timeout and decided_by_now)


def waits_for_its_steps(case: Case, row: Json) -> bool:
    """A restore says that it is completed, and the call that shows its steps brought nothing: that is no end yet."""
    unanswered = any(
        sent.service == row["service"] and (sent.fault or sent.status >= 400) for sent in case.evidence.sent
    )
    return "does not tell how it ended" in row["reason"] and unanswered


REASONS: dict[str, t.Callable[[Case, Json], bool]] = {
    "timed_out": had_no_time,
    "not_found": was_not_known,
    "vanished": was_known,
    "stalled": stood_still,
    "unreachable": had_errors,
    "refused": had_errors,
    "unauthorized": was_refused,
    "abandoned": was_decided,
}


# Excuses: what is known to be wrong with the wait and not put right yet, each a defect of its own. Delete them one by one.


def given_up_before_it_was_read(case: Case, row: Json) -> bool:
    """A wait that goes on by a journal gives up at the first bad end in it, even on tasks that have ended by the same journal."""
    return bool(case.earlier and row["outcome"] == "abandoned")


def given_up_in_hand(case: Case, seen: Seen, row: Json) -> bool:
    """Of two looks that are back at the same moment, the first may have the wait give up on what the second brings."""
    back = sum(made.arrived == seen.made.arrived for made in case.wait.made)
    return row["outcome"] in ("abandoned", "unauthorized", "unreachable", "refused") and back > 1


def taken_for_seen(case: Case, row: Json) -> bool:
    """A journal's record of a task that was never seen makes it one that was; so does any JSON object that HBR answers."""
    strange = any(sent.service == "hbr" and sent.status // 100 == 2 and not sent.told for sent in case.evidence.sent)
    return bool(case.earlier) or (row["service"] == "hbr" and strange)


def knows_no_project(sent: Sent) -> bool:
    """Whatever else IAM may answer than a list of projects is taken for a refusal for good."""
    return sent.service == "iam" and sent.status // 100 == 2 and sent.fault in ("answer", "empty")
