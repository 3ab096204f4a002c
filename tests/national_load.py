"""How much casework an arrangement has to do in England, beside the staff it has.

A sum over the scenario's central values, without a simulation: expected hours per
team and year, from rates, stages and branches. Travel, unknown practices, hand-offs,
the stock-take of old contracts and cases in flight come on top.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import Assignment, contracts_of, resolve
from sim.scenario.pathway import (
    AreaDemand,
    Branch,
    CaseType,
    CycleDemand,
    Decide,
    OnceDemand,
    RandomDemand,
    Work,
)
from sim.scenario.quantity import Share
from sim.scenario.schema import Scenario

BODIES = {
    "england-2014-15": {"nation": 1, "region": 4, "area_team": 25, "ccg": 211},
    "england-2023": {
        "nation": 1,
        "region": 7,
        "icb": 42,
        "icb_cluster": 26,
        "pod_hub": 8,
        "pcn": 1313,
    },
}
PATIENTS = {"england-2014-15": 56_633_982, "england-2023": 62_134_646}
"""Bodies of the tiers with a look-up, and registered patients, in each year's facts."""

NATIONAL = (
    *("england-2013", "one-icb-2023"),
    *("consortia-2010", "co-commissioning-2015", "place-2022", "model-icb-2025"),
    "stocktake-2013",
)
"""Scenarios whose arrangements are staffed for England."""

HOURS_A_DAY = 7.5
WEEKDAYS, BANK_HOLIDAYS = 260, 8


def passes(case_type: CaseType, refusals: Mapping[str, Share] | None = None) -> dict[str, float]:
    """Return how often a case goes through each stage, on average.

    ``refusals`` is what an arrangement refuses at stages of this type.
    """
    stages = case_type.stages
    names = [stage.name for stage in stages]
    seen: dict[str, float] = defaultdict(float)

    def walk(at: int, chance: float, jumped: Mapping[str, int]) -> None:
        while at < len(stages):
            stage = stages[at]
            seen[stage.name] += chance
            if isinstance(stage, Decide):
                chance *= 1 - float((refusals or {}).get(stage.name, stage.refuse_share))
            if isinstance(stage, Branch) and jumped.get(stage.name, 0) < stage.most_times:
                share = float(stage.share)
                if stage.to != "end":
                    again = {**jumped, stage.name: jumped.get(stage.name, 0) + 1}
                    walk(names.index(stage.to), chance * share, again)
                chance *= 1 - share
            at += 1

    walk(0, 1.0, {})
    return dict(seen)


def cases_per_year(scenario: Scenario, name: str, contract: str) -> float:
    """Return the cases of a type on one kind of contract, in England and a year."""
    demand = scenario.pathways.case_types[name].demand
    count = scenario.estate.contracts.get(contract, 0)
    if isinstance(demand, RandomDemand):
        return count * float(demand.per_contract_year[contract])
    if isinstance(demand, CycleDemand):
        return count * 12 / float(demand.cycle_months)
    if isinstance(demand, OnceDemand):
        days = scenario.pathways.case_types[name].clock_calendar_days
        assert days is not None
        return count * 365.25 / float(days)
    if isinstance(demand, AreaDemand):
        return PATIENTS[str(scenario.estate.facts)] / 1e5 * float(demand.per_100k_year)
    return 0.0


def hours_by_team(scenario: Scenario, arrangement: Arrangement) -> dict[str, dict[str, float]]:
    """Return the expected hours per year by team and role, in England."""
    hours: dict[str, dict[str, float]] = {
        team: dict.fromkeys(arrangement.workforce.roles, 0.0) for team in arrangement.teams
    }
    assigned = resolve(arrangement, scenario.pathways)
    for name, case_type in scenario.pathways.case_types.items():
        often = passes(case_type, arrangement.refuse_share.get(name))
        for contract in contracts_of(scenario.pathways, name):
            cases = cases_per_year(scenario, name, contract)
            for stage in case_type.stages:
                if not isinstance(stage, Work | Decide):
                    continue
                who = assigned[name, contract, stage.name]
                each = cases * often[stage.name] * _effort(stage, who, arrangement)
                for role, weight in stage.by.items():
                    hours[who.team][role] += each * weight / sum(stage.by.values())
    return hours


def _effort(stage: Work | Decide, who: Assignment, arrangement: Arrangement) -> float:
    hours = float(stage.hours)
    if isinstance(stage, Decide) and who.decides in arrangement.committees:
        hours = float(stage.paper_hours)
    if isinstance(stage, Work) and stage.visit == "by_share":
        hours *= float(arrangement.visits.review_share)
    return hours * arrangement.effort_multiplier(who.team)


def wte_by_team(scenario: Scenario, arrangement: Arrangement) -> dict[str, float]:
    """Return each team's WTE in England."""
    count = bodies(scenario)
    return {name: float(team.wte) * count[team.tier] for name, team in arrangement.teams.items()}


def bodies(scenario: Scenario) -> dict[str, int]:
    """Return the number of bodies in England by tier."""
    synthetic = {name: tier.bodies for name, tier in scenario.estate.tiers.items()}
    return synthetic | BODIES[str(scenario.estate.facts)]


def casework_hours(arrangement: Arrangement) -> float:
    """Return the hours of casework that one WTE has in a year."""
    force = arrangement.workforce
    days = WEEKDAYS - BANK_HOLIDAYS - float(force.leave_working_days)
    return days * HOURS_A_DAY * (1 - float(force.sickness_share)) * float(force.casework_share)


def load(scenario: Scenario, name: str) -> float:
    """Return the expected hours over the hours available, all teams together."""
    arrangement = scenario.arrangements[name]
    hours = sum(sum(roles.values()) for roles in hours_by_team(scenario, arrangement).values())
    return hours / (sum(wte_by_team(scenario, arrangement).values()) * casework_hours(arrangement))


def main() -> None:
    """Print hours, WTE and load by arrangement, team and role."""
    from sim.scenario.files import load as load_file

    for file in NATIONAL:
        scenario = load_file(file).scenario
        for name, arrangement in scenario.arrangements.items():
            wte, each = wte_by_team(scenario, arrangement), casework_hours(arrangement)
            print(f"{file} {name}: {sum(wte.values()):.0f} WTE, load {load(scenario, name):.2f}")
            for team, roles in hours_by_team(scenario, arrangement).items():
                mix = arrangement.teams[team].mix
                busy = {r: h / (wte[team] * mix[r] * each) for r, h in roles.items() if r in mix}
                parts = (f"{role} {share:.2f}" for role, share in busy.items())
                total = sum(roles.values())
                used = total / (wte[team] * each)
                print(f"  {team} {total:,.0f} h, {wte[team]:.0f} WTE, {used:.2f}:", *parts)


if __name__ == "__main__":
    main()
