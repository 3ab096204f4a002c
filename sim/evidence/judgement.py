"""Targets run and judged: what the model gives with its interval, and hit or miss."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from sim.evidence.targets import Check, Gap, Question, Rows, Targets
from sim.evidence.transformations import ACROSS, TRANSFORMATIONS, VERSUS, Float, Seen
from sim.evidence.worlds import Place, Side, places, sides, world_of
from sim.experiment import paired
from sim.experiment.comparison import TIMES
from sim.experiment.errors import check_whole
from sim.experiment.keeping_up import capacity
from sim.experiment.runner import runner_of
from sim.experiment.worker import Task
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import MOST_REPLICATIONS

Verdict = Literal["hit", "miss", "cannot be judged", "not compared", "not modelled", "out of scope"]

REPLICATIONS = 10
"""How often each design point is repeated unless the user says otherwise."""


@dataclass(frozen=True)
class Interval:
    """A mean over replications with its 95% t interval: simulation error only."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """One row of the table."""

    target: str
    row: Check | Gap
    verdict: Verdict
    model: Interval | None = None
    behind: tuple[str, ...] = ()
    """Teams that cannot keep up, where the answer is a time: it would flatter."""

    @property
    def barely(self) -> bool:
        """Whether a hit is one by its interval only, the mean lying outside the range."""
        if self.verdict != "hit" or self.model is None or isinstance(self.row, Gap):
            return False
        mean = Interval(self.model.mean, self.model.mean, self.model.mean)
        return verdict(self.row, mean) == "miss"


def evaluate(
    targets: Targets,
    *,
    replications: int = REPLICATIONS,
    jobs: int | None = None,
    out: str | Path = "results",
    progress: bool = True,
) -> list[Finding]:
    """Run whatever the targets need and judge each; finished replications are reused.

    Raises ``ExperimentError`` when a run cannot start or go on.
    """
    checks = [check for target in targets.values() for check in target.checks]
    measures = measure(checks, replications, jobs=jobs, out=out, progress=progress)
    return findings(targets, measures, replications)


def measure(
    questions: Iterable[Question],
    replications: int,
    *,
    jobs: int | None = None,
    out: str | Path = "results",
    progress: bool = True,
) -> dict[Place, pd.DataFrame]:
    """Run what questions need and return the measures; finished replications are reused.

    Raises ``ExperimentError`` when a run cannot start or go on.
    """
    check_whole(2, MOST_REPLICATIONS, replications=replications)
    tasks = plan(questions, replications)
    if not tasks:
        return {}
    runner = runner_of(jobs=jobs, out=out, progress=progress)
    runner.perform([task for of_place in tasks.values() for task in of_place])
    return {place: runner.kept(of_place) for place, of_place in tasks.items()}


def plan(questions: Iterable[Question], replications: int) -> dict[Place, list[Task]]:
    """List the replications of everything that has to be run."""
    needed = dict.fromkeys(
        place
        for question in questions
        if question.value is not None
        for side in sides(question)
        for place in places(question, side)
    )
    points = {place: place.point() for place in needed}
    every = range(replications)
    return {place: [Task(point, number) for number in every] for place, point in points.items()}


def findings(
    targets: Targets, measures: Mapping[Place, pd.DataFrame], replications: int
) -> list[Finding]:
    """Judge every row of every target, in the order of the file."""
    return [
        _judged(name, row, measures, replications)
        for name, target in targets.items()
        for row in target.rows
    ]


def _judged(
    name: str, row: Check | Gap, measures: Mapping[Place, pd.DataFrame], replications: int
) -> Finding:
    if isinstance(row, Gap):
        return Finding(name, row, "not modelled" if row.missing else "out of scope")
    model = interval(answer(row, measures, replications))
    return Finding(name, row, verdict(row, model), model, behind(row, measures))


def behind(check: Question, measures: Mapping[Place, pd.DataFrame]) -> tuple[str, ...]:
    """Return the teams with a load of 1 or more, where a check is about a time."""
    if check.value is None or CATALOGUE[check.value.measure].unit not in TIMES:
        return ()
    loads = [capacity(measures[place]).overloaded for place in places(check, sides(check)[0])]
    return tuple(dict.fromkeys(team for load in loads for team, _ in load))


def answer(check: Question, measures: Mapping[Place, pd.DataFrame], replications: int) -> Float:
    """Return what the model gives for a check, shape (replications,), in the check's unit."""
    ours, *theirs = (
        np.array([*_values(check, side, measures, replications)]) for side in sides(check)
    )
    if check.versus:
        ours = VERSUS[check.versus.by](ours, theirs[0])
    found = ACROSS[check.across](ours) if check.across else ours[0]
    return found / check.divide_by


def _values(
    check: Question, side: Side, measures: Mapping[Place, pd.DataFrame], replications: int
) -> Iterator[Float]:
    """Yield the transformed measure of each body that the check goes through."""
    for place in places(check, side):
        frame = measures.get(place)
        value, over = (_total(frame, rows, replications) for rows in (check.value, check.over))
        yield TRANSFORMATIONS[check.transformation](Seen(value, over, world_of(check, place)))


def _total(frame: pd.DataFrame | None, rows: Rows | None, replications: int) -> Float:
    """Add up the chosen rows by replication: NaN where there is none, 0 where none is wanted."""
    if rows is None or frame is None:
        return np.zeros(replications)
    chosen = frame[
        (frame["measure"] == rows.measure)
        & frame["case_type"].isin(rows.case_types)
        & (frame["body"] == rows.body)
        & (frame["role"] == rows.role)
        & (frame["period"] == rows.period)
    ]
    total = chosen.groupby("replication")["value"].sum(skipna=False)
    return total.reindex(range(replications)).to_numpy(np.float64)


def interval(values: Float) -> Interval:
    """Return the mean and its 95% t interval over replications; NaN where any value is."""
    one = np.zeros(len(values), dtype=np.int64)
    with np.errstate(invalid="ignore"):
        mean, spread = paired.moments(values, one, 1)
        half = float(paired.half_width(spread, np.array([len(values)]))[0])
    middle = float(mean[0])
    half = 0.0 if math.isinf(middle) else half
    return Interval(middle, middle - half, middle + half)


def verdict(check: Question, model: Interval) -> Verdict:
    """Say whether the model's interval overlaps the range of what was observed."""
    if check.low is None and check.high is None:
        return "not compared"
    if math.isnan(model.low):
        return "cannot be judged"
    above = check.low is None or model.high >= check.low
    below = check.high is None or model.low <= check.high
    return "hit" if above and below else "miss"
