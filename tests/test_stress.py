"""Stress: regret by context, where the order turns round, and what is asked for."""

import io

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from rich.console import Console
from scipy import stats
from test_run import price
from tiny import WORLD

import sim
from sim import which
from sim.charts import heatmap, save_drawn
from sim.charts.catalogue import question
from sim.experiment import asking, flips, regret, stress, stress_table, worker
from sim.experiment.design import scenario_of
from sim.experiment.errors import DesignError
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.notes import notes
from sim.scenario.other_contexts import takes, with_contexts

# Regret


def cells(**values):
    """Cells from {context_arrangement: value}, 6 replications with luck of each one's own."""
    rng = np.random.default_rng(1)
    return {
        ("as staffed", *name.split("_")): value + 1e-3 * rng.normal(size=6)
        for name, value in values.items()
    }


TABLE = {"dry_a": 1.0, "dry_b": 4.0, "dry_c": 3.0, "wet_a": 9.0, "wet_b": 2.0, "wet_c": 7.0}


def test_savages_regret_of_a_table_worked_out_by_hand():
    """Dry: b is best, so 3, 0, 1; wet: a is best, so 0, 7, 2. Maxima 3, 7, 2: choose c."""
    found = regret.grid(cells(**TABLE), higher=True)
    wide = found.pivot(index="context", columns="arrangement", values="regret")
    assert wide.loc["dry"].to_numpy() == pytest.approx([3, 0, 1], abs=0.01)
    assert wide.loc["wet"].to_numpy() == pytest.approx([0, 7, 2], abs=0.01)
    most = regret.worst(found).set_index("arrangement")
    assert most["regret"].to_numpy() == pytest.approx([3, 7, 2], abs=0.01)
    assert list(most["context"]) == ["dry", "wet", "wet"]
    assert list(most.index[most["minimax"]]) == ["c"]


def test_where_less_is_better_regret_is_the_other_way_round():
    """Dry: 0, 3, 2; wet: 7, 0, 5. Maxima 7, 3, 5: choose b."""
    most = regret.worst(regret.grid(cells(**TABLE), higher=False)).set_index("arrangement")
    assert most["regret"].to_numpy() == pytest.approx([7, 3, 5], abs=0.01)
    assert list(most.index[most["minimax"]]) == ["b"]


def test_the_interval_is_paired_and_holds_for_all_pairs_at_once():
    values = cells(**TABLE)
    found = regret.grid(values, higher=True).set_index(["context", "arrangement"])
    best, own = values["as staffed", "dry", "b"], values["as staffed", "dry", "a"]
    known = stats.ttest_rel(best, own).confidence_interval(1 - 0.05 / 3)
    row = found.loc[("dry", "a")]
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_an_arrangement_that_cannot_be_judged_has_no_regret_and_is_never_best():
    values = cells(**TABLE)
    values["as staffed", "dry", "b"][2] = np.nan
    found = regret.grid(values, higher=True)
    best = found[found["best"]].set_index("context")["arrangement"]
    assert best["dry"] == "c"
    most = regret.worst(found).set_index("arrangement")
    assert np.isnan(most.loc["b", "regret"])
    assert not most.loc["b", "minimax"]
    nobody = {cell: np.full(3, np.nan) for cell in values}
    assert not regret.grid(nobody, higher=True)["best"].any()
    assert not regret.worst(regret.grid(nobody, higher=True))["minimax"].any()


# Flips


def lines(noise=0.0, **slopes):
    """Arrangements whose measure is a straight line (intercept, slope) of the parameter."""
    asked = []

    def measure(spots):
        asked.extend(spots)
        return {
            (size, name): slopes[name][0]
            + slopes[name][1] * size
            + noise * np.random.default_rng([int(8 * size), len(name)]).normal(size=8)
            for size, name in spots
        }

    return measure, list(slopes), asked


def test_a_flip_of_two_straight_lines_is_where_they_cross():
    """1 + 2x and 4 + x cross at 3; a third line is never crossed."""
    measure, names, _ = lines(a=(1, 2), b=(4, 1), c=(-9, 0))
    found, means = flips.along(measure, names, 0.0, 10.0, "k")
    (row,) = found.to_dict("records")
    assert (row["first"], row["second"]) == ("b", "a")
    assert row["at"] == pytest.approx(3.0)
    assert row["after"] < 3.0 < row["before"]
    assert row["before"] - row["after"] == pytest.approx(10 / 4 / 4), "halved twice"
    assert row["shown"]
    assert set(means.columns) == {"key", "size", "arrangement", "mean"}


def test_halving_measures_only_the_two_that_cross():
    measure, names, asked = lines(a=(1, 2), b=(4, 1), c=(-9, 0))
    flips.along(measure, names, 0.0, 10.0, "k")
    assert len(asked) == len(set(asked))
    assert sum(name == "c" for _, name in asked) == flips.POINTS
    assert sum(name == "a" for _, name in asked) == flips.POINTS + flips.HALVINGS


def test_noise_widens_where_the_flip_may_lie():
    measure, names, _ = lines(a=(1, 2), bb=(4, 1), noise=0.6)
    found, _ = flips.along(measure, names, 0.0, 10.0, "k")
    (row,) = found.to_dict("records")
    assert row["shown"]
    assert row["after"] < 3.0 < row["before"]
    assert row["before"] - row["after"] > 10 / 4 / 4


def test_a_flip_that_the_runs_do_not_show_is_said_to_be_so():
    measure, names, _ = lines(a=(0, 0.01), bb=(0.05, 0), noise=1.0)
    found, _ = flips.along(measure, names, 0.0, 10.0, "k")
    assert not found["shown"].any()


def test_lines_that_only_touch_or_never_cross_do_not_flip():
    measure, names, _ = lines(a=(0, 0), b=(5, -1), c=(9, 0))
    found, _ = flips.along(measure, names, 0.0, 5.0, "k")
    assert found.empty
    same, names, _ = lines(a=(1, 1), b=(1, 1))
    assert flips.along(same, names, 0.0, 5.0, "k")[0].empty


def test_equal_at_a_size_that_was_measured_is_where_they_flip():
    """x and 5: equal at 5 exactly, the third of five sizes; halved on both sides of it."""
    measure, names, _ = lines(a=(0, 1), b=(5, 0))
    found, _ = flips.along(measure, names, 0.0, 10.0, "k")
    (row,) = found.to_dict("records")
    assert row["at"] == 5.0
    assert (row["after"], row["before"]) == (5 - 2.5 / 4, 5 + 2.5 / 4)


def test_there_may_be_two_flips():
    def measure(spots):
        return {
            (x, name): np.full(3, (x - 1.5) * (x - 7.0) if name == "a" else 0.0)
            for x, name in spots
        }

    found, _ = flips.along(measure, ["a", "b"], 0.0, 10.0, "k")
    assert found["at"].to_numpy() == pytest.approx([1.5, 7.0], abs=0.4)
    assert list(found["first"]) == ["a", "b"]


# What is asked for


@pytest.fixture
def world(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(WORLD.replace('primary = "load"', 'primary = "cases_open"'), encoding="utf-8")
    return load(path)


def test_contexts_of_the_library_come_beside_the_scenarios_own(world):
    found = with_contexts(world, ["growth", "baseline"])
    assert list(found.scenario.contexts) == ["baseline", "growth"]
    assert found.scenario.contexts["baseline"] == world.scenario.contexts["baseline"]
    assert found.scenario.contexts["growth"].demand_growth_per_year.central == 0.03


def test_a_context_about_work_that_there_is_not_is_not_taken(world):
    assert takes(world, "cut_50")
    assert not takes(world, "closure_wave")
    whole, missing = asking.meeting(world, ())
    assert "closure_wave" not in whole.scenario.contexts
    assert any("closure_wave" in line for line in missing)
    with pytest.raises(ScenarioError, match="closure"):
        asking.meeting(world, ["closure_wave"])


def test_a_context_that_begins_when_the_run_is_over_is_not_met(tmp_path):
    short = load("one-area-2013", ["run.years=1"])
    whole, missing = asking.meeting(short, ())
    late = ("handback_burst", "pandemic_pause", "closure_wave")
    assert not set(late) & set(whole.scenario.contexts)
    for name in late:
        assert (
            f"{name}: what happens in it begins after the end of the run (run.years=1)" in missing
        )
    with pytest.raises(DesignError, match="pandemic_pause: what happens in it begins after"):
        asking.meeting(short, ["growth", "pandemic_pause"])
    own = tmp_path / "own.toml"
    own.write_text('extends = "one-area-2013"\n[contexts.pause]\nuse = "pandemic_pause"\n')
    (note,) = notes(load(own, ["run.years=1"]))
    assert "begins after the end of the run (run.years = 1)" in str(note)


def test_contexts_that_differ_in_words_alone_come_once(world):
    assert list(asking.meeting(world, ())[0].scenario.contexts)[:2] == ["baseline", "cut_33"]
    assert "steady" not in asking.meeting(world, ())[0].scenario.contexts


def test_an_unknown_context_is_answered_with_the_nearest(world):
    with pytest.raises(ScenarioError, match="growth"):
        with_contexts(world, ["groth"])


WTE = "arrangements.central.teams.office.wte"


def test_a_parameter_goes_from_its_low_to_its_high(world):
    assert asking.way(world, WTE) == (WTE, 4.0, 12.0, "whole-time equivalents")
    assert asking.way(world, f"{WTE}=1:3")[1:3] == (1.0, 3.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arrangements.local.teams.office.wte", "has no low and high"),
        (f"{WTE}=3:1", "low below high, found"),
        (f"{WTE}=3", "expected key=low:high"),
        (f"{WTE}=nan:3", "expected key=low:high"),
        ("arrangements.central.teams.office.wtf", "did you mean"),
        ("run.ranking", "has no quantity"),
        ("arrangements.central.committees.board.quorum=1:3", "has no quantity"),
    ],
)
def test_what_cannot_be_gone_along_is_refused(world, text, message):
    with pytest.raises(DesignError, match=message):
        asking.way(world, text)


# The whole


@pytest.fixture
def simulated(monkeypatch):
    """Cases that stay open: fewer with more staff, more in busy contexts and without priority."""

    def simulate(point, replication, by):
        scenario = scenario_of(point.document)
        (who,), (state,) = scenario.arrangements.values(), scenario.contexts.values()
        staff = float(who.teams["office"].wte) * point.wte_scale * float(state.wte_multiplier)
        growth = float(state.demand_growth_per_year)
        luck = 0.01 * np.random.default_rng(replication).normal()
        value = 100.0 * (1 + growth + (scenario.run.ranking == "fifo")) / staff + luck
        rows = [("cases_open", value, "cases"), ("load", 0.5, "ratio")]
        frame = pd.DataFrame(rows, columns=["measure", "value", "unit"])
        return frame.assign(case_type="all", body="all", role="all", period="all")

    monkeypatch.setattr(worker, "simulate", simulate)
    monkeypatch.setattr(worker, "yearly_cost", price)


def stressed(world, folder, **options):
    return which.stress(world, jobs=1, out=folder, progress=False, replications=3, **options)


@pytest.mark.usefixtures("simulated")
def test_a_stress_test_from_end_to_end(world, tmp_path):
    """Central has twice the staff of local: it is best as staffed, and with its money neither."""
    found = stressed(world, tmp_path, contexts=["baseline", "growth"], along=[f"{WTE}=2:10"])
    staffed = found.grid[found.grid["staffing"] == "as staffed"]
    assert set(staffed.loc[staffed["best"], "arrangement"]) == {"central"}
    row = staffed[(staffed["context"] == "growth") & (staffed["arrangement"] == "local")].iloc[0]
    assert row["regret"] == pytest.approx(103 / 4 - 103 / 8)
    (flip,) = found.flips.to_dict("records")
    assert flip["at"] == 4.0
    assert (flip["first"], flip["second"]) == ("central", "local")
    assert flip["unit"] == "whole-time equivalents"
    assert found.ranking["difference"].to_numpy() == pytest.approx([12.5, 25.0])
    text = printed(found)
    assert "local is ahead of central below 4" in text
    assert "The order stays the same: central, local" in text
    assert "the least maximum regret is that of central" in text
    assert "3 replications of each cell" in text
    assert any("local is ahead of central" in line for line in found.sentences())


@pytest.mark.usefixtures("simulated")
def test_what_cannot_be_paid_for_is_left_out_and_said(world, tmp_path, monkeypatch):
    def dear(point):
        one = price(point)
        office = scenario_of(point.document).arrangements["only"].teams["office"]
        return type(one)(one.staff, 1e9 if float(office.wte) == 4.0 else one.fixed)

    monkeypatch.setattr(worker, "yearly_cost", dear)
    found = stressed(world, tmp_path, contexts=["baseline"])
    assert "cannot be given the money of base" in " ".join(found.left_out)
    money = found.grid[found.grid["staffing"] == "same money"]
    assert set(money["arrangement"]) == {"central"}
    assert "Left out" in printed(found)


@pytest.mark.usefixtures("simulated")
def test_tables_and_chart_are_written(world, tmp_path):
    found = stressed(world, tmp_path, contexts=["baseline", "growth"])
    folder = found.save(tmp_path)
    assert len(pd.read_csv(folder / "grid.csv")) == 8
    names = {path.name for path in folder.iterdir()}
    assert {f"regret.{end}" for end in ("svg", "pdf", "png", "csv", "txt")} <= names
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    found.save(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_regret_needs_a_measure_with_a_better_way_and_two_arrangements(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(WORLD.replace('primary = "load"', 'primary = "utilisation"'), encoding="utf-8")
    with pytest.raises(DesignError, match="more, or less"):
        stress.stress(load(path), out=tmp_path)
    with pytest.raises(DesignError, match="replications"):
        stress.stress(load(path), out=tmp_path, replications=0)


def test_times_are_not_known_where_overload_would_flatter(world, tmp_path, monkeypatch):
    def simulate(point, replication, by):
        full = scenario_of(point.document).arrangements["only"].teams["office"].wte.central < 8
        rows = [
            ("resolution_days_median", "all", "all", 5.0),
            ("load", "office", "officer", 1.3 if full else 0.5),
        ]
        frame = pd.DataFrame(rows, columns=["measure", "body", "role", "value"])
        return frame.assign(case_type="all", period="all", unit="calendar days")

    monkeypatch.setattr(worker, "simulate", simulate)
    monkeypatch.setattr(worker, "yearly_cost", price)
    text = WORLD.replace('primary = "load"', 'primary = "resolution_days_median"')
    path = tmp_path / "tiny.toml"
    path.write_text(text, encoding="utf-8")
    found = stressed(load(path), tmp_path, contexts=["baseline"])
    staffed = found.grid[found.grid["staffing"] == "as staffed"].set_index("arrangement")
    assert staffed.loc["central", "best"]
    assert np.isnan(staffed.loc["local", "regret"])
    assert "not known" in printed(found)


def printed(found):
    console = Console(file=io.StringIO(), width=100)
    console.print(stress_table.render(found))
    return " ".join(console.file.getvalue().split())


# The chart


def drawn(width="one-column", **options):
    found = regret.grid(cells(**TABLE), higher=True)
    label = {"a": "Area", "b": "Board", "c": "Centre", "dry": "Dry", "wet": "Wet"}
    return heatmap.draw(found, "cases", "cases open", label.get, "Made up.", width, **options)


@pytest.mark.parametrize("width", ["one-column", "two-column"])
def test_the_heat_map_shows_every_regret_and_says_it_in_words(width):
    found = drawn(width)
    texts = [text.get_text() for ax in found.figure.axes for text in ax.texts]
    assert sorted(texts) == ["0", "0", "1.0", "2.0", "3.0", "7.0"]
    assert "Dry: Area 3.0; Board best; Centre 1.0." in found.alt
    assert found.caption.endswith("Made up.")
    assert_laid_out(found.figure)


def test_a_chart_of_its_own_is_saved_like_the_others(tmp_path):
    paths = save_drawn(drawn, tmp_path / "new" / "regret")
    assert [path.suffix for path in paths] == 2 * [".svg", ".pdf", ".png", ".csv", ".txt"]
    assert {path.stem for path in paths} == {"regret", "regret-two-column"}
    words = (tmp_path / "new" / "regret.txt").read_text(encoding="utf-8")
    assert words.startswith(f"Caption: {question('regret')} How far")


def test_the_functions_are_reached_from_the_package():
    assert sim.stress is which.stress
    assert sim.compare is which.compare
