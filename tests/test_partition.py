"""The partition: what is coupled, what flows where, and in which order it is simulated."""

import numpy as np
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from rivers import river
from toy import Case, Person, Step, Type

from sim.engine.partition import describe, partition, together
from sim.model.arrays import BRANCH, DONE, MEET, WAIT
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load
from sim.scenario.schema import Scenario

KINDS = ("a", "b", "c")
A, B, C = (Step(actor=number) for number in range(3))
NOBODY = Step(kind=WAIT, actor=-1, days=1)


def jump(target, share=0.5):
    return Step(kind=BRANCH, actor=-1, share=share, target=target)


def decision(actor):
    return Step(kind=MEET, actor=actor, role=-1, effort=0.0)


def model(*routes, committees=0, **parts):
    """Three teams; one case for each route."""
    return toy.model(
        **{
            "types": [Type(steps=route) for route in routes],
            "cases": [Case(type=number) for number in range(len(routes))],
            "people": [Person(team) for team in range(3)],
            "kinds": KINDS,
            "team_kinds": (0, 1, 2),
            "committee_kinds": KINDS[:committees],
            "committees": tuple(range(committees)),
            **parts,
        }
    )


def flows(*routes, **parts):
    """Return the flows between teams, by name; coupled teams have one name."""
    found = partition(model(*routes, **parts))
    names = ["".join(np.array(KINDS)[found.of_team == part]) for part in range(found.parts)]
    return {f"{names[one]} to {names[other]}" for one, other in found.flows.tolist()}


def test_teams_that_share_no_case_are_apart():
    found = partition(model((A,), (B,), (C,)))
    assert found.parts == 3
    assert len(found.flows) == 0
    assert sorted(found.of_case) == [0, 1, 2]


def test_a_contract_with_cases_of_two_teams_couples_nothing():
    assert partition(model((A,), (B,))).parts == 3


def test_one_way_is_a_flow():
    assert flows((A, B), (B, C)) == {"a to b", "b to c"}


def test_parts_are_numbered_downstream():
    assert partition(model((C, A), (A, B))).of_team.tolist() == [1, 2, 0]


def test_two_ways_are_a_coupling():
    assert flows((A, B), (B, A), (A, C)) == {"ab to c"}


def test_round_about_is_a_coupling():
    assert partition(model((A, B), (B, C), (C, A))).parts == 1


def test_a_jump_back_is_a_coupling():
    assert flows((A, B, C, jump(1))) == {"a to bc"}


def test_a_jump_back_to_where_one_is_couples_nothing():
    assert flows((A, B, NOBODY, jump(2))) == {"a to b"}


@pytest.mark.parametrize("branch", [jump(0, share=0.0), jump(DONE)])
def test_a_jump_that_leads_to_nobody_couples_nothing(branch):
    assert flows((A, B, branch)) == {"a to b"}


def test_a_jump_ahead_leads_where_the_route_does():
    assert flows((A, jump(3), B, C)) == {"a to b", "b to c", "a to c"}


def test_successors_follow_who_was_last():
    cases = [Case(type=0), Case(type=1, after=0)]
    assert flows((A,), (B,), cases=cases) == {"a to b"}
    assert flows((A, B), (A,), cases=cases) == set()  # coupled


def test_a_case_without_anybody_passes_on_what_it_waited_for():
    chain = [Case(type=0), Case(type=1, after=0), Case(type=2, after=1)]
    found = partition(model((A,), (NOBODY,), (B,), cases=chain))
    first, between, last = found.of_case
    assert found.of_team[0] == first <= between < last == found.of_team[1]


def test_a_chain_over_nobody_can_couple():
    chain = [Case(type=0), Case(type=1, after=0), Case(type=2, after=1), Case(type=3)]
    assert flows((A,), (NOBODY,), (B,), (B, A), cases=chain) == set()


def test_a_team_that_is_elsewhere_is_passed_over():
    outside = ((0,), (-1,), (2,))
    assert flows((A, B, C), team_of=outside) == {"a to c"}


def test_a_committee_joins_the_one_part_that_leads_to_it():
    found = partition(model((A, decision(0)), committees=1))
    assert found.of_committee[0] == found.of_team[0]
    assert len(found.flows) == 0


def test_a_committee_of_several_is_apart():
    found = partition(model((A, decision(0)), (B, decision(0)), committees=1))
    assert found.of_committee[0] not in found.of_team
    assert found.flows[:, 1].tolist() == [found.of_committee[0]] * 2


def test_a_committee_that_sends_back_is_coupled():
    found = partition(model((A, decision(0), A), (B, decision(0)), committees=1))
    assert found.of_committee[0] == found.of_team[0] != found.of_team[1]


def test_no_cases_are_no_flows():
    found = partition(model((A,), cases=()))
    assert found.of_case.tolist() == []
    assert len(found.flows) == 0


def test_an_empty_route_is_nobodys():
    found = partition(model((), (A,)))
    assert found.parts == 3


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4), min_size=1, max_size=5))
def test_teams_are_together_if_each_reaches_the_other(routes):
    reach = np.eye(3, dtype=bool)
    for route in routes:
        reach[route[:-1], route[1:]] = True
    for _ in range(3):
        reach |= reach @ reach
    found = partition(model(*[tuple((A, B, C)[team] for team in route) for route in routes]))
    part = found.of_team
    assert ((part[:, None] == part) == (reach & reach.T)).all()
    assert (part[:, None] <= part)[reach].all()


@pytest.mark.parametrize("seed", range(20))
def test_flows_lead_to_later_parts(seed):
    found = partition(river(seed))
    assert (found.flows[:, 0] < found.flows[:, 1]).all()
    assert found.bounds.tolist() == sorted(found.bounds)
    assert found.bounds[-1] == len(found.of_case)


def test_together_is_one_part():
    whole = together(model((A, B), (C,)))
    assert whole.parts == 1
    assert len(whole.flows) == 0
    assert whole.bounds.tolist() == [0, 2]


def test_what_was_found_is_said_in_words():
    apart = model((A, B), (A,), (C,))
    said = describe(apart, partition(apart))
    assert said.startswith("3 parts are simulated apart; the largest has 2 cases and 1 people.")
    assert said.endswith("One-way flows between them: 1.")
    coupled = model((A, B, A))
    said = describe(coupled, partition(coupled))
    assert said == "Everything is simulated together: 1 cases, 3 people."


def test_of_a_shipped_scenario():
    loaded = load("one-area-2013", ["run.years=0.1"])
    estate = estate_of(loaded)

    def found(scenario, name):
        return partition(build(scenario, estate, name, "baseline", 0))

    assert found(loaded.scenario, "pct").parts == 5  # one for each PCT
    assert found(loaded.scenario, "central").parts == 1  # decisions go up to the region and back
    document = loaded.scenario.model_dump(by_alias=True)
    for arrangement in document["arrangements"].values():
        arrangement.pop("referral")
    scenario = Scenario.model_validate(document)
    pct, central, delegated = (found(scenario, name) for name in ("pct", "central", "delegated"))
    assert pct.parts == 5
    assert central.parts == 2  # dental, optical and pharmacy work is the region's
    assert len(pct.flows) == len(central.flows) == 0
    assert len(delegated.flows) == 5  # from CCGs to who does what they do not
