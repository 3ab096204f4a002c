"""Areas: cases inside their clock by area and by month, for charts of variation.

An area is a group of entities: the neutral areas of the model, or the bodies of a tier.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.outcomes.clocks import Clocks
from sim.outcomes.consistency import adjusted_shares
from sim.outcomes.view import Int, View


def by_area(view: View, clock: Clocks, group: Int, names: tuple[str, ...]) -> pd.DataFrame:
    """Return a row per area that had a case whose clock ran out.

    ``group`` has shape (entities,), below 0 for those of no area. Columns: ``area``,
    ``cases``, ``in_time`` (cases), ``share`` (crude) and ``adjusted`` (share in time after
    indirect standardisation for case mix).
    """
    adjusted, cases = adjusted_shares(view, clock, group, len(names))
    where = group[view.model.cases.entity[clock.case]]
    met = np.bincount(where[(where >= 0) & clock.met], minlength=len(names))
    table = pd.DataFrame({"area": names, "cases": cases, "in_time": met, "adjusted": adjusted})
    table = table[table["cases"] > 0].reset_index(drop=True)
    return table.assign(share=table["in_time"] / table["cases"])


def by_month(view: View, clock: Clocks, group: Int, names: tuple[str, ...]) -> pd.DataFrame:
    """Return a row per area and month with a case whose clock ran out in that month.

    Columns: ``area``, ``month`` (as "2013-04"), ``cases``, ``in_time`` and ``share``. The month
    in which the run ends is left out where it is not whole.
    """
    month = _month_of(view, clock)
    where = group[view.model.cases.entity[clock.case]]
    kept = (where >= 0) & (month >= 0) & (month < len(view.months.names))
    frame = pd.DataFrame(
        {
            "area": np.array(names)[where[kept]],
            "month": np.array(view.months.names)[month[kept]],
            "in_time": clock.met[kept].astype(np.int64),
        }
    )
    groups = frame.groupby(["area", "month"])["in_time"]
    table = groups.agg(cases="size", in_time="sum").reset_index()
    return table.assign(share=table["in_time"] / table["cases"])


def _month_of(view: View, clock: Clocks) -> Int:
    """Return the place among the run's months of each deadline, -1 before the first."""
    if not view.months.names:
        return np.full(len(clock.case), -1, dtype=np.int64)
    start = np.datetime64(view.model.clock.start, "D")
    days = start + np.floor(clock.deadline).astype("timedelta64[D]")
    first = np.datetime64(view.months.names[0], "M")
    return np.asarray((days.astype("datetime64[M]") - first).astype(np.int64))
