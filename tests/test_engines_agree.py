"""The two engines write the same log, in every cell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from plain import plain, plain_document, query, work
from sameness import differences, same
from worlds import worlds

from sim.engine import compiled, engines, reference
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load
from sim.scenario.library import names

AREA = "Leicestershire and Lincolnshire"

SMALL = {
    "england-2013": ["run.years=0.1", f'estate.area_team="{AREA}"'],
    "textbook": ["run.years=0.05", "run.warm_up_months=0"],
    "transition-2013": ["run.start=2013-02-01", "run.years=0.4"],
}
"""How to make a shipped scenario small; half a year will do for the others."""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_on_random_worlds(world):
    model = world.model()
    same(reference.run(model), compiled.run(model))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(grid=True))
def test_on_a_coarse_grid_where_ties_are_everywhere(world):
    model = world.model()
    same(reference.run(model), compiled.run(model))


def test_where_a_packet_ends_later_than_a_leaf_of_the_winner_tree_can_say():
    """Two officers, and now and then work of a hundred million hours."""
    document = plain_document(officers=2, years=0.2)
    endless = query(
        stages=[work(hours=1e8)], demand={"kind": "random", "per_contract_year": {"gp": 20.0}}
    )
    document["pathways"]["case_types"]["endless"] = endless
    document["pathways"]["packet_hours"] = 1e9
    model = plain(document, 2).model()
    log = compiled.run(model)
    assert len(log.work.start) > 20
    same(reference.run(model), log)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(grid=True))
def test_where_tie_marks_tie_as_well(world):
    """Without marks the number of the case, person or committee decides."""
    model = world.model()
    model = replace(
        model,
        cases=replace(model.cases, mark=model.cases.mark % 3),
        staff=replace(model.staff, mark=model.staff.mark % 2),
        committees=replace(model.committees, mark=model.committees.mark % 2),
    )
    same(reference.run(model), compiled.run(model))


def scenarios():
    return names()


@pytest.mark.slow
@pytest.mark.parametrize("name", scenarios())
def test_on_every_shipped_scenario(name):
    loaded = load(name, SMALL.get(name, ["run.years=0.5", "run.warm_up_months=0"]))
    estate = estate_of(loaded)
    for arrangement in loaded.scenario.arrangements:
        for context in loaded.scenario.contexts:
            model = build(loaded.scenario, estate, arrangement, context, 0)
            same(reference.run(model), compiled.run(model))


@pytest.mark.slow
@pytest.mark.parametrize("arrangement", ["pct", "central", "delegated", "place_based"])
def test_on_one_area_over_five_years(arrangement):
    loaded = load("one-area-2013", ["run.years=5"])
    model = build(loaded.scenario, estate_of(loaded), arrangement, "baseline", 3)
    same(reference.run(model), compiled.run(model))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_simulating_parts_together_or_apart_makes_no_difference(world):
    model = world.model()
    together = compiled.run(model, apart=False)
    assert not [*differences(together, compiled.run(model))]


def test_without_a_compiler_the_reference_takes_over(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "sim.engine.compiled", None)
    monkeypatch.delattr("sim.engine.compiled")
    engines.engine.cache_clear()
    try:
        assert engines.engine("compiled") is reference
        assert engines.engine("compiled") is reference
        notice = capsys.readouterr().err
        assert notice.startswith("note: no compiled engine")
        assert notice.count("\n") == 1
    finally:
        engines.engine.cache_clear()
