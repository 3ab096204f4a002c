"""Why two arrangements differ: the difference in a measure, shared out over their blocks.

Every mixture of the blocks in which they differ is run with the same luck, and each
block has its Shapley value of the difference, replication by replication. The parts
add up to the difference; a part is what the block adds on average over every order in
which one arrangement could be turned into the other, block by block.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiment.design import DesignPoint, same_money
from sim.experiment.errors import DesignError
from sim.experiment.headlines import Headline
from sim.experiment.hybrids import BLOCKS, TITLES, hybrid
from sim.experiment.paired import half_width, moments
from sim.experiment.runner import Runner
from sim.experiment.shapley import shapley
from sim.experiment.sides import Plain, Side, World
from sim.experiment.worker import Task
from sim.experiment.workload import expected_hours
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario, validate
from sim.scenario.schema import Scenario
from sim.scenario.tree import Origin, grow

Float = NDArray[np.float64]

COLUMNS = ["part", "title", "difference", "low", "high", "first", "last", "replications"]


@dataclass(frozen=True)
class Question:
    """Which difference is asked about: from one arrangement to another, in one measure."""

    start: str
    end: str
    headline: Headline
    context: str
    same_money: bool = False
    """Scale the staff of every mixture so that it costs what ``start`` costs."""


@dataclass(frozen=True)
class Explanation:
    """A difference and its parts.

    ``values`` has shape (2**parts, replications): row r is the mixture with those blocks
    of ``end`` whose bits are set in r, the others of ``start``.
    """

    question: Question
    scenario: Scenario
    parts: tuple[str, ...]
    """The blocks in which the arrangements differ, in the order of ``BLOCKS``."""
    values: Float

    @cached_property
    def shares(self) -> Float:
        """Part of the difference by block and replication, shape (parts, replications)."""
        return shapley(self.values)

    @cached_property
    def difference(self) -> Float:
        """The whole difference by replication."""
        return np.asarray(self.values[-1] - self.values[0], dtype=np.float64)

    @property
    def unit(self) -> str:
        """Unit of the measure."""
        return CATALOGUE[self.question.headline.measure].unit

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each block, then ``all``, with columns ``COLUMNS``.

        ``difference`` is the mean over replications and ``low`` to ``high`` its 95% t
        interval, which shows simulation error only. ``first`` is what the block alone
        changes in ``start``, ``last`` what it changes when all others are those of ``end``:
        where the two are far apart, blocks work on each other.
        """
        ones = [1 << place for place in range(len(self.parts))]
        every = len(self.values) - 1
        rows = [
            self._row(name, TITLES[name], share, self.values[one] - self.values[0])
            | {"last": float(np.mean(self.values[every] - self.values[every ^ one]))}
            for name, share, one in zip(self.parts, self.shares, ones, strict=True)
        ]
        whole = self._row("all", "Difference", self.difference, self.difference)
        return pd.DataFrame([*rows, whole | {"last": whole["first"]}])[COLUMNS]

    def _row(self, part: str, title: str, share: Float, first: Float) -> dict[str, Any]:
        group = np.zeros(len(share), dtype=np.int64)
        mean, spread = moments(share, group, 1)
        half = half_width(spread, np.array([len(share)]))[0]
        return {
            "part": part,
            "title": title,
            "difference": mean[0],
            "low": mean[0] - half,
            "high": mean[0] + half,
            "first": float(np.mean(first)),
            "replications": len(share),
        }


def explain(loaded: LoadedScenario, question: Question, runner: Runner) -> Explanation:
    """Share out the difference between two arrangements over their blocks.

    Runs at most 128 mixtures, each as often as the scenario says. Raises ``DesignError``
    where the measure is not reached in one of them, and what ``Runner`` raises.
    """
    parts, points = mixtures(loaded, question)
    if question.same_money:
        start, cost = points[0], runner.costs(points).__getitem__
        points = [start, *same_money(points, start.arrangement, cost)]
    times = range(loaded.scenario.run.replications)
    tasks = [Task(point, replication) for replication in times for point in points]
    found = runner.values(tasks, [question.headline])
    values = found.reshape(len(times), len(points)).T
    _check_reached(values, question)
    return Explanation(question, loaded.scenario, parts, values)


def mixtures(
    loaded: LoadedScenario, question: Question
) -> tuple[tuple[str, ...], list[DesignPoint]]:
    """Return the blocks that differ, and a design point for each mixture of them."""
    start, end = sides(loaded, question)
    parts = differing(start, end)
    plain = [_mixed(start, end, parts, row) for row in range(1 << len(parts))]
    scenario = _validated(loaded, question, plain[1:-1])
    names = [question.start, *map(_name, range(1, len(plain) - 1)), question.end]
    return parts, [_point(scenario, name, question) for name in names[: len(plain)]]


def sides(loaded: LoadedScenario, question: Question) -> tuple[Side, Side]:
    """Return the two arrangements with what is needed to mix them."""
    scenario, estate = loaded.scenario, estate_of(loaded)
    bodies = {name: len(tier.names) for name, tier in estate.tiers.items()}
    world = World(scenario.pathways, expected_hours(scenario.pathways, estate), bodies)
    start, end = (scenario.arrangements[name] for name in (question.start, question.end))
    return Side(start, world), Side(end, world)


def differing(start: Side, end: Side) -> tuple[str, ...]:
    """Return the blocks that make a difference to any mixture."""
    blocks = tuple(BLOCKS)
    every = [_mixed(start, end, blocks, row) for row in range(1 << len(blocks))]
    return tuple(
        name
        for place, name in enumerate(blocks)
        if any(one != every[row | 1 << place] for row, one in enumerate(every))
    )


def _mixed(start: Side, end: Side, parts: tuple[str, ...], row: int) -> Plain:
    taken = {name for place, name in enumerate(parts) if row >> place & 1}
    return hybrid({name: end if name in taken else start for name in BLOCKS})


def _validated(loaded: LoadedScenario, question: Question, plain: list[Plain]) -> Scenario:
    """Return a scenario of the two arrangements and their mixtures, checked like any other."""
    document = loaded.document
    titled = {_name(row): {**one, "title": _name(row)} for row, one in enumerate(plain, 1)}
    compare = {**document["compare"], "base": question.start}
    arrangements = {**document["arrangements"], **titled}
    mixed = {**document, "compare": compare, "arrangements": arrangements}
    where = Origin(f"{question.start} and {question.end}, mixed", 0)
    checked = validate(grow(mixed, lambda _: where)).scenario
    return checked.model_copy(update={"run": loaded.scenario.run})


def _name(row: int) -> str:
    return f"mixture {row}"


def _point(scenario: Scenario, name: str, question: Question) -> DesignPoint:
    """Return one design point, made from a scenario that holds nothing else."""
    own = scenario.arrangements[name]
    line = [own.transition.replaces, name] if own.transition else [name]
    only = {one: scenario.arrangements[one] for one in line}
    alone = scenario.model_copy(update={"arrangements": only})
    return DesignPoint.of(alone, name, question.context)


def _check_reached(values: Float, question: Question) -> None:
    """Raise ``DesignError`` where a value is not a number, because nothing adds up then."""
    missing = int((~np.isfinite(values)).any(axis=1).sum())
    if not missing:
        return
    measure = question.headline.measure
    if missing == len(values) and np.isnan(values).all():
        raise DesignError(
            f"{measure} has no value here for case type {question.headline.case_type}"
        )
    raise DesignError(
        f"{measure} is not reached in {missing} of {len(values)} mixtures of {question.start} and "
        f"{question.end}, so it cannot be shared out: ask for a measure that always has a "
        "value, such as resolution_in_clock_share or resolution_days_restricted_mean"
    )
