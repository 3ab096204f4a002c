"""Contexts: the state of the world that an arrangement meets, and what happens to it for a time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.condition import ClosingDemand, SupportDemand
from sim.scenario.pathway import CaseType, CycleDemand, Pathways
from sim.scenario.quantity import Amount, Frozen, Positive, Share, amount, share

EVERY = "*"
"""Stands for every case type, or every tier, that a spell can be about."""

Names = Annotated[list[str], Field(min_length=1)]

MOST_SHOCKS = 14
"""As many as leave room in the numbers of cases for those that each shock adds, and for support."""


class Spell(Frozen):
    """Some months of a run, counted from its start."""

    title: str = ""
    starts_after_months: Amount
    lasts_months: Positive


class Shock(Spell):
    """For a time more, or less, of some work arises.

    Of case types that arise at random. A multiplier of 3 adds twice the usual
    cases, 0.25 leaves out three of four; all other cases stay as they were.
    """

    case_types: Names
    demand_multiplier: Amount


class Pause(Spell):
    """For a time some work does not fall due and is not taken up.

    What would have arisen or fallen due meanwhile does so on the last day, and
    its clock starts then, but for ``waived_share``, which never comes back. What is open
    on the first day goes on. Reviews to come keep the dates that they had.
    """

    case_types: Names
    waived_share: Share = share(0.0)


class Redeployment(Spell):
    """For a time staff are lent to other work: a share of everybody's hours for cases."""

    tiers: Names = [EVERY]
    """Tiers whose teams lend staff."""
    staff_share: Share


class Context(Frozen):
    """The state of the world that an arrangement meets."""

    title: str = ""
    demand_multiplier: Amount = amount(1.0)
    demand_growth_per_year: Amount = amount(0.0)
    """Growth of random and area demand: 0.02 is 2% more each year."""
    wte_multiplier: Amount = amount(1.0)
    """Budget: every team's WTE is multiplied by this."""
    wte_multiplier_by_tier: dict[str, Amount] = {}
    """On top of that for the teams of a tier: ``icb = 0.5`` halves those of ICBs."""
    shocks: Annotated[dict[str, Shock], Field(max_length=MOST_SHOCKS)] = {}
    pauses: dict[str, Pause] = {}
    redeployments: dict[str, Redeployment] = {}

    def wte_multiplier_of(self, tier: str) -> float:
        """Return what the WTE of a team at a tier is multiplied by."""
        own = self.wte_multiplier_by_tier.get(tier)
        return self.wte_multiplier.central * (1.0 if own is None else own.central)

    def begins_too_late(self, years: float) -> bool:
        """Say whether all that is to happen for a time begins when a run of some years is over."""
        spells = [*self.shocks.values(), *self.pauses.values(), *self.redeployments.values()]
        first = min((one.starts_after_months.central for one in spells), default=0.0)
        return bool(spells) and first >= 12.0 * years


def can_surge(case_type: CaseType) -> bool:
    """Say whether more or less of a case type can arise: whether it does so at random."""
    return case_type.demand.kind in ("random", "area")


def can_pause(case_type: CaseType) -> bool:
    """Say whether a case type can be put off: not one that something else sets off."""
    demand = case_type.demand
    if isinstance(demand, ClosingDemand | SupportDemand):
        return False
    return not (isinstance(demand, CycleDemand) and demand.anchor == "closed")


def surging(shock: Shock, pathways: Pathways) -> list[str]:
    """Return the case types that a shock is about."""
    return _meant(shock.case_types, {n: can_surge(t) for n, t in pathways.case_types.items()})


def paused(pause: Pause, pathways: Pathways) -> list[str]:
    """Return the case types that a pause is about."""
    return _meant(pause.case_types, {n: can_pause(t) for n, t in pathways.case_types.items()})


def _meant(names: list[str], able: dict[str, bool]) -> list[str]:
    return [name for name, can in able.items() if can and (EVERY in names or name in names)]
