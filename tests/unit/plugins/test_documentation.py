# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is documented is what there is: options, facts, words, groups and examples, as ansible-doc reads them."""

from __future__ import annotations

import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap
import typing as t
from datetime import datetime, timezone

import pytest
import yaml

from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import chain, profiles
from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba import key_names as alibaba
from ansible_collections.multicloud.tasks.plugins.module_utils._alibaba.compute import ECS
from ansible_collections.multicloud.tasks.plugins.module_utils._aws import names as aws
from ansible_collections.multicloud.tasks.plugins.module_utils._azure import names as azure
from ansible_collections.multicloud.tasks.plugins.module_utils._core import task as _task
from ansible_collections.multicloud.tasks.plugins.module_utils._core.errors import CloudError, NotFound
from ansible_collections.multicloud.tasks.plugins.module_utils._core.task import FACTS, STATES
from ansible_collections.multicloud.tasks.plugins.module_utils._google import names as google
from ansible_collections.multicloud.tasks.plugins.module_utils._huawei import credentials as huawei
from ansible_collections.multicloud.tasks.plugins.module_utils._openstack import credentials as openstack
from ansible_collections.multicloud.tasks.plugins.module_utils._options import spec as _options
from ansible_collections.multicloud.tasks.plugins.module_utils._options.plan import plan_of
from ansible_collections.multicloud.tasks.plugins.module_utils._options.select import selectors_of_one
from ansible_collections.multicloud.tasks.plugins.module_utils._options.validate import check
from ansible_collections.multicloud.tasks.plugins.module_utils._providers import PROVIDERS
from ansible_collections.multicloud.tasks.plugins.module_utils._service import model as _service
from ansible_collections.multicloud.tasks.plugins.module_utils._service.parse import read_task, subtasks_of
from ansible_collections.multicloud.tasks.plugins.module_utils._service.state import Origin
from ansible_collections.multicloud.tasks.plugins.module_utils._wait.policy import OUTCOMES
from tooling.readme import CLOUDS, clouds
from tooling.services import PAGE, name_of, page

Json = t.Any
Docs = dict[str, Json]

PLUGINS = pathlib.Path(_options.__file__).parents[2]
ROOT = PLUGINS.parent
TREE = ROOT.parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
PAGES = [ROOT / "README.md", *sorted(GUIDES.glob("*.rst"))]
COLLECTION = "multicloud.tasks"
WAIT = "wait_for_cloud_task"
INFO = {f"{name}_cloud_task_info": provider for name, provider in PROVIDERS.items()}
SPECS = {
    **{module: _options.info_spec(provider) for module, provider in INFO.items()},
    WAIT: _options.wait_spec(PROVIDERS),
}
ENVIRONMENT = {
    name: {
        *(variable for family in places.NAMING_SCHEMES for names in family.values() for variable in names),
        *places.REGION_NAMES,
        *others.OTHER_NAMES,
    }
    for name, places, others in (
        ("alibaba", alibaba, chain),
        ("aws", aws, aws),
        ("azure", azure, azure),
        ("google", google, google),
        ("huawei", huawei, huawei),
        ("openstack", openstack, openstack),
    )
}
"""The variables that each provider's keys, region and settings are taken from."""

KEYWORDS = {"name", "register", "loop", "loop_control", "delegate_to", "async", "poll", "until", "retries", "delay"}


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Docs]:
    """The documentation of every module with its fragments merged, by the module's own name."""
    home = tmp_path_factory.mktemp("home")
    names = [f"{COLLECTION}.{module}" for module in SPECS]
    command = [sys.executable, "-m", "ansible", "doc", "--type", "module", "--json", *names]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE")},
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home),
        "LC_ALL": "C.UTF-8",
    }
    found = json.loads(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout)
    return {module: found[f"{COLLECTION}.{module}"] for module in SPECS}


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def form(option: Docs) -> Docs:
    """What documentation and spec have in common; an order of choices or aliases means nothing."""
    return {
        **{name: option.get(name) for name in ("type", "elements", "default")},
        "required": bool(option.get("required")),
        "aliases": sorted(option.get("aliases") or ()),
        "choices": sorted(option.get("choices") or ()),
    }


def text_of(value: Json) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def words_in(text: str) -> set[str]:
    """The values that a text names."""
    return set(re.findall(r"V\((\w+)\)", text))


# Options


@pytest.mark.parametrize("module", SPECS)
def test_options_are_documented_as_they_are(docs: dict[str, Docs], module: str) -> None:
    documented = {name: form(option) for name, option in docs[module]["doc"]["options"].items()}
    assert documented == {name: form(option) for name, option in SPECS[module].items()}


@pytest.mark.parametrize("module", SPECS)
def test_options_are_described_in_sentences(docs: dict[str, Docs], module: str) -> None:
    for name, option in docs[module]["doc"]["options"].items():
        for text in option["description"]:
            assert re.match(r"[A-Z]", text), f"{name}: {text}"
            assert text.endswith("."), f"{name}: {text}"


@pytest.mark.parametrize(("module", "provider"), INFO.items())
def test_services_are_described_from_the_catalogue(docs: dict[str, Docs], module: str, provider: Json) -> None:
    option = docs[module]["doc"]["options"]["service"]
    dummy, *told = option["description"]
    assert option["choices"] == sorted(provider.services)
    assert len(told) == len(provider.services)
    for name, text in zip(option["choices"], told):
        service = provider.services[name]
        assert text.startswith(f"V({name}) is {service.title}.")
        assert f"U({service.doc})" in text
        assert ("cannot list" in text) == (service.listing is None)


def test_the_wait_names_every_provider_and_service(docs: dict[str, Docs]) -> None:
    options = docs[WAIT]["doc"]["options"]
    assert words_in(text_of(options["provider"]["description"])) == set(PROVIDERS)
    services = {name for provider in PROVIDERS.values() for name in provider.services}
    assert words_in(text_of(options["service"]["description"])) == services


@pytest.mark.parametrize("module", SPECS)
def test_the_guide_to_credentials_is_linked(docs: dict[str, Docs], module: str) -> None:
    """The guide has every variable, see below. In a module they would bury what a user needs first."""
    providers = [INFO[module]] if module in INFO else PROVIDERS.values()
    notes = docs[module]["doc"]["notes"]
    for provider in providers:
        about = [
            note for note in notes if note.startswith(f"{provider.title} uses the first source that has credentials")
        ]
        assert len(about) == 1, provider.title
        assert "guide_credentials.rst" in about[0]


@pytest.mark.parametrize("module", SPECS)
def test_a_module_says_since_when_it_is_there(docs: dict[str, Docs], module: str) -> None:
    assert re.fullmatch(r"\d+\.\d+\.0", docs[module]["doc"]["version_added"])


# Returned values


def leaves(values: Docs) -> t.Iterator[tuple[str, Docs]]:
    for name, value in values.items():
        yield name, value
        yield from leaves(value.get("contains") or {})


@pytest.mark.parametrize("module", SPECS)
def test_return_values_have_all_that_a_reader_needs(docs: dict[str, Docs], module: str) -> None:
    for name, value in leaves(docs[module]["return"]):
        assert {"description", "type", "returned"} <= set(value), name
        assert "sample" in value or "contains" in value, name
        assert value["type"] != "list" or "elements" in value, name


@pytest.mark.parametrize("module", INFO)
def test_info_modules_return_the_facts(docs: dict[str, Docs], module: str) -> None:
    returned = docs[module]["return"]
    assert set(returned) == {"tasks", "missing", "provider", "service", "region", "failure", "calls"}
    assert set(returned["tasks"]["contains"]) == set(FACTS)


def test_info_modules_return_the_same(docs: dict[str, Docs]) -> None:
    first, *others = [docs[module]["return"] for module in INFO]
    assert all(other == first for other in others)


def test_the_wait_returns_the_same_facts_and_its_own(docs: dict[str, Docs]) -> None:
    returned = docs[WAIT]["return"]
    assert set(returned) == {"tasks", "summary", "succeeded", "elapsed", "requests", "throttled", "msg", "calls"}
    facts = dict(returned["tasks"]["contains"])
    own = {name: facts.pop(name) for name in _options.WAIT_FACTS}
    assert set(own) == {"outcome", "reason", "looks", "detection_delay_max", "expected", "cancel"}
    assert facts == docs[next(iter(INFO))]["return"]["tasks"]["contains"]


@pytest.mark.parametrize("module", SPECS)
def test_every_state_is_explained(docs: dict[str, Docs], module: str) -> None:
    facts = docs[module]["return"]["tasks"]["contains"]
    assert words_in(text_of(facts["state"]["description"])) == set(STATES)
    assert words_in(text_of(docs[module]["doc"]["options"]["states"]["description"])) == set(STATES)


def test_every_outcome_is_explained(docs: dict[str, Docs]) -> None:
    facts = docs[WAIT]["return"]["tasks"]["contains"]
    assert words_in(text_of(facts["outcome"]["description"])) == set(OUTCOMES)


def kinds(error: type[CloudError]) -> set[str]:
    return {error.kind}.union(*(kinds(child) for child in error.__subclasses__()))


@pytest.mark.parametrize("module", INFO)
def test_a_failure_is_explained(docs: dict[str, Docs], module: str) -> None:
    failure = docs[module]["return"]["failure"]["contains"]
    assert set(failure) == set(CloudError("").failure())
    assert words_in(text_of(failure["kind"]["description"])) == kinds(CloudError)


@pytest.mark.parametrize("module", SPECS)
def test_subtasks_have_the_keys_that_are_documented(docs: dict[str, Docs], module: str) -> None:
    subtasks = docs[module]["return"]["tasks"]["contains"]["subtasks"]["contains"]
    assert set(subtasks) == set(subtasks_of(ECS, None, [{"OperationStatus": "Success"}], [])[0])


# Groups and size


def test_action_groups_hold_each_info_module_and_the_wait() -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    assert {name: set(members) for name, members in groups.items()} == {
        provider.name: {module, WAIT} for module, provider in INFO.items()
    }


RESULT = {
    "tasks": [
        {**dict.fromkeys(FACTS), "provider": "aws", "region": "eu-west-1", "resource_id": "vol-1"},
        dict.fromkeys(FACTS),
    ]
}


@pytest.mark.parametrize("module", SPECS)
def test_a_query_counts_the_resources_of_each_module(module: str) -> None:
    """What Automation Platform counts. Without jq, as on some machines of contributors, only that there is a query."""
    queries = yaml.safe_load((ROOT / "extensions" / "audit" / "event_query.yml").read_text(encoding="utf-8"))
    query = queries[f"{COLLECTION}.{module}"]["query"]
    jq = shutil.which("jq")
    if jq:
        found = subprocess.run(
            [jq, "-c", query], input=json.dumps(RESULT), check=True, capture_output=True, text=True
        ).stdout
        (node,) = map(json.loads, found.splitlines())
        assert node["canonical_facts"] == {"provider": "aws", "region": "eu-west-1", "resource_id": "vol-1"}


@pytest.mark.parametrize("module", SPECS)
def test_attributes_name_the_action_groups(docs: dict[str, Docs], module: str) -> None:
    wanted = {INFO[module].name} if module in INFO else set(PROVIDERS)
    membership = docs[module]["doc"]["attributes"]["action_group"]["membership"]
    assert set(membership) == {f"{COLLECTION}.{name}" for name in wanted}


@pytest.mark.parametrize("module", SPECS)
def test_modules_are_documentation_and_a_few_lines(module: str) -> None:
    source = (PLUGINS / "modules" / f"{module}.py").read_text(encoding="utf-8")
    texts = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    names = [ast.unparse(target) for node in texts for target in node.targets]
    assert names == ["DOCUMENTATION", "EXAMPLES", "RETURN"]
    documentation = {line for node in texts for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = [line for number, line in enumerate(source.splitlines(), 1) if number not in documentation]
    assert len([line for line in lines if line.strip() and not line.startswith("#")]) <= 30


# Examples


def steps(entries: t.Iterable[Docs]) -> t.Iterator[Docs]:
    """The tasks, those in blocks included."""
    for entry in entries:
        inner = [step for name in ("block", "rescue", "always") for step in entry.get(name, ())]
        yield from steps(inner) if inner else [entry]


def examples(docs: Docs) -> list[Docs]:
    return list(steps(yaml.safe_load(docs["examples"])))


def calls(tasks: t.Iterable[Docs]) -> list[tuple[str, Docs]]:
    """Every use of one of our modules."""
    found = ((name, task[name]) for task in tasks for name in task if name.startswith(f"{COLLECTION}."))
    return [(name[len(COLLECTION) + 1 :], arguments) for name, arguments in found]


def accept(module: str, arguments: Docs) -> None:
    """Have arguments checked as the module does, as far as they do not depend on what was there before."""
    spec = SPECS[module]
    known = {alias for option, entry in spec.items() for alias in (option, *entry.get("aliases", ()))}
    assert not set(arguments) - known
    secrets = set(arguments) & _options.secret_names(spec)
    assert all("{{" in str(arguments[name]) for name in secrets), "an example must not hold a secret"
    if "{{" in json.dumps(arguments) or set(arguments) == {"journal"}:
        return
    if module == WAIT:
        assert plan_of(PROVIDERS, arguments, check_mode=False).selectors
    else:
        assert selectors_of_one(INFO[module], check(spec, arguments))


@pytest.mark.parametrize("module", SPECS)
def test_examples_are_tasks_with_full_names(docs: dict[str, Docs], module: str) -> None:
    for task in examples(docs[module]):
        (action,) = set(task) - KEYWORDS
        assert re.fullmatch(r"(ansible\.builtin|multicloud\.tasks)\.\w+", action), action
        assert task["name"][0].isupper()


@pytest.mark.parametrize("module", SPECS)
def test_examples_are_accepted(docs: dict[str, Docs], module: str) -> None:
    used = calls(examples(docs[module]))
    assert module in {name for name, dummy in used}
    for name, arguments in used:
        accept(name, arguments)


# The README, and the page of options, facts and outcomes


def words_of_tables(page: str) -> set[str]:
    """Every word in code that stands in a table."""
    rows = [line for line in page.splitlines() if re.match(r" +(\* -|  -) ", line)]
    return {word for row in rows for word in re.findall(r"``([^`]+)``", row)}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(set(SPECS[WAIT]), id="options"),
        pytest.param({*FACTS, *_options.WAIT_FACTS}, id="facts"),
        pytest.param(set(OUTCOMES), id="outcomes"),
        pytest.param(set(STATES), id="states"),
        pytest.param({f"{COLLECTION}.{module}" for module in SPECS}, id="modules"),
    ],
)
def test_the_page_at_a_glance_has_a_row_for_each(names: set[str]) -> None:
    assert not names - words_of_tables((GUIDES / "guide_reference.rst").read_text(encoding="utf-8"))


def test_the_readme_is_short(readme: str) -> None:
    assert len(readme.splitlines()) <= 150


def test_the_readme_counts_the_services_of_each_cloud(readme: str) -> None:
    found = CLOUDS.search(readme)
    assert found
    assert found.group() == clouds(), "run ./dev services"


def test_the_page_of_all_services_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run ./dev services"


def test_the_page_shows_no_markup_of_modules() -> None:
    assert re.findall(r"\b(?:[CVOM]|RV)\([^ )]*\)", page()) == []


def test_the_page_has_every_word_and_call_of_a_service() -> None:
    text = page()
    for provider in PROVIDERS.values():
        for service in provider.services.values():
            told = text.partition(f"\n{name_of(provider, service)}\n^")[2].partition("^\n")[2].partition("^\n")[0]
            assert service.doc in told
            assert service.read.action in told
            assert not {word for table in service.tables for word in table if word not in told}


def test_readme_links_to_full_urls(readme: str) -> None:
    links = re.findall(r"\]\(([^)]*)\)", readme)
    assert links
    assert not [link for link in links if not link.startswith("https://")]


def test_readme_has_every_guide_in_the_order_of_the_site(readme: str) -> None:
    (guides, *dummy) = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    section = readme.partition("### Guides\n")[2].partition("\n## ")[0]
    assert re.findall(r"/(guide_\w+)\.rst\)", section) == guides["toctree"]
    assert set(guides["toctree"]) == {path.stem for path in GUIDES.glob("guide_*.rst")}


def test_galaxy_is_told_of_every_cloud() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert [provider.title for provider in PROVIDERS.values() if provider.title not in galaxy["description"]] == []
    assert [name for name in PROVIDERS if name not in galaxy["tags"]] == []


def test_every_role_is_in_a_guide() -> None:
    text = (GUIDES / "guide_gates.rst").read_text(encoding="utf-8")
    roles = sorted(path.name for path in (ROOT / "roles").iterdir())
    assert [role for role in roles if f"name: multicloud.tasks.{role}\n" not in text] == []
    assert [role for role in roles if f"<ansible_collections.multicloud.tasks.{role}_role>" not in text] == []


def test_readme_keeps_the_order_of_the_certified_template(readme: str) -> None:
    wanted = (
        "Description",
        "Requirements",
        "Installation",
        "Use Cases",
        "Testing",
        "Contributing",
        "Support",
        "Release Notes and Roadmap",
        "Related Information",
        "License Information",
    )
    headings = re.findall(r"^## (.*)$", readme, re.MULTILINE)
    assert [heading for heading in headings if heading in wanted] == list(wanted)


# The guides, and the playbooks of all pages


def blocks(path: pathlib.Path) -> list[str]:
    """The YAML that a page in Markdown or reStructuredText shows."""
    text = path.read_text(encoding="utf-8")
    fenced = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ *\.\. code-block:: yaml\n\n((?:(?: {2,}.*)?\n)+)", text, re.MULTILINE)
    return [*fenced, *map(textwrap.dedent, indented)]


@pytest.mark.parametrize("provider", ENVIRONMENT)
def test_the_guide_to_credentials_has_every_variable(provider: str) -> None:
    guide = (GUIDES / "guide_credentials.rst").read_text(encoding="utf-8")
    assert not {name for name in ENVIRONMENT[provider] if f"``{name}``" not in guide}


def test_the_guide_to_credentials_has_every_mode() -> None:
    guide = (GUIDES / "guide_credentials.rst").read_text(encoding="utf-8")
    kinds = {*profiles.MODES, *profiles.TYPES, *profiles.REFUSED}
    assert not {kind for kind in kinds if f"``{kind}``" not in guide}


def shown(name: str, language: str) -> str:
    """The first block of a language in a guide."""
    text = (GUIDES / name).read_text(encoding="utf-8")
    found = re.search(rf"^\.\. code-block:: {language}\n\n((?:(?: {{2,}}.*)?\n)+)", text, re.MULTILINE)
    assert found
    return textwrap.dedent(found.group(1))


def test_the_entry_of_the_guide_for_contributors_reads_its_answer() -> None:
    names: dict[str, t.Any] = {**vars(_service), **vars(_task), "NotFound": NotFound}
    exec(shown("dev_service.rst", "python"), names)
    body = json.loads(shown("dev_service.rst", "json"))
    look = Origin("alibaba", "cn-hangzhou", datetime(2026, 3, 1, 12, tzinfo=timezone.utc), "j-1", None, {})
    task = read_task(names["COPY"], body, look)
    facts = task.facts()
    wanted = {"id": "j-1", "state": "succeeded", "duration": 480.0, "error": None, "outputs": {"volume_id": "v-2"}}
    assert {name: facts[name] for name in wanted} == wanted


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_playbooks_of_pages_are_accepted(path: pathlib.Path) -> None:
    found = calls(steps(task for text in blocks(path) for task in _tasks_of(yaml.safe_load(text))))
    for name, arguments in found:
        accept(name, arguments)


def test_most_pages_show_a_playbook_with_the_wait() -> None:
    assert len([path for path in PAGES if any(f"{COLLECTION}.{WAIT}:" in text for text in blocks(path))]) >= 6


def _tasks_of(data: Json) -> list[Docs]:
    """The tasks of a playbook, or of a list of tasks; other YAML has none."""
    entries = data if isinstance(data, list) else []
    return [task for entry in entries for task in entry.get("tasks", [entry])]


# The event source

EVENTS = ROOT / "extensions" / "eda" / "plugins" / "event_source"
SCHEMA = EVENTS / "schemas" / "cloud_task.json"
TYPES = {
    "str": "string",
    "path": "string",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "list": "array",
    "dict": "object",
}


@pytest.fixture(scope="module")
def event_docs(tmp_path_factory: pytest.TempPathFactory) -> Docs:
    """Its documentation with its fragments; ansible-doc knows no event sources, but reads it like that of a module."""
    home = tmp_path_factory.mktemp("home")
    (home / "cloud_task.py").write_text((EVENTS / "cloud_task.py").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "doc", "--type", "module", "--json", "-M", str(home), "cloud_task"]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE")},
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home),
        "LC_ALL": "C.UTF-8",
    }
    found = json.loads(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout)
    return found["cloud_task"]["doc"]  # type: ignore[no-any-return]


def test_the_event_source_documents_its_options_as_they_are(event_docs: Docs) -> None:
    """A provider's fragment belongs to it as to the wait."""
    documented = {name: form(option) for name, option in event_docs["options"].items()}
    assert documented == {name: form(option) for name, option in _options.event_spec(PROVIDERS).items()}
    for name, option in event_docs["options"].items():
        assert all(re.match(r"[A-Z].*\.$", text, re.DOTALL) for text in option["description"]), name


def own_options(path: pathlib.Path) -> Docs:
    """The options that a file documents itself, and not by a fragment."""
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""', path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return t.cast(Docs, yaml.safe_load(found[1])["options"])


def test_what_the_event_source_says_as_the_wait_does_is_written_once() -> None:
    wait = own_options(ROOT / "plugins" / "modules" / "wait_for_cloud_task.py")
    source = own_options(ROOT / "extensions" / "eda" / "plugins" / "event_source" / "cloud_task.py")
    assert [name for name in set(wait) & set(source) if wait[name] == source[name]] == []


def summary_of(about: Docs) -> str:
    """What an option is, in short; one that services of several clouds take means something of its own for each."""
    first = about["description"][0]
    return " ".join(about["description"]) if first.startswith("For V(") else first


def schema_of(name: str, about: Docs, text: str) -> Docs:
    """An option as JSON schema, as other collections have it for their sources."""
    made: Docs = {"title": name.replace("_", " ").capitalize(), "description": text}
    made.update({"type": TYPES[about["type"]]} if about["type"] in TYPES else {})
    made.update({"type": ["number", "string"]} if name in _options.DURATIONS else {})
    made.update({"default": about["default"]} if about.get("default") is not None else {})
    made.update({"format": "password"} if about.get("no_log") else {})
    choices = {"enum": sorted(about["choices"])} if about.get("choices") else {}
    if about["type"] != "list":
        return {**made, **choices}
    return {**made, "items": {"type": "object" if about.get("elements") == "dict" else "string", **choices}}


def test_the_schema_of_the_event_source_says_what_its_documentation_says(event_docs: Docs) -> None:
    """With MULTICLOUD_WRITE_SCHEMA=1 it is written anew, for instance when a provider has got an option."""
    spec = _options.event_spec(PROVIDERS)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/multicloud-tasks/multicloud.tasks/event_source/cloud_task.json",
        "title": "multicloud.tasks.cloud_task",
        "description": event_docs["short_description"] + ".",
        "type": "object",
        "properties": {
            name: schema_of(name, spec[name], summary_of(event_docs["options"][name])) for name in sorted(spec)
        },
    }
    if os.environ.get("MULTICLOUD_WRITE_SCHEMA"):
        SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema
