"""The authority table resolved: who works on each stage, and who decides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.arrangement import Arrangement, Authority, Team
from sim.scenario.budgets import OverspendDemand
from sim.scenario.condition import ClosingDemand, SupportDemand
from sim.scenario.pathway import (
    AreaDemand,
    CycleDemand,
    Decide,
    OnceDemand,
    Pathways,
    RandomDemand,
    Work,
)

OFFICER = "officer"
"""``decides = "officer"``: no committee, the team's own officer decides."""

AREA = "area"
"""The contract type of work that belongs to a population, not to a contract."""

ANY = "*"


@dataclass(frozen=True)
class Assignment:
    """Who acts on one stage; ``""`` marks a gap, which validation refuses.

    ``team`` does the work, or writes the committee's paper. ``decides`` is
    ``officer`` or a committee, and ``""`` on stages where nothing is decided.
    """

    team: str = ""
    decides: str = ""


Key = tuple[str, str, str]
"""Case type, contract type (or ``area``), stage."""


def resolve(
    arrangement: Arrangement, pathways: Pathways, *, adopted: bool = True
) -> dict[Key, Assignment]:
    """Return who acts on every work and decide stage that demand can reach.

    The last matching row wins, separately for ``team`` and for ``decides``.
    Wait and branch stages need nobody and are left out. Where bodies have not
    ``adopted`` what the rows with ``where_adopted`` say, these are passed over.
    """
    rows = [row for row in arrangement.authority if adopted or not row.where_adopted]
    return {
        (case, contract, stage.name): _assign(rows, (case, contract), stage)
        for case, contract in routes(pathways)
        for stage in pathways.case_types[case].stages
        if isinstance(stage, Work | Decide)
    }


def routes(pathways: Pathways) -> Iterator[tuple[str, str]]:
    """Yield each case type with each contract type (or ``area``) that it arises on."""
    for name in pathways.case_types:
        for contract in contracts_of(pathways, name):
            yield name, contract


def contracts_of(pathways: Pathways, name: str) -> tuple[str, ...]:
    """Return the contract types that a case type arises on, in the file's order."""
    demand = pathways.case_types[name].demand
    if isinstance(demand, AreaDemand | OverspendDemand):
        return (AREA,)
    if isinstance(demand, CycleDemand | OnceDemand):
        return tuple(dict.fromkeys(demand.contracts))
    if isinstance(demand, RandomDemand):
        return tuple(demand.per_contract_year)
    if isinstance(demand, ClosingDemand | SupportDemand):
        return tuple(dict.fromkeys(_followed(pathways, demand)))
    return tuple(dict.fromkeys(_stood_in_for(pathways, name)))


def acting_roles(arrangement: Arrangement, team: Team, role: str) -> list[str]:
    """Return the roles in a team that may do the work of ``role``: its own first."""
    others = arrangement.substitution.get(role, {})
    return [name for name in dict.fromkeys([role, *others]) if name in team.mix]


def _stood_in_for(pathways: Pathways, name: str) -> Iterator[str]:
    """Yield the contract types of the cycles whose first case is of type ``name``."""
    for case_type in pathways.case_types.values():
        demand = case_type.demand
        if isinstance(demand, CycleDemand) and demand.first and demand.first.case_type == name:
            yield from demand.contracts


def _followed(pathways: Pathways, demand: ClosingDemand | SupportDemand) -> Iterator[str]:
    """Yield the contract types that close, or that support follows work on."""
    condition = pathways.condition
    closing = condition.contracts if condition else ()
    if isinstance(demand, ClosingDemand):
        yield from closing
        return
    for before in demand.after:
        yield from (kind for kind in contracts_of(pathways, before) if kind in closing)


def _assign(rows: list[Authority], route: tuple[str, str], stage: Work | Decide) -> Assignment:
    team = decides = ""
    for row in rows:
        if _matches(row, *route, stage.name):
            team = row.team or team
            decides = row.decides or decides
    return Assignment(team, decides if isinstance(stage, Decide) else "")


def _matches(row: Authority, case: str, contract: str, stage: str) -> bool:
    named = ((row.cases, case), (row.contracts, contract), (row.stages, stage))
    return all(ANY in names or name in names for names, name in named)
