"""The what-if page in Chromium: move a lever, see what the command line says, take it away."""

import re
import signal
import subprocess
import sys

import pytest
from browser import opened, overflow, violations

from sim import api
from sim.cli import main

PHONE = {"width": 360, "height": 740}
PLACE = "arrangements.place_based.teams.place.wte"
ALL_IN = "All 5 replications are in."


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def address(out):
    """The address of the page, served by the command, which Ctrl-C ends well."""
    words = ["explore", "--port", "0", "--no-browser", "--out", str(out)]
    command = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield re.search(r"http://\S+", command.stdout.readline()).group()
    command.send_signal(signal.SIGINT)
    text, errors = command.communicate(timeout=60)
    assert command.returncode == 0
    assert "Stopped" in text
    assert "Traceback" not in errors


def move(view, name, value):
    """Type a value and go on to the next field, as a planner does."""
    field = view.locator(f'[id="{name}"]')
    field.fill(value)
    field.press("Tab")


def cells(view):
    """Return arrangement's mean and difference of each measure that has one, in both staffings."""
    rows = view.locator("table:has(caption:has-text('Difference')) tbody tr").all()
    found = [
        [cell.inner_text().split(": ")[-1] for cell in row.locator("td").all()] for row in rows
    ]
    return [(own, change) for _, own, change in found if change != "not shown"]


def test_a_lever_changes_the_page_to_what_the_command_line_says(
    address, out, capsys, tmp_path, monkeypatch
):
    with opened(address) as (view, asked):
        view.get_by_text(ALL_IN).wait_for(timeout=60_000)
        before = cells(view)
        move(view, PLACE, "4")
        assert not view.get_by_text(ALL_IN).count()  # what is old does not look finished
        link = view.get_by_role("link", name="This scenario")
        assert f"{PLACE}=4" in link.get_attribute("href")  # nor is it what is taken away
        view.get_by_text("Changed: Place team 4 (was 2).").wait_for(timeout=60_000)
        assert view.evaluate("document.activeElement.tagName") == "INPUT"
        view.get_by_text(ALL_IN).wait_for(timeout=60_000)
        after = cells(view)
        assert f"{PLACE}=4" in view.url
        assert view.get_by_role("status").inner_text().startswith("All replications are in.")
        assert view.locator("figure img").count() == 2
        assert not violations(view)
        with view.expect_download() as download:
            link.click()
        scenario = tmp_path / "what-if.toml"
        download.value.save_as(scenario)
        view.reload()
        assert cells(view) == after
        assert all(url.startswith((address, "data:")) for url in asked)
    assert before != after
    assert len(after) >= 8
    monkeypatch.setattr(api.Results, "save", lambda run: run.folder)  # charts are not asked for
    with pytest.raises(SystemExit):
        main(["run", str(scenario), "--out", str(out), "--jobs", "1"])
    printed = " ".join(capsys.readouterr().out.split())
    for own, change in after:
        assert f" place_based {own} {change}" in printed


def test_a_mistake_is_told_beside_its_field_on_a_phone(address):
    with opened(address, PHONE) as (view, _):
        view.get_by_text(ALL_IN).wait_for(timeout=60_000)
        bar = view.locator(".sim-now").inner_text()
        assert re.search(r": as staffed \S+ \(.*\); same money \S+ \(.*\)\. All results", bar)
        assert overflow(view) <= 0
        assert not violations(view)
        move(view, PLACE, "99")
        view.get_by_text("There is a problem").wait_for()
        assert view.locator(f'[id="{PLACE}-error"]').inner_text().endswith("from 0.5 to 8")
        assert view.locator("table").count() == 0
        assert overflow(view) <= 0
        assert not violations(view)
        view.get_by_role("link", name="Place team: must be").click()
        assert view.evaluate("document.activeElement.id") == PLACE
        move(view, PLACE, "2")
        view.get_by_text(ALL_IN).wait_for(timeout=60_000)
        assert view.locator(f'[id="{PLACE}-error"]').count() == 0


def test_another_arrangement_brings_its_own_levers(address):
    with opened(address) as (view, _):
        view.get_by_label("Arrangement", exact=True).focus()
        view.keyboard.press("End")  # the last one
        field = view.get_by_label("Regional primary care staff")
        field.wait_for(timeout=60_000)
        assert view.evaluate("document.activeElement.id") == "arrangement"
        assert field.input_value() == "77"
        assert view.locator(f'[id="{PLACE}"]').count() == 0
        assert "arrangement=regional" in view.url
