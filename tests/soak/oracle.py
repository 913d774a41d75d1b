# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Was a wait right? The scripts and what the cloud sent tell, and no code of the wait: a list of complaints, best empty."""

from __future__ import annotations

import json
import re
import typing as t
from collections import Counter

from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from local_cloud import accounts
from soak.case import MOMENT, Case, Complaints, burst_of, decided, is_good, key_of, rate_of, required, shown
from soak.dialects import DIALECTS, View
from soak.evidence import EXACT, Evidence, Key, Sent
from soak.foretold import finds_what_scripts_foretell
from soak.lost import LOST, given_up_before_it_was_read, given_up_in_hand, loses_sight_with_reason, waits_for_its_steps
from soak.play import Played
from support.simulated import PlayedLook

ENDS = ("succeeded", "partial", "failed", "cancelled", "expired", "skipped")
TOKEN = re.compile(r"MII[\w-]{200}")
KEYS = {
    "alibaba": {accounts.ALIBABA_KEY, accounts.ALIBABA_SECRET},
    "huawei": {accounts.HUAWEI_KEY, accounts.HUAWEI_SECRET},
}


def refuses_bad_options(played: Played) -> Complaints:
    """A bad option, and nothing else, is refused, by its name."""
    bad = played.schedule.bad
    if bool(played.refused) != bool(bad) or bad not in played.refused:
        yield f"the bad option is {bad or 'none'}, the refusal {played.refused or 'none'}"


def has_every_entry_in_order(case: Case) -> Complaints:
    """One row for each entry; a query stands for whatever it has found, or for itself."""
    asked = [(entry["service"], entry.get("task_id", "")) for entry in case.schedule.entries]
    found = [key_of(row) for row in case.rows]
    query = next((number for number, key in enumerate(asked) if not key[1]), None)
    if query is not None:
        middle = found[query : len(found) - len(asked) + query + 1]
        if not middle or any(service != asked[query][0] for service, dummy in middle):
            yield f"the query for {asked[query]} has found {middle}"
        asked[query : query + 1] = middle
    if found != asked:
        yield f"asked for {asked}, got {found}"


def has_one_outcome_each(case: Case) -> Complaints:
    for row in case.rows:
        if row["outcome"] not in (*ENDS, *LOST) or not row["reason"]:
            yield f"no outcome: {shown(row)}"
        if row["outcome"] in LOST and row["terminal"] and not given_up_before_it_was_read(case, row):
            yield f"lost sight of what had ended: {shown(row)}"


def adds_up(case: Case) -> Complaints:
    result = case.wait.result
    if result["summary"] != {"total": len(case.rows), **Counter(row["outcome"] for row in case.rows)}:
        yield f"the summary is {result['summary']}"
    good = sum(is_good(case, row) for row in case.rows)
    met = good >= required(case)
    if result["succeeded"] is not met or "\n" in result["msg"]:
        yield f"{good} of {len(case.rows)} are good, succeeded: {result['succeeded']}: {result['msg']}"
    if not case.schedule.check and result.get("failed", False) is met:
        yield f"succeeded: {met}, failed: {result.get('failed')}"


BAD_ENDS = ("failed", "cancelled", "expired")


def ends_on_evidence_only(case: Case) -> Complaints:
    """An end is reported only where an answer about that task, to a look that came back, said so."""
    brought = {(seen.key, seen.verdict[0]) for seen in case.seen if seen.verdict and seen.item in seen.made.open}
    for row in case.rows:
        key = key_of(row)
        if row["outcome"] in ENDS and (key, row["outcome"]) not in brought and key not in case.known:
            # A query's first look is none at a single task.
            told = [told for told in case.about(key) if told.decides and is_found(case, key)]
            # A bad end that a batch shows is one, whatever becomes of the look that tells why.
            if row["outcome"] in BAD_ENDS and row["outcome"] in [one.view.outcome for one in case.about(key)]:
                continue
            if row["outcome"] not in [(decided(case.options, one.view) or [""])[0] for one in told]:
                yield f"nothing that was sent says so: {shown(row)}; {case.about(key)}"


def is_found(case: Case, key: Key) -> bool:
    return all(entry.get("task_id") != key[1] for entry in case.schedule.entries)


def tells_what_scripts_say(case: Case) -> Complaints:
    """The cloud keeps to the scripts, so what it sent is the truth but for the lies of faults."""
    for key, tellings in case.evidence.told.items():
        for told in tellings:
            if told.decides and not told.lie and told.view not in scripted(case, key, told.second):
                yield f"{key} was shown as {told}, by its script it is {scripted(case, key, told.second)}"


def scripted(case: Case, key: Key, second: float) -> set[View | None]:
    """How a task may look at a second, which is known only so exactly."""
    if key not in case.scripts:
        return {None}
    dialect, script = DIALECTS[key[0]], case.states[key]
    found = (script.at(second - EXACT), script.at(second), script.at(second + EXACT))
    return {None if fields is None else dialect.view({**dialect.usual, **fields}) for fields in found}


def keeps_the_end_it_saw(case: Case) -> Complaints:
    """What was surely brought of an open task, and ends it, is its outcome."""
    outcomes = {key_of(row): row for row in case.rows}
    for seen in case.seen:
        row = outcomes.get(seen.key)
        other = row and seen.sure and seen.verdict and row["outcome"] != seen.verdict[0]
        if row and other and not (given_up_in_hand(case, seen, row) or waits_for_its_steps(case, row)):
            yield f"{seen.told} was brought at {seen.made.arrived:.3f}, and yet: {shown(row)}"


def looks_no_more_at_what_has_ended(case: Case) -> Complaints:
    ended = {seen.item: seen.made.arrived for seen in reversed(case.seen) if seen.sure and seen.verdict}
    for made in case.wait.made:
        for item in made.look.items:
            if made.begun > ended.get(item, made.begun) or (item.target.service, item.target.task_id) in case.known:
                yield f"a look at {made.begun:.3f} at {item.target.task_id}, which had ended"


def batches(entry: t.Mapping[str, t.Any]) -> bool:
    return PROVIDERS[entry["provider"]].services[entry["service"]].batch is not None


def ends_in_time(case: Case) -> Complaints:
    """Deadline and grace. A look at each task besides, however long its lane takes for that, where the timeout is 0, and where
    a batch may have shown that it has ended, but not how well."""
    rates = [rate_of(case, entry["provider"], entry["service"]) for entry in case.schedule.entries]
    owed = case.timeout == 0 or any(batches(entry) for entry in case.schedule.entries)
    one_look_each = max(len(case.schedule.entries), len(case.schedule.tasks)) / min(rates) if owed else 0.0
    if case.wait.result["elapsed"] > case.timeout + case.grace + one_look_each + MOMENT:
        yield f"took {case.wait.result['elapsed']} s, the timeout is {case.timeout}"


# Manners


def keeps_to_its_rates(case: Case) -> Complaints:
    """A bucket for every lane, that holds its burst: what a look has cost above one call is owed from when it is back.

    One that turns pages makes each call at its time.
    """
    lanes: dict[t.Hashable, list[PlayedLook]] = {}
    for made in case.wait.made:
        lanes.setdefault(made.look.lane, []).append(made)
    for looks in lanes.values():
        target = looks[0].look.items[0].target
        named = target.provider, target.service
        yield from over_the_rate(looks, rate_of(case, *named), burst_of(case, *named))


def over_the_rate(looks: t.Sequence[PlayedLook], rate: float, burst: float) -> Complaints:
    costs = [(made.begun, 1, 1.0) for made in looks]
    costs += [(made.arrived, 0, made.calls - 1.0) for made in looks if made.calls > 1 and not made.look.page_pause]
    costs += [
        (made.begun + n * made.look.page_pause, 0, 1.0)
        for made in looks
        if made.look.page_pause
        for n in range(1, made.calls)
    ]
    level, now = burst, 0.0
    for second, begins, calls in sorted(costs):
        level, now = min(burst, level + (second - now) * rate), second
        if begins and level < 1.0 - EXACT:
            yield f"a look at {second:.3f} was too early at {rate:g} calls per second"
        level -= calls


def counts_its_calls(case: Case) -> Complaints:
    """No more calls come in than looks count, but for one after each refusal of a key that has ended."""
    counted: Counter[str] = Counter()
    for wait in (*case.earlier, case.wait):
        for made in wait.made:
            counted[made.look.items[0].target.service] += made.calls
    during = (one for one in case.evidence.sent if one.second <= case.since + case.wait.seconds - EXACT)
    came = Counter(one.service for one in during if one.service != "iam" and not is_renewed(one))
    for service, calls in (came - counted).items():
        yield f"{came[service]} calls came in to {service}, {calls} of them not counted"


def is_renewed(sent: Sent) -> bool:
    """A refusal after which a call is made once more, with a new key or by the right time."""
    return "Expired" in sent.code or sent.code in ("APIGW.0307", "APIGW.0301")


def keeps_secrets(case: Case) -> Complaints:
    wait = case.wait
    said = "\n".join([json.dumps(wait.result, allow_nan=False), *wait.lines, *wait.warnings, case.journal])
    if any(secret in said for secret in secrets_of(case)) or TOKEN.search(said):
        yield "a secret is shown"
    if "internal error" in said:
        yield f"a defect of ours: {said[said.index('internal error') :][:300]}"
    if len(set(wait.warnings)) < len(wait.warnings):
        yield f"warned twice: {wait.warnings}"


def secrets_of(case: Case) -> set[str]:
    """What the wait was given; it cannot know of others. No journal holds keys, so one that goes on by it has the usual ones."""
    names = () if case.earlier else ("access_key", "secret_key", "security_token", "password")
    entries = case.schedule.entries
    given = {entry[name] for entry in entries for name in names if name in entry}
    keyless = {entry["provider"] for entry in entries if not set(names) & set(entry)}
    return given.union(*(KEYS[provider] for provider in keyless))


def writes_down_the_same(case: Case) -> Complaints:
    """At the end the journal holds every task with its outcome."""
    if not case.schedule.journal or case.schedule.check:
        return
    entries = [entry for entry in json.loads(case.journal) if "outcome" in entry]
    written = [(*key_of(entry), entry["outcome"]) for entry in entries]
    rows = [(*key_of(row), row["outcome"]) for row in case.rows if row["id"]]
    if written != rows:
        yield f"the journal holds {written}, the result {rows}"


CHECKS: tuple[t.Callable[[Case], Complaints], ...] = (
    has_every_entry_in_order,
    has_one_outcome_each,
    adds_up,
    ends_on_evidence_only,
    tells_what_scripts_say,
    keeps_the_end_it_saw,
    looks_no_more_at_what_has_ended,
    ends_in_time,
    loses_sight_with_reason,
    finds_what_scripts_foretell,
    keeps_to_its_rates,
    counts_its_calls,
    keeps_secrets,
    writes_down_the_same,
)


def complaints(played: Played) -> list[str]:
    """All that was wrong with what was played, each with the name of its check."""
    found = [f"refuses_bad_options: {text}" for text in refuses_bad_options(played)]
    evidence = Evidence(played.log, played.start)
    for number, (wait, journal) in enumerate(zip(played.waits, played.journals)):
        case = Case(played.schedule, wait, evidence, journal, played.waits[:number])
        found += [f"{check.__name__}: {text}" for check in CHECKS for text in check(case)]
    return found
