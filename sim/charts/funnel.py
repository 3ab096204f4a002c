"""Funnel plot: which areas differ by more than chance, given how many cases they have."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.panels import STEPS, End, figure, key, label_ends, mark
from sim.charts.style import COLOURS, INK, Look, Width, house_style
from sim.charts.words import joined, listed, number, rows
from sim.outcomes.variation import (
    NARROW,
    WIDE,
    funnel_limits,
    inflated_limits,
    over_dispersion,
)

TITLE = question("funnel")
NAMED = {"one-column": 5, "two-column": 8}
"""Areas that are named: those farthest out, and of many only those beyond the limits."""

MANY = 12

_CHARACTERS = 22
"""In a line of an area's name: some are long."""

_WITHIN = Look(COLOURS[0], "o", "-", "")
_BEYOND = Look(COLOURS[1], "s", "-", "")
_CHANCE = "#767676"
"""Limits that make no allowance."""


def draw(areas: pd.DataFrame, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.areas.by_area``: the adjusted share in time by number of cases.

    Raises ``NoDataError`` for fewer than three areas.
    """
    table = tabulate(areas)
    with house_style():
        picture = _paint(table, width)
    return Drawn(TITLE, picture, table, joined([_caption(table), run.sources()]), _alt(table))


def tabulate(areas: pd.DataFrame) -> pd.DataFrame:
    """Add the target, both pairs of limits, and on which side of the wider pair an area is.

    The limits allow for over-dispersion where there is any (``dispersion`` above 1).
    """
    if len(areas) < 3:
        raise NoDataError(f"a funnel needs three areas or more, found {len(areas)}")
    cases, share = areas["cases"].to_numpy(), areas["adjusted"].to_numpy()
    target = float(areas["in_time"].sum() / areas["cases"].sum())
    dispersion = over_dispersion(target, cases, share)
    table = areas.assign(target=target, dispersion=dispersion)
    for name, coverage in (("95", NARROW), ("99_8", WIDE)):
        low, high = limits(target, cases, coverage, dispersion)
        table = table.assign(**{f"low_{name}": low, f"high_{name}": high})
    beyond = np.sign(share - target) * ((share < table["low_99_8"]) | (share > table["high_99_8"]))
    return table.assign(beyond=beyond.astype(int)).sort_values("cases", ignore_index=True)


def limits(
    target: float, cases: np.ndarray, coverage: float, dispersion: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return exact limits, or wider ones where areas vary by more than chance."""
    if dispersion > 1:
        return inflated_limits(target, cases, coverage, dispersion)
    return funnel_limits(target, cases, coverage)


def _paint(table: pd.DataFrame, width: Width) -> Figure:
    fig = figure(width, 7.5 if width == "one-column" else 9.0)
    ax = fig.add_subplot()
    right = 1.06 * int(table["cases"].max())
    grid = np.unique(np.linspace(max(2, 0.5 * table["cases"].min()), right, 200).astype(int))
    target, dispersion = float(table["target"].iloc[0]), float(table["dispersion"].iloc[0])
    ax.axhline(100 * target, color=INK, linewidth=1)
    for coverage, line in ((NARROW, ":"), (WIDE, "--")):
        for end in limits(target, grid, coverage, dispersion):
            ax.plot(grid, 100 * end, line, color=INK, linewidth=0.9)
    if dispersion > 1:
        for end in funnel_limits(target, grid, WIDE):
            ax.plot(grid, 100 * end, color=_CHANCE, linewidth=0.9)
    for look, part in (
        (_WITHIN, table[table["beyond"] == 0]),
        (_BEYOND, table[table["beyond"] != 0]),
    ):
        ax.plot(
            part["cases"], 100 * part["adjusted"], look.marker, color=look.colour,
            markeredgecolor="white", markeredgewidth=0.4, markersize=5, zorder=4,
        )  # fmt: skip
    _axes(ax, table, right)
    key(fig, _entries(dispersion > 1), 1 if width == "one-column" else 3)
    label_ends(fig, [(ax, _ends(table, width))], width, _CHARACTERS)
    return fig


def _axes(ax: Axes, table: pd.DataFrame, right: float) -> None:
    seen = table[["adjusted", "low_99_8", "high_99_8"]].to_numpy() * 100
    room = 0.06 * (seen.max() - seen.min()) or 1.0
    ax.set_ylim(max(0.0, seen.min() - room), min(102.0, seen.max() + room))
    ax.set_xlim(0, right)
    ax.set_xlabel("Cases whose clock ran out")
    ax.set_title("Resolved in time, adjusted for case mix", loc="left")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}%"))


def _entries(wider: bool) -> list[tuple[Artist, str]]:
    beyond = mark(marker="s", color=COLOURS[1], linewidth=0)
    allowing = ", as areas vary" if wider else ", by chance"
    entries: list[tuple[Artist, str]] = [
        (mark(linewidth=1), "all areas together"),
        (mark(linestyle=":"), f"95% limits{allowing}"),
        (mark(linestyle="--"), f"99.8% limits{allowing}"),
    ]
    if wider:
        entries.append((mark(color=_CHANCE), "99.8% limits, by chance alone"))
    return [*entries, (beyond, "beyond 99.8%")]


def _ends(table: pd.DataFrame, width: Width) -> list[End]:
    far = (table["adjusted"] - table["target"]).abs() / (table["high_99_8"] - table["low_99_8"])
    if len(table) > MANY:
        far = far[table["beyond"] != 0]
    chosen = table.loc[far.nlargest(NAMED[width]).index]
    return [
        End(row.cases, 100 * row.adjusted, row.area, _BEYOND if row.beyond else _WITHIN)
        for row in rows(chosen)
    ]


def _caption(table: pd.DataFrame) -> str:
    dispersion = float(table["dispersion"].iloc[0])
    allowed = (
        f"Areas vary by {dispersion:.1f} times the variance of chance; the limits allow for that"
        if dispersion > 1
        else "Areas vary by no more than chance would have it; the limits are exact binomial ones"
    )
    return joined(
        [
            f"{TITLE} Share of cases resolved in time by area, adjusted for case mix, against the "
            "number of cases",
            f"All {len(table)} areas together: {100 * table['target'].iloc[0]:.1f}%",
            _beyond(table),
            allowed,
            "Limits after Spiegelhalter (2005)",
        ]
    )


def _beyond(table: pd.DataFrame) -> str:
    parts = []
    for side, word in ((1, "better"), (-1, "worse")):
        names = [row.area for row in rows(table[table["beyond"] == side].nlargest(6, "cases"))]
        count = int((table["beyond"] == side).sum())
        if count:
            more = f" and {count - len(names)} more" if count > len(names) else ""
            parts.append(
                f"{word}: {', '.join(names)}{more}" if more else f"{word}: {listed(names)}"
            )
    if not parts:
        return "No area lies beyond the 99.8% limits"
    return f"Beyond the 99.8% limits, {'; '.join(parts)}"


def _alt(table: pd.DataFrame) -> str:
    each = "; ".join(
        f"{row.area} {100 * row.adjusted:.1f}% of {row.cases:,} cases" for row in rows(table)[-12:]
    )
    some = "The largest areas: " if len(table) > 12 else ""
    return joined([f"Funnel plot of {len(table)} areas. {_beyond(table)}", f"{some}{each}"])
