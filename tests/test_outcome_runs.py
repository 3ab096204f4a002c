"""Measures of real runs: what must hold whatever happens in them."""

import numpy as np
import pytest
from toy import measured

from sim.engine import reference
from sim.engine.log import UNSET
from sim.model.build import build
from sim.outcomes.hours import hours
from sim.outcomes.measures import measure
from sim.outcomes.response import COMPONENTS
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario import estates
from sim.scenario.files import load
from sim.scenario.units import DAY

ARRANGEMENTS = ("pct", "central")


@pytest.fixture(scope="module")
def runs():
    """One year of one area under two arrangements, with their measures."""
    scenario = load("one-area-2013", ["run.years=1"]).scenario
    estate = estates.build(scenario.estate)
    context = next(iter(scenario.contexts))
    models = {a: build(scenario, estate, a, context, 0) for a in ARRANGEMENTS}
    logs = {a: reference.run(model) for a, model in models.items()}
    return {a: (models[a], logs[a], measure(models[a], logs[a])) for a in ARRANGEMENTS}


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_nobody_is_used_more_than_fully(runs, arrangement):
    model, log, table = runs[arrangement]
    view = View(tallied(model, log))
    time = hours(view).whole_run()
    assert (time.busy <= time.available).all()
    assert time.busy.sum() == (log.work.end - log.work.start)[log.work.case != UNSET].sum()
    used = table.loc[table["measure"] == "utilisation", "value"]
    assert used.between(0, 1).all()


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_parts_of_elapsed_time_add_up(runs, arrangement):
    model, log, table = runs[arrangement]
    view = View(tallied(model, log))
    chosen = view.cohort & view.is_opened
    whole = ((view.ends(chosen) - log.cases.opened[chosen]) / DAY).mean()
    parts = sum(measured(table, f"elapsed_days_{part}") for part in COMPONENTS)
    assert parts == pytest.approx(whole)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_counts_add_up_over_case_types(runs, arrangement):
    table = runs[arrangement][2]
    for name in ("cases_opened", "cases_closed", "cases_open", "breaches", "reviews_due"):
        parts = table[(table["measure"] == name) & (table["period"] == "all")]
        by_type = parts.loc[parts["case_type"] != "all", "value"].sum()
        assert by_type == measured(table, name), name
    opened, closed, still = (measured(table, f"cases_{s}") for s in ("opened", "closed", "open"))
    assert opened == closed + still


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_the_last_month_end_is_the_end(runs, arrangement):
    model, log, table = runs[arrangement]
    view = View(tallied(model, log))
    waiting = np.count_nonzero(view.counted & view.owed & ~view.is_opened)
    owed = measured(table, "backlog_cases", period="2014-03")
    assert owed == measured(table, "cases_open") + waiting
    overdue = measured(table, "reviews_overdue", period="2014-03")
    assert overdue == measured(table, "reviews_overdue")


def test_reviews_due_do_not_depend_on_the_arrangement(runs):
    pct, central = (runs[a][2] for a in ARRANGEMENTS)
    due = [table[table["measure"] == "reviews_due"]["value"].to_list() for table in (pct, central)]
    assert due[0] == due[1]


def test_the_same_clocks_run_out_in_both(runs):
    """The share in time has the same cases below the line, so breaches compare."""
    counted = []
    for table in (runs[a][2] for a in ARRANGEMENTS):
        missed = 1 - measured(table, "resolution_in_clock_share")
        counted.append(measured(table, "breaches") / missed)
    assert counted[0] == pytest.approx(counted[1])


def test_the_table_is_whole(runs):
    for _, _, table in runs.values():
        assert not table[["measure", "case_type", "body", "role", "period"]].duplicated().any()
        missing = set(table.loc[table["value"].isna(), "measure"])
        times = ("resolution_days", "response_days", "decision_wait", "scheme_lead", "stocktake")
        assert all(name.startswith(times) for name in missing)
