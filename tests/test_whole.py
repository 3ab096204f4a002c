"""Files and folders appear whole or not at all: a full disk or a kill spoils nothing."""

import contextlib
import os
import resource

import pandas as pd
import pytest
from test_estate_import import HEADER_2014, line, write

from sim import api, charts
from sim.cli import main
from sim.experiment import results
from sim.whole import LEFT_BEHIND, PASSING, whole, whole_folder

SMALL = 3_000
"""Bytes, fewer than a list or a log has."""


@contextlib.contextmanager
def full_disk():
    """Let no file grow beyond a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused(words, capsys):
    """Run a command that must end with code 2, and return what it says."""
    with pytest.raises(SystemExit) as stopped, full_disk():
        main([str(word) for word in words])
    assert stopped.value.code == 2
    return capsys.readouterr().err


@pytest.fixture
def good(tmp_path):
    """Return a file that was written before, in a folder of its own."""
    path = tmp_path / "out" / "kept.csv"
    path.parent.mkdir()
    path.write_text("what was there before", encoding="utf-8")
    return path


def unspoilt(good):
    return [*good.parent.iterdir()] == [good] and good.read_text() == "what was there before"


def test_an_import_that_fails_leaves_the_list_that_was_there(tmp_path, good, capsys):
    rows = [line(f"C{number:05}", "7000") for number in range(100)]
    published = write(tmp_path / "payments.csv", [HEADER_2014, *rows])
    words = ["estate", "import", published, "--layout", "payments", "--out", good]
    assert "kept.csv: cannot be written: File too large" in refused(words, capsys)
    assert unspoilt(good)


def test_a_log_that_fails_leaves_the_log_that_was_there(good, capsys, monkeypatch):
    events = pd.DataFrame({"case": range(SMALL)})
    monkeypatch.setattr(api, "events", lambda *words, **options: events)
    words = ["log", "one-area-2013", "pct", "--out", good]
    assert "could not write results to" in refused(words, capsys)
    assert unspoilt(good)


def test_a_log_goes_into_no_folder_that_is_not_there(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(api, "events", lambda *words, **options: pd.DataFrame({"case": [1]}))
    words = ["log", "one-area-2013", "pct", "--out", tmp_path / "no" / "log.csv"]
    assert "could not write results to" in refused(words, capsys)
    assert not [*tmp_path.iterdir()]


def test_a_file_takes_its_place_when_it_is_whole(good):
    with whole(good) as path:
        path.write_text("new")
        assert good.read_text() == "what was there before"
    assert good.read_text() == "new"
    assert [*good.parent.iterdir()] == [good]


def make(folder, content):
    with whole_folder(folder) as path:
        (path / "chart").write_text(content)


def test_of_two_that_write_the_same_folder_the_first_stays(tmp_path):
    folder = tmp_path / "charts"
    with whole_folder(folder) as path:
        (path / "chart").write_text("second")
        make(folder, "first")
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("chart", "first")]
    assert [*tmp_path.iterdir()] == [folder]


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "charts").write_text("mine")
    with pytest.raises(OSError, match="charts"):
        make(tmp_path / "charts", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_what_a_killed_process_left_goes_after_a_day(tmp_path):
    old, young = (tmp_path / f"{PASSING}{name}" for name in ("old", "young"))
    for path in (old, young):
        path.mkdir()
        (path / "half").write_text("half")
    before = old.stat().st_mtime - LEFT_BEHIND - 1
    os.utime(old, (before, before))
    make(tmp_path / "charts", "new")
    assert {*tmp_path.iterdir()} == {young, tmp_path / "charts"}


def run_of(folder):
    """Return results that can be saved and drawn: those of a small run, as a stand-in."""
    loaded = api.load("textbook-priorities", ["run.years=0.25", "run.warm_up_months=0"])
    return api.run(loaded, replications=2, jobs=1, out=folder, progress=False)


@pytest.mark.slow
def test_the_same_run_twice_at_once_and_charts_that_were_never_finished(tmp_path, monkeypatch):
    found = run_of(tmp_path)
    (found.folder / "charts").mkdir()
    draw = charts.save_all

    def both(data, folder):
        draw(data, folder)
        monkeypatch.setattr(charts, "save_all", draw)
        found.save()  # as another process does meanwhile

    monkeypatch.setattr(charts, "save_all", both)
    assert any(found.save().glob("backlog.svg"))
    assert not [*found.folder.glob(f"{PASSING}*")]


@pytest.mark.slow
def test_a_run_that_is_mended_keeps_what_else_is_in_its_folder(tmp_path):
    found = run_of(tmp_path)
    (found.folder / "report.html").write_text("of yesterday")
    (found.folder / results.COMPARISONS_TEXT).write_text("damaged")
    again = run_of(tmp_path)
    assert not again.reused
    assert results.read(again.folder) is not None
    assert (found.folder / "report.html").read_text() == "of yesterday"
