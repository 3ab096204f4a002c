"""Comparisons of speed: ratios measured side by side in one run, after a check of equality."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from sim.benchmark import peer
from sim.benchmark.workload import SHAPES, workload
from sim.engine import compiled, reference
from sim.engine.log import Log
from sim.model.arrays import Model
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

REPEATS = 5


@dataclass(frozen=True)
class Row:
    """One line of the report; seconds of processor time."""

    what: str
    cases: int
    slow: float
    fast: float

    @property
    def ratio(self) -> float:
        """Return how many times faster the second is than the first."""
        return self.slow / self.fast

    @property
    def nanoseconds(self) -> float:
        """Return what a case costs the faster one."""
        return 1e9 * self.fast / self.cases


class DifferentError(AssertionError):
    """Two programs that are to be compared do not give the same result."""


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def moving(model: Model) -> float:
    """Return the least time of moving the cases alone, out of a few runs."""
    return min(moving_once(compiled.prepare(model)) for _ in range(REPEATS))


def moving_once(ready: compiled.Ready) -> float:
    """Return the time of moving the cases with everything known beforehand laid out already.

    What happens is written down and handed over, but not kept.
    """
    laid_out = replace(ready, parts=list(ready.parts))
    return seconds(lambda: compiled.simulate(laid_out, Discard()))


class Discard:
    """A sink that keeps nothing: the log is written, handed over and forgotten."""

    def cases(self, rows: object) -> None:
        """Forget cases."""

    def work(self, rows: object) -> None:
        """Forget packets of work."""

    def meetings(self, rows: object) -> None:
        """Forget meetings."""


def check_equal(one: Log, other: Log) -> None:
    """Raise ``DifferentError`` unless two logs agree in every cell."""
    for part in fields(Log):
        left, right = getattr(one, part.name), getattr(other, part.name)
        for column in fields(left):
            if not np.array_equal(getattr(left, column.name), getattr(right, column.name)):
                raise DifferentError(f"the engines differ in {part.name}.{column.name}")


def against_simpy(contracts: int) -> Iterator[Row]:
    """Compare with the idiomatic SimPy program on workload W."""
    for name, shape in SHAPES.items():
        model = workload(shape, contracts)
        log, found = compiled.run(model), peer.run(model)
        if not np.array_equal(log.cases.closed, found.decided):
            raise DifferentError(f"the SimPy program decides other cases ({name})")
        slow = seconds(partial(peer.run, model))
        yield Row(f"W, {name}: SimPy program", len(model.cases.entity), slow, moving(model))


def against_reference(scenario: str, years: float) -> Iterator[Row]:
    """Compare with the reference engine on the full model of a scenario."""
    loaded = load(scenario, [f"run.years={years}"])
    estate = estate_of(loaded)
    for name in loaded.scenario.arrangements:
        model = build(loaded.scenario, estate, name, next(iter(loaded.scenario.contexts)), 0)
        check_equal(reference.run(model), compiled.run(model))
        slow = seconds(partial(reference.run, model))
        yield Row(f"{scenario}, {name}: reference", len(model.cases.entity), slow, moving(model))


def in_one_calendar(contracts: int) -> Row:
    """Compare one calendar for everything with teams simulated apart, on workload W."""
    model = workload(SHAPES["delegated"], contracts)
    check_equal(compiled.run(model), compiled.run(model, apart=False))
    slow = min(moving_once(compiled.prepare(model, apart=False)) for _ in range(REPEATS))
    return Row("W, delegated: one calendar", len(model.cases.entity), slow, moving(model))


def by_size(sizes: tuple[int, ...]) -> Iterator[tuple[int, float]]:
    """Return nanoseconds per case of workload W by number of contracts."""
    for contracts in sizes:
        model = workload(SHAPES["central"], contracts)
        yield contracts, 1e9 * moving(model) / len(model.cases.entity)
