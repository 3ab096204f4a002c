"""Cost in a year of serving the area."""

from __future__ import annotations

from collections.abc import Iterator

from sim.outcomes.view import CELL, Row, View
from sim.scenario.pathway import CONTRACT_TYPES


def cost(view: View) -> Iterator[Row]:
    """Yield cost per year: staff + overhead + governance = total.

    Governance is what committees cost beside the staff time that they take,
    which is within the cost of staff.
    """
    money = view.model.money
    staff = float(money.staff_by_role.sum())
    for role, value in zip(view.model.teams.roles, money.staff_by_role, strict=True):
        yield Row("cost_staff_gbp", float(value), role=role)
    total = staff + money.overhead + money.committees
    yield Row("cost_staff_gbp", staff)
    yield Row("cost_overhead_gbp", money.overhead)
    yield Row("cost_governance_gbp", money.committees)
    yield Row("cost_total_gbp", total)
    people = population(view)
    if people > 0:
        yield Row("cost_per_head_gbp", total / people)


def population(view: View) -> int:
    """Return the patients registered with practices of the area, else those of its cells."""
    entities = view.model.entities
    for kind in (CONTRACT_TYPES.index("gp"), CELL):
        chosen = entities.inside & (entities.kind == kind)
        if chosen.any():
            return int(entities.patients[chosen].sum())
    return 0
