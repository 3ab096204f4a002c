"""History matching: which plausible parameter sets the independent targets do not rule out.

The implausibility of a set for a target is how far the model's answer is from what was
observed, over the standard deviation of all that may lie between them: the observation, the
replications and the model itself (its discrepancy). A set is ruled out where it exceeds 3 for
any target (Pukelsheim's three-sigma rule; Vernon, Goldstein and Bower, 2010; Andrianakis et
al., 2015). Only half of the targets rule out; the other half is held out to see how what is
left fares there. Nothing is tuned: ranges and targets stay as they are.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from sim.evidence import worlds
from sim.evidence.judgement import answer
from sim.evidence.reading import read_targets
from sim.evidence.targets import Check, Targets
from sim.evidence.worlds import Place, places, sides
from sim.experiment.design import DesignPoint, design
from sim.experiment.errors import DesignError
from sim.experiment.headlines import primary
from sim.experiment.plausible import Factor, Float, factors, hypercube, with_values
from sim.experiment.runner import Runner
from sim.experiment.uncertain import better
from sim.experiment.worker import Task
from sim.scenario.files import LoadedScenario

SETS = 10
"""Few, because most targets are about all of England, which takes its time."""

REPLICATIONS = 2
"""The fewest that tell the noise of the model from its answer."""

DISCREPANCY = 0.1
"""Standard deviation of what the model leaves out, over the size of what was observed."""

CUT_OFF = 3.0


@dataclass(frozen=True)
class Matching:
    """What each parameter set makes of each target."""

    checks: tuple[tuple[str, Check], ...]
    """Targets' ids with their independent checks that have a range and can be run."""
    held_out: tuple[bool, ...]
    """Which of them rule nothing out."""
    not_run: int
    """Independent rows of the targets that cannot be run, or have no range."""
    factors: tuple[Factor, ...]
    levels: Float
    """Shape (sets, factors)."""
    implausibility: Float
    """Shape (sets, checks); infinite where the model gives no number."""
    ranking: Float
    """The primary measure of the scenario compared, shape (sets, arrangements)."""
    names: tuple[str, ...]
    """The arrangements of the scenario compared."""
    sign: float
    """1 where more of the primary measure is better, -1 where less, 0 where neither."""
    kept: np.ndarray = field(init=False)
    """Which sets are not ruled out, shape (sets,)."""

    def __post_init__(self) -> None:
        used = self.implausibility[:, ~np.array(self.held_out, dtype=bool)]
        object.__setattr__(self, "kept", (used <= CUT_OFF).all(axis=1))

    @property
    def targets(self) -> pd.DataFrame:
        """Return a row per check: the share of sets that meet it, of all and of those kept."""
        met = self.implausibility <= CUT_OFF
        of_kept = met[self.kept].mean(axis=0) if self.kept.any() else np.full(met.shape[1], np.nan)
        return pd.DataFrame(
            {
                "target": [name for name, _ in self.checks],
                "what": [check.what for _, check in self.checks],
                "held_out": self.held_out,
                "least": self.implausibility.min(axis=0),
                "met": met.mean(axis=0),
                "met_of_kept": of_kept,
            }
        )

    @property
    def ranges(self) -> pd.DataFrame:
        """Return a row per factor: ends of what is kept, and the share of its range between.

        ``left`` is over plausible levels and ``expected`` what as many sets picked by chance
        would leave: only where ``left`` is well below it was a range narrowed. The first is the
        one most narrowed.
        """
        kept, number = self.levels[self.kept], int(self.kept.sum())
        low = kept.min(axis=0) if number else np.full(len(self.factors), np.nan)
        high = kept.max(axis=0) if number else low
        rows = [
            (each.anywhere, each.at(float(first)), each.at(float(last)), last - first)
            for each, first, last in zip(self.factors, low, high, strict=True)
        ]
        table = pd.DataFrame(rows, columns=["factor", "low", "high", "left"])
        table["expected"] = (number - 1) / (number + 1) if number else math.nan
        return table.sort_values("left", kind="stable").reset_index(drop=True)

    @property
    def conflicts(self) -> list[tuple[int, int]]:
        """Return pairs of checks, by place, that sets meet one by one but never together."""
        met = self.implausibility <= CUT_OFF
        return [
            (one, other)
            for one, other in combinations(range(met.shape[1]), 2)
            if met[:, one].any() and met[:, other].any() and not (met[:, one] & met[:, other]).any()
        ]


def calibrate(
    loaded: LoadedScenario,
    runner: Runner,
    *,
    sets: int = SETS,
    replications: int = REPLICATIONS,
    discrepancy: float = DISCREPANCY,
    targets: Path | None = None,
    seed: int = 1,
) -> Matching:
    """Match plausible parameter sets with the independent targets; look at a ranking after.

    ``targets`` is a file of them, by default the library's. Finished replications are reused.
    Raises ``DesignError`` where fewer than two can be run.
    """
    if replications < 2 or sets < 2:
        raise DesignError(f"expected 2 sets and replications or more, found {sets}, {replications}")
    if not 0 <= discrepancy < math.inf:
        raise DesignError(f"discrepancy: expected a number from 0, found {discrepancy:g}")
    known = read_targets(targets)
    checks, not_run = independent(known)
    if len(checks) < 2:
        raise DesignError("fewer than two independent targets can be run: nothing to hold out")
    context = next(iter(loaded.scenario.contexts))
    needed = list(dict.fromkeys(p for _, c in checks for s in sides(c) for p in places(c, s)))
    where = _union(needed, factors(loaded, loaded.scenario.arrangements, context))
    levels = hypercube(len(where), sets, seed)
    by_set = _answers([check for _, check in checks], needed, where, levels, replications, runner)
    points = [point for point in design(loaded.scenario) if point.context == context]
    return Matching(
        checks=tuple(checks),
        held_out=held_out(checks),
        not_run=not_run,
        factors=tuple(where),
        levels=levels,
        implausibility=implausibility([check for _, check in checks], by_set, discrepancy),
        ranking=_ranking(
            loaded,
            points,
            factors(loaded, loaded.scenario.arrangements, context),
            where,
            levels,
            runner,
        ),
        names=tuple(point.arrangement for point in points),
        sign=better(loaded.scenario.compare.primary),
    )


def independent(targets: Targets) -> tuple[list[tuple[str, Check]], int]:
    """Return the independent checks that can rule something out, and how many rows cannot."""
    found: list[tuple[str, Check]] = []
    others = 0
    for name, target in targets.items():
        for row in target.rows:
            if row.label != "independent":
                continue
            ranged = isinstance(row, Check) and (row.low is not None or row.high is not None)
            if isinstance(row, Check) and ranged and row.value is not None:
                found.append((name, row))
            else:
                others += 1
    return found, others


def held_out(checks: Sequence[tuple[str, Check]]) -> tuple[bool, ...]:
    """Say which checks are held out: half, rounded down, fixed by a hash of their words.

    It depends on nothing that the model gives, and adding a target moves few others.
    """
    marks = [hashlib.sha256(f"{name} {check.what}".encode()).hexdigest() for name, check in checks]
    chosen = sorted(marks)[: len(marks) // 2]
    return tuple(mark in chosen for mark in marks)


def implausibility(checks: Sequence[Check], answers: Float, discrepancy: float) -> Float:
    """Return how implausible each set is for each check, shape (sets, checks).

    ``answers`` has shape (sets, checks, replications), in the units of the checks. A range is
    taken for a 95% interval of what was observed, four standard deviations wide. Where one end
    is open, what lies beyond the other end counts, with no error of observation.
    """
    count = answers.shape[2]
    with np.errstate(invalid="ignore"):
        mean = answers.mean(axis=2)
        by_set = answers.var(axis=2, ddof=1)
    # Two replications say little of one set's noise: all sets together say more.
    finite = np.isfinite(by_set)
    noise = np.where(finite, by_set, 0.0).sum(axis=0) / np.maximum(1, finite.sum(axis=0)) / count
    found = np.empty_like(mean)
    for place, check in enumerate(checks):
        centre, observed = _observed(check)
        apart = _apart(check, centre, mean[:, place])
        spread = math.sqrt(observed + noise[place] + (discrepancy * abs(centre)) ** 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, place] = np.where(apart == 0, 0.0, apart / spread)
    return np.where(np.isnan(found), np.inf, found)


def _observed(check: Check) -> tuple[float, float]:
    """Return the middle of what was observed, or its one end, and its variance."""
    if check.low is None or check.high is None:
        return float(check.high if check.low is None else check.low), 0.0  # type: ignore[arg-type]
    return (check.low + check.high) / 2, ((check.high - check.low) / 4) ** 2


def _apart(check: Check, centre: float, mean: Float) -> Float:
    if check.low is None:
        return np.maximum(0.0, mean - centre)
    return np.maximum(0.0, centre - mean) if check.high is None else np.abs(mean - centre)


def _union(needed: Sequence[Place], own: Sequence[Factor]) -> list[Factor]:
    """Return every factor of all scenarios once: the same key, range and source are the same."""
    found = {each.identity: each for each in own}
    for place in needed:
        for each in _factors_at(place):
            found.setdefault(each.identity, each)
    return list(found.values())


def _factors_at(place: Place) -> list[Factor]:
    loaded = worlds.scenario(place.scenario, place.settings)
    return factors(loaded, [place.arrangement], place.context)


def _levels_of(own: Sequence[Factor], where: Sequence[Factor], levels: Float) -> Float:
    """Return the levels of one scenario's factors, shape (sets, own)."""
    column = {each.identity: number for number, each in enumerate(where)}
    return levels[:, [column[each.identity] for each in own]]


def _answers(
    checks: Sequence[Check],
    needed: Sequence[Place],
    where: Sequence[Factor],
    levels: Float,
    replications: int,
    runner: Runner,
) -> Float:
    """Return what the model gives, shape (sets, checks, replications)."""
    points: dict[Place, list[DesignPoint]] = {}
    for place in needed:
        loaded, own = worlds.scenario(place.scenario, place.settings), _factors_at(place)
        mine = _levels_of(own, where, levels)
        points[place] = [
            with_values(place.point(), loaded.scenario, own, row.tolist()) for row in mine
        ]
    every = range(replications)
    runner.perform(
        [Task(points[p][i], r) for i in range(len(levels)) for p in needed for r in every]
    )
    found = np.empty((len(levels), len(checks), replications))
    for number in range(len(levels)):
        kept = {p: runner.kept([Task(points[p][number], r) for r in every]) for p in needed}
        found[number] = [answer(check, kept, replications) for check in checks]
    return found


def _ranking(
    loaded: LoadedScenario,
    points: Sequence[DesignPoint],
    own: Sequence[Factor],
    where: Sequence[Factor],
    levels: Float,
    runner: Runner,
) -> Float:
    """Return the primary measure of a scenario's arrangements, shape (sets, arrangements)."""
    mine = _levels_of(own, where, levels)
    tasks = [
        Task(with_values(point, loaded.scenario, own, row.tolist()), 0)
        for row in mine
        for point in points
    ]
    found = runner.values(tasks, [primary(loaded.scenario.compare)])
    return np.asarray(found.reshape(len(levels), len(points)), dtype=np.float64)
