"""Run what is not yet stored, on as many processes as asked for."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console

from sim.engine.engines import Name
from sim.experiment import cluster, worker
from sim.experiment.design import DesignPoint, YearlyCost
from sim.experiment.errors import ReplicationError
from sim.experiment.progress import progress
from sim.experiment.store import Store
from sim.experiment.worker import Task

T = TypeVar("T")
Call = tuple[Callable[..., T], tuple[Any, ...], dict[str, Any]]
"""What ``joblib.delayed`` makes: a function, its arguments, its named arguments."""


def cores() -> int:
    """Return how many processes this machine lets us run at once."""
    return int(joblib.cpu_count())


def execute(
    tasks: Sequence[Task],
    store: Store,
    by: Name,
    jobs: int,
    console: Console | None,
    where: str | None = None,
) -> None:
    """Run every task that is not stored by an engine, storing each as it finishes.

    ``where`` is None for processes of this machine, else a Dask scheduler's address or
    "local". Raises ``ReplicationError``, ``ClusterError`` or ``StoreError``; what was
    finished stays stored.
    """
    different = {task.key: task for task in tasks}
    todo = [task for key, task in different.items() if store.read(key) is None]
    reused = len(different) - len(todo)
    client = cluster.connect(where, jobs) if where and todo else None
    jobs = max(1, min(cluster.at_once(client) if client else jobs, len(todo)))
    with progress(len(todo), reused, console, jobs) as advance:
        if client:
            done: Iterable[object] = cluster.run(client, todo, store, by)
        else:
            calls = (joblib.delayed(worker.finish)(task, store, by) for task in todo)
            done = in_parallel(calls, jobs)
        for _ in done:
            advance()


def costs(points: Sequence[DesignPoint], jobs: int) -> dict[DesignPoint, YearlyCost]:
    """Return the yearly cost of each point."""
    calls = (joblib.delayed(_cost)(point) for point in points)
    return dict(in_parallel(calls, min(jobs, len(points))))


def _cost(point: DesignPoint) -> tuple[DesignPoint, YearlyCost]:
    return point, worker.yearly_cost(point)


def in_parallel(calls: Iterable[Call[T]], jobs: int) -> Iterable[T]:
    """Yield what the calls return, in the order in which they finish."""
    try:
        with warnings.catch_warnings():
            # A process that has grown (by compiling the engine) is replaced, and that is all.
            warnings.filterwarnings("ignore", "A worker stopped", UserWarning)
            yield from joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(calls)
    except TerminatedWorkerError as error:
        raise ReplicationError(
            "a process was stopped from outside, most often for lack of memory: run the same "
            "command again with fewer --jobs; finished replications are kept"
        ) from error
