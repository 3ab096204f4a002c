"""Reviews due, done, overdue; coverage; the stock-take; the backlog."""

import datetime as dt

import numpy as np
import pytest
import toy
from toy import Case, Entity, Type, measured

from sim.outcomes.measures import measure

ANNUAL = Type("annual", group="review", cycle=True)
MONTH = 365.25 / 12


def one_contract(closed, years=3, opened=None, first_due=-10.0):
    """One contract whose review is due each year, the first overdue at the start."""
    dues = [first_due, 355.0, 720.0][:years]
    cases = [
        Case(max(due, 0.0), due=due, initial=due < 0, after=number - 1)
        for number, due in enumerate(dues)
    ]
    entities = [Entity(last_review=first_due - 365)]
    model = toy.model(types=[ANNUAL], cases=cases, entities=entities, years=years)
    return measure(model, toy.log(model, closed, opened))


def test_reviews_overdue_on_the_first_day_are_due_in_year_1():
    table = one_contract([20.0, 400.0, None])
    assert measured(table, "reviews_due", period="year 1") == 2
    assert measured(table, "reviews_due", period="year 2") == 1
    assert measured(table, "reviews_due") == 3
    assert measured(table, "reviews_due", case_type="annual") == 3


def test_reviews_done_are_counted_in_the_year_they_close():
    table = one_contract([20.0, 400.0, None])
    assert measured(table, "reviews_done", period="year 1") == 1
    assert measured(table, "reviews_done", period="year 2") == 1
    assert measured(table, "reviews_done", period="year 3") == 0
    assert measured(table, "reviews_done") == 2


def test_overdue_at_month_ends_and_at_the_end():
    table = one_contract([40.0, 400.0, None])
    months = {m: measured(table, "reviews_overdue", period=m) for m in ("2013-04", "2013-05")}
    assert months == {"2013-04": 1, "2013-05": 0}, "closed on 11 May"
    assert measured(table, "reviews_overdue", period="2014-03") == 1, "due on day 355"
    assert measured(table, "reviews_overdue") == 1


def test_a_review_that_waits_for_the_one_before_is_overdue_too():
    """The first is never closed, so the other two cannot open; all three are owed."""
    table = one_contract([None, None, None], opened=[0.0, None, None])
    assert measured(table, "reviews_overdue") == 3
    assert measured(table, "reviews_due") == 3
    assert measured(table, "cases_open") == 1
    assert measured(table, "backlog_cases", period="2016-03") == 3


def test_work_of_other_groups_without_a_cycle_is_no_review():
    model = toy.model(types=[Type("query")], cases=[Case(3)])
    table = measure(model, toy.log(model, [None]))
    assert not table["measure"].str.startswith("reviews_").any()
    assert not table["measure"].str.startswith("contracts_reviewed").any()


def test_coverage_counts_the_last_review_before_the_start():
    """Last review on day -375; closed on day 20; none after."""
    table = one_contract([20.0, None, None], opened=[0.0, 355.0, None])
    twelve = [measured(table, "contracts_reviewed_12m_share", period=f"year {y}") for y in (1, 2)]
    assert twelve == [1.0, 0.0]
    never = one_contract([None, None, None], opened=[0.0, None, None])
    thirty_six = [
        measured(never, "contracts_reviewed_36m_share", period=f"year {y}") for y in (1, 2, 3)
    ]
    assert thirty_six == [1.0, 0.0, 0.0], "740 days, 1,105 days and 1,471 days"


def test_the_oldest_review_is_that_of_the_contract_that_waited_longest():
    entities = [Entity(last_review=-100.0), Entity(last_review=-30.0), Entity(inside=False)]
    cases = [Case(10, entity=0), Case(10, entity=1), Case(10, entity=2, background=True)]
    model = toy.model(types=[ANNUAL], cases=cases, entities=entities)
    table = measure(model, toy.log(model, [165.0, None, None]))
    oldest = measured(table, "oldest_review_months", period="year 1")
    assert oldest == pytest.approx((365 + 30) / MONTH)


def test_a_contract_that_was_never_reviewed_is_infinitely_old():
    model = toy.model(types=[ANNUAL], cases=[Case(10)])
    table = measure(model, toy.log(model, [None]))
    assert measured(table, "oldest_review_months", period="year 1") == np.inf
    assert measured(table, "contracts_reviewed_36m_share", period="year 1") == 0


def test_contracts_of_a_kind_that_is_never_reviewed_do_not_count():
    entities = [Entity(last_review=-5.0), Entity(kind=toy.DENTAL), Entity(kind=toy.CELL)]
    model = toy.model(types=[ANNUAL], cases=[Case(10)], entities=entities)
    table = measure(model, toy.log(model, [20.0]))
    assert measured(table, "contracts_reviewed_12m_share", period="year 1") == 1.0


def test_the_stock_take_is_complete_with_its_last_review():
    table = one_contract([61.0, 400.0, None])
    assert measured(table, "stocktake_complete_months") == pytest.approx(61 / MONTH)


def test_the_stock_take_is_not_reached_while_one_is_open():
    table = one_contract([None, None, None], opened=[0.0, None, None])
    assert np.isnan(measured(table, "stocktake_complete_months"))


def test_backlog_at_month_ends_is_worked_out_by_hand():
    types = [Type("query"), Type("complaint")]
    cases = [Case(1), Case(5), Case(30), Case(31), Case(40, type=1)]
    model = toy.model(types=types, cases=cases)
    table = measure(model, toy.log(model, [30.0, 30.1, 80.0, None, None]))
    april = {"period": "2013-04"}
    assert measured(table, "backlog_cases", **april) == 1, "closed at or opened at the end: neither"
    assert measured(table, "backlog_cases", period="2013-05") == 3
    assert measured(table, "backlog_cases", period="2013-05", case_type="complaint") == 1
    assert measured(table, "backlog_cases", period="2014-03") == 2


def test_the_backlog_grows_by_one_a_month():
    model = toy.model(cases=[Case(30.4 * month + 10) for month in range(12)])
    table = measure(model, toy.log(model, [None] * 12))
    assert measured(table, "backlog_growth_per_month") == pytest.approx(1.0)
    closed = measure(model, toy.log(model, [30.4 * month + 11 for month in range(12)]))
    assert measured(closed, "backlog_growth_per_month") == pytest.approx(0.0, abs=1e-9)


def test_the_backlog_grows_by_reviews_that_wait_for_the_one_before():
    """Of one contract's monthly reviews only the first is ever open; all of them are owed."""
    cycle = Type("check", group="review", cycle=True)
    cases = [Case(30.4 * month + 10, after=month - 1) for month in range(12)]
    model = toy.model(types=[cycle], cases=cases)
    table = measure(model, toy.log(model, [None] * 12, opened=[10.0, *[None] * 11]))
    assert measured(table, "cases_open") == 1
    assert measured(table, "backlog_cases", period="2014-03") == 12
    assert measured(table, "backlog_growth_per_month") == pytest.approx(1.0)


def test_a_season_is_no_growth():
    """Each year 12 cases open in December and close in February; the run ends in between."""
    starts = [365.25 * year for year in range(3) for _ in range(12)]
    model = toy.model(start=dt.date(2013, 1, 1), years=3, cases=[Case(s + 340) for s in starts])
    closed = [start + 400 if start < 700 else None for start in starts]
    table = measure(model, toy.log(model, closed))
    assert measured(table, "backlog_cases", period="2014-12") == 12
    assert measured(table, "backlog_cases", period="2015-11") == 0
    assert measured(table, "backlog_cases", period="2015-12") == 12
    assert measured(table, "backlog_growth_per_month") == 0.0


def test_a_cycle_from_the_last_closing_begins_when_it_opens():
    """The gap runs from closing to opening, so waiting for the one before is no delay."""
    cycle = Type("machine", group="transaction", cycle=True)
    cases = [Case(5), Case(0, after=0, gap=7.0), Case(0, after=1, gap=7.0)]
    model = toy.model(types=[cycle], cases=cases)
    table = measure(model, toy.log(model, [10.0, 20.0, None], opened=[5.0, 17.0, 27.0]))
    assert measured(table, "reviews_due") == 3
    assert measured(table, "resolution_days_median") == 5.0
    unopened = measure(model, toy.log(model, [10.0, None, None], opened=[5.0, 17.0, None]))
    assert measured(unopened, "reviews_due") == 2
