"""Adoption: some bodies take up what the authority table gives them, elsewhere others do it."""

import json

import numpy as np
import pytest
from engines import engines
from hypothesis import HealthCheck, given, settings
from sameness import same
from small_scenario import CONTENT, TEAM
from worlds import NAME, from_the_first_day, worlds

from sim.experiment.design import ONLY
from sim.model.arrays import WORK
from sim.model.build import build
from sim.scenario import estates
from sim.scenario.authority import resolve
from sim.scenario.differences import between
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def scenario(share, tier="place", bodies=40):
    """Places with a practice each; those that adopt answer queries, elsewhere the centre does."""
    content = json.loads(json.dumps(CONTENT))
    ours = content["arrangements"]["central"]
    ours["teams"] = {
        "centre": {**TEAM, "tier": "nation"},
        "place": {**TEAM, "tier": "place", "wte": 1.0},
    }
    ours["authority"] = [
        {"team": "centre", "decides": "officer"},
        {"team": "place", "where_adopted": True},
    ]
    if share is not None:
        ours["adoption"] = {"tier": tier, "share": share}
    content |= {"arrangements": {ONLY: ours}, "contexts": {ONLY: {}}}
    content["compare"]["base"] = ONLY
    content["estate"] = {
        "source": "uniform",
        "contracts": {"gp": bodies},
        "tiers": {"place": {"bodies": bodies}, "area": {"bodies": 2}},
    }
    return Scenario.model_validate(content)


def model_of(share, replication=0, **choice):
    given = scenario(share, **choice)
    return build(given, estates.build(given.estate), ONLY, ONLY, replication)


def adopting(model):
    """The contracts whose cases go to their place, by the only step of their route."""
    cases, steps = model.cases, model.steps
    first = steps.first[cases.route]
    assert (steps.kind[first] == WORK).all()
    return {*np.unique(cases.entity[steps.actor[first] == 1]).tolist()}


def everybody(model):
    return {*np.unique(model.cases.entity).tolist()}


def test_a_share_of_the_bodies_adopts():
    """Of 40 places in 50 replications, 2,000 draws, 30% with a standard error of 1%."""
    found = [model_of(0.3, replication) for replication in range(50)]
    share = sum(len(adopting(model)) for model in found) / sum(len(everybody(m)) for m in found)
    assert share == pytest.approx(0.3, abs=0.04)


def test_who_adopts_at_a_share_does_so_at_every_higher_one():
    few, more, all_of_them = (adopting(model_of(share)) for share in (0.2, 0.6, 1.0))
    assert few < more < all_of_them == everybody(model_of(1.0))
    assert adopting(model_of(0.0)) == set()


def test_a_whole_body_adopts_or_not():
    """Contract k is in area k mod 2: at a half, one area may adopt and the other not."""
    seen = {frozenset(n % 2 for n in adopting(model_of(0.5, r, tier="area"))) for r in range(12)}
    assert seen == {frozenset(), frozenset({0}), frozenset({1}), frozenset({0, 1})}


def test_the_table_is_read_without_the_rows_where_nobody_adopts():
    given = scenario(0.3)
    who = given.arrangements[ONLY]
    key = ("query", "gp", "answer")
    assert resolve(who, given.pathways)[key].team == "place"
    assert resolve(who, given.pathways, adopted=False)[key].team == "centre"


def test_at_a_share_of_one_nothing_is_different():
    assert same(model_of(1.0), model_of(None))


@engines
def test_nobody_adopts_is_as_if_the_rows_were_not_there(run):
    without = scenario(None).model_dump(mode="json", by_alias=True)
    rows = without["arrangements"][ONLY]["authority"]
    without["arrangements"][ONLY]["authority"] = [r for r in rows if not r["where_adopted"]]
    plain = Scenario.model_validate(without)
    before = build(plain, estates.build(plain.estate), ONLY, ONLY, 0)
    log, other = run(before), run(model_of(0.0))
    for name in ("opened", "closed", "effort", "outcome"):
        if hasattr(log.cases, name):
            assert np.array_equal(getattr(log.cases, name), getattr(other.cases, name)), name
    assert np.array_equal(log.work.staff, other.work.staff)
    assert np.array_equal(log.work.start, other.work.start)


@examples
@given(world=worlds())
def test_demand_and_people_are_the_same_whoever_adopts(world):
    """Only who acts is different, so cases of the area are the same at any share."""

    def at(share):
        def change(document):
            document["arrangements"][NAME]["adoption"] = {"tier": "area", "share": share}

        return world.changed(change).model()

    some, none = at(0.5), at(0.0)
    assert same(some.staff, none.staff)
    for one, other in zip(inside(some), inside(none), strict=True):
        assert np.array_equal(one, other)


def inside(model):
    """Type, opening and ordinal of the cases of the area, in order of their addresses."""
    cases = model.cases
    ours = np.flatnonzero(model.entities.inside[cases.entity])
    columns = (cases.entity, cases.case_type, cases.ordinal, cases.opens)
    order = np.lexsort([column[ours] for column in columns[::-1]])
    return [column[ours][order] for column in columns]


@examples
@given(world=worlds())
def test_every_case_goes_the_way_of_its_body(world):
    """A case of a body that adopts has a route of the first block, others of the second."""
    world = world.changed(from_the_first_day)
    model = world.model()
    who = world.scenario.arrangements[NAME]
    if not who.partly_adopted:
        return
    size = len(model.types.names) * 5
    standard = model.cases.route[model.cases.route < 2 * size]
    entity = model.cases.entity[model.cases.route < 2 * size]
    second = {*entity[standard >= size].tolist()}
    assert second.isdisjoint(entity[standard < size].tolist())
    assert bool(second) <= (who.adoption.share.central < 1)


def test_a_difference_says_for_whom_it_is():
    given = scenario(0.3)
    ours = given.arrangements[ONLY]
    local = ours.model_copy(
        update={
            "adoption": None,
            "authority": [r.model_copy(update={"where_adopted": False}) for r in ours.authority],
        }
    )
    both = given.model_copy(update={"arrangements": {"local": local, "ours": ours}})
    found = between(LoadedScenario(both, {}, {}, None), "local", "ours")
    assert "query is done by centre instead of place, for bodies that do not adopt it" in found
    assert "adoption is added" in " ".join(found)
