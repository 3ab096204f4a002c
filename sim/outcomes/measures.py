"""Every measure of one run, as one tidy table."""

from __future__ import annotations

import pandas as pd

from sim.engine.log import Log
from sim.model.arrays import Model
from sim.outcomes.activity import activity
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.consistency import consistency
from sim.outcomes.cost import cost
from sim.outcomes.decisions import decisions
from sim.outcomes.response import response
from sim.outcomes.reviews import reviews
from sim.outcomes.staff import staff
from sim.outcomes.view import View

PARTS = (reviews, staff, response, decisions, consistency, cost, activity)
COLUMNS = ["measure", "case_type", "body", "role", "period", "value", "unit"]


def measure(model: Model, log: Log) -> pd.DataFrame:
    """Return the measures of a run, with the columns ``COLUMNS``.

    ``case_type`` is the name of a case type, ``body`` a kind of team or
    committee, ``role`` a role; ``period`` is "year 1" and so on since the
    start, or a month such as "2013-04" for its end. Where a column does not
    apply it is "all". ``value`` is NaN where a time is not reached within half
    of the run and infinite where it never will be; a row is absent where there
    is nothing to measure. Raises ``KeyError`` for a measure that is not
    catalogued.
    """
    view = View(model, log)
    rows = [row for part in PARTS for row in part(view)]
    table = pd.DataFrame(rows, columns=["measure", "value", *COLUMNS[1:5]])
    units = {name: CATALOGUE[name].unit for name in dict.fromkeys(table["measure"])}
    table["unit"] = table["measure"].map(units)
    return table[COLUMNS].astype({"value": "float64"})
