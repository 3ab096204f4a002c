"""Every measure of one run, as one tidy table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.engine.log import Log
from sim.model.arrays import Model
from sim.outcomes import clocks
from sim.outcomes.activity import activity
from sim.outcomes.budgets import budgets
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.condition import condition
from sim.outcomes.consistency import consistency
from sim.outcomes.cost import cost
from sim.outcomes.decisions import decisions
from sim.outcomes.response import response, times
from sim.outcomes.reviews import reviews
from sim.outcomes.staff import staff
from sim.outcomes.tally import Tally, tallied
from sim.outcomes.vacancies import vacancies
from sim.outcomes.view import Row, View

COLUMNS = ["measure", "case_type", "body", "role", "period", "value", "unit"]


def measure(model: Model, log: Log) -> pd.DataFrame:
    """Return the measures of a run of which there is a whole log; see ``measured``."""
    return measured(tallied(model, log))


def measured(tally: Tally) -> pd.DataFrame:
    """Return the measures of a run, with the columns ``COLUMNS``.

    ``case_type`` is the name of a case type, ``body`` a kind of team or
    committee, ``role`` a role; ``period`` is "year 1" and so on since the
    start, or a month such as "2013-04" for its end. Where a column does not
    apply it is "all". ``value`` is NaN where a time is not reached within half
    of the run and infinite where it never will be; a row is absent where there
    is nothing to measure. Raises ``KeyError`` for a measure that is not
    catalogued.
    """
    table = pd.DataFrame(_rows(View(tally)), columns=["measure", "value", *COLUMNS[1:5]])
    units = {name: _unit(name) for name in dict.fromkeys(table["measure"])}
    table["unit"] = table["measure"].map(units)
    return table[COLUMNS].astype({"value": "float64"})


def _unit(name: str) -> str:
    if name not in CATALOGUE:
        raise KeyError(f"measure {name!r} has no entry in sim/outcomes/catalogue.csv")
    return CATALOGUE[name].unit


def _rows(view: View) -> Iterator[Row]:
    yield from reviews(view)
    yield from staff(view)
    yield from vacancies(view)
    yield from times(view)
    resolution = clocks.resolution(view)
    yield from response(view, resolution)
    yield from decisions(view)
    yield from condition(view)
    yield from consistency(view, resolution)
    yield from cost(view)
    yield from budgets(view)
    yield from activity(view)
