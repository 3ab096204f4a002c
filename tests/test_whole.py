"""Files and folders appear whole or not at all: a full disk or a kill spoils nothing."""

import contextlib
import resource

import pandas as pd
import pytest
from test_estate_import import HEADER_2014, line, write

from sim import api
from sim.cli import main
from sim.whole import whole

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
