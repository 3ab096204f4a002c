"""Responsiveness: times, clocks, where time goes; and that overload never looks faster."""

import itertools

import numpy as np
import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import Case, Entity, Type, measured

from sim.outcomes.clocks import resolution
from sim.outcomes.measures import measure
from sim.outcomes.tally import tallied
from sim.outcomes.view import View

CLOCKED = Type("query", clock=28, response=2)


def run(cases, closed, types=(CLOCKED,), **rest):
    parts = {k: rest.pop(k) for k in ("entities", "years", "weekdays", "warm_up") if k in rest}
    model = toy.model(types=types, cases=cases, **parts)
    return measure(model, toy.log(model, closed, **rest))


def test_resolution_is_in_calendar_days_and_response_in_working_days():
    """Opened on Tuesday 2 April 2013, answered on Friday, closed on Tuesday 9 April."""
    table = run([Case(0)], [5.0], responded=[3.0], weekdays=True)
    assert measured(table, "resolution_days_median") == 7.0
    assert measured(table, "response_days_median") == 3.0


def test_quantiles_of_five_closed_cases():
    table = run([Case(10)] * 5, [11.0, 12.0, 13.0, 14.0, 15.0])
    found = [measured(table, f"resolution_days_{q}") for q in ("p10", "p25", "median", "p75")]
    assert found == [1, 2, 3, 4]
    assert measured(table, "resolution_days_p90") == 5


def test_quantiles_that_open_cases_make_unreachable():
    table = run([Case(10)] * 4, [11.0, 12.0, None, None])
    assert measured(table, "resolution_days_median") == 2.0
    assert np.isnan(measured(table, "resolution_days_p75"))


def test_restricted_mean_stops_at_half_of_the_run():
    table = run([Case(10)] * 2, [20.0, None])
    assert measured(table, "resolution_days_restricted_mean") == (10 + 365 / 2) / 2


def test_each_case_type_has_its_own_times_and_all_have_one():
    types = [Type("query"), Type("complaint")]
    table = run([Case(0), Case(0), Case(0, type=1)], [1.0, 2.0, 9.0], types=types)
    assert measured(table, "resolution_days_median", case_type="query") == 1.0
    assert measured(table, "resolution_days_median", case_type="complaint") == 9.0
    assert measured(table, "resolution_days_median") == 2.0


def test_a_case_type_without_cases_has_no_times_but_counts_of_zero():
    table = run([Case(0)], [1.0], types=[Type("query"), Type("rare")])
    rare = table[table["case_type"] == "rare"]
    assert "resolution_days_median" not in set(rare["measure"])
    assert measured(table, "cases_opened", case_type="rare") == 0


def test_only_cases_whose_clock_ran_out_count():
    """Of five: in time, late, open and late, open with time left, closed with time left."""
    cases = [Case(10), Case(10), Case(10), Case(350), Case(350)]
    table = run(cases, [38.0, 38.5, None, None, 351.0])
    assert measured(table, "resolution_in_clock_share") == pytest.approx(1 / 3)
    assert measured(table, "breaches") == 2
    assert measured(table, "breaches", period="year 1") == 2


def test_a_clock_that_ends_with_the_run_has_run_out():
    table = run([Case(365 - 28)], [None])
    assert measured(table, "resolution_in_clock_share") == 0.0


def test_breaches_are_counted_in_the_year_the_clock_ran_out():
    table = run([Case(360), Case(400)], [700.0, 701.0], years=2)
    assert measured(table, "breaches", period="year 1") == 0
    assert measured(table, "breaches", period="year 2") == 2
    assert measured(table, "breaches", case_type="query", period="year 1") == 0
    assert measured(table, "breaches", case_type="query", period="year 2") == 2


def test_first_responses_in_time():
    cases = [Case(10), Case(10), Case(10), Case(364.5)]
    closed = [20.0, 20.0, None, None]
    table = run(cases, closed, responded=[12.0, 12.5, None, None])
    assert measured(table, "response_in_clock_share") == pytest.approx(1 / 3)


def test_a_case_closed_without_work_was_answered_when_it_closed():
    table = run([Case(10)], [14.0], responded=[None])
    assert measured(table, "response_days_median") == 4.0


def test_cases_without_a_clock_have_no_share():
    table = run([Case(10)], [14.0], types=[Type("query")])
    assert not table["measure"].str.endswith("in_clock_share").any()
    assert measured(table, "breaches") == 0


def test_cases_of_the_first_day_and_of_other_areas_are_left_out_of_times():
    cases = [Case(0, initial=True), Case(5), Case(5, background=True), Case(5, entity=1)]
    table = run(cases, [300.0, 6.0, 200.0, 200.0], entities=[Entity(), Entity(inside=False)])
    assert measured(table, "resolution_days_p90") == 1.0
    assert measured(table, "cases_opened") == 2, "in flight counts as opened"
    assert measured(table, "activity_opened") == 1, "but not in the return"
    assert measured(table, "activity_closed") == 2


def test_cases_before_the_warm_up_are_left_out():
    table = run([Case(5), Case(50)], [200.0, 51.0], warm_up=30)
    assert measured(table, "resolution_days_median") == 1.0
    assert measured(table, "cases_opened") == 1


def test_opened_is_closed_plus_open():
    table = run([Case(5), Case(6), Case(7)], [8.0, None, 9.0])
    counts = [measured(table, f"cases_{state}") for state in ("opened", "closed", "open")]
    assert counts == [3, 2, 1]


def test_a_review_that_waits_for_the_one_before_is_timed_from_its_due_date():
    annual = Type("annual", group="review", cycle=True, clock=28)
    cases = [Case(5), Case(100, after=0)]
    slow = run(cases, [150.0, 151.0], types=[annual], opened=[5.0, 150.0])
    assert measured(slow, "resolution_days_p90") == 145.0
    assert measured(slow, "resolution_days_p10") == 51.0, "not one day"
    blocked = run(cases, [None, None], types=[annual], opened=[5.0, None])
    assert measured(blocked, "breaches") == 2


def test_elapsed_time_of_open_cases_counts_up_to_the_end():
    table = run([Case(5), Case(355)], [15.0, None], work=[2.0, 1.0], outside=[3.0, 0.0])
    parts = {p: measured(table, f"elapsed_days_{p}") for p in ("queue", "work", "outside")}
    assert parts == {"queue": (5 + 9) / 2, "work": 1.5, "outside": 1.5}
    assert measured(table, "elapsed_days_committee") == 0


def test_contracts_that_met_a_problem():
    """Contract 0 twice late, contract 1 in time; contract 2 late in year 2; a cell late."""
    entities = [Entity(), Entity(), Entity(), Entity(kind=toy.CELL)]
    cases = [Case(1), Case(2), Case(3, entity=1), Case(500, entity=2), Case(5, entity=3)]
    table = run(cases, [None, None, 4.0, None, None], entities=entities, years=2)
    measure = "practices_with_problem_share"
    assert measured(table, measure, period="year 1") == pytest.approx(1 / 3)
    assert measured(table, measure, period="year 2") == pytest.approx(1 / 3)
    assert measured(table, measure) == pytest.approx(2 / 3)


def test_the_activity_return_by_year():
    table = run([Case(5), Case(300), Case(500)], [400.0, 310.0, None], years=2)
    opened = [measured(table, "activity_opened", period=f"year {y}") for y in (1, 2)]
    closed = [measured(table, "activity_closed", period=f"year {y}") for y in (1, 2)]
    assert (opened, closed) == ([2, 1], [1, 1])
    assert measured(table, "activity_opened", case_type="query") == 3


LOWER = (
    "response_days_median",
    "resolution_days_p10",
    "resolution_days_median",
    "resolution_days_p90",
    "resolution_days_restricted_mean",
    "breaches",
    "cases_open",
    "elapsed_days_queue",
    "practices_with_problem_share",
    "backlog_growth_per_month",
    "load",
)
HIGHER = ("resolution_in_clock_share", "response_in_clock_share", "cases_closed")


def badness(table):
    """Every measure so that more is worse; never reached is worst."""
    values = [measured(table, name) for name in LOWER] + [-measured(table, n) for n in HIGHER]
    return np.nan_to_num(np.array(values), nan=np.inf)


def test_overload_never_looks_faster():
    """One case a day for two years, each of three days' work: 1 to 5 officers."""
    cases = [Case(day + 0.3) for day in range(730)]
    steps = (toy.Step(effort=3.0),)
    results = []
    for officers in (1, 2, 3, 4, 5):
        people = [toy.Person()] * officers
        types = [Type("query", clock=28, response=5, steps=steps)]
        model = toy.model(cases=cases, types=types, people=people, years=2)
        results.append(badness(measure(model, toy.fifo(model, officers, 3.0))))
    for overloaded, better_staffed in itertools.pairwise(results):
        assert (overloaded >= better_staffed - 1e-9).all()
    assert results[0][1] > results[-1][1], "and it does look slower"
    assert not np.isfinite(results[0][2:4]).any(), "one officer does not reach half of them"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 360), st.integers(1, 90)), min_size=1, max_size=25),
    st.data(),
)
def test_closing_fewer_cases_never_improves_anything(cases, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(cases), max_size=len(cases)))
    model = toy.model(types=[CLOCKED], cases=[Case(float(start)) for start, _ in cases])
    ends = [float(start + length) if start + length < 365 else None for start, length in cases]
    some = [end if keep else None for end, keep in zip(ends, kept, strict=True)]
    names = [n for n in LOWER if n.startswith(("resolution", "response", "breach", "cases"))]
    worst = [*names, "resolution_in_clock_share", "response_in_clock_share"]
    full, fewer = (measure(model, toy.log(model, closed)) for closed in (ends, some))
    for name in set(worst) & set(full["measure"]):
        a, b = (np.nan_to_num(measured(t, name), nan=np.inf) for t in (full, fewer))
        assert (b <= a) if name.endswith("share") else (b >= a - 1e-9), name


@given(st.lists(st.tuples(st.integers(0, 360), st.integers(0, 90)), min_size=1, max_size=25))
def test_the_same_cases_count_whatever_is_closed(cases):
    model = toy.model(types=[CLOCKED], cases=[Case(float(start)) for start, _ in cases])
    nothing = toy.log(model, [None] * len(cases))
    closed = toy.log(model, [float(start + length) for start, length in cases])
    counted = [resolution(View(tallied(model, log))).case for log in (nothing, closed)]
    assert np.array_equal(*counted)
