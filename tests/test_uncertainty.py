"""Plausible sets: what moves together, what stays where it was, and how they are summed up."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from rich.console import Console

from sim.charts import NoDataError
from sim.charts.catalogue import question
from sim.charts.doubt import draw_best, draw_uncertainty
from sim.experiment.design import design, scenario_of
from sim.experiment.doubt_words import render_uncertainty
from sim.experiment.errors import DesignError
from sim.experiment.plausible import Factor, factors, hypercube, some_factors, with_values
from sim.experiment.runner import runner_of
from sim.experiment.uncertain import Uncertainty, proportion, tabulate, uncertainty
from sim.scenario.files import load

NAMES = ("pct", "central")


@pytest.fixture(scope="module")
def loaded():
    return load("one-area-2013", ["run.years=0.1"])


@pytest.fixture(scope="module")
def every(loaded):
    return factors(loaded, NAMES, "baseline")


@pytest.fixture(scope="module")
def points(loaded):
    return {point.arrangement: point for point in design(loaded.scenario)}


def numbers(content, path=()):
    """Every number of a JSON document by its path."""
    if isinstance(content, dict):
        pairs = list(content.items())
    elif isinstance(content, list):
        pairs = list(enumerate(content))
    else:
        return {path: content}
    return {k: v for name, inner in pairs for k, v in numbers(inner, (*path, name)).items()}


def moved(before, after):
    one, other = (numbers(json.loads(point.document)) for point in (before, after))
    assert one.keys() == other.keys()
    return {path: other[path] for path in one if one[path] != other[path]}


def test_a_factor_has_its_central_value_for_a_median():
    factor = Factor("f", (), low=1.0, central=2.0, high=10.0)
    assert [factor.at(q) for q in (0.0, 0.25, 0.5, 0.75, 1.0)] == [1.0, 1.5, 2.0, 6.0, 10.0]


def test_a_hypercube_has_one_value_in_each_slice():
    found = hypercube(5, 20, seed=3)
    assert found.shape == (20, 5)
    assert (np.sort(np.floor(found * 20), axis=0) == np.arange(20)[:, None]).all()
    assert (found == hypercube(5, 20, seed=3)).all()


COPIES = """
extends = "one-area-2013"
run.years = 0.1

[arrangements.more]
like = "central"
title = "More"
teams.area.wte = 30
knowledge.team_memory_share = 0.9
knowledge.half_life_months = { low = 3, central = 6, high = 9, source = "assumption" }
partners.bodies = 0
"""


@pytest.fixture
def copied(tmp_path):
    path = tmp_path / "copied.toml"
    path.write_text(COPIES, encoding="utf-8")
    return load(path)


def test_a_changed_copy_moves_with_its_original(copied):
    every = factors(copied, ("central", "more"), "baseline")
    found = {point.arrangement: point for point in design(copied.scenario)}
    assert len(every) == len(factors(copied, ("central",), "baseline"))

    def value(arrangement, quantile, *path):
        quantiles = [quantile] * len(every)
        moved = with_values(found[arrangement], copied.scenario, every, quantiles)
        content = json.loads(moved.document)["scenario"]["arrangements"]["only"]
        for key in path:
            content = content[key]
        return content

    wte = "teams", "area", "wte"
    share, half_life = ("knowledge", "team_memory_share"), ("knowledge", "half_life_months")
    for quantile in (0.0, 0.3, 0.5, 1.0):
        ratio = value("more", quantile, *wte) / value("central", quantile, *wte)
        assert ratio == pytest.approx(30 / value("central", 0.5, *wte))
        assert value("more", quantile, "handoffs", "delay_working_days") == value(
            "central", quantile, "handoffs", "delay_working_days"
        )
        assert value("more", quantile, "partners", "bodies") == 0
    assert [value("central", q, *share) for q in (0.0, 0.5, 1.0)] == [0.25, 0.5, 0.75]
    assert [value("more", q, *share) for q in (0.0, 0.5, 1.0)] == [0.45, 0.9, 1.0]  # not above 1
    assert [value("central", q, *half_life) for q in (0.0, 0.5, 1.0)] == [6, 12, 24]
    assert [value("more", q, *half_life) for q in (0.0, 0.5, 1.0)] == [3, 6, 9]


def test_where_the_original_is_not_asked_about_its_copy_is_certain_of_what_was_changed(copied):
    every = factors(copied, ("more",), "baseline")
    places = [path for factor in every for path in factor.places]
    assert ("arrangements", "more", "knowledge", "half_life_months") in places
    assert ("arrangements", "more", "teams", "area", "wte") not in places
    assert not any(factor.copies for factor in every)


def test_the_answer_says_that_a_copy_moved(loaded, copied):
    shown = table(loaded, [(0.5, 0.4), (0.5, 0.7)]).reset_index()
    for scenario, said in ((copied, True), (loaded, False)):
        every = factors(scenario, scenario.scenario.arrangements, "baseline")
        found = Uncertainty(scenario, "baseline", every, np.zeros((1, 0)), shown, shown)
        console = Console(width=200, file=io.StringIO(), record=True)
        console.print(render_uncertainty(found))
        assert ("moved with the original" in console.export_text()) == said


def test_being_like_another_changes_no_result(copied):
    document = next(p.document for p in design(copied.scenario) if p.arrangement == "more")
    assert "like" not in json.loads(document)["scenario"]["arrangements"]["only"]


def test_central_values_leave_a_point_as_it_is(loaded, every, points):
    for name in NAMES:
        same = with_values(points[name], loaded.scenario, every, [0.5] * len(every))
        assert same == points[name]


def test_every_factor_moves_where_it_stands_and_nothing_else(loaded, every, points):
    rng = np.random.default_rng(1)
    for factor in rng.choice(np.array(every, dtype=object), 40, replace=False):
        after = [with_values(points[name], loaded.scenario, [factor], [1.0]) for name in NAMES]
        found = [moved(points[name], one) for name, one in zip(NAMES, after, strict=True)]
        assert any(found), factor
        for paths in found:
            assert set(paths.values()) <= {factor.high}
        if factor.name.startswith("arrangements.central."):  # which takes over from pct
            assert after[0] == points["pct"]


def test_what_arrangements_share_is_one_factor(loaded, every):
    """Both have the workforce of the common part; each has its own team."""
    shared = [f for f in every if f.name.startswith("arrangements.{pct,central}.")]
    assert any("casework_share" in factor.name for factor in shared)
    assert all(len(factor.places) == 2 for factor in shared)
    own = [f.name for f in every if f.name.endswith(".wte")]
    assert "arrangements.pct.teams.pct.wte" in own
    assert "arrangements.central.teams.area.wte" in own
    assert not any("delegated" in factor.name for factor in every)


def test_every_corner_is_a_valid_scenario(loaded, every, points):
    rng = np.random.default_rng(2)
    for row in rng.integers(0, 2, (20, len(every))).astype(float):
        for name in NAMES:
            scenario_of(with_values(points[name], loaded.scenario, every, row).document)


def test_without_a_range_there_is_nothing_to_vary():
    textbook = load("textbook-mm1")
    with pytest.raises(DesignError, match="no parameter of this scenario has a range"):
        some_factors(
            textbook, textbook.scenario.arrangements, next(iter(textbook.scenario.contexts))
        )


def table(loaded, values):
    """Sum up values of pct and central by set, as staffed; the other two lie below both."""
    rows = [
        (number, name, "as staffed", value)
        for number, pair in enumerate(values)
        for name, value in zip(loaded.scenario.arrangements, (*pair, -9.0, -9.0), strict=True)
    ]
    rows += [(n, a, "same money", v) for n, a, _, v in rows if a != "pct"]
    frame = pd.DataFrame(rows, columns=["set", "arrangement", "staffing", "value"])
    return tabulate(frame, loaded).set_index(["staffing", "arrangement"])


def test_shares_of_sets_are_counted(loaded):
    """Central is ahead at central values and in 2 of 4 sets, and equal in one."""
    found = table(loaded, [(0.5, 0.6), (0.5, 0.7), (0.5, 0.4), (0.5, 0.5), (0.5, 0.9)])
    central = found.loc[("as staffed", "central")]
    assert central["central"] == pytest.approx(0.1)
    assert central["best"] == pytest.approx(2.5 / 4)
    assert central["holds"] == pytest.approx(2 / 4)
    assert central["p50"] == pytest.approx(0.1)
    assert found.loc[("as staffed", "pct"), "best"] == pytest.approx(1.5 / 4)
    assert found.loc[("same money", "pct"), "best"] == pytest.approx(1.5 / 4)


def test_where_a_value_was_not_reached_nobody_is_best(loaded):
    found = table(loaded, [(0.5, 0.6), (0.5, np.nan), (0.5, 0.7)])
    central = found.loc[("as staffed", "central")]
    assert central["best"] == central["holds"] == pytest.approx(1 / 2)
    assert np.isnan(central["p50"])


def test_the_wilson_interval_is_that_of_the_formula():
    z, share, total = 1.959963984540054, 0.2, 50
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * 0.8 / total + z**2 / (4 * total**2))
    assert proportion(10, 50) == pytest.approx([share, middle - half, middle + half])


def test_a_whole_run_is_the_same_again_and_reuses_what_is_there(tmp_path):
    small = load("england-2013", ["run.years=0.5", "estate.ccgs=['West Leicestershire']"])
    runs = [
        uncertainty(small, runner_of(out=tmp_path, jobs=1, progress=False), sets=3)
        for _ in range(2)
    ]
    pd.testing.assert_frame_equal(runs[0].values, runs[1].values)
    assert runs[0].values.groupby("set").size().tolist() == [7] * 4
    assert runs[0].quantiles.shape == (3, len(runs[0].factors))


def test_the_charts_show_every_arrangement_and_who_is_best(loaded):
    shown = table(loaded, [(0.5, 0.4), (0.5, 0.7), (0.6, 0.3), (0.5, 0.1)]).reset_index()
    found = Uncertainty(loaded, "baseline", [], np.zeros((3, 0)), shown, shown)
    for draw, arrangements in ((draw_best, 4), (draw_uncertainty, 3)):
        for width in ("one-column", "two-column"):
            drawn = draw(found, width=width)
            assert_laid_out(drawn.figure, draw.__name__)
            assert drawn.table["arrangement"].nunique() == arrangements
    caption = draw_best(found).caption
    assert caption.startswith(question("best"))
    assert "As staffed, Primary care trusts: 67% (21 to 94)" in caption
    nobody = Uncertainty(loaded, "", [], np.zeros((3, 0)), shown, shown.assign(best=np.nan))
    with pytest.raises(NoDataError, match="neither good nor bad"):
        draw_best(nobody)
