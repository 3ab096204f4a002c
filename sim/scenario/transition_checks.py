"""Checks of transitions: from which arrangement, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from sim.scenario.arrangement import Arrangement
from sim.scenario.calendar import add_years
from sim.scenario.errors import Fault, KeyPath, listed, nearest
from sim.scenario.schema import Run
from sim.scenario.translate import spot
from sim.scenario.tree import Node


def transitions(
    document: Node, run: Run | None, arrangements: Mapping[str, Arrangement]
) -> Iterator[Fault]:
    """Yield transitions from what is no arrangement, or in a chain, or outside the run."""
    tables = document.at("arrangements")
    for name, one in arrangements.items():
        if one.transition is None or tables is None:
            continue
        path: KeyPath = ("arrangements", name, "transition")
        others = [each for each in tables.table if each != name]
        before, at = one.transition.replaces, spot(document, (*path, "replaces"))
        earlier = arrangements.get(before)
        if before not in others:
            expected = f"another arrangement: {listed(others)}" if others else "another arrangement"
            yield at.fault(found=f'"{before}"', expected=expected, nearest=nearest(before, others))
        elif earlier and earlier.transition:
            expected = "an arrangement that holds from the first day"
            yield at.fault(found=f'"{before}", which replaces another one', expected=expected)
        yield from _within_run(document, (*path, "date"), one.transition.date, run)


def _within_run(document: Node, path: KeyPath, date: dt.date, run: Run | None) -> Iterator[Fault]:
    """Yield a date that is not within the run."""
    if run is None:
        return
    try:
        end = add_years(run.start, run.years)
    except (ValueError, OverflowError):  # the run has a fault of its own
        return
    if not run.start <= date < end:
        expected = f"a date within the run, from {run.start} to before {end}"
        yield spot(document, path).fault(found=str(date), expected=expected)
