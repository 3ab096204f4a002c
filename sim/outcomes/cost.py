"""Cost in a year of serving the area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.outcomes.casebook import OPENED
from sim.outcomes.view import CELL, Row, View
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.units import HOUR


def cost(view: View) -> Iterator[Row]:
    """Yield cost per year: staff + overhead + governance + travel + external = total.

    Governance is what committees cost beside the staff time that they take,
    which is within the cost of staff. Travel and external support depend on the cases of
    the run. What has no price in the scenario is left out.
    """
    money = view.model.money
    staff = float(money.staff_by_role.sum())
    for role, value in zip(view.model.teams.roles, money.staff_by_role, strict=True):
        yield Row("cost_staff_gbp", float(value), role=role)
    travel, external = travel_cost(view), external_cost(view)
    total = staff + money.overhead + money.committees + travel + external
    yield Row("cost_staff_gbp", staff)
    yield Row("cost_overhead_gbp", money.overhead)
    yield Row("cost_governance_gbp", money.committees)
    if money.governance_hours.any():
        yield Row("cost_governance_time_gbp", governance_time(view))
    if money.travel_per_hour > 0:
        yield Row("cost_travel_gbp", travel)
    if money.external.any():
        yield Row("cost_external_gbp", external)
    yield Row("cost_total_gbp", total)
    people = population(view)
    if people > 0:
        yield Row("cost_per_head_gbp", total / people)
    if people > 0 and money.allowance_per_head > 0:
        yield Row("allowance_used", total / (people * money.allowance_per_head))


def travel_cost(view: View) -> float:
    """Return what journeys on cases of the area cost in a year beside the time, in GBP."""
    hours = int(view.tally.total("travel", OPENED)[-1]) / HOUR
    return hours * view.model.money.travel_per_hour / view.model.years


def external_cost(view: View) -> float:
    """Return what was bought in a year for cases of the area that are closed, in GBP."""
    money = view.model.money
    if not money.external.any():
        return 0.0
    closed = view.tally.total("closed", OPENED)[:-1]
    return float(np.einsum("t,t->", closed, money.external)) / view.model.years


def governance_time(view: View) -> float:
    """Return the part of the yearly cost of staff that goes to bodies and meetings, in GBP.

    An hour costs the year's pay over all hours that are paid, leave included.
    """
    money, model = view.model.money, view.model
    paid = model.clock.horizon / HOUR / model.years
    staffed = money.wte_by_role > 0
    hourly = np.divide(
        money.staff_by_role,
        money.wte_by_role * paid,
        out=np.zeros(len(staffed)),
        where=staffed,
    )
    return float(np.einsum("r,r->", money.governance_hours, hourly))


def population(view: View) -> int:
    """Return the patients registered with practices of the area, else those of its cells."""
    entities = view.model.entities
    for kind in (CONTRACT_TYPES.index("gp"), CELL):
        chosen = entities.inside & (entities.kind == kind)
        if chosen.any():
            return int(entities.patients[chosen].sum())
    return 0
