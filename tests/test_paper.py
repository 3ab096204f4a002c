"""Paper packs: what a paper takes from a run, and that no number changes unnoticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from reported import compared

import sim
from sim import cli, papers
from sim.charts import Drawn
from sim.experiment.reopened import but_for_luck
from sim.reports import lock, pack

ROOT = Path(__file__).parents[1]
SMALL = """
[numbers.staff]
measure = "wte"
arrangement = "central"
format = "{value:.1f}"
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return compared(tmp_path_factory.mktemp("results"))


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "paper.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def call(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in words])
    return (stop.value.code or 0, *capsys.readouterr())


def test_the_example_is_rebuilt_and_locked(run, tmp_path, capsys):
    spec = Path(shutil.copy(ROOT / "docs" / "paper.toml", tmp_path))
    files = sim.figures(run, spec, out=tmp_path / "paper")
    names = {path.name for path in files}
    assert {"backlog.svg", "backlog.pdf", "backlog.png", "differences.csv", "numbers.csv"} < names
    assert all(path.is_file() for path in files)
    table = pd.read_csv(tmp_path / "paper" / "numbers.csv").set_index("name")["text"]
    means = papers._opened(run).results.measures.query("measure == 'wte' and body == 'all'")
    means = means.query("arrangement == 'central' and role == 'all'")["value"]
    assert table["area_team_staff"] == f"{means.mean():.1f}"
    assert table["delegated"].startswith("For the same money, ")
    assert "reviews overdue" in table["delegated_overdue"]
    assert call(capsys, "figures", run, "--spec", spec, "--check") == (
        0,
        "Nothing in the paper would change.\n",
        "",
    )


def test_a_number_that_would_change_fails_the_check(run, spec, capsys):
    assert call(capsys, "figures", run, "--spec", spec)[0] == 0
    kept = json.loads(lock.lock_of(spec).read_text(encoding="utf-8"))
    now = kept["numbers"]["staff"]
    kept["numbers"] = {"staff": "99.9", "gone": "1"}
    lock.lock_of(spec).write_text(json.dumps(kept), encoding="utf-8")
    code, said, _ = call(capsys, "figures", run, "--spec", spec, "--check")
    assert code == 1
    assert said.splitlines() == [
        f"number staff: was '99.9', would be '{now}'",
        "number gone: is in the lock, but no longer in the paper",
    ]
    assert json.loads(lock.lock_of(spec).read_text(encoding="utf-8")) == kept  # nothing written


def test_another_run_changes_what_the_lock_says(run, spec, monkeypatch):
    spec.write_text('[figures.backlog]\nchart = "backlog"\n', encoding="utf-8")
    pictures = sim.figures(run, spec, out=spec.parent / "out")
    assert len(pictures) == 7
    draw = pack.Rebuild.draw

    def other(self, figure):
        drawn = draw(self, figure)
        table = drawn.table.assign(mean=drawn.table["mean"] * 1.001)
        return Drawn(drawn.title, drawn.figure, table, drawn.caption, drawn.alt)

    assert papers.changes(run, spec) == []
    monkeypatch.setattr(pack.Rebuild, "draw", other)
    assert papers.changes(run, spec) == [
        "figure backlog: its numbers have changed, so it and its caption are to be replaced"
    ]


def test_the_check_says_in_what_the_run_is_another(run, spec):
    sim.figures(run, spec, out=spec.parent / "out")
    kept = json.loads(lock.lock_of(spec).read_text(encoding="utf-8"))
    kept["numbers"]["staff"], kept["run"]["run"], kept["run"]["seed"] = "99.9", "abc", 7
    lock.lock_of(spec).write_text(json.dumps(kept), encoding="utf-8")
    seed = papers._opened(run).scenario.run.seed
    last = f"the lock is of run abc, this is {run.name}: seed was 7, is {seed}"
    assert papers.changes(run, spec)[1:] == [last]
    kept["run"]["scenario"] = "0"
    lock.lock_of(spec).write_text(json.dumps(kept), encoding="utf-8")
    assert papers.changes(run, spec)[1:] == [
        f"{last}; the scenario has changed (sim diff says how)"
    ]
    opened = papers._opened(run).scenario
    luck = opened.model_copy(update={"run": opened.run.model_copy(update={"seed": 8})})
    longer = opened.model_copy(update={"run": opened.run.model_copy(update={"years": 9.0})})
    assert but_for_luck(luck) == but_for_luck(opened) != but_for_luck(longer)


def test_a_damaged_lock_is_told(run, spec, capsys):
    sim.figures(run, spec, out=spec.parent / "out")
    for kept in (
        '{"run": 1',
        '{"run": {}}',
        '{"run":{},"figures":null,"numbers":{},"sentences":{}}',
    ):
        lock.lock_of(spec).write_text(kept, encoding="utf-8")
        code, _, said = call(capsys, "figures", run, "--spec", spec, "--check")
        assert code == 2
        assert "is damaged" in said


@pytest.mark.parametrize("measure", ["resolution_days_median", "cost_total_gbp"])
def test_a_sentence_about_what_would_flatter_or_was_made_the_same_is_refused(
    run, spec, capsys, measure
):
    asked = 'arrangement = "delegated"\nstaffing = "same money"\n'
    spec.write_text(f'[sentences.it]\n{asked}measure = "{measure}"\n', encoding="utf-8")
    code, _, said = call(capsys, "figures", run, "--spec", spec)
    assert code == 2
    assert f"nothing can be said of delegated in {measure}" in said


def test_a_figure_may_be_of_a_look_into_one_replication_as_staffed(run, spec, capsys):
    spec.write_text('[figures.open]\nchart = "still_open"\n', encoding="utf-8")
    sim.figures(run, spec, out=spec.parent / "out")
    table = pd.read_csv(spec.parent / "out" / "open.csv")
    assert table["arrangement"].nunique() == len(papers._opened(run).scenario.arrangements)
    assert papers.changes(run, spec) == []
    spec.write_text(
        '[figures.open]\nchart = "still_open"\nstaffing = "same money"\n', encoding="utf-8"
    )
    code, _, said = call(capsys, "figures", run, "--spec", spec)
    assert code == 2
    assert "one replication as staffed" in said


def test_every_fault_of_a_specification_is_told(run, spec, capsys):
    spec.write_text(
        SMALL + '[numbers.second]\nmeasure = "resolution_in_clok_share"\narrangement = "central"\n'
        'wat = 1\n[numbers.third]\nmeasure = "wte"\narrangement = "centrall"\n[figure.x]\n',
        encoding="utf-8",
    )
    code, out, said = call(capsys, "figures", run, "--spec", spec)
    assert (code, out) == (2, "")
    assert "paper.toml:9: numbers.second.wat: unknown key 'wat'" in said
    assert "numbers.third.arrangement: found 'centrall'" in said
    assert "did you mean 'central'?" in said
    assert "figure: unknown table 'figure'" in said
    assert not lock.lock_of(spec).exists()


@pytest.mark.parametrize("text", ["", "[figures]\n[numbers]\n"])
def test_a_specification_of_nothing_is_refused(run, spec, capsys, text):
    spec.write_text(text, encoding="utf-8")
    code, _, said = call(capsys, "figures", run, "--spec", spec)
    assert code == 2
    assert "paper.toml:1: names no figure, number or sentence of a paper" in said
    assert not lock.lock_of(spec).exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('format = "{wte:.1f}"', "the format '{wte:.1f}' cannot be used"),
        ('format = "hello"', "the format 'hello' cannot be used (it shows no number"),
        ('format = "{value.real}"', "the format '{value.real}' cannot be used"),
        ('format = "{value:9999999}"', "the format '{value:9999999}' cannot be used (it is too w"),
        ('format = "{value[0]}"', "the format '{value[0]}' cannot be used"),
        ('role = "nobody"', "the run has no such number"),
        ('what = "holds"', "robustness is known of the primary measure only"),
        (
            'measure = "resolution_days_median"',
            "central cannot keep up, so this time would flatter",
        ),
    ],
)
def test_a_number_that_cannot_be_given_is_refused(run, spec, capsys, line, told):
    measure = "" if line.startswith("measure") else 'measure = "wte"\n'
    entry = f'[numbers.it]\n{measure}arrangement = "central"\n{line}\n'
    spec.write_text(entry, encoding="utf-8")
    code, _, said = call(capsys, "figures", run, "--spec", spec)
    assert code == 2
    assert told in said
    assert "paper.toml:1: numbers.it" in said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../evil", "expected a name without / "),
        ("a/b", "expected a name without / "),
        ("", "expected a name that is not empty"),
    ],
)
def test_a_figure_has_a_name_that_a_file_may_have(run, spec, capsys, name, expected):
    spec.write_text(f'[figures."{name}"]\nchart = "backlog"\n', encoding="utf-8")
    out = spec.parent / "deep" / "out"
    code, _, said = call(capsys, "figures", run, "--spec", spec, "--out", out)
    assert code == 2
    assert "paper.toml:1: figures." in said
    assert expected in said
    assert not out.parent.exists()


def test_a_check_without_a_lock_says_what_to_do(run, spec, capsys):
    code, _, said = call(capsys, "figures", run, "--spec", spec, "--check")
    assert code == 2
    assert "without --check first" in said
