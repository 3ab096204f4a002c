"""Checks of case types against the condition of contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.scenario.condition import Condition, SupportDemand
from sim.scenario.quantity import refusal

if TYPE_CHECKING:
    from sim.scenario.pathway import CaseType, RandomDemand

CaseTypes = Mapping[str, "CaseType"]


def check_condition(condition: Condition | None, case_types: CaseTypes) -> None:
    """Raise a refusal for the first case type that does not fit the condition of contracts."""
    for name, case_type in case_types.items():
        if condition is None:
            _refuse_any_mention(name, case_type)
        elif case_type.demand.kind == "random" and case_type.demand.needs:
            _check_needs(name, case_type.demand, condition)
    _check_closing(case_types)
    _check_support(case_types)


def _refuse_any_mention(name: str, case_type: CaseType) -> None:
    for key, said in _mentions(case_type):
        if said:
            at, expected = ("case_types", name, *key), "a block condition in pathways beside it"
            raise refusal(at, said, expected)


def _mentions(case_type: CaseType) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each key of a case type that has to do with a condition, and what it says."""
    demand = case_type.demand
    for key in ("detect_share", "repair_share"):
        share = getattr(case_type, key).central
        yield (key,), f"{share:g}" if share else ""
    yield (
        ("demand", "needs"),
        f'"{demand.needs}"' if demand.kind == "random" and demand.needs else "",
    )
    special = demand.kind in ("closing", "support")
    yield ("demand", "kind"), f'"{demand.kind}"' if special else ""


def _check_needs(name: str, demand: RandomDemand, condition: Condition) -> None:
    """Refuse work that needs the condition of contracts that are not followed, or of a past."""
    at = ("case_types", name, "demand")
    for kind in demand.per_contract_year:
        if kind not in condition.contracts:
            known = tuple(condition.contracts)
            expected = f"a type in condition.contracts: {', '.join(known)}"
            raise refusal((*at, "per_contract_year", kind), f'"{kind}"', expected, known)
    if demand.in_flight_months.central > 0:
        found, expected = (
            f"{demand.in_flight_months.central:g}",
            "0 for work that needs a condition",
        )
        raise refusal((*at, "in_flight_months"), found, expected)


def _check_closing(case_types: CaseTypes) -> None:
    """Refuse two case types that arise when a contract closes: it closes once."""
    closing = [name for name, one in case_types.items() if one.demand.kind == "closing"]
    if len(closing) > 1:
        at, found = ("case_types", closing[1], "demand", "kind"), f'"closing", as of {closing[0]}'
        raise refusal(at, found, "one case type that arises when a contract closes")


def _check_support(case_types: CaseTypes) -> None:
    """Refuse support after what is no case type, detects nothing, or has support already."""
    finding = tuple(name for name, case_type in case_types.items() if _may_find(case_type))
    taken: dict[str, str] = {}
    for name, case_type in case_types.items():
        demand = case_type.demand
        for place, before in enumerate(demand.after if isinstance(demand, SupportDemand) else ()):
            at = ("case_types", name, "demand", "after", place)
            if before not in finding:
                expected = (
                    f"a case type with a detect_share: {', '.join(finding) or 'there is none'}"
                )
                raise refusal(at, f'"{before}"', expected, finding)
            if before in taken:
                raise refusal(at, f'"{before}"', f"one that {taken[before]} does not follow")
            taken[before] = name


def _may_find(case_type: CaseType) -> bool:
    """Say whether support may follow cases of a type."""
    return case_type.detect_share.central > 0 and case_type.demand.kind != "support"
