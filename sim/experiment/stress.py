"""Stress: every arrangement in every context, and where their order turns round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.engines import Name
from sim.experiment import flips, regret
from sim.experiment.asking import Along, meeting, way
from sim.experiment.comparison import TIMES
from sim.experiment.design import DesignPoint, check_primary, design, same_money
from sim.experiment.errors import DesignError
from sim.experiment.headlines import primary
from sim.experiment.paired import compare as paired_differences
from sim.experiment.regret import Cell
from sim.experiment.run import controlled, tasks
from sim.experiment.runner import Runner, runner_of
from sim.experiment.staffing import AS_STAFFED, SCALED
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.files import LoadedScenario, changed
from sim.scenario.other_contexts import FOLDER
from sim.scenario.schema import Scenario

Float = NDArray[np.float64]

REPLICATIONS = 10
"""How often each cell is repeated unless the user says otherwise."""

RANKING, FIFO, PRIORITY = "run.ranking", "fifo", "priority_due"


@dataclass(frozen=True)
class Stressed:
    """What a stress test found; the scenario has all of its contexts.

    ``grid`` and ``worst`` have the columns of ``sim.experiment.regret``; ``flips`` and
    ``means`` those of ``sim.experiment.flips.along``, with the ``unit`` of the parameter.
    ``ranking`` has a row per arrangement and way of ranking the queue, with the primary
    measure's ``mean`` and the difference of first-in-first-out from priority. ``left_out``
    says which contexts and cells there are none of, and why.
    """

    scenario: Scenario
    grid: pd.DataFrame
    worst: pd.DataFrame
    flips: pd.DataFrame
    means: pd.DataFrame
    ranking: pd.DataFrame
    left_out: tuple[str, ...] = ()


def stress(
    loaded: LoadedScenario,
    *,
    contexts: Sequence[str] = (),
    along: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Stressed:
    """Put every arrangement into every context, and go along parameters.

    ``contexts`` are names of the library or the scenario, by default all that the scenario
    can take. Each of ``along`` is the key path of a quantity, which is taken from its low to
    its high; ``key=low:high`` gives other ends. Raises ``ScenarioError`` for what is not
    known and ``ExperimentError`` when it cannot start or go on.
    """
    controls = controlled(
        loaded.scenario, REPLICATIONS if replications is None else replications, seed
    )
    check_primary(controls)
    if CATALOGUE[controls.compare.primary].better is None or len(controls.arrangements) < 2:
        raise DesignError(
            "regret needs two arrangements or more, and a primary measure of which more, or less, "
            f"is better; found {len(controls.arrangements)} and {controls.compare.primary}"
        )
    whole, missing = meeting(loaded, contexts)
    lines = [way(whole, text) for text in along]
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    asked = _Asked(whole, controls.run.seed, controls.run.replications, runner)
    cells, unpaid = asked.cells()
    higher = CATALOGUE[controls.compare.primary].better == "higher"
    found = regret.grid(cells, higher)
    turned, means = asked.along(lines)
    return Stressed(
        scenario=controlled(whole.scenario, controls.run.replications, controls.run.seed),
        grid=found,
        worst=regret.worst(found),
        flips=turned,
        means=means,
        ranking=asked.ranking(),
        left_out=(*missing, *unpaid),
    )


@dataclass(frozen=True)
class _Asked:
    loaded: LoadedScenario
    seed: int
    replications: int
    runner: Runner

    def scenario(self, *settings: str) -> Scenario:
        """Return the scenario with changes, its contexts being those of the stress test."""
        found = changed(self.loaded, settings).scenario
        if not settings:
            found = self.loaded.scenario
        return controlled(found, self.replications, self.seed)

    def cells(self) -> tuple[dict[Cell, Float], tuple[str, ...]]:
        """Return the primary measure of every cell, and say which cannot be paid for."""
        scenario = self.scenario()
        points, unpaid = design(scenario), []
        costs = self.runner.costs(points)
        base = scenario.compare.base
        for point in list(points):
            theirs = next(p for p in points if (p.arrangement, p.context) == (base, point.context))
            try:
                points += same_money([theirs, point], base, costs.__getitem__)
            except DesignError as error:
                unpaid.append(str(error))
        values = self.values(points)
        cells = {(p.staffing, p.context, p.arrangement): values[p] for p in points}
        for context in scenario.contexts:
            cells[SCALED, context, base] = cells[AS_STAFFED, context, base]
        order = list(scenario.arrangements)
        ordered = sorted(cells, key=lambda cell: (cell[0], order.index(cell[2])))
        return {cell: cells[cell] for cell in ordered}, tuple(unpaid)

    def values(self, points: Sequence[DesignPoint]) -> dict[DesignPoint, Float]:
        """Return the primary measure of design points by replication.

        A time is not a number where overload would flatter it, as in every table.
        """
        compare = self.loaded.scenario.compare
        every = tasks(points, range(self.replications))
        found = self.runner.values(every, [primary(compare)]).reshape(-1, len(points))
        if CATALOGUE[compare.primary].unit in TIMES:
            for place, point in enumerate(points):
                if self.runner.overloaded(tasks([point], range(self.replications))):
                    found[:, place] = np.nan
        return {point: found[:, place] for place, point in enumerate(points)}

    def along(self, lines: Sequence[Along]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the flips along each parameter, and the means that were measured."""
        names = list(self.loaded.scenario.arrangements)
        found = [
            flips.along(self._measure(line), names, line.low, line.high, line.key) for line in lines
        ]
        units = {line.key: line.unit for line in lines}
        turned, means = (
            pd.concat([one[part] for one in found], ignore_index=True)
            if found
            else pd.DataFrame(columns=columns)
            for part, columns in enumerate((flips.COLUMNS, ["key", "size", "arrangement", "mean"]))
        )
        return turned.assign(unit=turned["key"].map(units)), means

    def _measure(self, line: Along) -> flips.Measure:
        head, *rest = line.key.split(".")
        first = next(iter(self.loaded.scenario.contexts))
        context = rest[0] if head == FOLDER and rest[0] in self.loaded.scenario.contexts else first

        def measure(spots: Sequence[flips.Spot]) -> dict[flips.Spot, Float]:
            scenarios = {
                size: self.scenario(f"{line.key}={size!r}")
                for size in dict.fromkeys(size for size, _ in spots)
            }
            points = [DesignPoint.of(scenarios[size], name, context) for size, name in spots]
            values = self.values(points)
            return {spot: values[point] for spot, point in zip(spots, points, strict=True)}

        return measure

    def ranking(self) -> pd.DataFrame:
        """Compare first-in-first-out with priority, in the first context as staffed."""
        own = self.loaded.scenario.run.ranking
        usual = PRIORITY if own == FIFO else own
        context = next(iter(self.loaded.scenario.contexts))
        scenarios = {name: self.scenario(f'{RANKING}="{name}"') for name in (usual, FIFO)}
        points = {
            (ranking, name): DesignPoint.of(scenario, name, context)
            for ranking, scenario in scenarios.items()
            for name in scenario.arrangements
        }
        values = self.values(list(points.values()))
        rows = [
            {"arrangement": ranking, "context": name, "replication": number, "value": float(value)}
            for (ranking, name), point in points.items()
            for number, value in enumerate(values[point])
        ]
        measure = self.loaded.scenario.compare.primary
        rest = {"case_type": "all", "body": "all", "role": "all", "period": "all"}
        frame = pd.DataFrame(rows).assign(measure=measure, unit=CATALOGUE[measure].unit, **rest)
        found = paired_differences(frame, usual).rename(columns={"context": "who"})
        kept = ["who", "base_mean", "mean", "difference", "low", "high", "favours"]
        return found[kept].rename(columns={"who": "arrangement", "base_mean": "priority_mean"})
