"""A stock-take: one case of every contract, there on the first day and due by its clock."""

import numpy as np
import pytest
import toy
from engines import engines
from plain import plain, plain_document, query, work
from toy import Case, Entity, Type, measured

from sim.outcomes.measures import measure
from sim.scenario.authority import contracts_of
from sim.scenario.pathway import Pathways
from sim.scenario.units import DAY, HOUR

ONCE = {"kind": "once", "contracts": ["gp"]}
TAKE = Type("stocktake", group="review", once=True)
MONTH = 365.25 / 12


def world(contracts, officers=1.0, hours=8.0, clock=90, years=1):
    document = plain_document(officers=officers, years=years)
    stages = [work("look", hours)]
    document["pathways"]["case_types"] = {
        "stocktake": query(
            group="review", demand=ONCE, stages=stages, clock_calendar_days=clock, priority=5
        ),
    }
    return plain(document, contracts)


def test_there_is_one_case_of_each_contract_on_the_first_day():
    model = world(30).model()
    cases = model.cases
    assert sorted(cases.entity) == list(range(30))
    assert not cases.opens.any()
    assert not cases.initial.any(), "it begins with the run"
    assert (cases.after == -1).all()
    assert np.unique(cases.due) == pytest.approx([90 * DAY], rel=0.001)
    assert model.types.is_once.all()
    assert not model.types.is_cycle.any()


def test_only_contracts_of_its_kinds_are_looked_at():
    here = world(5)

    def dental(document):
        types = document["pathways"]["case_types"]
        types["stocktake"]["demand"]["contracts"] = ["dental"]

    other = here.changed(dental)
    assert len(other.model().cases.entity) == 0
    pathways = other.scenario.pathways
    assert isinstance(pathways, Pathways)
    assert contracts_of(pathways, "stocktake") == ("dental",)


@engines
def test_twenty_contracts_of_a_day_each_take_one_officer_twenty_days(run):
    """7.5 hours each, a day: contract n is done after day n; ten are done within ten days."""
    model = world(20, hours=7.5, clock=10).model()
    log = run(model)
    assert sorted(log.cases.closed.tolist()) == [n * 7.5 * HOUR for n in range(1, 21)]
    table = measure(model, log)
    assert measured(table, "stocktake_done_share") == 1.0
    assert measured(table, "resolution_in_clock_share", case_type="stocktake") == 10 / 20
    assert measured(table, "stocktake_complete_months") == pytest.approx(20 / MONTH)


def stocktake(closed, due, years=1):
    """Return the measures of a stock-take of which each case was closed on such a day."""
    entities = [Entity() for _ in closed]
    cases = [Case(0, entity=number, due=due) for number in range(len(closed))]
    model = toy.model(types=[TAKE], cases=cases, entities=entities, years=years)
    return measure(model, toy.log(model, closed))


def test_the_share_done_at_month_ends_and_at_the_end():
    """April ends on day 30, May on day 61, June on day 91."""
    table = stocktake([10.0, 30.0, 40.0, 85.0, None], due=60.0)
    shares = [
        measured(table, "stocktake_done_share", period=month)
        for month in ("2013-04", "2013-05", "2013-06", "2014-03")
    ]
    assert shares == [2 / 5, 3 / 5, 4 / 5, 4 / 5]
    assert measured(table, "stocktake_done_share") == 4 / 5
    assert np.isnan(measured(table, "stocktake_complete_months"))


def test_it_is_complete_with_its_last_case_whatever_else_is_overdue():
    other = Type("annual", group="review", cycle=True)
    entities = [Entity(last_review=-400), Entity(inside=False)]
    cases = [
        Case(0, due=60.0),
        Case(0, type=1, due=-5.0, initial=True),
        Case(0, entity=1, due=60.0, background=True),
    ]
    model = toy.model(types=[TAKE, other], cases=cases, entities=entities)
    table = measure(model, toy.log(model, [61.0, None, None]))
    assert measured(table, "stocktake_complete_months") == pytest.approx(61 / MONTH)
    assert measured(table, "stocktake_done_share", period="2013-04") == 0.0, "others do not count"
    assert measured(table, "stocktake_done_share", period="2013-05") == 1.0


def test_without_a_stock_take_nothing_is_said_of_one():
    model = toy.model(cases=[Case(0)])
    table = measure(model, toy.log(model, [5.0]))
    assert not table["measure"].str.startswith("stocktake").any()


def test_looking_at_a_contract_counts_as_a_review_of_it():
    table = stocktake([20.0, None], due=60.0)
    assert measured(table, "contracts_reviewed_12m_share", period="year 1") == 1 / 2
    assert measured(table, "reviews_due") == 2
    assert measured(table, "reviews_done") == 1
