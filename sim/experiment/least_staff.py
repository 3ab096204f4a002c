"""What it would take: the least staff that meet a service target, and what money buys.

Every amount of staff meets the same contracts, demand and luck (common random numbers), so
that service is compared between amounts without noise of its own. Bisection over staffing
levels against a service constraint is the usual answer for simulated staffing (Henderson
and Mason, 1998; Atlason, Epelman and Henderson, 2008, Management Science 54(2),
doi:10.1287/mnsc.1070.0774). A bound holds for one amount at a time: the least of several
tried is a little optimistic where few replications are run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiment import target as targets
from sim.experiment.comparison import TIMES
from sim.experiment.design import DesignPoint
from sim.experiment.errors import DesignError
from sim.experiment.headlines import ALL, rows_of
from sim.experiment.runner import Runner
from sim.experiment.search import Found, search, together
from sim.experiment.target import Target
from sim.experiment.ways import ALIKE, BY_LOAD, Way
from sim.experiment.worker import Task

STEPS = 50
"""Steps of the scale between no staff and as staffed: 2% each."""

LEAST, MOST = 5, 200
"""In steps: the search covers a tenth to four times the staff."""

FRONTIER = (30, 40, 50, 60, 70, 85, 100)
"""In steps: 0.6 to 2 times the staff, where the frontier is measured and the search starts."""

START = {ALIKE: FRONTIER, BY_LOAD: (30, 50, 70, 100)}
"""In steps, by split: what is tried first."""

Float = NDArray[np.float64]

COLUMNS = [
    *("arrangement", "split", "scale", "wte", "cost_gbp"),
    *("mean", "low", "high", "bound", "unit", "replications"),
]
"""Of every table: ``low`` to ``high`` is the 95% t interval of the mean, ``bound`` what the
mean reaches with the confidence asked for, on the worse side."""


@dataclass
class Trials:
    """Runs amounts of staff, each once, and remembers the target's measure."""

    runner: Runner
    target: Target
    replications: int
    confidence: float
    known: dict[tuple[Way, float], Float] = field(default_factory=dict)

    def values(self, pairs: Sequence[tuple[Way, float]]) -> list[Float]:
        """Return the measure of each way at each scale, shape (replications,).

        A time is not a number where overload would flatter it, as in every table.
        """
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self.known]
        tasks = [Task(way.at(scale), r) for r in range(self.replications) for way, scale in new]
        found = self.runner.values(tasks, [self.target.headline])
        for pair, column in zip(new, found.reshape(self.replications, -1).T, strict=True):
            self.known[pair] = column
            if self.target.unit in TIMES and self._overloaded(*pair):
                self.known[pair] = np.full(self.replications, np.nan)
        return [self.known[pair] for pair in pairs]

    def _overloaded(self, way: Way, scale: float) -> bool:
        return self.runner.overloaded([Task(way.at(scale), r) for r in range(self.replications)])

    def check(self, base: Way) -> None:
        """Raise ``DesignError`` where the target is about something that base has not."""
        (table,) = self.runner.tables([Task(base.at(1.0), 0)])
        if rows_of(table.to_pandas(), self.target.headline).empty:
            measure, case_type = self.target.headline
            raise DesignError(f"target: {measure} has no value here for case type {case_type}")

    def search(self, ways: Iterable[Way], wanted: Float | float) -> dict[Way, Found]:
        """Return the least staff of each way that reach what is wanted, in steps."""

        def attempt(pairs: list[tuple[Way, int]]) -> list[bool]:
            found = self.values([(way, number / STEPS) for way, number in pairs])
            sign = self.target.sign
            return [targets.met(each, wanted, self.confidence, sign) for each in found]

        return together({way: search(START[way.split], LEAST, MOST) for way in ways}, attempt)

    def table(self, pairs: Sequence[tuple[Way, float]]) -> pd.DataFrame:
        """Describe amounts of staff: a row each, with columns ``COLUMNS``."""
        values = self.values(pairs)
        rows = [self._row(*pair, each) for pair, each in zip(pairs, values, strict=True)]
        return pd.DataFrame(rows, columns=COLUMNS)

    def _row(self, way: Way, scale: float, values: Float) -> tuple[object, ...]:
        low, high = (targets.reach(values, 0.975, sign) for sign in (1, -1))
        mean = float(values.mean()) if np.isfinite(values).all() else math.nan
        wte = self.wte(way.at(scale))[ALL, ALL]
        bound = targets.reach(values, self.confidence, self.target.sign)
        service = (mean, low, high, bound, self.target.unit, self.replications)
        return (way.arrangement, way.split, scale, wte, way.cost_at(scale), *service)

    def wte(self, point: DesignPoint) -> dict[tuple[str, str], float]:
        """Return WTE by (team, role), "all" for both, as far as they serve the area.

        No draw changes it, so the first replication tells.
        """
        (table,) = self.runner.tables([Task(point, 0)])
        frame = table.to_pandas()
        found = frame[(frame["measure"] == "wte") & (frame["period"] == ALL)]
        return dict(
            zip(zip(found["body"], found["role"], strict=True), found["value"], strict=True)
        )


@dataclass(frozen=True)
class LeastStaff:
    """What a target takes; every table is as ``COLUMNS`` says, and one more column at most.

    ``least`` has a row for each arrangement and split, with ``met``; where that is false it
    tells the best that was reached. ``staff`` gives the WTE, as staffed and least, by kind of
    team and by role, of the cheaper split that meets the target. ``same_money``: the service
    for base's money. ``same_service``: the least staff, in that split, that serve as well
    as base as staffed. ``frontier``: service by staff.
    """

    target: Target
    confidence: float
    base: str
    context: str
    least: pd.DataFrame
    staff: pd.DataFrame
    same_money: pd.DataFrame
    same_service: pd.DataFrame
    frontier: pd.DataFrame
    uneven: dict[tuple[str, str], tuple[float, ...]]
    """By arrangement and split: smaller scales that met the target, though larger did not."""


def find(trials: Trials, every: Sequence[Way], base: Way, context: str) -> LeastStaff:
    """Search both ways of every arrangement; compare with base at its money and its service."""
    trials.check(base)
    frontier = [(way, step / STEPS) for way in every if way.split == ALIKE for step in FRONTIER]
    found = trials.search(every, trials.target.number)
    (level,) = trials.values([(base, 1.0)])
    others = [way for way in _worth(every, found) if way.arrangement != base.arrangement]
    same = trials.search(others, level) if np.isfinite(level).all() else {}
    money = [(way, way.scale_for(base.cost.total)) for way in every]
    return LeastStaff(
        trials.target,
        trials.confidence,
        base.arrangement,
        context,
        _least(trials, found),
        _staff(trials, found),
        trials.table([(way, scale) for way, scale in money if scale is not None]),
        _same_service(trials, same, base),
        trials.table(frontier),
        {
            (way.arrangement, way.split): tuple(step / STEPS for step in each.below)
            for way, each in found.items()
            if each.below
        },
    )


def _least(trials: Trials, found: dict[Way, Found]) -> pd.DataFrame:
    """Tell the least staff, or the best that any amount reached."""
    scales = [
        _best(trials, way) if each.least is None else each.least / STEPS
        for way, each in found.items()
    ]
    table = trials.table(list(zip(found, scales, strict=True)))
    return table.assign(met=[each.least is not None for each in found.values()])


def _best(trials: Trials, way: Way) -> float:
    """Return the scale at which the mean was best; the largest where none can be told."""
    means = {
        scale: trials.target.sign * float(values.mean())
        for (who, scale), values in trials.known.items()
        if who == way and np.isfinite(values).all()
    }
    return max(means, key=lambda scale: (means[scale], -scale), default=MOST / STEPS)


def _staff(trials: Trials, found: dict[Way, Found]) -> pd.DataFrame:
    """Tell the WTE of each arrangement's cheaper way to meet the target."""
    rows: list[tuple[object, ...]] = []
    for way, scale in _cheapest(found).values():
        before, after = trials.wte(way.point), trials.wte(way.at(scale))
        name = way.arrangement, way.split
        rows += [(*name, *who, before[who], wte) for who, wte in after.items()]
    columns = ["arrangement", "split", "team", "role", "as_staffed", "least"]
    return pd.DataFrame(rows, columns=columns)


def _cheapest(found: dict[Way, Found]) -> dict[str, tuple[Way, float]]:
    """Return the cheaper way of each arrangement that has one, and its least scale."""
    best: dict[str, tuple[Way, float]] = {}
    for way, each in found.items():
        if each.least is None:
            continue
        scale = each.least / STEPS
        known = best.get(way.arrangement)
        if known is None or way.cost_at(scale) < known[0].cost_at(known[1]):
            best[way.arrangement] = way, scale
    return best


def _worth(every: Sequence[Way], found: dict[Way, Found]) -> list[Way]:
    """Return one way of each arrangement: that which met the target for less, or all alike."""
    best = _cheapest(found)
    alike = {way.arrangement: way for way in every if way.split == ALIKE}
    return [best[name][0] if name in best else way for name, way in alike.items()]


def _same_service(trials: Trials, found: dict[Way, Found], base: Way) -> pd.DataFrame:
    """Tell the cheapest way of each arrangement to serve as well as base, which stays as it is."""
    return trials.table([(base, 1.0), *_cheapest(found).values()])
