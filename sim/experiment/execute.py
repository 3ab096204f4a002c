"""Run what is not yet stored, on as many processes as asked for."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError
from rich.console import Console

from sim.engine.engines import Name
from sim.experiment import cluster, worker
from sim.experiment.design import DesignPoint, YearlyCost
from sim.experiment.errors import ReplicationError
from sim.experiment.in_hand import InHand
from sim.experiment.progress import progress
from sim.experiment.store import Store
from sim.experiment.worker import Work

T = TypeVar("T")
Call = tuple[Callable[..., T], tuple[Any, ...], dict[str, Any]]
"""What ``joblib.delayed`` makes: a function, its arguments, its named arguments."""


def cores() -> int:
    """Return how many processes this machine lets us run at once."""
    return int(joblib.cpu_count())


def execute(
    tasks: Sequence[Work],
    store: Store,
    by: Name,
    jobs: int,
    console: Console | None,
    where: str | None = None,
) -> None:
    """Run every task that is not stored by an engine, storing each as it finishes.

    What another process has in hand is left to it, and waited for at the end. ``where`` is
    None for processes of this machine, else a Dask scheduler's address or "local". Raises
    ``ReplicationError``, ``ClusterError`` or ``StoreError``; what was finished stays stored.
    """
    different = {task.key: task for task in tasks}
    todo = {key: task for key, task in different.items() if store.read(key) is None}
    reused = len(different) - len(todo)
    client = cluster.connect(where, jobs) if where and todo else None
    jobs = max(1, min(cluster.at_once(client) if client else jobs, len(todo)))
    with progress(len(todo), reused, console, jobs) as advance:
        while todo:
            for key in _runs(list(todo.values()), store, by, jobs, client):
                del todo[key]
                advance()
            for key in _from_others(list(todo), store):
                del todo[key]
                advance()


def _runs(
    tasks: Sequence[Work],
    store: Store,
    by: Name,
    jobs: int,
    client: Any,  # noqa: ANN401 - a client
) -> Iterator[str]:
    """Run what no other process has in hand; yield the key of each as it is stored."""
    if client:
        yield from cluster.run(client, tasks, store, by)
        return
    calls = (joblib.delayed(worker.finish)(task, store, by, False) for task in tasks)
    yield from filter(None, in_parallel(calls, jobs))


def _from_others(keys: Sequence[str], store: Store) -> list[str]:
    """Wait until others let go of one key that they have in hand; return what they stored."""
    with InHand(store.folder) as hand:
        for key in keys[:1]:
            hand.take(key, wait=True)
    return [key for key in keys if store.read(key) is not None]


def costs(points: Sequence[DesignPoint], jobs: int) -> dict[DesignPoint, YearlyCost]:
    """Return the yearly cost of each point."""
    calls = (joblib.delayed(_cost)(point) for point in points)
    return dict(in_parallel(calls, min(jobs, len(points))))


def _cost(point: DesignPoint) -> tuple[DesignPoint, YearlyCost]:
    return point, worker.yearly_cost(point)


def _in_folder(
    folder: Path, function: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
) -> T:
    """Call a function in the working folder of who asks.

    Processes live on and are used again; who asks may have gone to another folder meanwhile.
    """
    os.chdir(folder)
    return function(*arguments, **named)


def in_parallel(calls: Iterable[Call[T]], jobs: int) -> Iterable[T]:
    """Yield what the calls return, in the order in which they finish."""
    try:
        with warnings.catch_warnings():
            # A process that has grown (by compiling the engine) is replaced, and that is all.
            warnings.filterwarnings("ignore", "A worker stopped", UserWarning)
            here = (joblib.delayed(_in_folder)(Path.cwd(), *call) for call in calls)
            yield from joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(here)
    except TerminatedWorkerError as error:
        raise ReplicationError(
            "a process was stopped from outside, most often for lack of memory: run the same "
            "command again with fewer --jobs; finished replications are kept"
        ) from error
