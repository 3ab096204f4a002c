"""Governance overhead: what is left for casework when every body keeps itself going."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Float
from sim.model.people import Unit
from sim.scenario.arrangement import Arrangement, Workforce
from sim.scenario.units import DAY, HOUR


def hours_there(force: Workforce, working_days: float) -> float:
    """Return the hours a year that one whole-time person is neither on leave nor sick."""
    days = max(working_days - force.leave_working_days.central, 0.0)
    return days * (1.0 - force.sickness_share.central) * DAY / HOUR


def body_hours(who: Arrangement, tier: str) -> float:
    """Return the hours a year that governance takes of each body of a tier."""
    meetings = sum(
        committee.meetings_per_year.central * committee.staff_hours_per_meeting.central
        for committee in who.committees.values()
        if committee.tier == tier
    )
    return who.governance.body_hours_per_year.central + meetings


def governance_hours(who: Arrangement, units: list[Unit]) -> Float:
    """Return the hours of governance in a year by team and role, shape (units, roles).

    A body's hours go to the people of all its teams in proportion to WTE × weight.
    """
    weighted = wte_of(who, units) * _weights(who)
    bodies = list(dict.fromkeys((unit.tier, unit.body) for unit in units))
    number = [bodies.index((unit.tier, unit.body)) for unit in units]
    whole = np.bincount(number, weighted.sum(axis=1), minlength=len(bodies))[number][:, None]
    wanted = np.array([body_hours(who, unit.tier) for unit in units])[:, None]
    return np.asarray(wanted * np.divide(weighted, whole, out=0 * weighted, where=whole > 0))


def casework_shares(who: Arrangement, units: list[Unit], working_days: float) -> Float:
    """Return the share of their time that people have for cases, shape (units, roles).

    ``working_days`` in a year. Exactly the workforce's where governance takes nothing.
    """
    usual = who.workforce.casework_share.central
    least = min(usual, who.governance.least_casework_share.central)
    there = wte_of(who, units) * hours_there(who.workforce, working_days)
    contained = there * (1.0 - usual) * who.governance.contained_share.central
    excess = np.maximum(governance_hours(who, units) - contained, 0.0)
    lost = np.divide(excess, there, out=np.zeros_like(there), where=there > 0)
    return np.maximum(usual - lost, least)


def wte_of(who: Arrangement, units: list[Unit]) -> NDArray[np.float64]:
    """Return WTE by team and role, shape (units, roles)."""
    roles, kinds = list(who.workforce.roles), list(who.teams.values())
    table = np.zeros((len(units), len(roles)))
    for number, unit in enumerate(units):
        for role, part in kinds[unit.kind].mix.items():
            table[number, roles.index(role)] = unit.wte * part
    return table


def _weights(who: Arrangement) -> Float:
    return np.array([who.governance.weights.get(role, 1.0) for role in who.workforce.roles])
