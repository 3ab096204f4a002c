"""The commands ``sim compare`` and ``sim stress``: what they print, write and refuse."""

import pandas as pd
import pytest
from test_run import price
from tiny import WORLD

from sim.cli import main
from sim.experiment import worker
from sim.experiment.design import scenario_of

WTE = "arrangements.central.teams.office.wte"


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A scenario of two offices, and a stand-in for the model: open cases fall with staff."""

    def simulate(point, replication, by):
        (who,) = scenario_of(point.document).arrangements.values()
        value = 100.0 / (float(who.teams["office"].wte) * point.wte_scale) + 0.1 * replication
        frame = pd.DataFrame(
            [("cases_open", value, "cases"), ("load", 0.5, "ratio")],
            columns=["measure", "value", "unit"],
        )
        return frame.assign(case_type="all", body="all", role="all", period="all")

    monkeypatch.setattr(worker, "simulate", simulate)
    monkeypatch.setattr(worker, "yearly_cost", price)
    path = tmp_path / "tiny.toml"
    text = WORLD.replace('primary = "load"', 'primary = "cases_open"\nsmallest_difference = 4')
    path.write_text(text, encoding="utf-8")
    return path


def call(capsys, world, command, *words):
    """Return the exit code of a command, and what it wrote to its output and its errors."""
    options = ["--jobs", "1", "--out", str(world.parent / "out")]
    with pytest.raises(SystemExit) as stopped:
        main([command, str(world), *options, *words])
    return int(stopped.value.code or 0), *capsys.readouterr()


def test_compare_prints_the_decision_and_says_where_it_is(world, capsys):
    code, text, _ = call(capsys, world, "compare", "--most", "9")
    text = " ".join(text.split())
    assert code == 0
    assert "local less central" in text
    assert "every half-width of at most 2.0 cases, as asked for" in text
    (folder,) = (world.parent / "out" / "tiny").glob("*/compare")
    assert {path.name for path in folder.iterdir()} == {
        "primary.csv",
        "rare.csv",
        "replications.json",
        "robustness.csv",
    }


def test_stress_prints_regret_and_flips_and_says_where_they_are(world, capsys):
    words = ("--contexts", "baseline", "growth", "--along", WTE, "--replications", "2")
    code, text, _ = call(capsys, world, "stress", *words)
    text = " ".join(text.split())
    assert code == 0
    assert "Maximum regret" in text
    assert f"{WTE}, from 4 to 12:" in text
    (folder,) = (world.parent / "out" / "tiny").glob("stress-*")
    assert (folder / "regret.png").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compare", "--most", "1"), "most: expected from 2"),
        (("compare", "--precision", "-1"), "precision: expected a number"),
        (("stress", "--contexts", "groth"), "growth"),
        (("stress", "--along", "arrangements.central.teams.office.wtf"), "did you mean"),
        (("stress", "--replications", "1"), "replications: expected 2 or more"),
    ],
)
def test_what_cannot_be_done_gets_one_message(world, capsys, words, message):
    code, _, told = call(capsys, world, *words)
    assert code == 2
    assert message in told
    assert "Traceback" not in told
