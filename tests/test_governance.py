"""Governance overhead: what bodies and meetings take of their own staff's time."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameness import same
from small_scenario import CONTENT

from sim.engine import reference
from sim.experiment.design import ONLY
from sim.model.build import build
from sim.model.governance import casework_shares, governance_hours
from sim.model.people import Unit
from sim.outcomes.measures import measure
from sim.scenario import estates
from sim.scenario.arrangement import Arrangement
from sim.scenario.schema import Scenario

BOARD = {"tier": "area", "meetings_per_year": 10, "agenda_items": 4, "staff_hours_per_meeting": 55}


def content(governance=None, wte=2.0, casework=0.8, committees=None):
    """An arrangement of officers and seniors, two to one, in one kind of team."""
    document = json.loads(json.dumps(CONTENT))
    ours = document["arrangements"]["central"]
    ours["workforce"] = {
        "roles": {name: {"annual_cost_gbp": 50_000} for name in ("officer", "senior")},
        "casework_share": casework,
    }
    ours["teams"]["office"] |= {"wte": wte, "mix": {"officer": 0.5, "senior": 0.5}}
    ours["committees"] = committees or {}
    if governance is not None:
        ours["governance"] = governance
    document["arrangements"] = {ONLY: ours}
    document["compare"]["base"] = ONLY
    document["contexts"] = {ONLY: {}}
    return document


def arrangement(**choice):
    return Arrangement.model_validate(content(**choice)["arrangements"][ONLY])


def unit(wte, body=0, kind=0):
    return Unit(kind, "area", body, f"body {body}", wte)


HALF = {"body_hours_per_year": 200, "contained_share": 0.5}


def test_a_small_team_loses_casework_and_a_large_one_does_not():
    """Of 250 days, 2 people are there 3,750 hours, of which 750 are not casework.

    Half of these hold governance, 375 hours; the body takes 200 and its ten meetings
    55 each, 750 in all: 375 too many, a tenth of the team's time. Twenty people have
    room for 3,750 hours.
    """
    who = arrangement(governance=HALF, committees={"board": BOARD})
    shares = casework_shares(who, [unit(2.0, 0), unit(20.0, 1)], 250.0)
    assert shares[0] == pytest.approx([0.7, 0.7])
    assert np.array_equal(shares[1], [0.8, 0.8])
    assert governance_hours(who, [unit(2.0, 0), unit(20.0, 1)]).sum(axis=1) == pytest.approx(
        [750.0, 750.0]
    )


def test_weights_say_whose_time_it_is():
    who = arrangement(governance={"body_hours_per_year": 400, "weights": {"senior": 3}})
    assert governance_hours(who, [unit(2.0)])[0] == pytest.approx([100.0, 300.0])
    spared = arrangement(governance={"body_hours_per_year": 400, "weights": {"officer": 0}})
    assert governance_hours(spared, [unit(2.0)])[0] == pytest.approx([0.0, 400.0])


def test_the_teams_of_a_body_share_its_governance():
    document = content(governance={"body_hours_per_year": 400})["arrangements"][ONLY]
    document["teams"]["other"] = document["teams"]["office"]
    who = Arrangement.model_validate(document)
    hours = governance_hours(who, [unit(3.0), unit(1.0, kind=1), unit(1.0, body=1, kind=1)])
    assert hours.sum(axis=1) == pytest.approx([300.0, 100.0, 400.0])


def test_a_body_of_nearly_nobody_keeps_a_little_time_for_cases():
    who = arrangement(governance={**HALF, "body_hours_per_year": 9000})
    assert casework_shares(who, [unit(1.0)], 250.0).tolist() == [[0.05, 0.05]]
    busy = arrangement(governance={**HALF, "body_hours_per_year": 9000}, casework=0.02)
    assert casework_shares(busy, [unit(1.0)], 250.0).tolist() == [[0.02, 0.02]]


@given(casework=st.floats(0.0, 1.0), wte=st.floats(0.0, 50.0), days=st.floats(200.0, 366.0))
def test_none_leaves_the_casework_share_as_it_is(casework, wte, days):
    who = arrangement(casework=casework, governance={"contained_share": 0.3})
    assert (casework_shares(who, [unit(wte)], days) == casework).all()


def model_of(**choice):
    scenario = Scenario.model_validate(content(**choice))
    return build(scenario, estates.build(scenario.estate), ONLY, ONLY, 1)


def test_neutral_governance_is_as_good_as_none():
    said = {"body_hours_per_year": 0, "contained_share": 0.2, "weights": {"senior": 5}}
    silent = {name: value for name, value in BOARD.items() if name != "staff_hours_per_meeting"}
    before = model_of(committees={"board": silent})
    after = model_of(
        committees={"board": {**silent, "staff_hours_per_meeting": 0}}, governance=said
    )
    assert same(before, after)


def present(model):
    return int((model.staff.shift_end - model.staff.shift_start).sum())


def test_people_are_there_for_cases_as_much_less():
    before, after = model_of(), model_of(governance=HALF, committees={"board": BOARD})
    share = float(after.staff.casework_share[0, 0])
    assert 0.69 < share < 0.72
    assert present(after) / present(before) == pytest.approx(share / 0.8, rel=0.005)


def test_hours_of_governance_are_measured_with_what_was_taken():
    """The hours present are the same in both, however they are used."""
    totals = []
    for choice in ({}, {"governance": HALF, "committees": {"board": BOARD}}):
        model = model_of(**choice)
        found = measure(model, reference.run(model)).query("role == 'all' and period == 'all'")
        there = found.loc[found["measure"] == "hours_governance", "value"].sum()
        totals.append(there + present(model) / 3_600_000)
    assert totals[0] == pytest.approx(totals[1], rel=0.005)
