"""The components of a model as STRESS-DES asks for them, read from the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.experiment.reopened import Reopened
from sim.reports.parts import Part, Table, Text
from sim.scenario.arrangement import Arrangement
from sim.scenario.pathway import CaseType
from sim.scenario.schema import Scenario
from sim.scenario.values import NEUTRAL, number, values

ARISE = {
    "random": "at random, by contract",
    "area": "at random, by population",
    "cycle": "falls due in a cycle",
    "once": "one of each contract, on the first day",
    "follows": "in place of a first case of another type",
    "overspend": "for each year in which a body overspends so far that it fails",
    "closing": "when a contract closes",
    "support": "after a case that finds a contract in trouble",
}
"""How cases of each kind of demand arise."""


def mechanism_table(opened: Reopened) -> Table:
    """Return which mechanisms each arrangement sets, and which it leaves without effect."""
    on: dict[str, set[str]] = {}
    for value in values(opened.loaded):
        if value.path[0] == "arrangements" and value.grade and len(value.path) > 3:
            who, what = str(value.path[1]), str(value.path[2])
            on.setdefault(what, set())
            if value.source != NEUTRAL:
                on[what].add(who)
    titles = {name: each.title or name for name, each in opened.scenario.arrangements.items()}
    rows = [
        [what.replace("_", " ").capitalize(), *("set" if n in who else "no effect" for n in titles)]
        for what, who in sorted(on.items())
    ]
    return Table("Mechanisms of each arrangement", ("Mechanism", *titles.values()), rows)


def component_parts(scenario: Scenario) -> Iterator[Part]:
    """Yield entities with their entry and exit, activities, resources and queues."""
    yield Table(
        "Entities and activities: case types and the stages of their pathways",
        ("Case type", "How it arises", "Priority", "Clock (calendar days)", "Stages"),
        [_case_row(each) for each in scenario.pathways.case_types.values()],
        frozenset({2, 3}),
    )
    yield Table(
        "Resources: teams",
        ("Arrangement", "Team", "At each", "WTE of each body, mean over England", "Roles"),
        [row for each in scenario.arrangements.items() for row in _team_rows(*each)],
        frozenset({3}),
    )
    meetings = [row for each in scenario.arrangements.items() for row in _meeting_rows(*each)]
    if meetings:
        yield Table(
            "Resources: committees",
            ("Arrangement", "Committee", "At each", "Meetings a year", "Items a meeting"),
            meetings,
            frozenset({3, 4}),
        )
    yield Text(
        "Queues: one for each role of each team, and one for the agenda of each committee, of "
        "which items over its capacity roll to the next meeting. Cases enter as they arise or fall "
        "due, and leave when they are closed, refused or withdrawn."
    )


def _case_row(each: CaseType) -> list[str]:
    clock = each.clock_calendar_days
    stages = ", ".join(f"{stage.name} ({stage.kind})" for stage in each.stages)
    days = "" if clock is None else number(clock.central)
    return [each.title, ARISE[each.demand.kind], str(each.priority), days, stages]


def _team_rows(name: str, arrangement: Arrangement) -> Iterator[list[str]]:
    for key, team in arrangement.teams.items():
        roles = ", ".join(f"{role} {share:g}" for role, share in team.mix.items())
        tier = team.tier.replace("_", " ")
        who = arrangement.title or name
        yield [who, team.title or key, tier, number(team.wte.central), roles]


def _meeting_rows(name: str, arrangement: Arrangement) -> Iterator[list[str]]:
    for key, group in arrangement.committees.items():
        who, tier = arrangement.title or name, group.tier.replace("_", " ")
        often = number(group.meetings_per_year.central)
        yield [who, group.title or key, tier, often, str(group.agenda_items)]
