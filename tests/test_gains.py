"""Who gains: the same cases found again, and sorted by what happened to them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laid_out import assert_laid_out
from test_api import command
from test_common_luck import drawn
from tiny import WORLD
from worlds import worlds

import sim
from sim.engine import reference
from sim.engine.stream import feed
from sim.experiment import gains as module
from sim.experiment import gains_words
from sim.experiment.errors import DesignError
from sim.experiment.gains import Sides, compare
from sim.experiment.store import REPLICATION_SCHEMA, as_table
from sim.outcomes.following import Follow, Followed, followed, match
from sim.outcomes.tally import tallied
from sim.outcomes.view import View

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

COLUMNS = ("entity", "case_type", "ordinal", "days", "closed")


def followed_in(model):
    """A model run by the reference engine, its cases followed, and its log."""
    log = reference.run(model)
    sink = Follow(model)
    feed(log, sink)
    return followed(sink), log


def keys(run):
    """Contract, case type and ordinal of every case, as the luck is addressed."""
    uid = run.entities.uid[run.entity]
    each = zip(uid.tolist(), run.case_type.tolist(), run.ordinal.tolist(), strict=True)
    return [(*one, run.types[kind], number) for one, kind, number in each]


@examples
@given(world=worlds())
def test_the_cases_followed_are_those_that_times_are_measured_on(world):
    model = world.model()
    run, log = followed_in(model)
    view = View(tallied(model, log))
    case = np.flatnonzero(view.cohort)
    assert len(case) == len(run.days)
    ends = view.calendar_days(view.ends(case)) - view.calendar_days(view.since[case])
    assert (run.days == ends).all()
    assert (run.closed == view.is_closed[case]).all()
    assert set(keys(run)) <= set(drawn(model, ()))


@examples
@given(world=worlds(grid=False), data=st.data())
def test_a_case_is_found_again_whatever_the_order(world, data):
    first, second = followed_in(world.model())[0], followed_in(world.model(1))[0]
    order = np.array(data.draw(st.permutations(range(len(second.days)))), dtype=np.int64)
    shuffled = Followed(
        second.entities, second.types,
        *(getattr(second, name)[order] for name in COLUMNS),
    )  # fmt: skip
    found = match(first, shuffled)
    one, other = keys(first), keys(shuffled)
    assert {one[i]: one[i] for i in found.first} == {
        one[i]: other[j] for i, j in zip(found.first, found.second, strict=True)
    }
    assert {one[i] for i in found.first} == {*one} & {*other}
    assert {one[i] for i in found.only_first} == {*one} - {*other}
    assert {other[j] for j in found.only_second} == {*other} - {*one}


def run_of(days, closed):
    """Cases of which only the time and whether they are closed matter."""
    nothing = np.arange(len(days))
    open_or_not = np.array(closed, dtype=bool)
    return Followed(None, (), nothing, nothing, nothing, np.array(days, float), open_or_not)


def test_sooner_later_unchanged_and_what_cannot_be_said():
    first = run_of([10, 10, 10, 10, 50, 10, 50, 50], [1, 1, 1, 1, 0, 0, 0, 0])
    second = run_of([5, 10.5, 30, 40, 10, 40, 60, 10], [1, 1, 1, 0, 1, 1, 0, 0])
    sides = compare(first, second, np.arange(8), np.arange(8))
    sooner, same, later = sides.split(1.0)
    assert np.flatnonzero(sooner).tolist() == [0, 4]
    assert np.flatnonzero(same).tolist() == [1]
    assert np.flatnonzero(later).tolist() == [2, 3]
    assert sides.days[:5].tolist() == [-5, 0.5, 20, 30, -40]


@given(st.data())
def test_every_case_is_one_of_four(data):
    count = data.draw(st.integers(1, 30))
    days = st.lists(st.floats(-100, 100), min_size=count, max_size=count).map(np.array)
    flags = st.lists(st.booleans(), min_size=count, max_size=count).map(np.array)
    exact = data.draw(flags)
    sides = Sides(data.draw(days), exact, exact | data.draw(flags))
    shares = [*module._statistics(sides, 1.0)][:4]
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) >= 0


def by_name(sides):
    names = (*module.SHARES, *module.TIMES, *module.LEAST)
    return dict(zip(names, module._statistics(sides, 1.0), strict=True))


def test_by_how_much_is_a_median_or_a_bound_on_it():
    sides = Sides(np.array([2.0, 4.0, 6.0, -3.0]), np.array([1, 1, 1, 1]) > 0, np.ones(4) > 0)
    found = by_name(sides)
    assert (found["later_days_p50"], found["sooner_days_p50"]) == (4.0, 3.0)
    still_open = Sides(sides.days, np.array([0, 0, 0, 1]) > 0, np.ones(4) > 0)
    found = by_name(still_open)
    assert np.isnan(found["later_days_p50"])
    assert found["later_days_least"] == 4.0


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "tiny.toml"
    slower = "[arrangements.local.procedures]\neffort_multiplier = 60.0\n"
    path.write_text(WORLD.replace("wte = 4\n", "wte = 0.2\n") + slower, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(path, tmp_path_factory):
    out = tmp_path_factory.mktemp("results")
    return sim.gains(path, "central", "local", replications=2, jobs=1, out=out, progress=False)


def test_an_arrangement_that_is_slower_for_all_is_later_for_all(found):
    row = found.row("all", "all")
    assert row["later_share"] > 0.8
    assert row["sooner_share"] == 0
    assert row["only_start"] == row["only_end"] == 0
    assert found.row("contract type", "gp") == pytest.approx(row, nan_ok=True)
    assert "end later" in found.sentence()


def test_the_groups_of_a_dimension_are_all_its_cases(found):
    cases = found.table[found.table["statistic"] == "cases"]
    for dimension in ("contract type", "list size", "setting", "case type", "area"):
        of = cases[cases["dimension"] == dimension]
        assert of["mean"].sum() == pytest.approx(found.row("all", "all")["cases"])


def test_the_same_arrangement_changes_nothing(path, tmp_path):
    same = sim.load(path, ["arrangements.local.procedures.effort_multiplier=1",
                           "arrangements.local.teams.office.wte=8"])  # fmt: skip
    found = sim.gains(
        same, "central", "local", replications=2, jobs=1, out=tmp_path, progress=False
    )
    row = found.row("all", "all")
    assert row["sooner_share"] == row["later_share"] == 0
    assert row["unchanged_share"] + row["undecided_share"] == pytest.approx(1)


def asked(path, out, **options):
    given = {"replications": 2, "jobs": 1, "progress": False, "out": out, **options}
    return sim.gains(path, "central", "local", **given)


def test_what_was_followed_once_is_not_followed_again(found, path, tmp_path, monkeypatch):
    first = asked(path, tmp_path)
    pd.testing.assert_frame_equal(first.table, found.table)
    with monkeypatch.context() as patch:
        patch.setattr(module, "model_of", None)  # would fail
        pd.testing.assert_frame_equal(asked(path, tmp_path).table, first.table)
    more = asked(path, tmp_path, replications=3, unchanged_days=2.0)
    assert set(more.table["replications"]) == {3}


def test_for_the_same_money_the_second_has_the_staff_that_the_first_pays_for(path, tmp_path):
    """A fifth of a person is a queue; what eight people cost buys more, and a shorter one."""
    plain, equal = (asked(path, tmp_path, same_money=money) for money in (False, True))
    late, less_late = (found.row("all", "all")["later_days_least"] for found in (plain, equal))
    assert less_late < late / 2
    assert "Local with staff for what Central costs" in " ".join(gains_words.notes(equal))
    assert "Same money" in equal.chart().caption
    assert "as staffed" in " ".join(gains_words.notes(plain))


def test_statistics_come_out_of_the_store_as_they_went_in():
    rows = [("all", "all", *range(len(module.STATISTICS))), ("area", "B", *[np.nan] * 40)]
    wide = pd.DataFrame(
        [row[: 2 + len(module.STATISTICS)] for row in rows],
        columns=["dimension", "group", *module.STATISTICS],
    )
    kept = as_table(module.stored(wide), REPLICATION_SCHEMA).to_pandas()
    pd.testing.assert_frame_equal(module.opened(kept), wide, check_dtype=False, check_names=False)


def test_long_names_of_arrangements_stay_inside_the_figure(found):
    names = found.scenario.arrangements
    titled = {
        name: each.model_copy(update={"title": f"{name} for the whole of the county and city"})
        for name, each in names.items()
    }
    scenario = found.scenario.model_copy(update={"arrangements": titled})
    for width in ("one-column", "two-column"):
        assert_laid_out(replace(found, scenario=scenario).chart(width).figure)


def test_it_is_printed_and_drawn(found, tmp_path, capsys):
    found.show()
    text = capsys.readouterr().out
    assert "By contract type" in text
    assert "simulation error only" in " ".join(text.split())
    assert_laid_out(found.chart("two-column").figure)
    drawn = found.chart("one-column")
    assert_laid_out(drawn.figure)
    assert "Stacked bars" in drawn.alt
    shares = drawn.table.groupby(["dimension", "group"])["mean"].sum()
    assert shares.to_numpy() == pytest.approx(np.ones(len(shares)))
    assert len(found.save(tmp_path)) == 11


def test_what_is_asked_wrongly_is_refused(path, tmp_path):
    with pytest.raises(DesignError, match="more than 0"):
        sim.gains(path, "central", "local", unchanged_days=0, out=tmp_path, progress=False)


def test_the_command_prints_it(path, tmp_path, capsys):
    code, out, _ = command(
        capsys, "gains", str(path), "--from", "central", "--to", "local", "--replications", "2",
        "--jobs", "1", "--out", str(tmp_path),
    )  # fmt: skip
    assert code == 0
    assert "With Local instead of Central" in " ".join(out.split())
    assert [*(tmp_path / "tiny").glob("gains-central-local-*/who-gains.png")]
