"""How cases are kept: numbered by area and time, in columns as narrow as their values allow."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from sameness import same
from worlds import CONTEXT, worlds

from sim.engine.engines import engine
from sim.model import cases as drawn
from sim.model.arrays import CASE_DTYPES, Cases
from sim.model.build import build, realise
from sim.model.plan import plan
from sim.model.thinned import AFTER
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

LEAN = 70
"""Bytes that a case may take."""


@pytest.fixture(scope="module")
def one_area():
    loaded = load("one-area-2013", ["run.years=0.5"])
    return build(loaded.scenario, estate_of(loaded), "delegated", "baseline", 0)


def test_columns_have_their_types(one_area):
    columns = dict(vars(one_area.cases))
    assert {name: column.dtype for name, column in columns.items()} == CASE_DTYPES
    assert [field.name for field in fields(Cases)] == [*CASE_DTYPES]
    assert {len(column) for column in columns.values()} == {len(one_area.cases.entity)}
    assert columns.pop("other_factor") is columns["factor"]
    assert sum(column.itemsize for column in columns.values()) < LEAN


def test_a_record_of_cases_makes_its_columns_narrow(one_area):
    wide = {name: column.astype(np.int64) for name, column in vars(one_area.cases).items()}
    factor = one_area.cases.factor
    narrow = Cases(**{**wide, "factor": factor, "other_factor": factor})
    for name, column in vars(narrow).items():
        assert column.dtype == CASE_DTYPES[name]
        assert np.array_equal(column, getattr(one_area.cases, name))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_cases_are_numbered_by_cell_and_opening(world):
    def never_waived(document):
        document["contexts"][CONTEXT].pop("pauses", None)

    model = world.changed(never_waived).model()
    cell = model.entities.cell[model.cases.entity]
    order = np.lexsort((model.cases.opens, cell))
    assert np.array_equal(order, np.arange(len(order)))
    after = model.cases.after
    followed = np.flatnonzero(after >= 0)
    assert np.array_equal(model.cases.entity[followed], model.cases.entity[after[followed]])
    place = model.cases.ordinal & ((1 << AFTER) - 1)  # support has that of the case it follows
    support = np.array(model.types.names)[model.cases.case_type] == "support"
    assert np.array_equal(place[followed], place[after[followed]] + ~support[followed])


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_it_does_not_matter_how_many_cases_are_drawn_at_a_time(monkeypatch, chunk):
    loaded = load("one-area-2013", ["run.years=0.05"])
    estate = estate_of(loaded)
    before = build(loaded.scenario, estate, "delegated", "baseline", 0)
    monkeypatch.setattr(drawn, "CHUNK", chunk)
    after = build(loaded.scenario, estate, "delegated", "baseline", 0)
    for name, column in vars(before.cases).items():
        assert np.array_equal(column, getattr(after.cases, name)), name


def test_no_case_at_all():
    loaded = load("textbook-mm1", ["run.years=1"])
    nobody = without_demand(loaded.scenario)
    arrangement, context = next(iter(nobody.arrangements)), next(iter(nobody.contexts))
    model = build(nobody, estate_of(loaded), arrangement, context, 0)
    assert {name: column.dtype for name, column in vars(model.cases).items()} == CASE_DTYPES
    assert len(model.cases.entity) == 0


def without_demand(scenario):
    """Return a scenario in which nothing is asked for."""
    none = {"per_contract_year": {}}
    types = {
        name: case_type.model_copy(update={"demand": case_type.demand.model_copy(update=none)})
        for name, case_type in scenario.pathways.case_types.items()
    }
    pathways = scenario.pathways.model_copy(update={"case_types": types})
    return scenario.model_copy(update={"pathways": pathways})


@pytest.mark.parametrize("scenario", ["one-icb-2023", "transition-2013"])
def test_a_plan_is_for_every_replication(scenario):
    loaded = load(scenario, ["run.years=1.5"])
    name, context = list(loaded.scenario.arrangements)[-1], next(iter(loaded.scenario.contexts))
    chosen = loaded.scenario, estate_of(loaded), name, context
    planned = plan(*chosen, 1.1)
    for replication in (1, 0, 1):
        model = realise(planned, replication)
        assert same(model, build(*chosen, replication, 1.1))
        engine().run(model)
