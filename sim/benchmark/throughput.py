"""Replications per second, and what the experiment layer adds to them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sim.benchmark.bench import seconds
from sim.engine import compiled
from sim.experiment.design import DesignPoint, design
from sim.experiment.results import compare
from sim.experiment.runner import Runner
from sim.experiment.store import Store
from sim.experiment.worker import Task, model_of, simulate
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
    """Time an experiment over every arrangement of a scenario, as staffed, on one process."""
    loaded = load(scenario, [f"run.years={years}"])
    points = design(loaded.scenario)
    for point in points:
        simulate(point, 0, "compiled")  # load what was compiled, build the estate
    tasks = [Task(point, number) for number in range(replications) for point in points]
    inside = moving = 0.0
    for task in tasks:
        parts = _inside(task.point, task.replication)
        inside, moving = inside + sum(parts), moving + parts[1]
    base = loaded.scenario.compare.base
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Store(Path(folder)), "compiled", 1)
        whole = seconds(lambda: compare(runner.measures(tasks), base, base))
    return Layer(len(tasks), whole, inside, moving)


def _inside(point: DesignPoint, replication: int) -> tuple[float, float, float]:
    """Return the processor seconds of building, moving and measuring."""
    made: list[Model] = []
    building = seconds(lambda: made.append(model_of(point, replication)))
    tally = Tally(made[0])
    moving = seconds(lambda: compiled.stream(made[0], tally))
    return building, moving, seconds(lambda: measured(tally))
