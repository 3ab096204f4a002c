"""The report of ``sim benchmark``: lines of text, as they are measured."""

from __future__ import annotations

from collections.abc import Iterator

from sim.benchmark.bench import (
    Row,
    against_reference,
    against_simpy,
    by_size,
    in_one_calendar,
)
from sim.benchmark.memory import peak
from sim.benchmark.parallel import compare
from sim.benchmark.pipeline import where_time_goes
from sim.benchmark.throughput import layer
from sim.benchmark.workload import SHAPES, workload
from sim.engine import compiled
from sim.experiment.execute import cores
from sim.scenario.files import load

AREA, COUNTRY = "one-area-2013", "england-2013"
"""The scenarios that the full model is timed on."""

EXPERIMENTS = {AREA: 20, COUNTRY: 2}
"""Replications with which whole experiments are timed: comparing them costs the same at first."""


def report(contracts: int, years: float) -> Iterator[str]:
    """Yield the lines of the report as they are measured."""
    compiled.run(workload(SHAPES["central"], 100))  # compile before anything is timed
    head = f"{'compared with the compiled engine':44} {'cases':>10} {'slow s':>9} {'fast s':>9}"
    yield f"{head} {'ratio':>7} {'ns/case':>8}"
    yield from map(_line, against_simpy(contracts))
    yield _line(in_one_calendar(contracts))
    yield from map(_line, against_reference(AREA, years))
    yield "\nW, central: nanoseconds per case by number of contracts"
    for size, cost in by_size((contracts // 4, contracts, contracts * 10)):
        yield f"{size:>10,}  {cost:8.0f}"
    yield from _pipeline(years)
    yield from _memory(years)
    yield from _experiments(years)
    for scenario, replications in ((AREA, 4), (COUNTRY, 2)):
        yield from _parallel(scenario, years, replications)


def _experiments(years: float) -> Iterator[str]:
    """Say how many replications one core does, and what is around them."""
    yield f"\nExperiments on one process, {years:g} years, every arrangement as staffed"
    names = ("replications", "a second", "layer adds", "of engine")
    yield f"{'':16}" + "".join(f"{name:>14}" for name in names)
    for scenario, replications in EXPERIMENTS.items():
        found = layer(scenario, years, replications)
        shares = f"{found.overhead:>14.1%}{found.of_engine:>14.1%}"
        yield f"{scenario:16}{found.replications:>14}{found.per_second:>14.2f}{shares}"


def _parallel(scenario: str, years: float, replications: int) -> Iterator[str]:
    """Say how long it takes on one core and on all, and what share of all was put to use."""
    head = f"{scenario}, {years:g} years, {replications} replications of every design point"
    yield f"\n{head}: seconds by the clock, parallel efficiency"
    times = compare(scenario, years, replications)
    alone, *_ = times.values()
    for what, time in times.items():
        used = 1 if what == "one process" else cores()
        yield f"{time:8.1f}  {alone / time / used:5.2f}  {what}"


def _pipeline(years: float) -> Iterator[str]:
    yield f"\n{COUNTRY}, {years:g} years, one replication: processor seconds"
    names = ("cases", "drawing", "simulating", "adding up", "measuring", "whole/sim", "cases/s")
    yield f"{'':14}" + "".join(f"{name:>12}" for name in names)
    for name, spent in where_time_goes(COUNTRY, years):
        times = spent.drawing, spent.simulating, spent.adding_up, spent.measuring, spent.ratio
        columns = "".join(f"{time:>12.2f}" for time in times)
        yield f"{name:14}{spent.cases:>12,}{columns}{spent.speed:>12,.0f}"
        yield f"  {spent.parts}"


def _memory(years: float) -> Iterator[str]:
    yield f"\n{COUNTRY}, {years:g} years, one replication: most memory in MiB"
    for name in load(COUNTRY).scenario.arrangements:
        for what, log in (("measures", False), ("whole log", True)):
            most = peak(COUNTRY, name, years, log=log)
            yield f"{'unknown' if most is None else f'{most:,.0f}':>8}  {name}, {what}"


def _line(row: Row) -> str:
    times = f"{row.cases:>10,} {row.slow:>9.2f} {row.fast:>9.3f}"
    return f"{row.what:44} {times} {row.ratio:>7.0f} {row.nanoseconds:>8.0f}"
