"""The layout of pages: self-contained, accessible, and no claim to be the NHS."""

from __future__ import annotations

import re

from browser import DESKTOP, PHONE, opened, overflow, violations

from sim.nhs import page
from sim.nhs.page import stylesheet

BODY = """
<h2>Who keeps up?</h2>
<div class="sim-wide" tabindex="0" role="region" aria-label="Staff of each arrangement">
<table class="nhsuk-table"><caption class="nhsuk-table__caption">Staff</caption>
<thead><tr><th scope="col">Arrangement</th><th scope="col">WTE</th></tr></thead>
<tbody><tr><th scope="row">Central</th><td>26.0</td></tr></tbody></table></div>
"""


def test_accessible_without_outside_requests(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page("A < B", BODY, lead="Staff & work", foot="Run 1"), encoding="utf-8")
    with opened(file) as (view, asked):
        for size in (DESKTOP, PHONE):
            view.set_viewport_size(size)
            assert not violations(view)
            assert overflow(view) <= 0
        assert view.locator("h1").inner_text() == "A < B"
        assert view.locator("main p").inner_text() == "Staff & work"
        view.keyboard.press("Tab")
        assert view.evaluate("document.activeElement.textContent").strip().startswith("Skip")
        assert "Arial" in view.evaluate("getComputedStyle(document.body).fontFamily").title()
        assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}


def test_a_fault_is_seen(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page("Faulty", '<img src="data:,">'), encoding="utf-8")
    with opened(file) as (view, _):
        assert "image-alt" in violations(view) or "alternative text" in violations(view)


def test_stylesheet_fetches_nothing():
    assert not re.findall(r"url\((?!data:)", stylesheet())
    assert "sourceMappingURL" not in stylesheet()
    assert "font-family:Frutiger W01,arial,sans-serif" in stylesheet()
