"""Replications per second, and what the experiment layer adds to them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.benchmark.bench import seconds
from sim.engine import compiled
from sim.experiment.design import design
from sim.experiment.results import compare
from sim.experiment.runner import Runner
from sim.experiment.store import Store
from sim.experiment.worker import Task, model_of
from sim.model.arrays import Model
from sim.outcomes.measures import measured
from sim.outcomes.tally import Tally
from sim.scenario.files import load


@dataclass(frozen=True)
class Layer:
    """Processor seconds of an experiment on one process.

    ``whole`` is from tasks to compared results, through the store; ``inside`` what building,
    moving and measuring alone take for the same tasks; ``moving`` the engine's part of that.
    """

    replications: int
    whole: float
    inside: float
    moving: float

    @property
    def per_second(self) -> float:
        """Return replications per second of one core, with all that is around them."""
        return self.replications / self.whole

    @property
    def overhead(self) -> float:
        """Return what the experiment layer adds, as a share of what is inside."""
        return self.whole / self.inside - 1.0

    @property
    def of_engine(self) -> float:
        """Return the same as a share of the engine's part alone."""
        return (self.whole - self.inside) / self.moving


def layer(scenario: str, years: float, replications: int) -> Layer:
    """Time an experiment over every arrangement of a scenario, as staffed, on one process.

    What is inside is timed before and after the whole, and everything is done once before:
    a core that speeds up or slows down, or what is loaded once, is not taken for the layer.
    """
    loaded = load(scenario, [f"run.years={years}"])
    points, base = design(loaded.scenario), loaded.scenario.compare.base
    tasks = [Task(point, number) for number in range(replications) for point in points]
    _whole(tasks[: len(points)], base)
    before = _inside(tasks)
    whole = _whole(tasks, base)
    after = _inside(tasks)
    inside, moving = ((one + other) / 2.0 for one, other in zip(before, after, strict=True))
    return Layer(len(tasks), whole, inside, moving)


def _whole(tasks: Sequence[Task], base: str) -> float:
    """Return the processor seconds from tasks to compared results, through a new store."""
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Store(Path(folder)), "compiled", 1)
        return seconds(lambda: compare(runner.measures(tasks), base, base))


def _inside(tasks: Sequence[Task]) -> tuple[float, float]:
    """Return the processor seconds of building, moving and measuring, and of moving alone."""
    parts = [_parts(task) for task in tasks]
    return sum(map(sum, parts)), sum(moving for _, moving, _ in parts)


def _parts(task: Task) -> tuple[float, float, float]:
    """Return the processor seconds of building, moving and measuring one replication."""
    made: list[Model] = []
    building = seconds(lambda: made.append(model_of(task.point, task.replication)))
    tally = Tally(made[0])
    moving = seconds(lambda: compiled.stream(made[0], tally))
    return building, moving, seconds(lambda: measured(tally))
