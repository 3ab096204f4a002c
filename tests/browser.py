"""Debian's Chromium, and axe-core in it, for tests of pages.

Without Chromium such a test is skipped, but in continuous integration it fails.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}


def chromium():
    found = shutil.which("chromium")
    if found is None and os.environ.get("CI"):
        pytest.fail("chromium is not installed: apt-get install chromium")
    return found or pytest.skip("chromium is not installed")


@contextlib.contextmanager
def opened(address, size=None):
    """Yield a page at an address (or file) and the list of what it asked others for."""
    from playwright.sync_api import sync_playwright

    where = address.resolve().as_uri() if isinstance(address, Path) else address
    asked = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=size or DESKTOP)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(where)
        yield page, asked
        browser.close()


def violations(page):
    """Return what axe-core finds wrong with a page, in words; empty where nothing is."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    return "" if found.violations_count == 0 else found.generate_report()


def overflow(page):
    """Return by how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
