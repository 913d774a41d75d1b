# Copyright (c) 2026, multicloud.tasks contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens pages that were made here in a headless Chromium that can reach only this machine.

Needs the packages ``chromium`` and ``chromium-driver`` of Debian, and ``selenium``.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import http.server
import os
import shutil
import tempfile
import threading
import typing as t
from pathlib import Path

import pytest

webdriver = pytest.importorskip("selenium.webdriver")

PHONE = (390, 844)
DESKTOP = (1280, 900)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--hide-scrollbars",
)

Page = t.Any
"""A driver of Selenium."""


def installed() -> tuple[str, str]:
    """Return the browser and its driver. Without them skip the test, but fail in CI, where they must exist."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        message = "needs Chromium; on Debian: apt install chromium chromium-driver"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return str(browser), str(driver)


@contextlib.contextmanager
def chromium() -> t.Iterator[Page]:
    """Yield a browser with a profile of its own that records its console."""
    program, driver = installed()
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        page = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            yield page
        finally:
            page.quit()


def open_page(page: Page, url: str, size: tuple[int, int] = DESKTOP, scheme: str = "light", media: str = "") -> Page:
    """Open a page in a window of this size, or on a phone; in a dark scheme, or as it is printed, if asked to."""
    width, height = size
    shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    page.get(url)
    return page


def wait_for(page: Page, selector: str, patience: float = 30.0) -> t.Any:
    """Wait up to ``patience`` seconds for the first element that a CSS selector finds, and return it."""
    page.implicitly_wait(patience)
    try:
        return page.find_element("css selector", selector)
    finally:
        page.implicitly_wait(0)


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.execute_script("return document.documentElement.scrollWidth - window.innerWidth"))


def loaded_urls(page: Page) -> list[str]:
    """Return all URLs from which a page has loaded something."""
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    return [page.current_url, *page.execute_script(script)]


def screenshot(page: Page, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save_screenshot(str(path))


def full_screenshot(page: Page, path: Path) -> None:
    """Save a picture of the whole page, not only of what the window shows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shot = page.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
    path.write_bytes(base64.b64decode(shot["data"]))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without logging each."""

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - the name that the base class has
        """Log nothing."""


@contextlib.contextmanager
def serve_folder(folder: Path) -> t.Iterator[str]:
    """Serve a folder for the length of the block; yield its URL."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
