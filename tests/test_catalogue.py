"""The catalogue holds every measure that is produced, and no other."""

from dataclasses import replace

import numpy as np
import pytest
import toy
from declining import with_condition
from toy import MEETING, Case, Entity, Step, Type

from sim.engine.log import CLOSED
from sim.experiment.change import BREAK_EVEN, COST
from sim.model.money import Budgets
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.measures import COLUMNS, measure
from sim.scenario.quantity import UNITS

MONEY = {
    "governance_hours": np.array([100.0]),
    "external": np.array([50.0, 0.0, 0.0, 0.0]),
    "travel_per_hour": 12.0,
    "allowance_per_head": 1.0,
}
"""A price for everything that may have one."""


BUDGETS = Budgets(
    budget=np.array([1e6]),
    overspend=np.array([[5e4, -1e4]]),
    fails_beyond=0.02,
    inside=np.array([1.0]),
    home=np.array([-1]),
)


def a_bit_of_everything():
    """Reviews, schemes, committees, rural, small and failing practices, in time and late."""
    types = [
        Type("query", clock=28, response=5),
        Type("annual", group="review", cycle=True),
        Type("scheme", group="redesign", steps=(Step(), MEETING)),
        Type("stock-take", group="review", once=True),
    ]
    entities = [Entity(), Entity(rural=True, patients=1000, cell=1)]
    cases = [Case(day, entity=day % 2) for day in range(30)]
    cases += [Case(0, type=1, due=-5, initial=True), Case(20, type=2)]
    cases += [Case(0, type=3, due=100.0)]
    model = toy.model(
        types=types,
        entities=entities,
        cases=cases,
        committee_kinds=("panel",),
        committees=(0,),
        years=2,
        money=MONEY,
    )
    model = replace(with_condition(model, failing=1.0), budgets=BUDGETS)
    closed = [*(day + 5.0 for day in range(29)), None, 50.0, 200.0, 90.0]
    outcome = [CLOSED] * len(cases)
    return model, toy.log(
        model,
        closed,
        packets=[(0, 0, 1.0, 2.0)],
        committee=[0.0] * 31 + [9.0, 0.0],
        outcome=outcome,
    )


@pytest.fixture(scope="module")
def table():
    return measure(*a_bit_of_everything())


def test_everything_that_is_measured_is_catalogued_and_the_other_way_round(table):
    between_arrangements = {COST, BREAK_EVEN}
    assert set(table["measure"]) | between_arrangements == set(CATALOGUE)


def test_the_table_is_tidy(table):
    assert list(table.columns) == COLUMNS
    keys = table[COLUMNS[:5]]
    assert not keys.duplicated().any()
    assert table["value"].dtype == np.float64
    assert all(table[column].map(type).eq(str).all() for column in [*COLUMNS[:5], "unit"])
    assert (table["unit"] == table["measure"].map({k: v.unit for k, v in CATALOGUE.items()})).all()


def test_periods_are_all_or_a_year_or_a_month(table):
    assert table["period"].str.fullmatch(r"all|year \d+|\d{4}-\d{2}").all()


def test_case_types_are_names_of_case_types(table):
    assert set(table["case_type"]) == {"query", "annual", "scheme", "stock-take", "all"}


def test_the_same_run_gives_the_same_table(table):
    assert table.equals(measure(*a_bit_of_everything()))


@pytest.mark.parametrize("name", CATALOGUE)
def test_entries_are_complete(name):
    entry = CATALOGUE[name]
    assert entry.title
    assert len(entry.label) <= 35
    assert entry.unit
    assert entry.better in ("lower", "higher", None)
    assert entry.definition.endswith(".")
    assert entry.definition.count(". ") == 0, "one sentence"


def test_titles_and_labels_tell_measures_apart():
    titles = [entry.title for entry in CATALOGUE.values()]
    assert len(set(titles)) == len(titles)


def test_units_in_names_are_the_units():
    for name, entry in CATALOGUE.items():
        for suffix in ("share", "months"):
            if name.endswith(f"_{suffix}"):
                assert entry.unit == suffix
        if name.startswith("cost_"):
            assert entry.unit.startswith(UNITS["gbp"])
