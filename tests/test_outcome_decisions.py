"""Decisions, redesign, consistency between areas, and cost."""

import numpy as np
import pytest
import toy
from toy import MEETING, Case, Entity, Person, Step, Type, measured

from sim.engine.log import CLOSED, REFUSED_OUTCOME
from sim.outcomes.measures import measure

MONTH = 365.25 / 12
PAPER = Type("closure", steps=(Step(), MEETING))


def run(model, closed, **rest):
    return measure(model, toy.log(model, closed, **rest))


# Committees


def decided(closed, committee, agendas, **rest):
    """Cases that waited so many days for a committee and were on so many agendas."""
    cases = [Case(10) for _ in closed]
    model = toy.model(types=[PAPER], cases=cases, committee_kinds=("panel",), committees=(0,))
    log = toy.log(model, closed, committee=committee, **rest)
    log.cases.meetings[:] = agendas
    return measure(model, log)


def test_items_are_cases_that_were_on_an_agenda():
    table = decided([40.0, 50.0, 20.0], [20.0, 30.0, 0.0], [1, 3, 0])
    assert measured(table, "decision_items") == 2
    assert measured(table, "decision_items", case_type="closure") == 2


def test_deferrals_and_recusals_add_up():
    table = decided([40.0, 50.0], [20.0, 30.0], [2, 3], deferrals=[1, 2], recusals=[0, 4])
    assert measured(table, "decision_deferrals") == 3
    assert measured(table, "recusals") == 4


def test_the_wait_for_committees_is_all_of_a_case():
    table = decided([40.0, 50.0, 20.0], [20.0, 30.0, 0.0], [1, 3, 0])
    assert measured(table, "decision_wait_days_median") == 20.0


def test_a_case_before_a_committee_is_censored():
    """Two wait at the end of the run, so half is reached by neither of the others."""
    table = decided(
        [40.0, 50.0, None, None, None],
        [20.0, 30.0, 60.0, 70.0, 80.0],
        [1, 1, 0, 0, 2],
        step=[-1, -1, 1, 1, 1],
    )
    assert np.isnan(measured(table, "decision_wait_days_median"))


def test_an_open_case_that_is_past_its_committee_has_waited_its_wait():
    table = decided([None, None], [20.0, 30.0], [1, 1], step=[0, 0])
    assert measured(table, "decision_wait_days_median") == 20.0


def test_refusals_are_closed_cases():
    table = decided([40.0, 50.0], [20.0, 30.0], [1, 1], outcome=[REFUSED_OUTCOME, CLOSED])
    assert measured(table, "refusals") == 1
    assert measured(table, "cases_closed") == 2


def test_quorum_failures_of_the_committees_that_serve_the_area():
    """Committee 2 serves nobody here."""
    entities = [Entity(), Entity(inside=False)]
    model = toy.model(
        types=[PAPER],
        cases=[Case()],
        entities=entities,
        committee_kinds=("panel", "board"),
        committees=(0, 1, 0),
        years=2,
    )
    model = toy.changed(model, committees={"of": np.array([[0, 2], [1, 1]])})
    meetings = [
        {"committee": 0, "time": 100, "no_quorum": 2},
        {"committee": 0, "time": 400, "no_quorum": 1},
        {"committee": 1, "time": 400, "no_quorum": 5},
        {"committee": 2, "time": 400, "no_quorum": 99},
    ]
    table = run(model, [None], meetings=meetings)
    assert measured(table, "quorum_failures") == 8
    assert measured(table, "quorum_failures", body="panel") == 3
    assert measured(table, "quorum_failures", body="panel", period="year 2") == 1
    assert measured(table, "quorum_failures", body="board", period="year 1") == 0


# Redesign


def test_schemes_completed_and_their_lead_time():
    types = [Type("scheme", group="redesign"), Type("query")]
    cases = [Case(0), Case(0), Case(100), Case(5, type=1)]
    model = toy.model(types=types, cases=cases, years=2)
    outcome = [CLOSED, CLOSED, 0, CLOSED]
    table = run(model, [200.0, 500.0, None, 6.0], outcome=outcome)
    assert measured(table, "schemes_completed") == 2
    assert measured(table, "schemes_completed", period="year 1") == 1
    assert np.isnan(measured(table, "scheme_lead_months_median")), "500 days is past half the run"
    quicker = run(model, [200.0, 300.0, None, 6.0], outcome=outcome)
    assert measured(quicker, "scheme_lead_months_median") == pytest.approx(300 / MONTH)


def test_a_refused_scheme_is_not_completed():
    model = toy.model(types=[Type("scheme", group="redesign")], cases=[Case(0)])
    table = run(model, [20.0], outcome=[REFUSED_OUTCOME])
    assert measured(table, "schemes_completed") == 0


def test_without_redesign_there_are_no_schemes():
    table = run(toy.model(cases=[Case(0)]), [20.0])
    assert "schemes_completed" not in set(table["measure"])


# Consistency

HARD, EASY = Type("hard", clock=10), Type("easy", clock=100)
IN_TIME, LATE = 5.0, 120.0
TWO_CELLS = (Entity(), Entity(cell=1))


def two_areas(first, second, entities=TWO_CELLS, types=(HARD, EASY)):
    """Cases of two entities: (type, number, number in time) for each."""
    cases, closed = [], []
    for entity, work in enumerate((first, second)):
        for kind, number, in_time in work:
            cases += [Case(1.0, type=kind, entity=entity)] * number
            closed += [1.0 + (IN_TIME if n < in_time else LATE) for n in range(number)]
    model = toy.model(types=types, cases=cases, entities=entities)
    return run(model, closed)


def test_spread_and_worst_of_two_equal_areas():
    """80% and 40% in time of the same type: mean 60%, standard deviation 20%."""
    table = two_areas([(0, 10, 8)], [(0, 10, 4)])
    assert measured(table, "in_clock_share_spread") == pytest.approx(0.2)
    assert measured(table, "in_clock_share_worst_area") == pytest.approx(0.4)


def test_spread_is_weighted_by_cases():
    """30 cases at 80% and 10 at 40%: mean 70%, variance (30 × 0.01 + 10 × 0.09) / 40."""
    table = two_areas([(0, 30, 24)], [(0, 10, 4)])
    assert measured(table, "in_clock_share_spread") == pytest.approx(np.sqrt(0.03))


def test_areas_that_differ_only_in_case_mix_have_no_spread():
    """Hard cases are in time in half, easy ones always, in both areas."""
    table = two_areas([(0, 20, 10), (1, 10, 10)], [(0, 10, 5), (1, 30, 30)])
    assert measured(table, "in_clock_share_spread") == pytest.approx(0.0, abs=1e-12)
    overall = (10 + 10 + 5 + 30) / 70
    assert measured(table, "in_clock_share_worst_area") == pytest.approx(overall)


def test_areas_with_few_cases_are_left_out():
    table = two_areas([(0, 10, 8)], [(0, 9, 0)])
    assert measured(table, "in_clock_share_spread") == 0.0
    few = two_areas([(0, 5, 5)], [(0, 5, 0)])
    assert "in_clock_share_spread" not in set(few["measure"])


def test_nothing_in_time_anywhere_is_no_spread():
    table = two_areas([(0, 10, 0)], [(0, 10, 0)])
    assert measured(table, "in_clock_share_spread") == 0.0
    assert measured(table, "in_clock_share_worst_area") == 0.0


def test_rural_less_urban():
    table = two_areas([(0, 10, 4)], [(0, 10, 8)], (Entity(rural=True), Entity()))
    assert measured(table, "rural_gap") == pytest.approx(-0.4)


def test_small_less_larger_practices():
    table = two_areas([(0, 10, 9)], [(0, 10, 8)], (Entity(patients=4999), Entity(patients=5000)))
    assert measured(table, "small_gap") == pytest.approx(0.1)


def test_only_practices_are_small_or_large():
    dental = Entity(kind=toy.DENTAL, patients=100)
    table = two_areas([(0, 10, 9)], [(0, 10, 8)], (dental, Entity()))
    assert "small_gap" not in set(table["measure"])
    assert "rural_gap" not in set(table["measure"]), "all are urban"


# Cost


def test_cost_adds_up_and_is_shared_by_the_patients_of_the_area():
    entities = [
        Entity(patients=6000),
        Entity(patients=4000),
        Entity(patients=9999, inside=False),
        Entity(kind=toy.DENTAL, patients=5000),
        Entity(kind=toy.CELL, patients=10_000),
    ]
    money = {"staff_by_role": np.array([60_000.0, 30_000.0]), "overhead": 9_000.0}
    model = toy.model(
        entities=entities,
        roles=("officer", "manager"),
        people=[Person()],
        money={**money, "committees": 1_000.0},
    )
    table = run(model, [None])
    assert measured(table, "cost_staff_gbp") == 90_000
    assert measured(table, "cost_staff_gbp", role="manager") == 30_000
    parts = [measured(table, f"cost_{part}_gbp") for part in ("staff", "overhead", "governance")]
    assert sum(parts) == measured(table, "cost_total_gbp") == 100_000
    assert measured(table, "cost_per_head_gbp") == 10.0


def test_without_practices_the_population_of_the_cells_shares_the_cost():
    entities = [Entity(kind=toy.DENTAL, patients=7), Entity(kind=toy.CELL, patients=1000)]
    table = run(toy.model(entities=entities), [None])
    assert measured(table, "cost_per_head_gbp") == 50.0
    nobody = run(toy.model(entities=[Entity(kind=toy.DENTAL)]), [None])
    assert "cost_per_head_gbp" not in set(nobody["measure"])
