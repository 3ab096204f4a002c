"""Run a scenario: every arrangement, context and replication, stored and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from rich.console import Console

from sim import version
from sim.engine import engines, reference
from sim.engine.engines import Name
from sim.experiment import execute, provenance, results
from sim.experiment.change import with_change
from sim.experiment.design import (
    ONLY,
    DesignPoint,
    canonical,
    check_primary,
    design,
    estate_file_digest,
    same_money,
    scenario_of,
)
from sim.experiment.errors import DesignError, StoreError
from sim.experiment.rebalance import PILOT, loads, rebalanced
from sim.experiment.results import MEASURES_SCHEMA, Results, compare
from sim.experiment.store import Store
from sim.experiment.worker import Task
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import MOST_REPLICATIONS, Run, Scenario


def run(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Results:
    """Run a scenario and return its results, which are also written under ``out``.

    ``replications`` and ``seed`` replace the scenario's; ``jobs`` processes work at
    once (default: one per core). Finished replications found under ``out`` are
    reused, and so is the whole of a run that was made before; neither ``jobs`` nor
    ``engine`` nor what was reused changes a byte of the measures.

    Raises ``DesignError`` for a comparison that cannot be made, ``ReplicationError``
    naming a replication that failed, and ``StoreError`` where nothing can be written.
    """
    started = provenance.now()
    jobs = _processes(jobs)
    scenario = controlled(loaded.scenario, replications, seed)
    manifest = manifest_of(scenario)
    folder = Path(out) / scenario.name / manifest["run"]
    if done := results.read(folder):
        return done
    check_primary(scenario)
    store = Store(Path(out) / "replications")
    store.check()
    by, console = _available(engine), Console(stderr=True) if progress else None

    def perform(tasks: Sequence[Task]) -> None:
        execute.execute(tasks, store, by, jobs, console)

    tasks = plan(scenario, jobs, store, perform)
    perform(tasks)
    found = with_change(assemble(tasks, store), scenario)
    base = scenario.compare.base
    fresh = Results(folder, manifest, found, compare(found, base, base))
    results.save(fresh, provenance.provenance(started, jobs, by))
    return fresh


def _available(name: Name) -> Name:
    """Return the engine that will do the work: the reference where there is no compiler."""
    return "reference" if engines.engine(name) is reference else "compiled"


def _processes(jobs: int | None) -> int:
    if jobs is not None and jobs < 1:
        raise DesignError(f"jobs: expected 1 or more, found {jobs}")
    return jobs or execute.cores()


def controlled(scenario: Scenario, replications: int | None, seed: int | None) -> Scenario:
    """Return the scenario with other run controls. Raises ``DesignError``."""
    if replications is not None and not 2 <= replications <= MOST_REPLICATIONS:
        expected = "2 or more" if replications < 2 else f"at most {MOST_REPLICATIONS:,}"
        raise DesignError(f"replications: expected {expected}, found {replications:,}")
    if seed is not None and not 0 <= seed < 2**63:
        raise DesignError(f"seed: expected a whole number from 0 to 2**63 - 1, found {seed}")
    given = {"replications": replications, "seed": seed}
    changes = {name: value for name, value in given.items() if value is not None}
    controls = Run.model_validate({**scenario.run.model_dump(), **changes})
    return scenario.model_copy(update={"run": controls})


def manifest_of(scenario: Scenario) -> dict[str, Any]:
    """Describe all that the results depend on; ``run`` is a short hash of it."""
    content = {
        "scenario": scenario.model_dump(mode="json", by_alias=True),
        "estate_file": estate_file_digest(scenario),
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "model_version": version.MODEL_VERSION,
    }
    whole = hashlib.sha256(canonical(content).encode()).hexdigest()
    own = hashlib.sha256(canonical(content["scenario"]).encode()).hexdigest()
    return {"run": whole[:12], "scenario_sha256": own, **content}


def plan(
    scenario: Scenario, jobs: int, store: Store, perform: Callable[[Sequence[Task]], None]
) -> list[Task]:
    """List every replication, all design points of one replication together.

    The costs of the arrangements, which the same-money staffing needs, are taken
    from one model each; their loads, which the rebalanced one needs, from a pilot,
    which ``perform`` runs into the store.
    """
    points = design(scenario)
    if len(scenario.arrangements) > 1:
        base, cost = scenario.compare.base, execute.costs(points, jobs).__getitem__
        equal = same_money(points, base, cost)
        if scenario.compare.rebalanced:
            perform([Task(point, PILOT) for point in points])
            load = {point: loads(_stored(Task(point, PILOT), store)) for point in points}
            equal += rebalanced(points, base, cost, _teams, load.__getitem__)
        points += equal
    every = range(scenario.run.replications)
    return [Task(point, replication) for replication in every for point in points]


def _teams(point: DesignPoint) -> list[str]:
    """Return the kinds of team of a design point's arrangement."""
    return list(scenario_of(point.document).arrangements[ONLY].teams)


def assemble(tasks: Sequence[Task], store: Store) -> pd.DataFrame:
    """Put the stored replications together, sorted by every column."""
    table = pa.concat_tables([_labelled(task, store) for task in tasks])
    order = [(name, "ascending") for name in MEASURES_SCHEMA.names]
    frame: pd.DataFrame = table.sort_by(order).to_pandas()
    return frame


def _stored(task: Task, store: Store) -> pa.Table:
    stored = store.read(task.key)
    if stored is None:
        raise StoreError(f"{task} has vanished from {store.folder}: run the same command again")
    return stored


def _labelled(task: Task, store: Store) -> pa.Table:
    stored = _stored(task, store)
    label = {
        "arrangement": task.point.label,
        "context": task.point.context,
        "replication": task.replication,
    }
    for place, (name, value) in enumerate(label.items()):
        field = MEASURES_SCHEMA.field(name)
        stored = stored.add_column(
            place, field, pa.repeat(pa.scalar(value, field.type), len(stored))
        )
    return stored
