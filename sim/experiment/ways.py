"""Ways to give an arrangement more or less staff, and what each amount costs.

Either every team grows alike, or each kind of team has staff in proportion to its load in
the first replication of the arrangement as staffed (``sim.experiment.rebalance``). Both are
counted in the same scale: at 1 the staff cost what they cost as staffed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.experiment.design import ONLY, DesignPoint, YearlyCost, design, scenario_of
from sim.experiment.errors import DesignError
from sim.experiment.rebalance import PILOT, by_load, loads
from sim.experiment.runner import Runner
from sim.experiment.staffing import REBALANCED, SCALED
from sim.experiment.worker import Task
from sim.scenario.errors import nearest
from sim.scenario.schema import Scenario

ALIKE, BY_LOAD = "all teams alike", "staff by load"


@dataclass(frozen=True)
class Way:
    """An arrangement in one context, and a factor for each kind of team at scale 1."""

    point: DesignPoint
    cost: YearlyCost
    split: str = ALIKE
    factors: tuple[float, ...] = ()

    @property
    def arrangement(self) -> str:
        """Return the arrangement's name."""
        return self.point.arrangement

    def at(self, scale: float) -> DesignPoint:
        """Return the arrangement with so many times its staff."""
        if self.split == ALIKE:
            return replace(self.point, wte_scale=scale, staffing=SCALED)
        factors = tuple(scale * factor for factor in self.factors)
        return replace(self.point, wte_scale=factors, staffing=REBALANCED)

    def cost_at(self, scale: float) -> float:
        """Return GBP a year: staff in proportion, committees whatever the staff."""
        return self.cost.fixed + self.cost.staff * scale

    def scale_for(self, budget: float) -> float | None:
        """Return the scale that costs a budget, None where committees alone cost more."""
        scale = 1.0 + (budget - self.cost.total) / self.cost.staff
        return scale if scale > 0 else None


def ways(
    scenario: Scenario, context: str, arrangements: Sequence[str], runner: Runner
) -> list[Way]:
    """List both ways of every arrangement; one where there is but one kind of team.

    Raises ``DesignError`` where there is no such arrangement or context, or nobody to employ.
    """
    check_known(scenario, context, arrangements)
    points = [
        point
        for point in design(scenario)
        if point.context == context and point.arrangement in arrangements
    ]
    costs = runner.costs(points)
    for point in points:
        if costs[point].staff <= 0:
            raise DesignError(f"{point.arrangement} employs nobody, so there is nobody to add")
    several = [point for point in points if len(_teams(point)) > 1]
    pilots = runner.tables([Task(point, PILOT) for point in several])
    load = dict(zip(several, map(loads, pilots), strict=True))
    found = []
    for point in points:
        found.append(Way(point, costs[point]))
        if point in load:
            factors = shared_out(by_load(point, _teams(point), load[point]), costs[point])
            found.append(Way(point, costs[point], BY_LOAD, factors))
    return found


def check_known(scenario: Scenario, context: str, arrangements: Sequence[str]) -> None:
    """Raise ``DesignError`` where a scenario has no such context or arrangement."""
    _require("context", context, list(scenario.contexts))
    for name in arrangements:
        _require("arrangement", name, list(scenario.arrangements))


def shared_out(wanted: Sequence[float], cost: YearlyCost) -> tuple[float, ...]:
    """Return a factor for each kind of team, as wanted, at the same cost of staff as before."""
    spent = sum(own * part for own, part in zip(cost.by_team, wanted, strict=True))
    return tuple(part * cost.staff / spent for part in wanted)


def _teams(point: DesignPoint) -> list[str]:
    """Return the kinds of team of a design point's arrangement."""
    return list(scenario_of(point.document).arrangements[ONLY].teams)


def _require(what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        hint = f'did you mean "{close}"?' if (close := nearest(name, known)) else ""
        raise DesignError(f'there is no {what} "{name}" in {", ".join(known)}{hint and "; "}{hint}')
