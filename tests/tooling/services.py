# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the page of all services from the catalogue: `./dev services` writes it, and a test compares it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import jmespath

from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import STATES, SUCCEEDED
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service.model import Batch, Call, Option, Quota, Service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.provider import Provider
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import PLACE_IN_REASON
from ansible_collections.multicloud.tasks.plugins.module_utils._service.template import names_in_template

PAGE = Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "guide_services.rst"
# Markup of module documentation, which guides do not have.
_MARKED = re.compile(r"\b(?:C|V|O|RV)\(([^()]*)\)")
IDENTIFIER = "-".join(("SPDX", "License", "Identifier:"))
# The identifier is split, because a license checker would take it for a second one of this file.
HEAD = f"""..
  Copyright (c) 2026, multicloud.tasks contributors
  GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
  {IDENTIFIER} GPL-3.0-or-later

  Written by ./dev services from the catalogue: change an entry there, not this page.

.. _ansible_collections.multicloud.tasks.docsite.guide_services:

All services
============

What each service reads, and what it needs. "States" shows which words of the API mean which state. A word that is not listed is
``unknown``, which is never an end and never a success. A state without words comes from a rule, from the counts or from the items
of a task. A success counts only if nothing under "Against a success" applies.

.. contents::
   :local:
   :depth: 2
"""


def page(providers: t.Iterable[Provider] = PROVIDERS.values()) -> str:
    """Return the text of the page."""
    sorted_providers = sorted(providers, key=lambda provider: provider.title)
    return "\n".join([HEAD, *(section(provider) for provider in sorted_providers)])


def section(provider: Provider) -> str:
    """Return the section of one cloud: a table of what its services can do, and an entry for each."""
    services = [service for dummy, service in sorted(provider.services.items())]
    rows = "\n".join(row(service) for service in services)
    table = f".. list-table::\n   :header-rows: 1\n   :widths: auto\n\n{cells(HEADINGS)}\n{rows}\n"
    return "\n".join([heading(provider.title, "-"), table, *(entry(provider, service) for service in services)])


HEADINGS = ("``service``", "many at once", "lists", "cancels", "quota of calls")


def row(service: Service) -> str:
    """Return what a service can do, as a row of the table."""
    many = at_once(service.batch) if service.batch else ""
    answers = ("yes" if service.listing else "", "yes" if service.cancel else "", quota_of(service.quota))
    return cells((f"``{service.name}``", many, *answers))


def quota_of(quota: Quota) -> str:
    """Return how many calls are allowed in which time. One that nobody documents is a guess."""
    time = f"{quota.seconds:g} s" if quota.is_window else "1 s"
    return f"{quota.calls:g} in {time}" if quota.source else ""


def source_of(quota: Quota) -> str:
    """Return the quota, and the page that documents it."""
    if quota.source:
        return f"`{quota_of(quota)} <{quota.source}>`__"
    return f"not documented; taken to be {quota.calls:g} in a second, to be careful"


def pace_of(quota: Quota) -> str:
    """Return what a wait makes of a quota."""
    burst = f", {quota.burst:g} at once after a rest" if quota.is_window else ""
    return f"{quota.rate:.3g} calls per second on average{burst}"


def cells(texts: t.Sequence[str]) -> str:
    """Return one row of a table."""
    return "\n".join(f"   {'* -' if not number else '  -'} {text}".rstrip() for number, text in enumerate(texts))


def heading(text: str, line: str) -> str:
    """Return a heading, underlined with ``line``."""
    return f"{text}\n{line * len(text)}\n"


def entry(provider: Provider, service: Service) -> str:
    """Return what a service is, field by field."""
    fields = {
        "API": f"`{service.read.action} <{service.doc}>`__",
        "Id": ", ".join(id_parameters(service.read)),
        "Needs": ", ".join([*(f"``{name}``" for name in service.needs), *map(option_text, service.options)]),
        "Regions": ", ".join(f"``{region}``" for region in service.regions),
        "States": "; ".join(f"``{state}``: {words}" for state, words in words_of(service)),
        "Against a success": "; ".join(evidence_of(service)) or f"nothing. {service.no_evidence}",
        "Details": ", ".join(f"``{name}``" for name in details_of(service)),
        "Many at once": many_of(service.batch) if service.batch else "",
        "Lists": f"by ``{service.listing.call.action}``" if service.listing else "",
        "Cancels": f"by ``{service.cancel.call.action}``" if service.cancel else "",
        "Quota": source_of(service.quota),
        "Pace": f"{pace_of(service.quota)}, {service.parallel} at a time",
        "Advice": _MARKED.sub(r"``\1``", service.advice),
    }
    lines = "\n".join(f":{name}: {text}" for name, text in fields.items() if text)
    return f"{heading(name_of(provider, service), '^')}\n{service.title}\n\n{lines}\n"


def name_of(provider: Provider, service: Service) -> str:
    """Return the heading of a service, with its cloud, because two clouds may have a service of the same name."""
    return f"{provider.title}: {service.name}"


def id_parameters(call: Call) -> list[str]:
    """Return the parameters of the call that hold the id of a task, or its path."""
    parameters = {**call.query, **call.form, **(call.json or {})}
    named = [f"``{name}``" for name, template in parameters.items() if "task_id" in names_in_template(template)]
    return named or [f"``{call.path}``"]


def option_text(option: Option) -> str:
    """Return an option that a service takes."""
    return f"``{option.name}``" + ("" if option.required else " (optional)")


def words_of(service: Service) -> t.Iterator[tuple[str, str]]:
    """Yield our states in their order, each with the words of the API for it."""
    for state in STATES:
        words = dict.fromkeys(word for table in service.tables for word, ours in table.items() if ours == state)
        if words:
            yield state, ", ".join(words)


def evidence_of(service: Service) -> list[str]:
    """Return what speaks against a success although the word of the task says so."""
    rules = (*service.rules, *(service.detail.rules if service.detail else ()))
    evidence = {
        "its counts": "counts" in service.facts,
        "a sub-task that goes on, has not ended well, or says a word that is not known": service.items_decide,
        **{PLACE_IN_REASON.sub("...", rule.because): rule.state != SUCCEEDED for rule in rules},
    }
    return [what for what, applies in evidence.items() if applies]


def details_of(service: Service) -> list[str]:
    """Return the names that the fact ``details`` of a task may have."""
    expression = service.facts.get("details")
    return sorted(pair["value"] for pair in jmespath.compile(expression).parsed["children"]) if expression else []


def at_once(batch: Batch) -> str:
    """Return how many tasks one look can read."""
    return str(batch.size) if batch.call else "those listed"


def many_of(batch: Batch) -> str:
    """Return the same, with the call, and the least number of due tasks for which it is used."""
    way = f"``{batch.call.action}``" if batch.call else "the pages of the list"
    return f"{at_once(batch)}, by {way}, from {batch.least} that are due together"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
