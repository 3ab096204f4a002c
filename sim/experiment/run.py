"""Run a scenario: every arrangement, context and replication, stored and compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim import version
from sim.engine.engines import Name
from sim.experiment import provenance, results
from sim.experiment.change import with_change
from sim.experiment.design import (
    ONLY,
    DesignPoint,
    check_primary,
    design,
    estate_file_digest,
    same_money,
    scenario_of,
)
from sim.experiment.errors import check_whole
from sim.experiment.rebalance import PILOT, loads, rebalanced
from sim.experiment.results import Results, compare
from sim.experiment.runner import Runner, check_jobs, runner_of
from sim.experiment.worker import Task
from sim.scenario.estate_file import find
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
    cluster: str | None = None,
) -> Results:
    """Run a scenario and return its results, which are also written under ``out``.

    ``replications`` and ``seed`` replace the scenario's; ``jobs`` processes work at
    once (default: one per core), or a Dask ``cluster``. Finished replications found under
    ``out`` are reused, and so is the whole of a run that was made before; neither where it
    runs nor the ``engine`` nor what was reused changes a byte of the measures.

    Raises ``DesignError`` for a comparison that cannot be made, ``ReplicationError``
    naming a replication that failed, and ``StoreError`` where nothing can be written.
    """
    started = provenance.now()
    check_jobs(jobs)
    scenario = controlled(loaded.scenario, replications, seed)
    if done := results.read(folder_of(scenario, out)):
        return done
    check_primary(scenario)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    return recorded(scenario, points_of(scenario, runner), runner, out, started)


def folder_of(scenario: Scenario, out: str | Path) -> Path:
    """Return the folder of a run under ``out``."""
    return Path(out) / scenario.name / str(manifest_of(scenario)["run"])


def recorded(
    scenario: Scenario,
    points: Sequence[DesignPoint],
    runner: Runner,
    out: str | Path,
    started: dt.datetime,
) -> Results:
    """Run every replication of the design points of a scenario, compare, and write the folder.

    A folder that is there already is read instead. Raises like ``run``.
    """
    folder = folder_of(scenario, out)
    if done := results.read(folder):
        return done
    manifest = manifest_of(scenario)
    every = tasks(points, range(scenario.run.replications))
    found = with_change(runner.measures(every), scenario)
    base = scenario.compare.base
    fresh = Results(folder, manifest, found, compare(found, base, base))
    own = scenario.estate.file
    made = provenance.provenance(started, runner.jobs, runner.engine)
    results.save(fresh, made, find(own) if own else None)
    return fresh


def controlled(scenario: Scenario, replications: int | None, seed: int | None) -> Scenario:
    """Return the scenario with other run controls. Raises ``DesignError``."""
    given = {"replications": replications, "seed": seed}
    changes = {name: value for name, value in given.items() if value is not None}
    if replications is not None:
        check_whole(2, MOST_REPLICATIONS, replications=replications)
    if seed is not None:
        check_whole(0, 2**63 - 1, seed=seed)
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
    return results.with_hashes(content)


def plan(scenario: Scenario, runner: Runner) -> list[Task]:
    """List every replication of a scenario, all design points of one replication together."""
    return tasks(points_of(scenario, runner), range(scenario.run.replications))


def tasks(points: Sequence[DesignPoint], replications: Iterable[int]) -> list[Task]:
    """List replications of design points, all points of one replication together."""
    return [Task(point, replication) for replication in replications for point in points]


def points_of(scenario: Scenario, runner: Runner) -> list[DesignPoint]:
    """List the design points of a scenario: as staffed, and for the same money.

    The costs of the arrangements, which the same-money staffing needs, are taken
    from one model each; their loads, which the rebalanced one needs, from a pilot.
    """
    points = design(scenario)
    if len(scenario.arrangements) > 1:
        base, cost = scenario.compare.base, runner.costs(points).__getitem__
        equal = same_money(points, base, cost)
        if scenario.compare.rebalanced:
            pilots = runner.tables([Task(point, PILOT) for point in points])
            load = dict(zip(points, map(loads, pilots), strict=True))
            equal += rebalanced(points, base, cost, _teams, load.__getitem__)
        points += equal
    return points


def _teams(point: DesignPoint) -> list[str]:
    """Return the kinds of team of a design point's arrangement."""
    return list(scenario_of(point.document).arrangements[ONLY].teams)
