"""What one process does for a design point: build the model, run it, measure it."""

from __future__ import annotations

import functools
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from sim.engine.engines import Name, engine
from sim.experiment.design import (
    ONLY,
    DesignPoint,
    YearlyCost,
    file_digest,
    list_of,
    scenario_of,
)
from sim.experiment.errors import ReplicationError
from sim.experiment.in_hand import InHand
from sim.experiment.store import Store
from sim.model.arrays import Model
from sim.model.build import realise
from sim.model.costs import cost_by_team
from sim.model.plan import Plan, plan, prices
from sim.outcomes.measures import measured
from sim.outcomes.tally import Tally
from sim.scenario import estates
from sim.scenario.estate import Estate
from sim.scenario.estate_file import find
from sim.scenario.schema import EstateChoice


class Work(Protocol):
    """What is run once and then kept: one replication of something, which its words name."""

    @property
    def key(self) -> str:
        """Return the key under which it is stored."""

    def result(self, by: Name) -> pd.DataFrame:
        """Run it by an engine; return a table with the columns of ``REPLICATION_SCHEMA``."""


@dataclass(frozen=True)
class Task:
    """One replication of one design point."""

    point: DesignPoint
    replication: int

    @property
    def key(self) -> str:
        """Return the key under which the replication is stored."""
        return self.point.key(self.replication)

    def result(self, by: Name) -> pd.DataFrame:
        """Return the measures of the replication."""
        return simulate(self.point, self.replication, by)

    def __str__(self) -> str:
        """Name the replication for a message; they are counted from 0."""
        return f"{self.point.label}, context {self.point.context}, replication {self.replication}"


def finish(task: Work, store: Store, by: Name, wait: bool = True) -> str | None:
    """Run and store what is not stored yet; return its key.

    What another process has in hand is waited for, or else left to it, and None returned.
    Raises ``ReplicationError`` naming it.
    """
    with InHand(store.folder) as hand:
        if not hand.take(task.key, wait):
            return None
        if store.read(task.key) is None:
            store.write(task.key, attempt(task, by))
    return task.key


def attempt(task: Work, by: Name) -> pd.DataFrame:
    """Return what a replication gives. Raises ``ReplicationError`` naming it."""
    try:
        return task.result(by)
    except Exception as error:
        raise failure(task, error) from error


def failure(task: object, error: Exception) -> ReplicationError:
    """Name the replication, what went wrong and where in the code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}, line {last.lineno}"
    return ReplicationError(f"{task} failed: {type(error).__name__}: {error} ({place})")


def simulate(point: DesignPoint, replication: int, by: Name) -> pd.DataFrame:
    """Return the measures of one replication of a design point, whichever engine runs it."""
    model = model_of(point, replication)
    tally = Tally(model)
    engine(by).stream(model, tally)
    return measured(tally)


def yearly_cost(point: DesignPoint) -> YearlyCost:
    """Return what a design point costs in a year; no draw changes it."""
    try:
        scenario = scenario_of(point.document)
        estate = _estate(scenario.estate.model_dump_json(), point.file, _digest(point))
        *before, last = prices(scenario, estate, ONLY, ONLY, point.wte_scale)
    except Exception as error:
        raise failure(Task(point, 0), error) from error
    fixed = last.committees + sum(one.staff + one.committees for one in before)
    return YearlyCost(last.staff, fixed, tuple(map(float, cost_by_team(last))))


def model_of(point: DesignPoint, replication: int) -> Model:
    """Build the model of one replication."""
    return realise(_plan(point.document, point.wte_scale, point.file, _digest(point)), replication)


def _digest(point: DesignPoint) -> str | None:
    """Return the sha256 of a point's list of practices, if it has one."""
    digest = None if point.file is None else file_digest(find(point.file))
    if digest != list_of(point.document):
        raise ReplicationError(f"{point.file} has changed: run the same command again")
    return digest


@functools.lru_cache(maxsize=8)
def _plan(
    document: str, wte_scale: float | tuple[float, ...], file: str | None, digest: str | None
) -> Plan:
    """Plan a design point once per process: it is the same for every replication."""
    scenario = scenario_of(document)
    estate = _estate(scenario.estate.model_dump_json(), file, digest)
    return plan(scenario, estate, ONLY, ONLY, wte_scale)


@functools.lru_cache(maxsize=2)
def _estate(choice: str, file: str | None, digest: str | None) -> Estate:
    """Build an estate once per process: it is the same for every design point.

    A process outlives a list of practices that is imported anew, so its ``digest`` counts.
    """
    chosen = EstateChoice.model_validate_json(choice)
    return estates.build(chosen.model_copy(update={"file": file}))
