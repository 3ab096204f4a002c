"""History matching: how implausible a set is, what is held out, and what is ruled out."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from tiny import WORLD

from sim import cli, doubt
from sim.charts.catalogue import question
from sim.evidence.implausible import CUT_OFF, held_out, implausibility, independent
from sim.evidence.matched import by_chance
from sim.evidence.reading import read_targets
from sim.evidence.targets import Check
from sim.experiment import worker

STAFF = "arrangements.central.teams.office.wte"


def ask(low, high):
    return Check.model_construct(low=low, high=high, what=f"{low} to {high}")


def test_implausibility_is_distance_over_all_errors():
    answers = np.array([[[10.0, 10.0]], [[30.0, 34.0]]])
    found = implausibility([ask(8, 12)], answers, 0.1)
    noise = 8.0 / 2 / 2  # variances 0 and 8, their mean, of a mean of two replications
    assert found[:, 0] == pytest.approx([0.0, 22 / math.sqrt(1 + noise + 1)])


def test_beyond_an_open_end_nothing_is_implausible():
    answers = np.array([[[50.0, 50.0]], [[5.0, 5.0]], [[math.nan, 1.0]]])
    found = implausibility([ask(10, None)], answers, 0.1)[:, 0]
    assert found == pytest.approx([0.0, 5.0, math.inf])


def test_half_of_the_independent_targets_are_held_out_whatever_their_order():
    targets = read_targets()
    checks, others = independent(targets)
    assert all(each.label == "independent" for _, each in checks)
    rows = [row for target in targets.values() for row in target.rows]
    assert len(checks) + others == sum(row.label == "independent" for row in rows)
    held = held_out(checks)
    assert sum(held) == len(checks) // 2
    assert held_out(checks[::-1]) == held[::-1]


def test_what_chance_leaves_of_a_range_is_what_it_leaves_of_a_drawn_one():
    drawn = np.random.default_rng(1).random((20_000, 7))
    left = np.quantile(np.ptp(drawn, axis=1), [0.1, 0.5, 0.9])
    assert by_chance(7, left) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    assert np.isnan(by_chance(0, left)).all()


TARGET = """
[{name}]
title = "Cost {name}"
[[{name}.checks]]
what = "Cost of {name}"
label = "independent"
observed = "so much"
sources = ["derived"]
scenario = "tiny.toml"
arrangement = "central"
value = {{ measure = "cost_total_gbp" }}
unit = "GBP"
low = {low}
high = {high}
rests_on = ["{staff}"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four offices of 4 to 12 whole-time equivalents at 50,000 GBP, which two targets know."""
    path = tmp_path_factory.mktemp("calibration")
    (path / "tiny.toml").write_text(WORLD.replace('"load"', '"cost_total_gbp"'))
    ends = {"V1": (2_200_000, 2_400_000), "V2": (800_000, 1_000_000)}
    rows = (
        TARGET.format(name=n, low=low, high=high, staff=STAFF) for n, (low, high) in ends.items()
    )
    (path / "targets.toml").write_text("".join(rows))
    return path


@pytest.fixture(scope="module")
def found(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # the targets name a scenario beside them
        return asked(folder)


def asked(folder):
    return doubt.calibrate(
        "tiny.toml", targets=folder / "targets.toml", sets=10, discrepancy=0.0, jobs=1,
        out=folder / "results", progress=False,
    )  # fmt: skip


def test_calibration_rules_out_what_misses_and_says_so(found):
    text = " ".join(found.sentences())
    assert "2 independent targets can be run: 1 rule out, 1 are held out" in text
    assert re.search("[12] of 10 sets are not ruled out", text)
    assert "Never met together: V1 (Cost of V1) and V2 (Cost of V2)" in text
    assert "the sets not ruled out meet 0% on average" in text
    assert "As staffed: the first place survives" in text


def test_what_is_left_is_a_range_around_what_was_observed(found):
    """Three standard deviations are three quarters of a range to either side of its middle."""
    pairs = zip(found.found.checks, found.found.held_out, strict=True)
    [used] = [check for (_, check), held in pairs if not held]
    left = found.ranges.set_index("factor").loc["arrangements.*.teams.office.wte"]
    middle, width = (used.low + used.high) / 2, used.high - used.low
    for end in ("low", "high"):
        assert abs(4 * 50_000 * left[end] - middle) < 0.75 * width + 60_000  # and the board
    assert left["left"] < 0.25
    assert left["chance"] < 0.25


def test_its_tables_are_kept_and_its_chart_is_drawn_in_both_widths(found, capsys):
    folder = found.save()
    assert {path.stem for path in folder.glob("*.csv")} == {
        "targets", "ranges", "ranking", "pairs", "sets", "implausibility"
    }  # fmt: skip
    by_set = pd.read_csv(folder / "implausibility.csv")
    assert len(by_set) == 2 * 10
    out = by_set[by_set["implausibility"] > CUT_OFF]
    assert set(out[~out["held_out"]]["set"]) == set(by_set[by_set["ruled_out"]]["set"])
    assert pd.read_csv(folder / "sets.csv")["set"].nunique() == 10
    assert pd.read_csv(folder / "pairs.csv")["conflict"].tolist() == [True]
    for width in ("one-column", "two-column"):
        assert_laid_out(found.chart(width).figure)
    assert found.chart().caption.startswith(question("implausibility"))
    assert (folder / "chart" / "implausibility-two-column.txt").exists()


def test_what_was_finished_is_not_run_again(folder, found, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(worker, "simulate", None)  # would fail
    again = asked(folder)
    pd.testing.assert_frame_equal(again.found.by_set, found.found.by_set)
    pd.testing.assert_frame_equal(again.ranking, found.ranking)
    assert again.folder == found.folder


def test_the_command_prints_and_keeps_it(folder, found, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    words = ["calibrate", "tiny.toml", "--targets", "targets.toml", "--sets", "10", "--jobs", "1"]
    with pytest.raises(SystemExit):
        cli.main([*words, "--discrepancy", "0"])
    out = " ".join(capsys.readouterr().out.split())
    assert "sets are not ruled out" in out
    assert "calibrate-" in out.split("Tables and chart:")[1]
