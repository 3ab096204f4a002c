"""Who gains: for each group of cases, how many end sooner, as before and later."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.charts.catalogue import question
from sim.charts.data import ALL, Drawn
from sim.charts.panels import key, row_panels
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import intervals, joined, rows
from sim.experiment.gains_words import Gains, sentence, who
from sim.experiment.staffing import AS_STAFFED

TITLE = "Who gains"

DIMENSIONS = (ALL, "contract type", "list size", "setting", "area")
"""What is drawn; the numbers have the case types as well."""

_LOOKS: dict[str, tuple[str, str, str]] = {
    "sooner": ("sooner", "", COLOURS[0]),
    "unchanged": ("unchanged", "", "#D9D9D9"),
    "undecided": ("undecided", "....", COLOURS[4]),
    "later": ("later", "////", COLOURS[1]),
}
"""Words, hatch and colour of each part of a bar, from left to right."""


def who_gains(found: Gains, width: Width = "two-column") -> Drawn:
    """Draw the shares of the same cases that end sooner, as before and later, by group."""
    table = tabulate(found)
    with house_style():
        figure = paint(table, found, width)
    caption, alt = describe(table, found)
    return Drawn(TITLE, figure, table, caption, alt)


def tabulate(found: Gains) -> pd.DataFrame:
    """Return a row per bar and part of it: its share with the interval."""
    chosen = [(name, group) for name in DIMENSIONS for group in _groups(found, name)]
    parts = [f"{part}_share" for part in _LOOKS]
    frame = found.table[found.table["statistic"].isin(parts)]
    keyed = frame.set_index(["dimension", "group", "statistic"])
    wanted = [(*key, part) for key in chosen for part in parts]
    return keyed.loc[wanted].reset_index()


def _groups(found: Gains, dimension: str) -> list[str]:
    return [ALL] if dimension == ALL else found.shown(dimension)


def paint(table: pd.DataFrame, found: Gains, width: Width) -> Figure:
    """Draw a stacked bar per group; the lines are the intervals of sooner and of later."""
    every = zip(table["dimension"].astype(str), table["group"].astype(str), strict=True)
    groups = list(dict.fromkeys(every))
    names = [found.group_title(*one) for one in groups]
    heading = _heading(found, width)
    lines = 2 + heading.count("\n")
    fig, axes = row_panels(["The same cases in both"], names, width, 0.46, below_lines=2 + lines)
    ax = axes[0]
    for place, (dimension, group) in enumerate(groups):
        own = table[(table["dimension"] == dimension) & (table["group"] == group)]
        _bar(ax, place, {row.statistic.removesuffix("_share"): row for row in rows(own)})
        if place and dimension != groups[place - 1][0]:
            ax.axhline(place - 0.5, color=INK, linewidth=0.5)
    ax.set_xlim(0, 100)
    ax.set_xlabel("% of the cases that are in both")
    _key(fig, heading, width)
    return fig


def _heading(found: Gains, width: Width) -> str:
    """Return what the key explains, in as many lines as it takes."""
    words = f"With {found.title(found.end)} instead of {found.title(found.start)}, cases end"
    return "\n".join(textwrap.wrap(words, 46 if width == "one-column" else 96))


def _key(fig: Figure, heading: str, width: Width) -> None:
    patches = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words)
        for words, hatch, colour in _LOOKS.values()
    ]
    key(fig, patches, 2 if width == "one-column" else 4, title=heading)


def _bar(ax: Axes, place: int, parts: dict[str, Any]) -> None:
    left = 0.0
    for name, (_, hatch, colour) in _LOOKS.items():
        share = 100 * parts[name].mean
        ax.barh(
            place, share, 0.66, left, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4
        )
        left += share
    _interval(ax, place, 100 * parts["sooner"].mean, parts["sooner"])
    _interval(ax, place, 100 - 100 * parts["later"].mean, parts["later"])


def _interval(ax: Axes, place: int, at: float, row: Any) -> None:  # noqa: ANN401 - a row
    half = 100 * (row.high - row.mean)
    if not half > 0:
        return
    for colour, weight, cap in (("white", 2.6, 3.0), (INK, 0.9, 2.0)):
        ax.errorbar(
            at, place, xerr=half, color=colour, elinewidth=weight, capthick=weight, capsize=cap,
            zorder=4,
        )  # fmt: skip


def describe(table: pd.DataFrame, found: Gains) -> tuple[str, str]:
    """Return the caption and the alt text."""
    caption = joined(
        [
            question("who-gains"),
            "The same cases followed through both arrangements; lines are 95% intervals of the "
            "shares that end sooner and later",
            sentence(found),
            intervals(table),
            "Same money: " + found.money if found.staffing != AS_STAFFED else "",
            f"Scenario: {found.scenario.title}",
        ]
    )
    return caption, joined(["Stacked bars by group of cases", sentence(found), *who(found)])
