"""What an arrangement costs in a year, as far as it serves the area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.arrays import Float
from sim.model.governance import governance_hours
from sim.model.money import Money
from sim.model.people import Unit, bodies_inside
from sim.scenario.arrangement import Arrangement
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import Pathways


@dataclass(frozen=True)
class Price:
    """What an arrangement costs in a year, and its share of the run."""

    share: float
    who: Arrangement
    money: Money

    @property
    def staff(self) -> float:
        """Pay, on-costs and overhead, over the years of the whole run."""
        return self.share * (float(self.money.staff_by_role.sum()) + self.money.overhead)

    @property
    def committees(self) -> float:
        """Cost of committees, over the years of the whole run."""
        return self.share * self.money.committees


def mean_cost(prices: list[Price]) -> Money:
    """Return the yearly cost over a run of which each arrangement has a share."""
    if len(prices) == 1:
        return prices[0].money
    roles = list(dict.fromkeys(role for one in prices for role in one.who.workforce.roles))

    def by_role(one: Price, table: Float) -> Float:
        """Give a table whose last axis is an arrangement's own roles those of all."""
        wide = np.zeros((*table.shape[:-1], len(roles)))
        wide[..., [roles.index(role) for role in one.who.workforce.roles]] = one.share * table
        return wide

    def mean(name: str) -> float:
        return float(sum(one.share * getattr(one.money, name) for one in prices))

    def all_roles(name: str) -> Float:
        tables = [by_role(one, getattr(one.money, name)) for one in prices]
        return np.asarray(np.sum(tables, axis=0))

    return Money(
        staff_by_role=all_roles("staff_by_role"),
        overhead=mean("overhead"),
        committees=mean("committees"),
        wte_by_role=all_roles("wte_by_role"),
        wte_by_team=np.concatenate([by_role(one, one.money.wte_by_team) for one in prices]),
        governance_hours=all_roles("governance_hours"),
        external=prices[-1].money.external,
        travel_per_hour=mean("travel_per_hour"),
        allowance_per_head=mean("allowance_per_head"),
    )


def price(who: Arrangement, estate: Estate, units: list[Unit], pathways: Pathways) -> Money:
    """Return yearly cost in GBP: pay and on-costs by role, overhead, committees.

    A body that also serves other areas counts in proportion to its contracts
    (or population) inside the area.
    """
    roles = who.workforce.roles
    kinds = list(who.teams.values())
    wte = np.zeros(len(roles))
    by_team = np.zeros((len(kinds), len(roles)))
    shares = {team.tier: inside_shares(estate, estate.tiers[team.tier]) for team in kinds}
    for unit in units:
        here = unit.wte * shares[unit.tier][unit.body]
        for role, part in kinds[unit.kind].mix.items():
            number = list(roles).index(role)
            wte[number] += here * part
            by_team[unit.kind, number] += here * part
    pay = wte * [role.annual_cost_gbp.central for role in roles.values()]
    allowed = who.costs.running_cost_allowance_gbp_per_head.central
    return Money(
        staff_by_role=pay,
        overhead=float(pay.sum()) * who.workforce.overhead_share.central,
        committees=committee_cost(who, estate),
        wte_by_role=wte,
        wte_by_team=by_team,
        governance_hours=_own_hours(who, units, shares),
        external=np.array([t.external_gbp.central for t in pathways.case_types.values()]),
        travel_per_hour=who.costs.travel_gbp_per_hour.central,
        allowance_per_head=allowed * who.costs.primary_care_share.central,
    )


def _own_hours(who: Arrangement, units: list[Unit], shares: dict[str, Float]) -> Float:
    """Return the hours a year that governance takes of each role, as far as they serve the area."""
    here = np.array([shares[unit.tier][unit.body] for unit in units])
    return np.asarray(np.einsum("u,ur->r", here, governance_hours(who, units)))


def cost_by_team(one: Price) -> Float:
    """Return the part of ``Price.staff`` that each kind of team takes, shape (kinds,)."""
    workforce = one.who.workforce
    pay = [role.annual_cost_gbp.central for role in workforce.roles.values()]
    overhead = 1.0 + workforce.overhead_share.central
    paid = np.einsum("kr,r->k", one.money.wte_by_team, pay)
    return np.asarray(one.share * paid * overhead)


def inside_shares(
    estate: Estate, tier: TierMap
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the share of each body's contracts that lies in the area, shape (bodies,)."""
    bodies = len(tier.names)
    here = np.bincount(tier.body_of[estate.inside], minlength=bodies)
    return np.asarray(here / np.maximum(np.bincount(tier.body_of, minlength=bodies), 1))


def committee_cost(who: Arrangement, estate: Estate) -> float:
    """Return the yearly cost of the committees that serve the area, in GBP."""
    total = 0.0
    for committee in who.committees.values():
        tier = estate.tiers[committee.tier]
        shares = inside_shares(estate, tier)[bodies_inside(estate, tier)]
        total += committee.annual_cost_gbp.central * float(shares.sum())
    return total
