"""Vacancies by role: how much of the established staff time is not there, and who leaves."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.data import ALL, Chart, ChartData, estimates, in_order, select
from sim.charts.panels import STEPS, dot, key, mark, most_panels, row_panels
from sim.charts.style import Look, Width, looks
from sim.charts.words import each, extremes, joined, rows, unit_of

MEASURES = ("vacant_share", "leavers_share")
_TOLD = dict(zip(MEASURES, ("vacant", "leaving in a year"), strict=True))
_WHOLE = "All roles"


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Return vacancy and leavers by role and arrangement: all roles, then the emptiest first."""
    table = estimates(_both(data, MEASURES), ["role", "arrangement", "measure"])
    vacant = table[(table["measure"] == "vacant_share") & (table["role"] != ALL)]
    means = vacant.groupby("role", sort=False)["mean"].mean()
    emptiest = list(means.sort_values(ascending=False, kind="stable").index)
    roles = [ALL, *emptiest][: most_panels(width, len(data.arrangements))]
    return in_order(table, {"role": roles, "arrangement": data.arrangements, "measure": MEASURES})


def _both(data: ChartData, measures: tuple[str, ...]) -> pd.DataFrame:
    """Rows of each role and of all together, over the whole run."""
    return pd.concat(
        [select(data, measures), select(data, measures, by=["role"])], ignore_index=True
    )


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per role, a row per arrangement."""
    roles, names = list(table["role"].unique()), list(table["arrangement"].unique())
    headings = [_heading(role, data) for role in roles]
    fig, axes = row_panels(headings, [data.label(name) for name in names], width, row_cm=0.6)
    codes = looks(data.arrangements)
    for ax, role in zip(axes, roles, strict=True):
        panel = table[table["role"] == role]
        right = 105 * max(0.02, float(panel["high"].fillna(panel["mean"]).max()))
        for row in rows(panel):
            _point(ax, names.index(row.arrangement), row, codes[row.arrangement])
        ax.set_xlim(0, right)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}%"))
    entries = [
        (mark(marker="o"), "vacant: share of established time"),
        (mark(marker="o", markerfacecolor="white"), "leavers in a year: share of posts"),
    ]
    key(fig, entries, 1 if width == "one-column" else 2)
    return fig


def _heading(role: str, data: ChartData) -> str:
    return _WHOLE if role == ALL else data.label(role)


def _point(ax: Axes, place: int, row: Any, look: Look) -> None:  # noqa: ANN401 - an estimates row
    hollow = row.measure == "leavers_share"
    floored = row._replace(low=max(0.0, row.low)) if row.low == row.low else row
    dot(ax, place + (0.2 if hollow else -0.2), floored, look, 100, face="white" if hollow else None)


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Say who has most vacancies over all roles."""
    unit, role = unit_of("share"), str(table["role"].iloc[0])
    parts = {words: table[table["measure"] == name] for name, words in _TOLD.items()}
    first = [
        f"{_heading(role, data)}, {words}: {extremes(part[part['role'] == role], data, unit)}"
        for words, part in parts.items()
        if not part.empty
    ]
    caption = joined(
        [
            "Share of the established staff time in which posts stand vacant, and whole-time "
            "equivalents that leave in a year over those of posts, by role; intervals are cut off "
            "at 0",
            *first,
        ]
    )
    alt = " ".join(
        f"{_heading(str(role), data)}, {words}: {each(panel, data, unit)}."
        for words, part in parts.items()
        for role, panel in part.groupby("role", sort=False)
        if words == _TOLD[MEASURES[0]] or role == ALL  # every number is in the table beside
    )
    return caption, f"Dot plot of vacant posts and of those who leave, by role. {alt}"


CHART = Chart("Vacancies by role", tabulate, paint, describe)
