"""What every experiment asks for: replications of design points, run once and then kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from rich.console import Console

from sim.engine import engines, reference
from sim.engine.engines import Name
from sim.experiment import execute
from sim.experiment.design import DesignPoint, YearlyCost
from sim.experiment.errors import DesignError, StoreError, check_whole
from sim.experiment.headlines import Headline, rows_of
from sim.experiment.keeping_up import capacity
from sim.experiment.lookup import lookup
from sim.experiment.results import MEASURES_SCHEMA
from sim.experiment.store import Store
from sim.experiment.worker import Task, Work
from sim.scenario.errors import listed


@dataclass(frozen=True)
class Runner:
    """Runs what is not stored yet, and reads what is.

    ``jobs`` processes work at once, or a Dask cluster: its scheduler's address, or "local".
    Neither they nor the engine change a result.
    """

    store: Store
    engine: Name
    jobs: int
    console: Console | None = None
    cluster: str | None = None

    def perform(self, tasks: Sequence[Work]) -> None:
        """Run every task that is not stored. Raises ``ReplicationError`` or ``StoreError``."""
        execute.execute(tasks, self.store, self.engine, self.jobs, self.console, self.cluster)

    def tables(self, tasks: Sequence[Work]) -> Iterator[pa.Table]:
        """Run what is not stored; yield what each task gives (``REPLICATION_SCHEMA``)."""
        self.perform(tasks)
        return (self._stored(task) for task in tasks)

    def measures(self, tasks: Sequence[Task]) -> pd.DataFrame:
        """Run what is not stored; return the measures of all tasks like ``kept``."""
        self.perform(tasks)
        return self.kept(tasks)

    def kept(self, tasks: Sequence[Task]) -> pd.DataFrame:
        """Return the stored measures of tasks (``MEASURES_SCHEMA``), sorted by every column."""
        # Each is stored sorted by its other columns, so that in this order all are.
        ordered = sorted(
            tasks, key=lambda task: (task.point.label, task.point.context, task.replication)
        )
        frame: pd.DataFrame = pa.concat_tables([*map(self._labelled, ordered)]).to_pandas()
        return frame

    def table(
        self, tasks: Sequence[Task], measures: Sequence[str] | None = None, totals: bool = False
    ) -> pd.DataFrame:
        """Run what is not stored; return the measures of all tasks like ``lookup.lookup``."""
        self.perform(tasks)
        return lookup(self.store, tasks, measures, totals)

    def values(self, tasks: Sequence[Task], wanted: Sequence[Headline]) -> NDArray[np.float64]:
        """Return a few measures of each task, shape (tasks, wanted); NaN where there is none.

        Where a measure is given by period only, its last period counts.
        """
        found = np.full((len(tasks), len(wanted)), np.nan)
        for row, table in enumerate(self.tables(tasks)):
            frame = table.to_pandas()
            for column, headline in enumerate(wanted):
                value = rows_of(frame, headline)["value"]
                found[row, column] = value.iloc[0] if len(value) else np.nan
        return found

    def overloaded(self, tasks: Sequence[Task]) -> bool:
        """Say whether some of the staff in the replications of one point cannot keep up.

        Then its times would flatter.
        """
        frames = [table.to_pandas() for table in self.tables(tasks)]
        return bool(capacity(pd.concat(frames)).overloaded)

    def costs(self, points: Sequence[DesignPoint]) -> dict[DesignPoint, YearlyCost]:
        """Return the yearly cost of each point."""
        return execute.costs(points, self.jobs)

    def _stored(self, task: Work) -> pa.Table:
        stored = self.store.read(task.key)
        if stored is None:
            raise StoreError(
                f"{task} has vanished from {self.store.folder}: run the same command again"
            )
        return stored

    def _labelled(self, task: Task) -> pa.Table:
        stored = self._stored(task)
        label = {
            "arrangement": task.point.label,
            "context": task.point.context,
            "replication": task.replication,
        }
        for place, (name, value) in enumerate(label.items()):
            field = MEASURES_SCHEMA.field(name)
            column = pa.repeat(pa.scalar(value, field.type), len(stored))
            stored = stored.add_column(place, field, column)
        return stored


def runner_of(
    *,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
) -> Runner:
    """Return a runner that keeps replications under ``out``, with a process for each core.

    ``cluster`` is a Dask scheduler's address, or "local" for Dask workers of this machine.
    The reference engine does the work where the compiled one cannot. Raises
    ``DesignError`` for ``jobs`` below 1 and ``StoreError`` where nothing can be written.
    """
    check_jobs(jobs)
    if engine not in get_args(Name):
        raise DesignError(f'engine: found "{engine}", expected {listed(get_args(Name))}')
    store = Store(Path(out) / "replications")
    store.check()
    name: Name = "reference" if engines.engine(engine) is reference else "compiled"
    console = Console(stderr=True) if progress else None
    return Runner(store, name, jobs or execute.cores(), console, cluster)


def check_jobs(jobs: int | None) -> None:
    """Raise ``DesignError`` for fewer than one process."""
    if jobs is not None:
        check_whole(1, jobs=jobs)
