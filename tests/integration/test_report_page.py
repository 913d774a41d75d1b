# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that the role gate writes, in a browser: what stands there, where its bars are, on every kind of screen."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest

from integration import scenes
from integration.playing import ROOT, Json, Player
from integration.scenes import ask, scene
from local_cloud.client import LocalCloud
from support import browser

DEVICES: dict[str, dict[str, Json]] = {
    "phone": {"size": browser.PHONE},
    "phone in the dark": {"size": browser.PHONE, "scheme": "dark"},
    "desk": {"size": browser.DESKTOP},
    "desk in the dark": {"size": browser.DESKTOP, "scheme": "dark"},
    "narrow desk": {"size": (768, 1024)},
    "paper": {"size": (794, 1123), "media": "print"},
}
TEMPLATE = ROOT / "roles" / "gate" / "templates" / "report.html.j2"
LONG = "x" * 300
WRITTEN = {
    "title": "Nightly </title><script>document.title = 'pwned'</script>",
    "error": "<img src=x onerror=alert(1)>",
}

# What a person sees of each task, in this order.
SEEN = """[...document.querySelectorAll('.task')].map(task => ({
    kind: task.classList[1],
    name: task.querySelector('h2').innerText,
    id: task.querySelector('.id').innerText,
    chip: task.querySelector('.state .chip').innerText,
    why: task.querySelector('.why')?.innerText ?? '',
    made: [...task.querySelectorAll('.made dd')].map(made => made.innerText),
    steps: [...task.querySelectorAll('.steps .chip')].map(step => step.innerText),
}))"""
# Where its bar is, in percent of its track, and how wide the shaded part is.
BARS = """[...document.querySelectorAll('.track')].map(track => {
    const whole = track.getBoundingClientRect(), bar = track.querySelector('.bar')?.getBoundingClientRect();
    const shade = track.querySelector('.wait').getBoundingClientRect();
    return {
        left: bar ? 100 * (bar.left - whole.left) / whole.width : null,
        width: bar ? 100 * bar.width / whole.width : null,
        height: bar ? bar.height : null,
        wait: 100 * shade.width / whole.width,
    };
})"""
# Everything with a text of its own that is cut off or outside of the page.
HIDDEN = """[...document.querySelectorAll('main *')].filter(node => {
    const box = node.getBoundingClientRect();
    return node.innerText && box.width && (box.right > innerWidth + 1 || box.left < -1 || node.scrollWidth > node.clientWidth + 1
        && getComputedStyle(node).display !== 'inline');
}).map(node => node.className + ': ' + node.innerText.slice(0, 60))"""
# The round times that lie beyond an edge of their line, or over one another.
BEYOND = """[...document.querySelectorAll('.scale span')].filter(node => node.offsetParent).filter((node, number, all) => {
    const box = node.getBoundingClientRect(), whole = node.parentElement.getBoundingClientRect();
    const before = number ? all[number - 1].getBoundingClientRect().right : whole.left;
    return box.left < before - 1 || box.right > whole.right + 1;
}).map(node => node.innerText)"""
# The contrast of every text with the nearest background behind it, as WCAG counts it; the lowest.
CONTRAST = """(() => {
    const light = color => {
        const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const [r, g, b] = color.match(/[\\d.]+/g).map(v => linear(v / 255));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = node => {
        for (; node; node = node.parentElement) {
            const color = getComputedStyle(node).backgroundColor;
            if (!/, 0\\)$/.test(color)) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const own = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    const texts = [...document.querySelectorAll('main *')].filter(own);
    return Math.min(...texts.map(node => {
        const [a, b] = [light(getComputedStyle(node).color), light(behind(node))];
        return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    }));
})()"""


def lasted(begun: float, ended: float) -> Json:
    """An export from one number of minutes ago to another."""
    return {"CreationTime": scenes.minutes_ago(begun), "FinishedTime": scenes.minutes_ago(ended)}


def ask_page(page: Json, script: str) -> Json:
    """What an expression of JavaScript finds in the page."""
    return page.execute_script(f"return {script}")


@pytest.fixture(scope="module")
def page() -> t.Iterator[Json]:
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(page: Json, cloud: LocalCloud, player: Player) -> pathlib.Path:
    """A report of a gate that failed, with a task of each kind in it. Without a browser nothing is played."""
    failed = scenes.operation("Failed", "Bad<i>", f"{WRITTEN['error']} {LONG}")
    cloud.add(
        scene("ecs", "e-1", {**scenes.EXPORTED, **lasted(6, 2)}),
        scene("ecs", "e-failed", {**scenes.EXPORT_FAILED, **lasted(5, 3), **failed}),
        scene("ecs", "e-runs", scenes.EXPORTING),
        scene("hbr", "h-part", scenes.INSTALL_PARTIAL),
        scenes.restore("r-1", scenes.RESTORING),
    )
    tasks = [
        *(ask("ecs", task_id) for task_id in ("e-1", "e-failed", "e-runs")),
        *(ask("hbr", "h-part"), ask("taurusdb", "r-1"), ask("ecs", f"e-{'none' * 30}")),
    ]
    path = player.folder / "report.html"
    hosts: Json = {
        "reported": {
            "groups": ["gates"],
            "gate_tasks": [{**task, "endpoint": cloud.url} for task in tasks],
            "gate_fail_fast": False,
            "gate_timeout": 3,
            "gate_report": str(path),
            "gate_report_json": str(path.with_suffix(".json")),
            "gate_report_title": WRITTEN["title"],
        }
    }
    played = player.play("gates.yml", hosts=hosts)
    assert path.is_file(), played.text
    return path


@pytest.fixture(scope="module")
def told(report: pathlib.Path) -> Json:
    """The same as JSON."""
    return json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))


def test_page_shows_each_task_with_its_end_and_its_reason(page: Json, report: pathlib.Path, told: Json) -> None:
    browser.open_page(page, report.as_uri())
    seen = ask_page(page, SEEN)
    assert [(task["kind"], task["chip"]) for task in seen] == [
        ("good", "✓ succeeded"),
        ("bad", "✕ failed"),
        ("lost", "? timed out"),
        ("warn", "! partial"),
        ("lost", "? timed out"),
        ("lost", "? timed out"),
    ]
    assert [task["name"] for task in seen] == [task["name"] or "task" for task in told["tasks"]]
    assert [task["why"] for task in seen] == [task["why"] for task in told["tasks"]]
    assert all(task["id"] in seen[number]["id"] for number, task in enumerate(told["tasks"]))
    assert seen[0]["made"] == ["images", "gate_m-1_t-1.vhd"]
    assert seen[3]["steps"] == ["✓ i-1", "✕ i-2"]
    assert WRITTEN["error"] in seen[1]["why"]


def test_page_shows_the_verdict_and_the_numbers(page: Json, report: pathlib.Path, told: Json) -> None:
    browser.open_page(page, report.as_uri())
    assert ask_page(page, "document.querySelector('.badge').innerText") == "✕ Not passed"
    assert ask_page(page, "document.querySelector('h1').innerText") == WRITTEN["title"]
    assert ask_page(page, "document.querySelector('.message').innerText") == told["message"]
    rows = "[...document.querySelectorAll('.numbers div')].map(row => [...row.children].map(cell => cell.innerText))"
    assert dict(ask_page(page, rows)) == {
        **{name: str(number) for name, number in told["counts"].items() if name != "total"},
        "tasks": "6",
        "waited": told["waited"],
        "calls": str(told["requests"]),
        **({"throttled": str(told["throttled"])} if told["throttled"] else {}),
    }


@pytest.mark.parametrize("device", DEVICES)
def test_bars_are_where_their_times_are(page: Json, report: pathlib.Path, told: Json, device: str) -> None:
    browser.open_page(page, report.as_uri(), **DEVICES[device])
    bars = ask_page(page, BARS)
    assert len(bars) == len(told["tasks"])
    for shown, wanted in zip(bars, told["timeline"]["bars"], strict=True):
        assert shown["wait"] == pytest.approx(told["timeline"]["wait"]["width"], abs=0.5)
        assert (shown["left"] is None) == (wanted is None)
        if wanted:
            assert shown["left"] == pytest.approx(wanted["left"], abs=1)
            # A shown that would be too thin to see is 3 px wide.
            assert shown["width"] >= wanted["width"] - 0.5
            assert shown["width"] == pytest.approx(wanted["width"], abs=1.5)
            assert shown["height"] > 10


@pytest.mark.parametrize("device", DEVICES)
def test_page_fits_every_screen(page: Json, report: pathlib.Path, device: str) -> None:
    browser.open_page(page, report.as_uri(), **DEVICES[device])
    assert browser.overflow(page) <= 0
    assert ask_page(page, HIDDEN) == []
    folder = os.environ.get("MULTICLOUD_PICTURES")
    if folder:
        browser.full_screenshot(page, pathlib.Path(folder, f"{device.replace(' ', '_')}.png"))


@pytest.mark.parametrize("device", DEVICES)
def test_texts_can_be_read_on_their_background(page: Json, report: pathlib.Path, device: str) -> None:
    browser.open_page(page, report.as_uri(), **DEVICES[device])
    assert ask_page(page, CONTRAST) >= 4.5


def test_page_is_dark_in_the_dark_and_white_on_paper(page: Json, report: pathlib.Path) -> None:
    shades = {}
    for device in ("desk", "desk in the dark", "paper"):
        browser.open_page(page, report.as_uri(), **DEVICES[device])
        shades[device] = ask_page(page, "getComputedStyle(document.body).backgroundColor")
    assert shades == {
        "desk": "rgb(245, 246, 248)",
        "desk in the dark": "rgb(16, 20, 27)",
        "paper": "rgb(255, 255, 255)",
    }


def test_page_runs_nothing_and_asks_nobody(page: Json, report: pathlib.Path) -> None:
    browser.open_page(page, report.as_uri())
    assert ask_page(page, "document.title") == f"Not passed: {WRITTEN['title']}"
    assert ask_page(page, "document.querySelectorAll('script, img, link, iframe, object, svg, a').length") == 0
    assert ask_page(page, "performance.getEntriesByType('resource').length") == 0
    assert page.get_log("browser") == []


# A wait from one time to another: the text of a round time at an edge of the line is wider than what is left of it.
EDGES = {
    "a round time just before the end": ("2026-01-31T23:10:00Z", "2026-01-31T23:14:00.5Z"),
    "a round time at both ends": ("2026-01-31T23:10:00Z", "2026-01-31T23:15:00Z"),
    "seconds": ("2026-01-31T23:10:00Z", "2026-01-31T23:10:05Z"),
    "midnight": ("2026-01-30T23:59:59Z", "2026-02-01T00:00:00Z"),
    "years": ("2016-03-21T00:00:00Z", "2026-03-21T00:00:00Z"),
}


@pytest.fixture(scope="module")
def edges(page: Json, player: Player) -> dict[str, pathlib.Path]:
    """A page for each of them. The times of a wait that is played would be other ones each time."""
    pages = {name: player.folder / f"edge_{number}.html" for number, name in enumerate(EDGES)}
    task = {
        "id": "t-1",
        "provider": "alibaba",
        "service": "ecs",
        "state": "succeeded",
        "succeeded": True,
        "terminal": True,
    }
    write = {
        "name": "Write the page",
        "ansible.builtin.template": {"src": str(TEMPLATE), "dest": "{{ item.dest }}", "mode": "0600"},
        "vars": {
            "gate_result": [{**task, "started_at": "{{ item.start }}", "finished_at": "{{ item.end }}"}],
            "gate_written_at": "{{ item.end }}",
            "gate_report_title": "Edges",
        },
        "loop": [{"dest": str(pages[name]), "start": start, "end": end} for name, (start, end) in EDGES.items()],
    }
    played = player.play([{"hosts": "localhost", "gather_facts": False, "tasks": [write]}])
    assert played.code == 0, played.text
    return pages


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("device", DEVICES)
def test_round_times_are_told_in_full(page: Json, edges: dict[str, pathlib.Path], device: str, edge: str) -> None:
    browser.open_page(page, edges[edge].as_uri(), **DEVICES[device])
    assert browser.overflow(page) <= 0
    assert ask_page(page, HIDDEN) == []
    assert ask_page(page, BEYOND) == []
