"""Payment problems, applications to the performers list, refusals: who does what, and how many."""

import numpy as np
import pytest
from national_load import cases_per_year, hours_by_team, passes, wte_by_team

from sim.engine import compiled
from sim.model.build import build
from sim.scenario.authority import OFFICER, resolve
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

HOLDERS = {
    "one-area-2013": {"pct": "pct", "central": "area", "delegated": "ccg", "place_based": "icb"},
    "consortia-2010": {"pct_cluster": "pct", "consortia": "consortium"},
    "co-commissioning-2015": {"split": "area", "joint": "area"},
    "place-2022": {"icb": "icb", "place_pcn": "icb", "place_board": "icb"},
    "model-icb-2025": {"icb_clusters": "icb", "pod_hub": "icb"},
}
"""Who is asked about a payment for general practice."""

LISTS = {
    "one-area-2013": {"pct": "pct", "central": "area", "delegated": "pod", "place_based": "region"},
    "consortia-2010": {"pct_cluster": "pct", "consortia": "pod"},
    "co-commissioning-2015": {"split": "area", "joint": "area"},
    "place-2022": {"icb": "region", "place_pcn": "region"},
    "model-icb-2025": {"icb_clusters": "region", "pod_hub": "region"},
}
"""Who keeps the list of those who may practise."""


def each(table):
    return [(scenario, *pair) for scenario, pairs in table.items() for pair in pairs.items()]


def assigned(scenario, name):
    whole = load(scenario).scenario
    return resolve(whole.arrangements[name], whole.pathways)


@pytest.mark.parametrize(("scenario", "name", "team"), each(HOLDERS))
def test_who_is_asked_about_a_payment(scenario, name, team):
    rows = assigned(scenario, name)
    payer = "ccg" if name in ("split", "joint") else team
    stages = {
        stage: one.team for (case, _, stage), one in rows.items() if case == "payment_problem"
    }
    assert stages == {"log": team, "trace": payer, "settle_payment": team}


@pytest.mark.parametrize(("scenario", "name", "team"), each(LISTS))
def test_who_keeps_the_performers_list_and_that_an_officer_decides(scenario, name, team):
    rows = {
        key: one for key, one in assigned(scenario, name).items() if key[0] == "performers_list"
    }
    assert {contract for _, contract, _ in rows} == {"gp", "dental", "optical"}
    assert {one.team for one in rows.values()} == {team}
    assert {one.decides for one in rows.values() if one.decides} == {OFFICER}


@pytest.mark.parametrize(
    ("scenario", "name", "share"),
    [
        ("one-area-2013", "pct", 0.20),
        ("consortia-2010", "pct_cluster", 0.20),
        ("consortia-2010", "consortia", 0.20),
        ("one-area-2013", "central", 0.30),
        ("one-area-2013", "delegated", 0.30),
    ],
)
def test_pcts_refused_fewer_list_closures_than_area_teams(scenario, name, share):
    whole = load(scenario).scenario
    stages = whole.pathways.case_types["list_closure"].stages
    [usual] = [stage.refuse_share for stage in stages if stage.name == "decision"]
    own = whole.arrangements[name].refuse_share.get("list_closure", {})
    assert float(own.get("decision", usual)) == share


@pytest.mark.parametrize(("bound", "months"), [("low", 6), ("central", 3), ("high", 1)])
def test_thirteen_per_cent_of_practices_are_owed_money_at_a_time(bound, months):
    """Little's law: cases a year times the time each takes."""
    demand = load("england-2013").scenario.pathways.case_types["payment_problem"].demand
    assert getattr(demand.per_contract_year["gp"], bound) * months / 12 == pytest.approx(0.13)
    assert float(demand.per_contract_year["gp"]) * float(demand.in_flight_months) / 12 == (
        pytest.approx(0.13)
    )


def test_a_thousand_applicants_wait_where_each_takes_24_weeks():
    """Little's law again: about 1,000 were delayed."""
    scenario = load("england-2013").scenario
    kinds = ("gp", "dental", "optical")
    yearly = sum(cases_per_year(scenario, "performers_list", kind) for kind in kinds)
    assert yearly * 24 * 7 / 365.25 == pytest.approx(1_000, rel=0.05)


# --- a payer apart -----------------------------------------------------------------


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """The PCTs of one area, with a payer of their own and with one apart."""
    file = tmp_path_factory.mktemp("mine") / "mine.toml"
    lines = (
        'extends = "one-area-2013"',
        "[arrangements.apart]",
        'use = ["pct", "separate_payer"]',
        'title = "PCTs, payer apart"',
    )
    file.write_text("\n".join(lines), "utf-8")
    return load(file, ["run.years=0.5"])


def test_the_payer_has_the_staff_that_its_work_needs(apart):
    """At a load of 0.8, in the mix of its hours."""
    scenario = apart.scenario
    who = scenario.arrangements["apart"]
    hours = hours_by_team(scenario, who)["payer"]
    often = passes(scenario.pathways.case_types["payment_problem"])
    cases = cases_per_year(scenario, "payment_problem", "gp")
    assert sum(hours.values()) == pytest.approx(cases * (0.8 * often["trace"] + 0.8))
    assert wte_by_team(scenario, who)["payer"] == pytest.approx(
        sum(hours.values()) / 1105 / 0.8, rel=0.05
    )
    mix = {role: one / sum(hours.values()) for role, one in hours.items() if one}
    assert who.teams["payer"].mix == pytest.approx(mix, abs=0.005)


def test_each_case_crosses_to_a_payer_apart_and_it_takes_longer(apart):
    estate, found = estate_of(apart), {}
    for name in ("pct", "apart"):
        model = build(apart.scenario, estate, name, "baseline", 0)
        log = compiled.run(model)
        kind = model.types.names.index("payment_problem")
        ours = (model.cases.case_type == kind) & ~model.cases.background & (log.cases.closed >= 0)
        crossings = log.cases.crossings[ours]
        found[name] = np.mean((log.cases.closed - log.cases.opened)[ours])
        assert len(crossings) > 20
        assert set(crossings.tolist()) == ({0} if name == "pct" else {1})
    days = (found["apart"] - found["pct"]) / (7.5 * 3_600_000)
    assert days > 2, "five working days for the crossing, less what a team of two waits for"
