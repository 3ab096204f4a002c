"""Compiled code is kept under the hash of the code it comes from, where it can be kept."""

import pytest

kept = pytest.importorskip("sim.model.kept")
from numba import config  # noqa: E402

from sim import code as of_program  # noqa: E402

SHELF = kept.Shelf("engine", ("model/rng.py", "scenario"))


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A small package in place of ``sim``."""
    (tmp_path / "model").mkdir()
    (tmp_path / "scenario").mkdir()
    (tmp_path / "model" / "rng.py").write_text("one")
    (tmp_path / "model" / "other.py").write_text("not read")
    (tmp_path / "scenario" / "units.py").write_text("two")
    monkeypatch.setattr(of_program, "PACKAGE", tmp_path)
    monkeypatch.setattr(config, "CACHE_DIR", "")
    of_program.code_hash.cache_clear()
    yield tmp_path
    of_program.code_hash.cache_clear()


def hashed():
    of_program.code_hash.cache_clear()
    return of_program.code_hash(SHELF.read)


@pytest.mark.parametrize(
    ("changed", "matters"),
    [
        ("model/rng.py", True),
        ("scenario/units.py", True),
        ("scenario/new.py", True),
        ("scenario/holidays.csv", True),
        ("scenario/notes.txt", False),
        ("model/other.py", False),
    ],
)
def test_changed_code_has_another_folder(code, changed, matters):
    before = hashed()
    (code / changed).write_text("changed")
    assert (hashed() != before) == matters


def test_the_folder_lies_beside_the_code_unless_the_user_chose_one(code, monkeypatch, tmp_path):
    name = f"engine-{hashed()}"
    assert SHELF.folder() == code / "__pycache__" / name
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "elsewhere"))
    assert SHELF.folder() == tmp_path / "elsewhere" / name


def test_numba_keeps_what_is_compiled_in_the_folder_and_only_that(code):
    found = SHELF.keep(lambda keep: (keep, config.CACHE_DIR))
    assert found == (True, str(SHELF.folder()))
    assert config.CACHE_DIR == ""


def test_what_cannot_be_kept_beside_the_code_is_kept_with_the_users_other_programs(
    code, monkeypatch, tmp_path_factory
):
    home = tmp_path_factory.mktemp("home")
    (code / "__pycache__").write_text("a file where a folder should be")
    monkeypatch.setattr(kept.platformdirs, "user_cache_path", lambda name: home / name)
    assert SHELF.folder() == home / "commissioning-sim" / f"engine-{hashed()}"


def test_with_nowhere_to_keep_it_code_is_compiled_all_the_same_with_one_line_of_notice(
    code, monkeypatch, capsys
):
    (code / "__pycache__").write_text("a file where a folder should be")
    monkeypatch.setattr(kept.platformdirs, "user_cache_path", lambda _: code / "__pycache__" / "x")
    kept._tell.cache_clear()
    assert [SHELF.keep(lambda keep: keep) for _ in range(3)] == [False] * 3
    assert not SHELF.holds("simulate")
    error = capsys.readouterr().err
    assert error.startswith("note: compiled code can be kept nowhere")
    assert len(error.splitlines()) == 1


def test_a_full_disk_keeps_only_what_is_kept_already(code, monkeypatch):
    place = SHELF.folder()
    full = type("Usage", (), {"free": kept.ROOM - 1})
    monkeypatch.setattr(kept.shutil, "disk_usage", lambda _: full)
    assert SHELF.folder() is None
    place.mkdir()
    assert SHELF.folder() == place


def test_it_is_known_what_was_compiled_before(code):
    assert not SHELF.holds("loop.simulate")
    folder = SHELF.folder() / "kernel"
    folder.mkdir(parents=True)
    (folder / "loop.simulate-218.py311.nbi").write_text("")
    assert SHELF.holds("loop.simulate")
    assert not SHELF.holds("loop.stop")
