"""The authority table resolved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import Assignment, acting_roles, contracts_of, resolve, routes
from sim.scenario.pathway import Pathways

WORK = {"kind": "work", "name": "look", "hours": 1, "by": {"officer": 1}}
WAIT = {"kind": "wait", "name": "notice", "calendar_days": 28}
DECIDE = {"kind": "decide", "name": "decide", "hours": 1, "by": {"manager": 1}, "paper_hours": 2}
AGAIN = {"kind": "branch", "name": "again", "share": 0.1, "to": "look"}


def case_type(demand, *stages):
    head = {"title": "t", "group": "review", "priority": 1}
    return {**head, "demand": demand, "stages": list(stages)}


PATHWAYS = Pathways.model_validate(
    {
        "case_types": {
            "query": case_type(
                {"kind": "random", "per_contract_year": {"gp": 1, "dental": 0}}, WORK, WAIT, AGAIN
            ),
            "review": case_type(
                {
                    "kind": "cycle",
                    "contracts": ["gp", "optical"],
                    "cycle_months": 36,
                    "first": {"case_type": "first", "age_over_months": 60},
                },
                WORK,
                DECIDE,
            ),
            "first": case_type({"kind": "follows"}, WORK),
            "scheme": case_type({"kind": "area", "per_100k_year": 1}, WORK, DECIDE),
        }
    }
)

TEAM = {"tier": "nation", "wte": 2, "mix": {"officer": 1}}
ROWS = [{"team": "centre", "decides": "officer"}]


def arrangement(rows=ROWS, **more):
    return Arrangement.model_validate(
        {
            "title": "t",
            "workforce": {"roles": {"officer": {"annual_cost_gbp": 1}}},
            "teams": {"centre": TEAM, "hub": TEAM},
            "authority": rows,
            **more,
        }
    )


def test_routes_are_the_case_types_on_the_contracts_of_their_demand():
    assert list(routes(PATHWAYS)) == [
        ("query", "gp"),
        ("query", "dental"),
        ("review", "gp"),
        ("review", "optical"),
        ("first", "gp"),
        ("first", "optical"),
        ("scheme", "area"),
    ]


def test_a_case_type_that_nothing_leads_to_arises_nowhere():
    alone = Pathways.model_validate({"case_types": {"x": case_type({"kind": "follows"}, WORK)}})
    assert contracts_of(alone, "x") == ()
    assert resolve(arrangement(), alone) == {}


def test_only_stages_that_somebody_acts_on_are_assigned():
    stages = {key[2] for key in resolve(arrangement(), PATHWAYS)}
    assert stages == {"look", "decide"}


def test_one_row_covers_everything():
    found = resolve(arrangement(), PATHWAYS)
    assert set(found.values()) == {Assignment("centre"), Assignment("centre", "officer")}
    assert found["review", "gp", "look"].decides == ""


def test_the_last_matching_row_wins_for_each_of_the_two():
    rows = [
        *ROWS,
        {"cases": ["review"], "team": "hub"},
        {"cases": ["review"], "contracts": ["gp"], "stages": ["decide"], "decides": "panel"},
    ]
    found = resolve(arrangement(rows), PATHWAYS)
    assert found["review", "gp", "decide"] == Assignment("hub", "panel")
    assert found["review", "optical", "decide"] == Assignment("hub", "officer")
    assert found["query", "gp", "look"] == Assignment("centre")


def test_order_matters():
    rows = [{"cases": ["review"], "team": "hub"}, *ROWS]
    assert resolve(arrangement(rows), PATHWAYS)["review", "gp", "look"].team == "centre"


def test_area_work_is_named_by_area():
    rows = [*ROWS, {"contracts": ["area"], "team": "hub"}]
    found = resolve(arrangement(rows), PATHWAYS)
    assert {key[0] for key, who in found.items() if who.team == "hub"} == {"scheme"}


def test_a_gap_is_empty_text():
    found = resolve(arrangement([{"contracts": ["gp"], "team": "hub"}]), PATHWAYS)
    assert found["review", "optical", "decide"] == Assignment("", "")
    assert found["review", "gp", "decide"] == Assignment("hub", "")


def test_acting_roles_are_the_own_role_then_the_substitutes_in_the_team():
    cover = {"officer": {"finance": 1.2, "manager": 1.0}}
    both = arrangement(substitution=cover)
    team = both.teams["centre"].model_copy(update={"mix": {"manager": 0.5, "officer": 0.5}})
    assert acting_roles(both, team, "officer") == ["officer", "manager"]
    assert acting_roles(both, team, "finance") == []


names = st.lists(st.sampled_from(["*", "query", "review", "scheme"]), min_size=1, max_size=2)
places = st.lists(st.sampled_from(["*", "gp", "dental", "area"]), min_size=1, max_size=2)
stages = st.lists(st.sampled_from(["*", "look", "decide"]), min_size=1, max_size=2)
rows = st.fixed_dictionaries(
    {"cases": names, "contracts": places, "stages": stages},
    optional={"team": st.sampled_from(["centre", "hub"]), "decides": st.just("officer")},
)


@given(table=st.lists(rows, min_size=1, max_size=6))
def test_equals_the_rule_as_stated(table):
    for (case, contract, stage), found in resolve(arrangement(table), PATHWAYS).items():
        matching = [
            row
            for row in table
            if {case, "*"} & set(row["cases"])
            and {contract, "*"} & set(row["contracts"])
            and {stage, "*"} & set(row["stages"])
        ]
        teams = [row["team"] for row in matching if "team" in row]
        deciders = [row["decides"] for row in matching if "decides" in row]
        assert found.team == (teams[-1] if teams else "")
        expected = deciders[-1] if deciders and stage == "decide" else ""
        assert found.decides == expected


@pytest.mark.parametrize("name", ["query", "review", "scheme"])
def test_every_contract_type_of_a_case_type_has_every_stage(name):
    found = resolve(arrangement(), PATHWAYS)
    for contract in contracts_of(PATHWAYS, name):
        wanted = {s.name for s in PATHWAYS.case_types[name].stages if s.kind in ("work", "decide")}
        assert {key[2] for key in found if key[:2] == (name, contract)} == wanted
