# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: this fragment may change at any time, do not use it from elsewhere.

from __future__ import annotations

import importlib
import json
import re
import typing as t

import yaml

from ..module_utils._providers import PROVIDERS
from ..module_utils._service.model import Batch, Option, QualifiedId, Service, Start
from ..module_utils._service.provider import Provider
from ..module_utils._service.started import places_of

PACKAGE = "ansible_collections.multicloud.tasks.plugins.doc_fragments"
Docs = dict[str, t.Any]


def _service_text(service: Service) -> str:
    """Return what a user has to know of one service."""
    needs = ", ".join(f"O({name})" for name in service.needs)
    required = " and ".join(f"O({option.name})" for option in service.options if option.required)
    sentences = (
        f"V({service.name}) is {service.title}.",
        f"Its API is documented at U({service.doc}).",
        f"It is in {', '.join(_marked(service.regions))} only." if service.regions else "",
        f"It needs {needs}, even with O(endpoint)." if needs else "",
        f"It also needs {required}." if required else "",
        _forms_text(service.qualified) if service.qualified else "",
        "A task of another account than the id says is not found."
        if any(form.told_by for form in service.qualified)
        else "",
        "A name can be used instead of an id." if service.alias else "",
        f"It can also find the task of an instance by O({service.finder.option})." if service.finder else "",
        _batch_text(service.batch) if service.batch else "",
        "It lists tasks when no ids are given." if service.listing else "It cannot list tasks, so ids must be given.",
        _start_text(service.started_by) if service.started_by else "",
        "A wait can have its tasks cancelled." if service.cancel else "",
        service.advice,
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _forms_text(forms: t.Sequence[QualifiedId]) -> str:
    """Return which longer ids are taken, and what they tell."""
    examples = " or ".join(f"C({form.example})" for form in forms)
    names = dict.fromkeys(name for form in forms for name in re.compile(form.pattern).groupindex)
    told = ["the region" if name == "region" else f"O({name})" for name in names if name not in ("task_id", "account")]
    return f"An id may also look like {examples}" + (f", which contains {' and '.join(told)}." if told else ".")


def _batch_text(batch: Batch) -> str:
    """Return when a wait reads many tasks in one call, and which facts are missing then."""
    pages = "from the pages of the list, if that saves calls"
    how = f"up to {batch.size} in one call" if batch.call else pages
    missing = [name for name, expression in batch.facts.items() if not expression]
    loss = f"; it then reads the state, but not {', '.join(missing)}" if missing else ""
    return f"A wait reads {batch.least} or more tasks that are due together {how}{loss}."


def _start_text(start: Start) -> str:
    """Return where the result of a step that started a task tells its id."""
    places = [place if " " in place else f"C({place})" for place in places_of(start)]
    return f"O(started_by) takes the id from {' or '.join(places)}."


def _marked(values: t.Iterable[str]) -> list[str]:
    return [f"V({value})" for value in values]


def _service_option(provider: Provider) -> Docs:
    """Return the option ``service`` of one provider's module."""
    services = [service for dummy, service in sorted(provider.services.items())]
    return {
        "description": [
            f"The service of {provider.title} that runs the tasks. Either this or O(definition) is required.",
            *map(_service_text, services),
        ],
        "type": "str",
        # ansible-test of ansible-core 2.16 accepts only a list of choices, so the description explains each of them.
        "choices": [service.name for service in services],
    }


def _service_options(providers: t.Iterable[Provider]) -> dict[str, Docs]:
    """Return the options that services take in addition to an id, with what each means to which service."""
    docs_by_option: dict[str, Docs] = {}
    for provider in providers:
        for dummy, service in sorted(provider.services.items()):
            for option in service.options:
                entry = docs_by_option.setdefault(option.name, {"description": [], "type": "str"})
                entry["description"] += _option_text(provider, service, option)
    return {
        name: {**entry, "description": list(dict.fromkeys(entry["description"]))}
        for name, entry in docs_by_option.items()
    }


def _option_text(provider: Provider, service: Service, option: Option) -> list[str]:
    """Return what an option means to one service."""
    first, *others = option.about
    need = " It is needed." if option.required else ""
    choices = f" It is one of {', '.join(_marked(option.choices))}." if option.choices else ""
    return [" ".join((f"For V({service.name}) of {provider.title}. {first}{choices}{need}", *others))]


def _wait_options(providers: t.Iterable[Provider]) -> dict[str, Docs]:
    """Return the options by which the wait chooses a provider and a service."""
    sorted_providers = sorted(providers, key=lambda provider: provider.name)
    entries = "It applies to entries of O(tasks) without a service, or with its C(name) as the service."
    return {
        **_service_options(sorted_providers),
        "definition": {**_DEFINITION, "description": [*_DEFINITION["description"], entries]},
        "provider": {
            "description": [
                "The cloud that runs the tasks.",
                f"It is {' or '.join(f'V({provider.name}) for {provider.title}' for provider in sorted_providers)}.",
                "Each entry of O(tasks) may have its own.",
            ],
            "type": "str",
        },
        "service": {
            "description": [
                "The service that runs the tasks. Each entry of O(tasks) may name another one.",
                *(_services_of(provider) for provider in sorted_providers),
            ],
            "type": "str",
        },
    }


_FIELDS = "See U(https://github.com/multicloud-tasks/multicloud.tasks/blob/main/docs/docsite/rst/guide_definition.rst) for all of them."
_DEFINITION: Docs = {
    "description": [
        "A service that is not among those of O(service), described in the same way as the services of the catalogue.",
        "Its calls are signed, limited, judged and stored in journals like all others. Its C(name) is the C(service) of its tasks.",
        (
            "It has C(name); C(product), the first part of the host name; C(read), a call with C(action), C(method), C(path), "
            "C(query) and C(json) or C(form), in which C({task_id}) is the id; C(facts), names of facts with the JMESPaths "
            "that find them; and C(states), the words of the API with their meaning. There are more fields."
        ),
        _FIELDS,
        (
            "Its calls can only be C(GET) and C(POST), and their C(action) must begin with a verb for reading, such as C(Describe). If the "
            "cloud uses the path and not C(action), the path of a C(POST) must end with a word for reading, such as C(query). Make sure "
            "that the call only reads, because it is made at every look."
        ),
        (
            "Its host must belong to the cloud, because the call is signed with your keys. For any other host, give O(endpoint)."
        ),
        "Do not put a secret into it. It would be shown and stored in journals.",
    ],
    "type": "dict",
}


def _services_of(provider: Provider) -> str:
    module = f"multicloud.tasks.{provider.name}_cloud_task_info"
    names = ", ".join(_marked(sorted(provider.services)))
    return f"{provider.title} has {names}. See O({module}#module:service) for what they are."


def _docs_of(name: str) -> Docs:
    """Return the documentation in a fragment, such as that of a provider."""
    module = importlib.import_module(f"{PACKAGE}._{name}")
    return t.cast(Docs, yaml.safe_load(module.ModuleDocFragment.DOCUMENTATION))


def _joined(options: t.Iterable[Docs]) -> Docs:
    """Return the options of several clouds. One that several have is described by each of them."""
    joined: Docs = {}
    for name, option in (pair for docs in options for pair in docs.items()):
        known = joined.get(name, {"description": []})
        described = list(dict.fromkeys((*known["description"], *option["description"])))
        joined[name] = {**known, **option, "description": described}
    return joined


def _wait_fragment(providers: t.Sequence[Provider]) -> Docs:
    """Return what the wait takes from every provider: options, notes, membership of their groups, and further reading."""
    provider_docs = [_docs_of(provider.name) for provider in providers]
    group = {
        "support": "full",
        "membership": [f"multicloud.tasks.{provider.name}" for provider in providers],
        "details": [
            "It gets the defaults of all of these groups, so set those of a group on a block that is about one cloud.",
            "On a play that is about several, an option that a group sets, such as O(region), would count for the others, too.",
            "Options that only other clouds or services have do not count where they are such defaults.",
        ],
    }
    return {
        "options": {
            **_joined(docs["options"] for docs in (_docs_of("role"), *provider_docs)),
            **_wait_options(providers),
        },
        "notes": [note for docs in provider_docs for note in docs["notes"]],
        "attributes": {"action_group": group},
        "seealso": [{"module": f"multicloud.tasks.{provider.name}_cloud_task_info"} for provider in providers],
    }


def _fragment(docs: Docs) -> str:
    """Return the text of a fragment, as JSON, which is YAML."""
    return json.dumps(docs, ensure_ascii=False)


def _provider_fragment(provider: Provider) -> str:
    """Return the fragment of one provider's module."""
    options = {"service": _service_option(provider), "definition": _DEFINITION, **_service_options([provider])}
    return _fragment({"options": options})


class ModuleDocFragment:
    """The documentation that is generated from the definitions of the services, so that a new service is documented.

    ``DOCUMENTATION`` is that of the wait. Each provider's own module has an attribute with the name of the provider.
    """

    # Annotated, because ansible-test wants every plain assignment here to be literal text.
    DOCUMENTATION: str = _fragment(_wait_fragment(list(PROVIDERS.values())))


for _provider in PROVIDERS.values():
    setattr(ModuleDocFragment, _provider.name.upper(), _provider_fragment(_provider))
