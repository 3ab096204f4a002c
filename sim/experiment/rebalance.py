"""The same money, rebalanced: staff moved between the kinds of team until all are equally loaded.

Where one kind of team cannot keep up while another has time to spare, a comparison
says more about how the staff were guessed than about the arrangement. So each kind is
given staff in proportion to its load in a pilot, which is the first replication of the
arrangement as staffed, and all of them together cost what base costs. Base itself is
rebalanced too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pyarrow as pa

from sim.experiment.design import DesignPoint, YearlyCost, budgets_of, check_affordable
from sim.experiment.errors import DesignError
from sim.experiment.staffing import REBALANCED

PILOT = 0
"""The replication that the loads are taken from."""

LEAST_LOAD = 0.05
"""A kind of team keeps staff for as much: its work may only not have come up in the pilot."""

Loads = Mapping[str, float]
"""Load by kind of team: work done and still owed over the staff time available."""


def loads(measures: pa.Table) -> dict[str, float]:
    """Return the load of each kind of team, all its bodies and roles together."""
    frame = measures.to_pandas()
    keep = (frame["measure"] == "load") & (frame["role"] == "all") & (frame["body"] != "all")
    return dict(zip(frame.loc[keep, "body"], frame.loc[keep, "value"], strict=True))


def rebalanced(
    points: Iterable[DesignPoint],
    base: str,
    cost: Callable[[DesignPoint], YearlyCost],
    teams: Callable[[DesignPoint], Iterable[str]],
    load: Callable[[DesignPoint], Loads],
) -> list[DesignPoint]:
    """List the points, base among them, with staff by load at base's cost.

    With costs k and loads l of the kinds of team and c for everything else, each
    is scaled by l × (budget - c) / sum(k × l). ``teams`` names them in the order of
    ``YearlyCost.by_team``. Raises ``DesignError`` like ``design.same_money``.
    """
    points = list(points)
    budgets = budgets_of(points, base, cost)
    return [
        _rebalance(
            point, cost(point), budgets[point.context], by_load(point, teams(point), load(point))
        )
        for point in points
    ]


def by_load(point: DesignPoint, teams: Iterable[str], load: Loads) -> list[float]:
    """Return the load of each kind of team, at least ``LEAST_LOAD``.

    Raises ``DesignError`` where one has work and nobody for it.
    """
    teams = list(teams)
    for team in teams:
        if math.isinf(load.get(team, 0.0)):
            raise DesignError(
                f"{point.arrangement}: team {team} has work and nobody who has time for it, so "
                "staff cannot be shared out by load; give it staff, or take its work away"
            )
    return [max(load.get(team, 0.0), LEAST_LOAD) for team in teams]


def _rebalance(
    point: DesignPoint, cost: YearlyCost, budget: float, wanted: list[float]
) -> DesignPoint:
    check_affordable(point, cost, budget)
    total = sum(own * part for own, part in zip(cost.by_team, wanted, strict=True))
    scale = (budget - cost.fixed) / total
    return replace(point, staffing=REBALANCED, wte_scale=tuple(scale * part for part in wanted))
