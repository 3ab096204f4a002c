"""The table of all work: how often each case type arises, what it takes, what is promised."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from sim.scenario.budgets import OverspendDemand
from sim.scenario.condition import ClosingDemand, SupportDemand
from sim.scenario.errors import listed
from sim.scenario.files import load
from sim.scenario.pathway import (
    AreaDemand,
    CaseType,
    CycleDemand,
    Decide,
    Demand,
    FollowsDemand,
    OnceDemand,
    Pathways,
    RandomDemand,
    Work,
)
from sim.scenario.quantity import Quantity
from sim.scenario.values import number, range_of

SCENARIO = "england-2013"
"""The scenario whose pathways are shown."""

COLUMNS = ("Case type", "Arises", "Hours", "First response, closed within", "Priority", "Evidence")


def work_table() -> list[str]:
    """Return the table in Markdown, one row per case type of the standard pathways."""
    pathways = load(SCENARIO).scenario.pathways
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    rows += [_row(name, each, pathways) for name, each in pathways.case_types.items()]
    return [f"| {' | '.join(row)} |" for row in rows]


def _row(name: str, case_type: CaseType, pathways: Pathways) -> tuple[str, ...]:
    return (
        f"{case_type.title} (`{name}`)",
        _arises(name, case_type.demand, pathways),
        _hours(case_type),
        ", ".join(_clocks(case_type)),
        str(case_type.priority),
        _evidence(case_type.demand),
    )


def _arises(name: str, demand: Demand, pathways: Pathways) -> str:
    match demand:
        case RandomDemand():
            rates = [f"{kind} {_with_range(rate)}" for kind, rate in _rates(demand)]
            only = f" while it is {demand.needs}" if demand.needs else ""
            return f"{', '.join(rates)} a year for each contract{only}"
        case AreaDemand():
            return f"{_with_range(demand.per_100k_year)} a year for each 100,000 patients"
        case CycleDemand():
            month = f", in {calendar.month_name[demand.due_month]}" if demand.due_month else ""
            kinds = listed(demand.contracts, "and")
            return f"{kinds} every {_with_range(demand.cycle_months)} months{month}"
        case OverspendDemand():
            return "when a body with a hard budget fails"
        case OnceDemand():
            return f"{listed(demand.contracts, 'and')} once, on the first day"
        case ClosingDemand():
            return "when a failing contract closes"
        case SupportDemand():
            found = listed([f"`{one}`" for one in demand.after], "and")
            return f"after {found}, when it finds a contract that is not sound"
        case FollowsDemand():
            return f"instead of {listed(_stood_in_for(name, pathways), 'and')}, when that is old"


def _rates(demand: RandomDemand) -> Iterator[tuple[str, Quantity]]:
    yield from demand.per_contract_year.items()


def _stood_in_for(name: str, pathways: Pathways) -> list[str]:
    return [
        f"`{other}`"
        for other, each in pathways.case_types.items()
        if isinstance(each.demand, CycleDemand)
        and each.demand.first
        and each.demand.first.case_type == name
    ]


def _hours(case_type: CaseType) -> str:
    """Return the hours of all stages together, once through and decided by an officer."""
    stages = [stage for stage in case_type.stages if isinstance(stage, Work | Decide)]
    ends = [range_of(stage.hours) or (stage.hours.central,) * 2 for stage in stages]
    low, high = (sum(side) for side in zip(*ends, strict=True))
    total = sum(stage.hours.central for stage in stages)
    return f"{total:.3g} ({low:.3g} to {high:.3g})"


def _with_range(found: Quantity) -> str:
    ends = range_of(found)
    spread = f" ({' to '.join(map(number, ends))})" if ends else ""
    return f"{number(found.central)}{spread}"


def _clocks(case_type: CaseType) -> Iterator[str]:
    if case_type.response_working_days:
        yield f"{_with_range(case_type.response_working_days)} working days"
    if case_type.clock_calendar_days:
        yield f"{_with_range(case_type.clock_calendar_days)} calendar days"


def _evidence(demand: Demand) -> str:
    """Return sources and grades of how often a case type arises."""
    found: list[Quantity] = []
    match demand:
        case RandomDemand():
            found += demand.per_contract_year.values()
        case AreaDemand():
            found.append(demand.per_100k_year)
        case CycleDemand():
            found.append(demand.cycle_months)
        case OverspendDemand():
            found += (demand.spend_gbp_per_head, demand.spend_at_100k_cv)
    return "; ".join(dict.fromkeys(f"{each.source}, {each.grade}" for each in found))
