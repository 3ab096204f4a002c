"""Runs that were damaged: every command says so in one message, and a run is made again."""

import json
import shutil
from pathlib import Path

import pytest
from reported import compared, made, reopened
from test_report import texts
from test_run import DIFFERENT, contents, simulated, start  # noqa: F401 - a fixture

from sim.cli import main
from sim.experiment import comparing, provenance, results
from sim.experiment.errors import StoreError
from sim.experiment.reopened import reopen

SPEC = str(Path(__file__).parents[1] / "docs" / "paper.toml")
COMMANDS = [
    *(["report"], ["charts"], ["gallery"], ["look"]),
    ["figures", "--spec", SPEC],
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return compared(tmp_path_factory.mktemp("results"))


def edited(**changes):
    return lambda text: json.dumps({**json.loads(text), **changes})


def retitled(text):
    content = json.loads(text)
    content["scenario"]["title"] = "Another title"
    return json.dumps(content)


def of_no_years(text):
    content = json.loads(text)
    content["scenario"]["run"]["years"] = "x"
    return json.dumps(content)


def unreadable(text):
    """Return a manifest that is whole, of a scenario that this program takes for none."""
    content = json.loads(of_no_years(text))
    kept = {name: content.pop(name) for name in ("sha256", *results.HASHES)}
    return json.dumps({**results.with_hashes(content), "sha256": kept["sha256"]})


DAMAGES = {
    "a list": lambda text: "[]",
    "a number": lambda text: "1",
    "no hashes": edited(sha256={}),
    "hashes in a list": edited(sha256=[]),
    "hashes only": lambda text: '{"sha256": {}}',
    "another title": retitled,
    "another seed": edited(seed=77),
    "text for years": of_no_years,
    "deep": lambda text: "[" * 100_000,
    "half": lambda text: text[:100],
    "nothing": lambda text: "",
}


def damaged(run, folder, damage):
    copy = reopened(run, folder).results.folder
    path = copy / "manifest.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_manifest_is_no_run(damage, run, tmp_path):
    with pytest.raises(StoreError, match="the run is damaged"):
        reopen(damaged(run, tmp_path, damage))


@pytest.mark.parametrize("damage", ["no hashes", "text for years", "deep"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_every_command_says_so_in_one_line(command, damage, run, tmp_path, capsys):
    copy = damaged(run, tmp_path, DAMAGES[damage])
    before = {*copy.parent.rglob("*")}
    with pytest.raises(SystemExit) as stopped:
        main([command[0], str(copy), *command[1:]])
    assert stopped.value.code == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert said.startswith(str(copy))
    assert {*copy.parent.rglob("*")} == before


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_run_whose_manifest_is_damaged_is_made_again(damage, tmp_path, simulated):  # noqa: F811
    first = start(tmp_path, DIFFERENT)
    good = contents(first.folder)
    path = first.folder / "manifest.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    second = start(tmp_path, DIFFERENT)
    assert not second.reused
    assert contents(second.folder) == good


def test_a_run_of_another_version_is_told(run, tmp_path):
    with pytest.raises(StoreError, match="made by another version of this program"):
        reopen(damaged(run, tmp_path, unreadable))


MADE = {
    "none": None,
    "a table of nothing": "{}",
    "a list": "[]",
    "half": '{"machine": ',
    "no machine": '{"machine": [], "packages": {}}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", MADE.values(), ids=MADE)
def test_what_no_number_needs_blocks_no_report(text, run, tmp_path):
    copy = reopened(run, tmp_path).results.folder
    path = copy / provenance.FILE
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    opened = reopen(copy)
    assert opened.provenance is None
    assert texts(made(opened).parts).count(provenance.UNKNOWN) == 3


def test_damage_beside_a_run_is_told(run, tmp_path):
    copy = reopened(run, tmp_path).results.folder
    (copy / comparing.FOLDER / comparing.SIZED).write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(StoreError, match="beside the results is damaged"):
        reopen(copy)
    shutil.rmtree(copy / comparing.FOLDER)
    assert reopen(copy).compared is None
