"""Utilisation by role, with the offered load that it cannot show past 100%."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.data import Chart, ChartData, estimates, in_order, select
from sim.charts.panels import STEPS, dot, key, mark, most_panels, row_panels
from sim.charts.style import INK, Look, Width, looks
from sim.charts.words import each, extremes, joined, listed, quote, rows, unit_of

MEASURES = ("utilisation", "load")


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Utilisation and load by role and arrangement, the busiest roles first."""
    busy = estimates(select(data, ["utilisation"], by=["role"]), ["role", "arrangement"])
    means = busy.groupby("role", sort=False)["mean"].mean()
    busiest = list(means.sort_values(ascending=False, kind="stable").index)
    roles = busiest[: most_panels(width, len(data.arrangements))]
    table = estimates(select(data, MEASURES, by=["role"]), ["role", "arrangement", "measure"])
    return in_order(table, {"role": roles, "arrangement": data.arrangements, "measure": MEASURES})


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per role, a row per arrangement, one scale for all, a line at 100%."""
    roles, names = list(table["role"].unique()), list(table["arrangement"].unique())
    with_load = "load" in set(table["measure"])
    fig, axes = row_panels(
        [data.label(role) for role in roles],
        [data.label(name) for name in names],
        width,
        row_cm=0.6 if with_load else 0.5,
    )
    codes = looks(data.arrangements)
    right = 105 * max(1.0, float(table["high"].fillna(table["mean"]).max()))
    for ax, role in zip(axes, roles, strict=True):
        ax.axvline(100, color=INK, linewidth=1)
        for row in rows(table[table["role"] == role]):
            _point(ax, names.index(row.arrangement), row, codes[row.arrangement], with_load)
        ax.set_xlim(0, right)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=STEPS))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    if with_load:
        _key(fig, width)
    return fig


def _point(ax: Axes, place: int, row: Any, look: Look, with_load: bool) -> None:  # noqa: ANN401 - an estimates row
    hollow = row.measure == "load"
    shift = (0.2 if hollow else -0.2) if with_load else 0.0
    dot(ax, place + shift, row, look, 100, face="white" if hollow else None)


def _key(fig: Figure, width: Width) -> None:
    entries = [
        (mark(marker="o"), "utilisation: busy share of available hours"),
        (
            mark(marker="o", markerfacecolor="white"),
            "load: work done and still owed, over those hours",
        ),
    ]
    key(fig, entries, 1 if width == "one-column" else 2)


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Name the busiest role, who is highest in it, and loads of 100% or more."""
    busy = table[table["measure"] == "utilisation"]
    unit = unit_of("share")
    first = busy[busy["role"] == busy["role"].iloc[0]]
    shown, every = busy["role"].nunique(), select(data, ["utilisation"], by=["role"])["role"]
    load = table[table["measure"] == "load"]
    left = every.nunique() - shown
    caption = joined(
        [
            "Utilisation (busy share of available hours) by role and arrangement",
            f"Busiest role, {data.label(first['role'].iloc[0])}: {extremes(first, data, unit)}",
            _most_loaded(load, data),
            f"The {left} least busy roles are not shown" if left else "",
        ]
    )
    alt = " ".join(
        f"{data.label(str(role))}: {each(panel, data, unit)}."
        for role, panel in busy.groupby("role", sort=False)
    )
    return caption, joined([f"Dot plot of utilisation by role. {alt}", _overloads(load, data)])


def _most_loaded(load: pd.DataFrame, data: ChartData) -> str:
    """Say how often staff cannot do the work, and where the load is highest."""
    over = load[load["mean"] >= 1]
    if over.empty:
        return ""
    top = rows(over.loc[[over["mean"].idxmax()]])[0]
    return (
        "Staff cannot do the work (load, the work done and still owed over available hours, is "
        f"100% or more) in {len(over)} of {len(load)} rows; highest {data.label(top.role)} under "
        f"{data.label(top.arrangement)}, {quote(top, unit_of('share'), brief=True)}"
    )


def _overloads(load: pd.DataFrame, data: ChartData) -> str:
    where = [
        f"{data.label(r.role)} under {data.label(r.arrangement)}, "
        f"{quote(r, unit_of('share'), brief=True)}"
        for r in rows(load[load["mean"] >= 1])
    ]
    return f"Load is 100% or more for {listed(where)}" if where else ""


CHART = Chart("Utilisation by role", tabulate, paint, describe)
