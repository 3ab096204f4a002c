"""Mutual cover: neighbours have one queue, and everybody keeps body, post and contracts."""

import json
from dataclasses import replace

import numpy as np
from engines import engines
from hypothesis import HealthCheck, given, settings
from sameness import same
from small_scenario import CONTENT, QUERY, TEAM
from worlds import NAME, worlds

from sim.experiment.design import ONLY
from sim.model.build import build
from sim.scenario import estates
from sim.scenario.schema import Scenario
from sim.scenario.units import DAY, HOUR

COMMITTEE = {"tier": "place", "meetings_per_year": 52, "agenda_items": 50}
DECIDE = {"kind": "decide", "name": "decide", "hours": 1, "by": {"officer": 1}, "paper_hours": 1}


def scenario(within, portfolio=False, rate=2.0, **team):
    """Eight practices dealt out to four places, two and two of which are in an area."""
    content = json.loads(json.dumps(CONTENT))
    ours = content["arrangements"]["central"]
    ours["teams"] = {
        "office": {**TEAM, "tier": "place", "wte": 1.0, "covers_within": within, **team}
    }
    ours["committees"] = {"panel": COMMITTEE}
    ours["authority"] = [{"team": "office", "decides": "panel"}]
    ours["handoffs"] = {"delay_working_days": 3, "effort_share": 0.5}
    if portfolio:
        ours["dispatch"] = {"mode": "portfolio", "fallback_working_days": 1}
    content |= {"arrangements": {ONLY: ours}, "contexts": {ONLY: {}}}
    content["compare"]["base"] = ONLY
    content["estate"]["contracts"] = {"gp": 8}
    content["estate"]["tiers"] = {"area": {"bodies": 2}, "place": {"bodies": 4}}
    query = {**QUERY, "demand": {"kind": "random", "per_contract_year": {"gp": rate}}}
    query["stages"] = [*QUERY["stages"], DECIDE]
    content["pathways"]["case_types"] = {"query": query}
    return Scenario.model_validate(content)


def model_of(within, inside=None, **choice):
    given = scenario(within, **choice)
    estate = estates.build(given.estate)
    if inside is not None:
        estate = replace(estate, inside=np.isin(np.arange(8), inside))
    return build(given, estate, ONLY, ONLY, 0)


def test_neighbours_are_one_team_and_the_others_another():
    """Contract k is in place k mod 4 and area k mod 2, so places 0 and 2 are neighbours."""
    apart, together = model_of(None), model_of("area")
    assert apart.teams.of[0, :8].tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert together.teams.of[0, :8].tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    assert together.staff.team.tolist() == [0, 1, 0, 1]
    assert together.teams.kind.tolist() == [0, 0]


def test_everybody_keeps_post_shifts_and_contracts():
    apart, together = model_of(None, portfolio=True), model_of("area", portfolio=True)
    for name in ("role", "mark", "first_shift", "shift_start", "shift_end", "wte"):
        assert np.array_equal(getattr(apart.staff, name), getattr(together.staff, name)), name
    assert np.array_equal(apart.teams.named, together.teams.named)
    assert same(apart.money, together.money)
    assert same(apart.cases, together.cases)


@engines
def test_a_neighbour_takes_what_waits_and_crosses_no_boundary(run):
    """Place 0 alone has work; with cover its neighbour does half of it, without any hand-off."""
    apart, together = (model_of(within, rate=200.0) for within in (None, "area"))
    both = []
    for model in (apart, together):
        busy = np.isin(model.cases.entity, (0, 4))
        only = replace(model, cases=chosen(model.cases, busy))
        log = run(only)
        assert log.cases.crossings.sum() == 0
        both.append({int(who) for who in np.unique(log.work.staff[log.work.case >= 0])})
    assert both == [{0}, {0, 2}]


def chosen(cases, rows):
    """Some cases, none of which follows another."""
    assert (cases.after < 0).all()
    return type(cases)(**{name: column[rows] for name, column in vars(cases).items()})


@engines
def test_a_named_officer_comes_first_and_a_neighbour_after_a_day(run):
    """The officer has 15 hours in hand, so that the next case falls to the neighbour in a day."""
    model = model_of("area", portfolio=True)
    first = np.flatnonzero(model.cases.entity == 0)[:2]
    cases = chosen(model.cases, first)
    long = replace(cases, opens=np.array([0, HOUR]), factor=np.array([15.0, 1.0]))
    alone = replace(long, due=np.array([0, HOUR]), initial=np.zeros(2, bool))
    log = run(replace(model, cases=alone))
    rows = np.flatnonzero((log.work.case == 1) & (log.work.step == log.work.step.min()))
    assert log.work.staff[rows].tolist() == [2]
    assert log.work.start[rows].tolist() == [HOUR + DAY]


def test_cover_from_outside_the_area_brings_its_own_work():
    """The area is place 0; place 2 covers for it and is there with its work, place 1 is not."""
    model = model_of("area", inside=[0, 4])
    apart = model_of(None, inside=[0, 4])
    assert model.staff.team.tolist() == [0, 0]
    assert len(apart.staff.team) == 1
    served = model.entities.uid[: model.teams.of.shape[1]][model.teams.of[0] == 0]
    assert len(served) == 5  # two contracts each, and the one cell
    assert model.entities.inside[:4].sum() == 2
    assert model.cases.background.any()
    assert same(model.money, apart.money)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_cover_within_ones_own_body_is_none(world):
    def own(document):
        for team in document["arrangements"][NAME]["teams"].values():
            team["covers_within"] = team["tier"]

    def none(document):
        for team in document["arrangements"][NAME]["teams"].values():
            team["covers_within"] = None

    assert same(world.changed(own).model(), world.changed(none).model())
