"""Arrangements that England has tried or argued for: sound, staffed for all of England, no gap."""

import csv
import datetime as dt
from functools import cache
from math import comb

import numpy as np
import pytest
from national_load import (
    NATIONAL,
    bodies,
    cases_per_year,
    casework_hours,
    hours_by_team,
    load,
    passes,
    wte_by_team,
)

from sim.charts.panels import NAME_CHARACTERS, wrap
from sim.scenario import library
from sim.scenario.arrangement import Committee
from sim.scenario.authority import OFFICER, contracts_of, resolve
from sim.scenario.differences import between
from sim.scenario.estates import build
from sim.scenario.files import load as load_file
from sim.scenario.pathway import CONTRACT_TYPES, Decide

of = cache(lambda name: load_file(name).scenario)

PARTS = {
    "from_central",
    "from_icb",
    "from_pct",
    "hard_budgets",
    "keeps_people",
    "keeps_skills",
    "separate_payer",
    "support_unit",
    "uncut",
}
"""Added to others."""

NOT_BY_THEMSELVES = PARTS | {"common", "textbook"}
"""Added to others; shared by others; and a queue without the roles that NHS work needs."""

NARROWEST = min(NAME_CHARACTERS.values())
"""Characters of a label in the narrowest chart."""

NAMES = sorted(set(library.names("arrangements")) - NOT_BY_THEMSELVES)

CASES = [(scenario, name) for scenario in NATIONAL for name in of(scenario).arrangements]

TOTALS = {
    ("consortia-2010", "pct"): 912,
    ("consortia-2010", "pct_cluster"): 912,
    ("consortia-2010", "consortia"): 742,
    ("co-commissioning-2015", "central"): 572,
    ("co-commissioning-2015", "split"): 616,
    ("co-commissioning-2015", "joint"): 616,
    ("co-commissioning-2015", "delegated"): 770,
    ("place-2022", "icb"): 644,
    ("place-2022", "place_pcn"): 792,
    ("place-2022", "place_board"): 792,
    ("place-2022", "place_federation"): 792,
    ("model-icb-2025", "icb"): 644,
    ("model-icb-2025", "icb_clusters"): 644,
    ("model-icb-2025", "pod_hub"): 644,
    ("model-icb-2025", "icb_alone"): 644,
    ("stocktake-2013", "pct"): 912,
    ("stocktake-2013", "pct_cluster"): 912,
    ("stocktake-2013", "set_apart"): 912,
    ("stocktake-2013", "two_more"): 1012,
}
"""WTE in England, from the counts of bodies and the team sizes of the evidence."""


def mine(tmp_path, name):
    """Return a planner's scenario that adds one arrangement of the library."""
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "one-area-2013"\narrangements.mine.use = "{name}"\n', "utf-8")
    return load_file(file)


def who(scenario, name):
    return of(scenario).arrangements[name]


def total(scenario, name):
    return sum(wte_by_team(of(scenario), who(scenario, name)).values())


def items_per_year(scenario, arrangement):
    """Return the decisions that each committee has to take in England, by arithmetic."""
    items = dict.fromkeys(arrangement.committees, 0.0)
    assigned = resolve(arrangement, scenario.pathways)
    for name, case_type in scenario.pathways.case_types.items():
        often = passes(case_type, arrangement.refuse_share.get(name))
        for contract in contracts_of(scenario.pathways, name):
            cases = cases_per_year(scenario, name, contract)
            for stage in case_type.stages:
                who = assigned.get((name, contract, stage.name))
                if isinstance(stage, Decide) and who.decides != OFFICER:
                    items[who.decides] += cases * often[stage.name]
    return items


def binomial(n, k, p):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


def lost(rules: Committee, conflicted: float) -> float:
    """Return the probability that an item finds too few members, by enumeration."""
    gps, others = rules.members.gp, rules.members.lay + rules.members.executive
    attend = float(rules.attendance_share)
    return sum(
        binomial(gps, here, attend)
        * binomial(here, free, 1 - conflicted)
        * binomial(others, rest, attend)
        for here in range(gps + 1)
        for free in range(here + 1)
        for rest in range(others + 1)
        if free + rest < rules.quorum or free < rules.quorum_gp
    )


# --- every file ----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_arrangement_fits_a_planners_own_scenario_without_a_gap(tmp_path, name):
    scenario = mine(tmp_path, name).scenario
    arrangement = scenario.arrangements["mine"]
    assert arrangement.title
    assert arrangement.description
    for (case, contract, stage), assigned in resolve(arrangement, scenario.pathways).items():
        assert assigned.team in arrangement.teams, (case, contract, stage)
        steps = {one.name: one for one in scenario.pathways.case_types[case].stages}
        assert bool(assigned.decides) == isinstance(steps[stage], Decide)


@pytest.mark.parametrize("name", NAMES)
def test_the_difference_from_base_can_be_read(tmp_path, name):
    loaded = mine(tmp_path, name)
    lines = between(loaded, loaded.scenario.compare.base, "mine")
    assert all(lines)
    assert (lines == []) == (name == "pct")


@pytest.mark.parametrize("name", NAMES)
def test_each_arrangement_has_an_estate_with_its_tiers(tmp_path, name):
    arrangement = mine(tmp_path, name).scenario.arrangements["mine"]
    kinds = (*arrangement.teams.values(), *arrangement.committees.values())
    needed = {kind.tier for kind in kinds}
    old = of("one-area-2013").estate
    new = of("one-icb-2023").estate
    assert any(needed <= set(build(choice).tiers) for choice in (old, new))


@pytest.mark.parametrize("scenario", library.names())
def test_titles_of_arrangements_are_not_cut_off_in_charts(scenario):
    for arrangement in of(scenario).arrangements.values():
        assert "…" not in wrap(arrangement.title, NARROWEST), arrangement.title


def test_no_two_arrangements_have_the_same_title(tmp_path):
    titles = [mine(tmp_path, name).scenario.arrangements["mine"].title for name in NAMES]
    assert len(titles) == len(set(titles))


# --- nobody idle, nothing jammed -------------------------------------------------


@pytest.mark.parametrize(("scenario", "name"), CASES)
def test_every_role_of_every_team_has_work(scenario, name):
    arrangement = who(scenario, name)
    for team, hours in hours_by_team(of(scenario), arrangement).items():
        assert {role for role in arrangement.teams[team].mix if not hours[role]} == set(), team


@pytest.mark.parametrize(("scenario", "name"), CASES)
def test_every_committee_decides_and_its_agenda_holds_what_it_decides(scenario, name):
    """With room for deferrals and for bodies larger than the mean."""
    whole = of(scenario)
    arrangement = who(scenario, name)
    for committee, items in items_per_year(whole, arrangement).items():
        rules = arrangement.committees[committee]
        places = float(rules.meetings_per_year) * rules.agenda_items
        assert 0 < items < 0.75 * places * bodies(whole)[rules.tier], committee


@pytest.mark.parametrize(("scenario", "name"), CASES)
def test_every_item_without_a_conflict_finds_its_quorum_before_long(scenario, name):
    for committee, rules in who(scenario, name).committees.items():
        assert lost(rules, 0.0) < 0.2, committee


# --- staff -----------------------------------------------------------------------


@pytest.mark.parametrize(("scenario", "name"), TOTALS)
def test_staff_in_england(scenario, name):
    assert total(scenario, name) == pytest.approx(TOTALS[scenario, name], rel=0.002)


def test_every_national_arrangement_of_these_scenarios_has_its_total():
    new = [case for case in CASES if case[0] not in ("england-2013", "one-icb-2023")]
    assert set(new) == TOTALS.keys()


@pytest.mark.parametrize("bound", ["low", "central", "high"])
@pytest.mark.parametrize(
    ("scenario", "team", "base", "name"),
    [
        ("consortia-2010", "pct", "pct", "pct_cluster"),
        ("model-icb-2025", "icb", "icb", "icb_clusters"),
        ("model-icb-2025", "pod_host", "icb", "pod_hub"),
        ("model-icb-2025", "pod_host", "icb", "icb_alone"),
    ],
)
def test_pooled_teams_are_as_many_people_as_apart(scenario, team, base, name, bound):
    """What differs is the structure, not the staff, at low, central and high."""
    count = bodies(of(scenario))
    teams = [who(scenario, arrangement).teams[team] for arrangement in (base, name)]
    people = [getattr(one.wte, bound) * count[one.tier] for one in teams]
    assert people[1] == pytest.approx(people[0], rel=0.01)


@pytest.mark.parametrize("name", ["place_pcn", "place_board", "place_federation"])
def test_the_three_accountabilities_differ_in_nothing_but_committees(tmp_path, name):
    place, other = (
        mine(tmp_path, one).scenario.arrangements["mine"] for one in ("place_based", name)
    )
    apart = {"title", "description", "committees", "authority"}
    assert other.model_dump(exclude=apart) == place.model_dump(exclude=apart)
    pathways = of("place-2022").pathways
    teams = [
        {key: assigned.team for key, assigned in resolve(one, pathways).items()}
        for one in (place, other)
    ]
    assert teams[0] == teams[1]


def neutral_hours(scenario, name, team):
    """Return a team's hours in England before procedures make them shorter."""
    arrangement = who(scenario, name)
    hours = sum(hours_by_team(of(scenario), arrangement)[team].values())
    return hours / arrangement.effort_multiplier(team)


@pytest.mark.parametrize("name", ["split", "joint"])
@pytest.mark.parametrize(("team", "like"), [("area", "central"), ("ccg", "delegated")])
def test_split_teams_have_the_staff_that_their_work_has_elsewhere(name, team, like):
    scenario = "co-commissioning-2015"
    share = neutral_hours(scenario, name, team) / neutral_hours(scenario, like, team)
    ours, theirs = (who(scenario, one).teams[team].wte for one in (name, like))
    assert float(ours) == pytest.approx(share * float(theirs), rel=0.01)
    assert ours.low == pytest.approx(share * theirs.low, rel=0.03)
    assert ours.high == pytest.approx(share * theirs.high, rel=0.03)


def test_roles_of_a_ccgs_development_team_are_those_that_its_work_needs():
    arrangement = who("co-commissioning-2015", "split")
    hours = hours_by_team(of("co-commissioning-2015"), arrangement)["ccg"]
    shares = {role: each / sum(hours.values()) for role, each in hours.items()}
    assert arrangement.teams["ccg"].mix == pytest.approx(shares, abs=0.005)


@pytest.mark.parametrize(("scenario", "name"), TOTALS)
def test_no_arrangement_is_hopeless_by_arithmetic(scenario, name):
    assert 0.6 < load(of(scenario), name) < 1.15


# --- who decides -------------------------------------------------------------------


def test_a_consortium_loses_its_quorum_about_as_often_as_boards_of_gps_did():
    """Evidence: 2 to 15% of meetings; 640 schemes in England a year, 9 meetings of 500 boards."""
    scenario = of("consortia-2010")
    arrangement = scenario.arrangements["consortia"]
    rules = arrangement.committees["consortium_board"]
    meetings = float(rules.meetings_per_year) * bodies(scenario)[rules.tier]
    schemes = cases_per_year(scenario, "redesign_scheme", "area")
    others = items_per_year(scenario, arrangement)["consortium_board"] - schemes
    plain = lost(rules, 0.0)
    scheme, single = (
        lost(rules, float(rules.conflict_share[kind])) - plain
        for kind in ("incentive_scheme", "single_practice")
    )
    assert 0.02 < plain + (scheme * schemes + single * others) / meetings < 0.15
    assert rules.members.gp > rules.members.lay + rules.members.executive


def test_conflicts_stop_schemes_more_often_the_nearer_those_who_decide_are_to_the_practices():
    rules = [
        who("place-2022", name).committees[committee]
        for name, committee in (
            ("icb", "icb_committee"),
            ("place_board", "place_committee"),
            ("place_federation", "place_committee"),
            ("place_pcn", "place_committee"),
        )
    ]
    chances = [lost(one, float(one.conflict_share["incentive_scheme"])) for one in rules]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(1)  # nobody but one executive is free of interest


@pytest.mark.parametrize(
    ("name", "committee"),
    [
        ("place_pcn", "place_committee"),
        ("place_board", "icb_committee"),
        ("place_federation", "icb_committee"),
    ],
)
def test_only_networks_enforce_on_themselves(name, committee):
    scenario = of("place-2022")
    assigned = resolve(scenario.arrangements[name], scenario.pathways)
    assert assigned["remedial_notice", "gp", "decision"].decides == committee


@pytest.mark.parametrize("name", ["consortia", "delegated"])
@pytest.mark.parametrize("contract", sorted(set(CONTRACT_TYPES) - {"gp"}))
def test_bodies_for_general_practice_leave_other_contracts_to_the_centre(tmp_path, name, contract):
    scenario = mine(tmp_path, name).scenario
    assigned = resolve(scenario.arrangements["mine"], scenario.pathways)
    teams = {one.team for (_, kind, _), one in assigned.items() if kind == contract}
    assert teams == {"pod", "region"}


def test_a_concern_about_quality_crosses_between_the_two_bodies_of_a_split():
    scenario = of("co-commissioning-2015")
    assigned = resolve(scenario.arrangements["split"], scenario.pathways)
    teams = [one.team for (case, _, _), one in assigned.items() if case == "performance_concern"]
    assert teams == ["area", "area", "ccg", "ccg", "area"]


def test_two_people_set_apart_are_as_many_as_the_stock_take_needs():
    """38,000 contracts, 4.4 hours each on average, in the 18 months to April 2013."""
    scenario = of("stocktake-2013")
    for name in ("set_apart", "two_more"):
        arrangement = scenario.arrangements[name]
        hours = hours_by_team(scenario, arrangement)["stocktake"]
        neutral = sum(hours.values()) / float(arrangement.procedures.effort_multiplier)
        assert neutral == pytest.approx(38_000 * 4.4 * 365.25 / 548, rel=0.001)
        needed = neutral / casework_hours(arrangement) / bodies(scenario)["pct_cluster"]
        assert float(arrangement.teams["stocktake"].wte) == pytest.approx(needed, rel=0.03)
        mix = {role: each / sum(hours.values()) for role, each in hours.items() if each}
        assert arrangement.teams["stocktake"].mix == pytest.approx(mix, abs=0.01)


def test_the_stock_take_is_due_on_1_april_2013():
    scenario = of("stocktake-2013")
    clock = scenario.pathways.case_types["stocktake"].clock_calendar_days
    due = scenario.run.start + dt.timedelta(days=float(clock))
    assert due == dt.date(2013, 4, 1)
    assert set(contracts_of(scenario.pathways, "stocktake")) == set(CONTRACT_TYPES)


# --- contexts and areas --------------------------------------------------------------


def context(tmp_path, name):
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "one-area-2013"\ncontexts.mine.use = "{name}"\n', "utf-8")
    return load_file(file).scenario.contexts["mine"]


@pytest.mark.parametrize(("name", "left"), [("cut_33", 0.67), ("cut_40", 0.60), ("cut_50", 0.50)])
def test_a_cut_leaves_what_its_name_says(tmp_path, name, left):
    assert float(context(tmp_path, name).wte_multiplier) == left


def test_demand_grows_where_nothing_else_changes(tmp_path):
    grown, plain = (context(tmp_path, name) for name in ("growth", "baseline"))
    rate = grown.demand_growth_per_year
    assert float(rate) == 0.03
    patients, complaints = (62.42 / 56.04) ** 0.1 - 1, (125_584 / 52_703) ** 0.1 - 1
    assert rate.low == pytest.approx(patients, abs=0.0005)
    assert rate.high == pytest.approx(complaints, abs=0.002)
    same = {"title", "demand_growth_per_year"}
    assert grown.model_dump(exclude=same) == plain.model_dump(exclude=same)


@pytest.mark.parametrize(
    ("name", "pick"), [("rural-area-2013", np.argmax), ("urban-area-2013", np.argmin)]
)
def test_rural_and_urban_are_the_ends_of_a_rule(name, pick):
    """The share of practices that dispense."""
    choice = of(name).estate
    estate = build(choice)
    teams, gp = estate.tiers["area_team"], estate.contract_type == CONTRACT_TYPES.index("gp")
    dispensing = np.bincount(teams.body_of[gp], estate.rural[gp])
    share = dispensing / np.bincount(teams.body_of[gp])
    assert teams.names[pick(share)] == choice.area_team


def test_redesign_in_the_place_scenario_is_spread_over_its_places():
    """Area work goes to the body where most of a cell lives, so cells must not be too few."""
    estate = build(of("place-2022").estate)
    cells = set(estate.tiers["sub_icb"].body_of[estate.inside].tolist())
    places = set(estate.tiers["place"].body_of[estate.inside].tolist())
    assert len(cells) == 6
    assert len(cells) % len(places) == 0


def test_sources_are_listed_once_and_in_order():
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    assert ids == sorted(ids, key=lambda one: ("DSF".index(one[0]), int(one[1:])))
    assert len(ids) == len(set(ids))
