# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site that ``./dev docs`` has built: every link leads somewhere, and a browser shows it, on a desk and on a phone."""

from __future__ import annotations

import html.parser
import os
import re
import typing as t
import urllib.parse
from pathlib import Path

import pytest
import yaml

from support import browser

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("MULTICLOUD_SITE") or ROOT / ".dev" / "docs" / "html")
SHOTS = SITE.parent / "screenshots"
REFERENCE = "collections/multicloud/tasks"
MODULES = ("alibaba_cloud_task_info", "huawei_cloud_task_info", "wait_for_cloud_task")
WAIT = f"{REFERENCE}/wait_for_cloud_task_module.html"
FIRST = f"{REFERENCE}/docsite/guide_first_gate.html"


class Reader(html.parser.HTMLParser):
    """The links of a page, what it loads, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if "src" in found:
            self.loads.append(found["src"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
            self.loads.append(found["href"])


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@pytest.fixture(scope="module")
def pages() -> dict[Path, Reader]:
    found = {path: read(path) for path in SITE.rglob("*.html")}
    assert found, f"there is no site in {SITE}: run ./dev docs"
    return found


def is_outside(link: str) -> bool:
    return bool(urllib.parse.urlsplit(link).scheme)


def dangling(pages: dict[Path, Reader], path: Path, link: str) -> bool:
    """Whether a link within the site leads to no page, or to no anchor in it."""
    parts = urllib.parse.urlsplit(link)
    target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
    if target not in pages:
        return not target.is_file() or bool(parts.fragment)
    return bool(parts.fragment) and urllib.parse.unquote(parts.fragment) not in pages[target].anchors


def test_every_link_within_the_site_leads_to_a_page_and_an_anchor(pages: dict[Path, Reader]) -> None:
    found = [(path.name, link) for path, page in pages.items() for link in page.links if not is_outside(link)]
    broken = [
        f"{path.relative_to(SITE)}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not is_outside(link) and dangling(pages, path, link)
    ]
    assert len(found) > 100
    assert not broken


def test_every_link_to_elsewhere_is_a_full_and_encrypted_one(pages: dict[Path, Reader]) -> None:
    links = {link for page in pages.values() for link in page.links if is_outside(link)}
    assert links
    bad = [link for link in links if not re.fullmatch(r"https://[\w.-]+\.\w+(/\S*)?", link)]
    assert not bad


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Reader]) -> None:
    assert not {link for page in pages.values() for link in page.loads if is_outside(link) or link.startswith("//")}


def test_every_guide_is_in_the_site_and_named_in_its_index(pages: dict[Path, Reader]) -> None:
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text())["sections"]
    named = [name for section in sections for name in section["toctree"]]
    assert sorted(named) == sorted(path.stem for path in (ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
    index = pages[SITE / REFERENCE / "index.html"]
    assert {f"docsite/{name}.html" for name in named} <= {link.partition("#")[0] for link in index.links}


# In a browser


@pytest.fixture(scope="module")
def page() -> t.Iterator[browser.Page]:
    with browser.chromium() as found:
        yield found


@pytest.fixture(scope="module")
def url() -> t.Iterator[str]:
    with browser.serve_folder(SITE) as found:
        yield found


def complaints(page: browser.Page) -> list[str]:
    """What the console has to say against a page."""
    return [entry["message"] for entry in page.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


SHOWN = {
    "front": ("index.html", "Wait for what a cloud does"),
    "first": (FIRST, "A first gate in five minutes"),
    "credentials": (f"{REFERENCE}/docsite/guide_credentials.html", "Credentials"),
    "failure": (f"{REFERENCE}/docsite/guide_failure.html", "Failure and resume"),
    "wait": (WAIT, "multicloud.tasks.wait_for_cloud_task"),
}


@pytest.mark.parametrize("size", [browser.DESKTOP, browser.PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_shown(page: browser.Page, url: str, name: str, size: tuple[int, int]) -> None:
    path, title = SHOWN[name]
    browser.open_page(page, f"{url}/{path}", size)
    browser.screenshot(page, SHOTS / f"{name}-{size[0]}.png")
    assert title in page.find_element("tag name", "h1").text
    assert not complaints(page)
    assert not [asked for asked in browser.loaded_urls(page) if not asked.startswith((url, "data:"))]
    assert browser.overflow(page) <= 0


def test_code_is_in_color_and_legible(page: browser.Page, url: str) -> None:
    browser.open_page(page, f"{url}/{FIRST}")
    block = page.find_element("css selector", ".highlight-yaml pre")
    assert "multicloud.tasks.wait_for_cloud_task:" in block.text
    colors = {span.value_of_css_property("color") for span in block.find_elements("tag name", "span")}
    assert len(colors) > 1


@pytest.mark.parametrize("module", MODULES)
def test_the_reference_of_a_module_has_its_options(page: browser.Page, url: str, module: str) -> None:
    browser.open_page(page, f"{url}/{REFERENCE}/{module}_module.html")
    for option in ("region", "access_key", "timeout" if module.startswith("wait") else "states"):
        assert page.find_element("id", f"parameter-{option}").is_displayed()


def test_the_search_finds_a_guide(page: browser.Page, url: str) -> None:
    browser.open_page(page, f"{url}/search.html?q=journal")
    found = browser.wait_for(page, "#search-results a[href*=guide_failure]")
    assert found.is_displayed()


def test_a_link_of_the_front_page_leads_to_the_first_gate(page: browser.Page, url: str) -> None:
    browser.open_page(page, f"{url}/index.html").find_element("link text", "a first gate in five minutes").click()
    assert page.current_url.endswith(f"{FIRST}#ansible-collections-multicloud-tasks-docsite-guide-first-gate")
