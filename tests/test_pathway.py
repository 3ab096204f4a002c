"""The diagram of who does each step of a case: what it says, and how it is laid out."""

import pytest
from laid_out import assert_laid_out

from sim.charts import pathway
from sim.charts.style import WIDTHS_CM
from sim.scenario.files import load

MANY = ("one-area-2013", "model-icb-2025", "transition-2013", "consortia-2010", "textbook")
"""Scenarios of one to five arrangements, whose names and tiers are all there are."""


@pytest.fixture(scope="module")
def scenario():
    return load("one-area-2013").scenario


def of(table, arrangement):
    return table[table["arrangement"] == arrangement].reset_index(drop=True)


def test_it_says_who_acts_at_which_tier_and_what_it_takes(scenario):
    table = of(pathway.tabulate(scenario, "termination"), "central")
    assert table["kind"].tolist() == ["work", "work", "committee", "wait", "work"]
    assert table["tier"].tolist() == ["area_team", "region", "area_team", "", "area_team"]
    assert table["committee_tier"].tolist() == ["", "", "region", "", ""]
    assert table["who"][2] == "Regional panel"
    stages = scenario.pathways.case_types["termination"].stages
    assert table["note"][2] == f"{stages[2].paper_hours.central:g} h"
    assert table["note"][3] == f"{stages[3].calendar_days.central:g} days"


def test_passes_between_tiers_are_counted(scenario):
    table = pathway.tabulate(scenario, "termination")
    often = {name: pathway.passes(of(table, name)) for name in scenario.arrangements}
    assert often == {"pct": 0, "central": 4, "delegated": 2, "place_based": 2}
    drawn = pathway.draw(scenario, "termination")
    assert "Primary care trusts 0, NHS England area teams 4" in drawn.caption
    assert "legal advice by Regional team: procurement, disputes, legal advice" in drawn.alt


def test_decisions_by_officers_jumps_and_areas_are_told(scenario):
    kinds = {"performers_list": "officer", "performance_concern": "branch"}
    for case_type, kind in kinds.items():
        assert kind in set(pathway.tabulate(scenario, case_type)["kind"])
    concern = of(pathway.tabulate(scenario, "performance_concern"), "pct")
    assert concern["note"][5] == "50% to end"
    assert "redesign scheme, for an area: " in pathway.draw(scenario, "redesign_scheme").caption


def test_without_a_case_type_it_is_one_in_which_arrangements_differ(scenario):
    assert pathway.telling(scenario) == "termination"
    assert pathway.telling(load("textbook-mm1").scenario) == "job"


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS_CM)
@pytest.mark.parametrize("name", MANY)
def test_it_is_laid_out_whatever_the_scenario(name, width):
    scenario = load(name).scenario
    for case_type in ("", max(scenario.pathways.case_types, key=lambda one: steps(scenario, one))):
        assert_laid_out(pathway.draw(scenario, case_type, width).figure, (name, case_type))


def steps(scenario, case_type):
    return len(scenario.pathways.case_types[case_type].stages)
