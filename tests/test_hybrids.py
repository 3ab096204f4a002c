"""Hybrids of two arrangements: valid, whole at both ends, and with nobody lost between them."""

import json
from itertools import product

import pytest
from drawn_arrangements import arrangements
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from worlds import NAME, worlds

import sim
from sim.experiment.attribution import Question, differing, mixtures, sides
from sim.experiment.design import document, scenario_of
from sim.experiment.headlines import Headline
from sim.experiment.hybrids import BLOCKS, MIXED, TITLES, hybrid
from sim.experiment.sides import Side, World
from sim.experiment.workload import expected_hours
from sim.model.build import build
from sim.scenario.arrangement import Arrangement
from sim.scenario.errors import ScenarioError
from sim.scenario.files import validate
from sim.scenario.tree import Origin, grow

examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OTHER = "the other"
PAIRS = [("pct", "central"), ("delegated", "place_based"), ("central", "delegated")]


def asked(start, end):
    return Question(start, end, Headline("resolution_in_clock_share"), "baseline")


@pytest.fixture(scope="module")
def england():
    return sim.load("one-area-2013")


def choices(start, end):
    for bits in product((start, end), repeat=len(BLOCKS)):
        yield dict(zip(BLOCKS, bits, strict=True))


def totals(plain, world):
    return sum(
        team["wte"]["central"] * world.bodies[team["tier"]] for team in plain["teams"].values()
    )


def test_every_key_of_an_arrangement_is_in_one_block():
    keys = [key for block in BLOCKS.values() for key in block]
    every = [*keys, *MIXED, "title", "description", "like"]
    assert sorted(every) == sorted(Arrangement.model_fields)
    assert list(TITLES) == list(BLOCKS)


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_every_mixture_of_the_library_is_valid(england, start, end):
    parts, points = mixtures(england, asked(start, end))
    six = ("structure", "authority", "committees", "knowledge", "procedures", "staffing")
    assert parts == ((*six, "transition") if start == "pct" else six)  # others take over alike
    assert len({point.document for point in points}) == 2 ** len(parts)


@pytest.mark.parametrize(("start", "end"), PAIRS[:1])
def test_the_ends_are_the_arrangements_to_the_letter(england, start, end):
    _, points = mixtures(england, asked(start, end))
    for point, name in ((points[0], start), (points[-1], end)):
        assert point.document == document(england.scenario, name, "baseline")


def meant(plain):
    """What a hybrid means: without titles, and with the authority table taken apart."""
    rows = [
        {**row, "team": None, "decides": None, column: row[column]}
        for column in ("team", "decides")
        for row in plain["authority"]
        if row[column] is not None
    ]
    kept = {name: central(part) for name, part in plain.items()}
    return json.dumps({**kept, "authority": rows}, sort_keys=True)


def central(part):
    """A part with central values and without titles."""
    if isinstance(part, dict):
        if "central" in part:
            return part["central"]
        return {name: central(one) for name, one in part.items() if name != "title"}
    return part


@pytest.mark.parametrize("name", ["pct", "central", "delegated", "place_based"])
def test_a_mixture_of_one_arrangement_is_that_arrangement(england, name):
    own = sides(england, asked(name, name))[0]
    whole = {**own.plain, "title": "", "description": "", "like": None}
    assert meant(hybrid(dict.fromkeys(BLOCKS, own))) == meant(whole)


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_staffing_alone_says_how_many_there_are(england, start, end):
    both = sides(england, asked(start, end))
    for choice in choices(*both):
        wanted = sum(choice["staffing"].wte.values())
        assert totals(hybrid(choice), both[0].world) == pytest.approx(wanted, rel=1e-12)


def test_structure_says_where_and_authority_who(england):
    start, end = sides(england, asked("pct", "central"))
    choice = {**dict.fromkeys(BLOCKS, start), "structure": end}
    assert {n: t["tier"] for n, t in hybrid(choice)["teams"].items()} == {"pct": "area_team"}
    choice = {**dict.fromkeys(BLOCKS, start), "authority": end}
    teams = {name: team["tier"] for name, team in hybrid(choice)["teams"].items()}
    assert teams == {"area": "pct", "region": "pct"}


def test_committees_of_the_whole_country_can_decide_as_much_wherever_they_sit(england):
    start, end = sides(england, asked("pct", "central"))
    bodies = start.world.bodies
    choice = {**dict.fromkeys(BLOCKS, start), "structure": end}
    moved = hybrid(choice)["committees"]["committee"]
    assert moved["tier"] == "area_team"
    items = moved["agenda_items"] * bodies["area_team"]
    assert items == pytest.approx(4 * bodies["pct"], abs=bodies["area_team"] / 2)


def test_only_what_differs_is_a_part():
    few = sim.load("one-area-2013", ["arrangements.central.dispatch.mode=portfolio"])
    changed = few.scenario.arrangements["central"]
    other = sim.load("one-area-2013").scenario.arrangements["central"]
    world = sides(few, asked("pct", "central"))[0].world
    assert differing(Side(changed, world), Side(other, world)) == ("knowledge",)
    more = sim.load("one-area-2013", ["arrangements.central.teams.area.wte=30"])
    staffed = more.scenario.arrangements["central"]
    assert differing(Side(staffed, world), Side(other, world)) == ("staffing",)


def test_a_transition_is_a_part_like_any_other():
    moved = ["arrangements.central.transition.replaces=pct",
             "arrangements.central.transition.date=2014-04-01"]  # fmt: skip
    loaded = sim.load("one-area-2013", moved)
    parts, points = mixtures(loaded, asked("pct", "central"))
    assert parts == tuple(BLOCKS)
    assert len({point.document for point in points}) == 128
    later = [bool(scenario_of(point.document).arrangements["only"].transition) for point in points]
    assert later == [row >> 6 == 1 for row in range(128)]


@examples
@given(world=worlds(grid=False), data=st.data())
def test_any_mixture_of_any_two_arrangements_is_valid_and_can_be_built(world, data):
    pathways, estate = world.scenario.pathways, world.estate
    own = world.scenario.arrangements[NAME]
    drawn = data.draw(arrangements(tuple(own.workforce.roles), [*pathways.case_types]))
    other = Arrangement.model_validate({**drawn, "title": "Other"})
    bodies = {name: len(tier.names) for name, tier in estate.tiers.items()}
    both = [
        Side(one, World(pathways, expected_hours(pathways, estate), bodies)) for one in (own, other)
    ]
    kept = data.draw(st.lists(st.sampled_from(both), min_size=7, max_size=7))
    content = world.scenario.model_dump(mode="json", by_alias=True)
    content["estate"]["tiers"] = {name: {"bodies": 1} for name in bodies}
    assume(all(is_valid(content, side.plain) for side in both))
    plain = hybrid(dict(zip(BLOCKS, kept, strict=True)))
    checked = alone(content, plain)
    rebuilt = scenario_of(document(checked, OTHER, next(iter(checked.contexts))))
    build(rebuilt, estate, "only", "only", 0)


def alone(content, plain):
    """A scenario of one arrangement, checked like any other."""
    one = {**plain, "title": "Mixed", "transition": None}
    compare = {**content["compare"], "base": OTHER}
    whole = {**content, "compare": compare, "arrangements": {OTHER: one}}
    return validate(grow(whole, lambda _: Origin("test", 0))).scenario


def is_valid(content, plain):
    """Worlds are drawn to be built, and some name what only a check of files would miss."""
    try:
        alone(content, plain)
    except ScenarioError:
        return False
    return True
