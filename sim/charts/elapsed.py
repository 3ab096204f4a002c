"""Where elapsed time goes: its parts, stacked, with the interval of the whole."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.charts.data import (
    ALL,
    COMPONENTS,
    Chart,
    ChartData,
    busiest_case_types,
    estimates,
    in_order,
    select,
)
from sim.charts.keeping_up import compared
from sim.charts.panels import STEPS, key, lowest, most_panels, row_panels
from sim.charts.style import INK, Width, looks
from sim.charts.words import joined, listed, not_shown, number, quote, rows, unit_of
from sim.outcomes.catalogue import CATALOGUE

NAMES = {name: CATALOGUE[f"elapsed_days_{name}"].label for name in COMPONENTS}
TOTAL = "total"

_LOOKS = looks(COMPONENTS)


def _case_types(data: ChartData) -> list[str]:
    present = set(_parts(data)["case_type"].unique())
    return [name for name in [ALL, *busiest_case_types(data)] if name in present]


def _parts(data: ChartData) -> pd.DataFrame:
    """Rows of every component, for each case type and for all of them."""
    wanted = [f"elapsed_days_{component}" for component in COMPONENTS]
    both = [select(data, wanted, by=["case_type"]), select(data, wanted)]
    frame = pd.concat(both, ignore_index=True)
    return frame.assign(component=frame["measure"].str.removeprefix("elapsed_days_"))


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Mean working days per case: the parts, and their total with its own interval."""
    parts = _parts(data)
    case = ["case_type", "arrangement", "replication", "unit"]
    whole = parts.groupby(case, sort=False)["value"].sum(min_count=1).reset_index()
    frame = pd.concat([parts, whole.assign(component=TOTAL)], ignore_index=True)
    table = estimates(frame, ["case_type", "arrangement", "component"])
    chosen = _case_types(data)[: most_panels(width, len(data.arrangements))]
    components = [*COMPONENTS, TOTAL]
    return in_order(
        table,
        {"case_type": chosen, "arrangement": data.arrangements, "component": components},
    )


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per case type, a stacked bar per arrangement."""
    chosen, names = list(table["case_type"].unique()), list(table["arrangement"].unique())
    headings = [_heading(name, data) for name in chosen]
    fig, axes = row_panels(headings, [data.label(n) for n in names], width)
    for ax, case_type in zip(axes, chosen, strict=True):
        panel = table[table["case_type"] == case_type]
        for place, name in enumerate(names):
            _bar(ax, place, panel[panel["arrangement"] == name])
        highest = panel["high"].fillna(panel["mean"]).max()
        ax.set_xlim(0, 1.06 * highest if highest > 0 else 1)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    for ax in lowest(axes, width):
        ax.set_xlabel("Mean working days per case")
    _key(fig, width)
    return fig


def _heading(case_type: str, data: ChartData) -> str:
    return "All case types" if case_type == ALL else data.label(case_type)


def _bar(ax: Axes, place: int, mine: pd.DataFrame) -> None:
    """Stack the parts; the black line is the interval of the total."""
    left = 0.0
    for row in rows(mine[mine["component"] != TOTAL].fillna({"mean": 0.0})):
        look = _LOOKS[row.component]
        ax.barh(
            place, row.mean, 0.62, left, color=look.colour, hatch=look.hatch, edgecolor="white",
            linewidth=0.4,
        )  # fmt: skip
        left += row.mean
    for row in rows(mine[mine["component"] == TOTAL].dropna(subset=["low"])):
        _interval(ax, place, row)


def _interval(ax: Axes, place: int, row: Any) -> None:  # noqa: ANN401 - an estimates row
    """Draw the interval in ink on a white edge, so that it shows on dark and light parts."""
    for colour, weight, cap in (("white", 3.0, 3.5), (INK, 1.0, 2.5)):
        ax.errorbar(
            row.mean, place, xerr=row.high - row.mean, color=colour, elinewidth=weight,
            capthick=weight, capsize=cap, zorder=4,
        )  # fmt: skip


def _key(fig: Figure, width: Width) -> None:
    patches = [
        (Patch(facecolor=look.colour, hatch=look.hatch, edgecolor="white"), NAMES[name])
        for name, look in _LOOKS.items()
    ]
    key(fig, patches, 2 if width == "one-column" else 5)


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Slowest and fastest total, and the largest part of each arrangement's time."""
    chosen = list(table["case_type"].unique())
    first = table[table["case_type"] == chosen[0]]
    totals = first[first["component"] == TOTAL]
    shown = len([name for name in chosen if name != ALL])
    available = len([name for name in _case_types(data) if name != ALL])
    unit = unit_of("working days")
    caption = joined(
        [
            "Mean working days per case by part, with the interval of the total. Open cases "
            "count up to the end of the run",
            compared(totals, data, unit, _heading(chosen[0], data)),
            f"Largest part: {_largest(first, data)}",
            not_shown(shown, available, "case types"),
        ]
    )
    alt = " ".join(
        f"{_heading(str(case_type), data)}: {_totals(panel, data, split=case_type == chosen[0])}."
        for case_type, panel in table.groupby("case_type", sort=False)
    )
    return caption, f"Stacked bars of working days. {alt}"


def _largest(table: pd.DataFrame, data: ChartData) -> str:
    """Name the largest part, once where it is the same in every arrangement."""
    parts = table[(table["component"] != TOTAL)].dropna(subset=["mean"])
    ordered = rows(parts.sort_values("mean", kind="stable"))
    named = {row.arrangement: NAMES[row.component].lower() for row in ordered}
    largest = {data.label(name): named[name] for name in data.arrangements if name in named}
    if len(largest) > 1 and len(set(largest.values())) == 1:
        return f"{next(iter(largest.values()))}, in every arrangement"
    return "; ".join(f"{who}, {part}" for who, part in largest.items()) or "not available"


def _totals(panel: pd.DataFrame, data: ChartData, split: bool) -> str:
    """Say the total of each arrangement, and its parts where they are to be split."""
    words = []
    for name, mine in panel.groupby("arrangement", sort=False):
        by = {row.component: row for row in rows(mine)}
        parts = [f"{NAMES[c].lower()} {number(by[c].mean, 1)}" for c in COMPONENTS if c in by]
        total = quote(by[TOTAL], unit_of("working days"), brief=True)
        of_which = f", of which {listed(parts)}" if split else ""
        words.append(f"{data.label(str(name))} {total}{of_which}")
    return "; ".join(words)


CHART = Chart("Where elapsed time goes", tabulate, paint, describe)
