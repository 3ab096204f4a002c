"""Threads or processes: which runs the replications of an experiment faster."""

from __future__ import annotations

import time
from typing import Literal

import joblib

from sim.experiment.design import design
from sim.experiment.execute import cores
from sim.experiment.worker import Task, simulate
from sim.scenario.files import load

Means = Literal["threads", "processes"]


def seconds_of(scenario: str, years: float, replications: int, means: Means, jobs: int) -> float:
    """Return the seconds by the clock that some replications take on so many threads or processes.

    The processes have been started and have loaded the engine.
    """
    loaded = load(scenario, [f"run.years={years}"])
    points = design(loaded.scenario)
    tasks = [Task(point, number) for number in range(replications) for point in points]
    with joblib.Parallel(n_jobs=jobs, prefer=means) as workers:
        workers(joblib.delayed(simulate)(task.point, 0, "compiled") for task in tasks[: 4 * jobs])
        start = time.perf_counter()
        workers(joblib.delayed(_simulate)(task) for task in tasks)
        return time.perf_counter() - start


def _simulate(task: Task) -> None:
    simulate(task.point, task.replication, "compiled")


def compare(scenario: str, years: float, replications: int) -> dict[str, float]:
    """Return seconds by the clock on one process, and on all cores by threads and processes."""
    return {
        "one process": seconds_of(scenario, years, replications, "threads", 1),
        f"{cores()} threads": seconds_of(scenario, years, replications, "threads", cores()),
        f"{cores()} processes": seconds_of(scenario, years, replications, "processes", cores()),
    }
