"""Who cannot keep up: their times are drawn, but never compared in words, because they flatter."""

from __future__ import annotations

import pandas as pd

from sim.charts.data import ChartData
from sim.charts.words import Unit, extremes, listed
from sim.experiment.keeping_up import capacity
from sim.experiment.staffing import label


def overloaded(data: ChartData, name: str, staffing: str) -> bool:
    """Whether an arrangement has staff with at least as much work as time."""
    measures = data.measures[data.measures["context"] == data.shown_context]
    ours = measures["arrangement"] == label(name, staffing, data.base)
    return bool(capacity(measures[ours]).overloaded)


def compared(table: pd.DataFrame, data: ChartData, unit: Unit, what: str) -> str:
    """Say whose time is longest and whose shortest, or why that may not be said.

    ``table`` has a row per arrangement, ``what`` is what the times are of.
    """
    behind = [name for name in data.arrangements if overloaded(data, name, data.staffing)]
    if not behind:
        return f"{what}: {extremes(table, data, unit)}"
    verb, whose = ("is", "its") if len(behind) == 1 else ("are", "their")
    names = listed(map(data.label, behind))
    who = f"{names} {verb} behind with {whose} work, so {whose} times flatter"
    if len(behind) == len(data.arrangements) > 1:
        who = "every arrangement is behind with its work, so times flatter"
    return f"Not to be compared: {who}"
