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
        f"It needs {needs}, also with O(endpoint)." if needs else "",
        f"It also needs {required}." if required else "",
        _forms_text(service.qualified) if service.qualified else "",
        "A task of the same name in another account than it tells is not found."
        if any(form.told_by for form in service.qualified)
        else "",
        "A name is taken in place of an id." if service.alias else "",
        f"It finds the task of an instance by O({service.finder.option}), too." if service.finder else "",
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
    return f"An id may also be one such as {examples}" + (f", which tells {' and '.join(told)}." if told else ".")


def _batch_text(batch: Batch) -> str:
    """Return when a wait reads many tasks in one call, and which facts are missing then."""
    pages = "by the pages of the list, as far as that saves calls"
    how = f"up to {batch.size} in one call" if batch.call else pages
    missing = [name for name, expression in batch.facts.items() if not expression]
    loss = f"; their {', '.join(missing)} is not told then, only the state" if missing else ""
    return f"A wait looks at {batch.least} or more that are due together {how}{loss}."


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
            f"The service of {provider.title} that runs the tasks. It or O(definition) must be given.",
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
    entries = "Entries of O(tasks) that name no service, or this one by its C(name), are read by it."
    return {
        **_service_options(sorted_providers),
        "definition": {**_DEFINITION, "description": [*_DEFINITION["description"], entries]},
        "provider": {
            "description": [
                "The cloud that runs the tasks.",
                f"It is {' or '.join(f'V({provider.name}) for {provider.title}' for provider in sorted_providers)}.",
                "Each entry of O(tasks) may name another one.",
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
        "A service that is not among those of O(service): how one of its tasks is read, as the catalogue has it of the others.",
        "Its calls are signed, paced, judged and written to journals like all others. Its C(name) is the C(service) of its tasks.",
        (
            "It takes C(name); C(product), the first part of the host name; C(read), a call with C(action), C(method), C(path), "
            "C(query) and C(json) or C(form), in which C({task_id}) stands for the id; C(facts), names of facts and the JMESPaths "
            "that find them; and C(states), the words of the API and what they mean. There are more fields."
        ),
        _FIELDS,
        (
            "It can make C(GET) and C(POST) calls only, whose C(action) begins with a verb of reading, such as C(Describe). Where the "
            "cloud goes by the path and not by C(action), that of a C(POST) must end with a word of reading, such as C(query). That a "
            "call reads, and does not start or change something with every look, is for you to see to."
        ),
        (
            "Its host must be one of the cloud's services, for what is signed with your keys is sent there. For any other host, "
            "O(endpoint) must be given."
        ),
        "A secret in it is not known to be one, and would be shown and written to journals.",
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
            **{name: option for docs in (_docs_of("role"), *provider_docs) for name, option in docs["options"].items()},
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
