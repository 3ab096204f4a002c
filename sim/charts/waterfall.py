"""What a difference is made of: a bar for each part, each beginning where the last one ended."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import ALL, Drawn
from sim.charts.panels import STEPS, key, row_panels
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import Unit, intervals, joined, quote, rows, unit_of
from sim.experiment.attribution import Explanation
from sim.experiment.attribution_words import measure_words, money, sentence, title
from sim.outcomes.catalogue import CATALOGUE

TITLE = "What the difference is made of"

_UP, _DOWN, _WHOLE = ("", COLOURS[0]), ("////", COLOURS[1]), ("", COLOURS[4])
"""Hatch and colour of what raises the measure, lowers it, and of the two arrangements."""


def waterfall(found: Explanation, width: Width = "two-column") -> Drawn:
    """Draw an attribution from the first arrangement's value to the second's."""
    table = tabulate(found)
    with house_style():
        figure = paint(table, found, width)
    caption, alt = describe(table, found)
    return Drawn(TITLE, figure, table, caption, alt)


def tabulate(found: Explanation) -> pd.DataFrame:
    """Return a row per bar: where it begins and ends, and the interval of its length."""
    parts = found.table
    parts = parts[parts["part"] != ALL].drop(columns=["first", "last"])
    ends = found.values[0].mean() + parts["difference"].cumsum()
    begins = ends.shift(fill_value=found.values[0].mean())
    return parts.assign(begins=begins, ends=ends, unit=found.unit).reset_index(drop=True)


def paint(table: pd.DataFrame, found: Explanation, width: Width) -> Figure:
    """Draw the two values and the parts between them, from top to bottom."""
    values, unit, bounds = _axis(table, found)
    who = [title(found, name) for name in (found.question.start, found.question.end)]
    names = [who[0], *table["title"], who[1]]
    fig, axes = row_panels([measure_words(found)], names, width, below_lines=2)
    ax = axes[0]
    ax.set_xlim(*bounds)
    for place, value in zip((0, len(names) - 1), values, strict=True):
        _bar(ax, place, (bounds[0], value * unit.scale), _WHOLE)
    for place, row in enumerate(rows(table), 1):
        ends = (row.begins * unit.scale, row.ends * unit.scale)
        _bar(ax, place, ends, _UP if row.difference >= 0 else _DOWN)
        _interval(ax, place, row, unit)
    levels = [values[0], *table["ends"]]
    for place, level in enumerate(levels):
        at = level * unit.scale
        ax.plot([at, at], [place - 0.31, place + 1.31], color=INK, linewidth=0.6, zorder=3)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=STEPS))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}".replace("-", "−")))
    ax.set_xlabel(_axis_words(found, unit))
    patches = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words)
        for (hatch, colour), words in ((_UP, "raises it"), (_DOWN, "lowers it"))
    ]
    key(fig, patches, 2)
    return fig


def _axis(table: pd.DataFrame, found: Explanation) -> tuple[list[float], Unit, tuple[float, float]]:
    """Return the values of the two arrangements, the unit, and where the axis ends."""
    values = [found.values[0].mean(), found.values[-1].mean()]
    unit = unit_of(found.unit, float(abs(found.values[[0, -1]]).max()))
    return values, unit, _bounds(table, values, unit)


def _bounds(table: pd.DataFrame, values: list[float], unit: Unit) -> tuple[float, float]:
    """Return an axis that holds every bar and interval; it begins at zero where that is near.

    A share has no values beyond 0% and 100%, so intervals that reach beyond are cut off there.
    """
    length = (table["high"] - table["difference"]).fillna(0.0)
    every = [*values, *(table["ends"] - length), *(table["ends"] + length), *table["begins"]]
    low, high = min(every) * unit.scale, max(every) * unit.scale
    room = 0.06 * (high - low) or 1.0
    least = 0.0 if 0 <= low <= 2 * (high - low) else low - room
    bars = [*values, *table["ends"], *table["begins"]]
    if unit.after == "%" and min(bars) >= 0 and max(bars) <= 1:
        return max(least, 0.0), min(high + room, 100.0)
    return least, high + room


def _bar(ax: Axes, place: int, ends: tuple[float, float], look: tuple[str, str]) -> None:
    hatch, colour = look
    ax.barh(
        place, ends[1] - ends[0], 0.62, ends[0], color=colour, hatch=hatch, edgecolor="white",
        linewidth=0.4,
    )  # fmt: skip


def _interval(ax: Axes, place: int, row: Any, unit: Unit) -> None:  # noqa: ANN401 - a row
    """Draw the interval of a part at the end of its bar, in ink on a white edge."""
    half = (row.high - row.difference) * unit.scale
    if not half > 0:
        return
    for colour, weight, cap in (("white", 3.0, 3.5), (INK, 1.0, 2.5)):
        ax.errorbar(
            row.ends * unit.scale, place, xerr=half, color=colour, elinewidth=weight,
            capthick=weight, capsize=cap, zorder=4,
        )  # fmt: skip


def _axis_words(found: Explanation, unit: Unit) -> str:
    better = CATALOGUE[found.question.headline.measure].better
    side = {"lower": "   (less is better)", "higher": "   (more is better)"}.get(better or "", "")
    return f"{unit.name}{side}"


def describe(table: pd.DataFrame, found: Explanation) -> tuple[str, str]:
    """Return the caption and the alt text."""
    unit = unit_of(found.unit, float(table["difference"].abs().max()), difference=True)
    each = table.rename(columns={"difference": "mean"})
    words = "; ".join(f"{row.title} {quote(row, unit, brief=True)}" for row in rows(each))
    caption = joined(
        [
            question("waterfall"),
            "Each bar begins where the one above ends; its line is the 95% interval of its "
            "length. Parts are Shapley values: means over every order of the blocks",
            _limits(table, found),
            sentence(found),
            money(found),
            intervals(found.table),
            f"Scenario: {found.scenario.title}",
        ]
    )
    said = [f"Waterfall chart. {sentence(found)}", money(found), f"Parts: {words}"]
    return caption, joined(said)


def _limits(table: pd.DataFrame, found: Explanation) -> str:
    """Say what the axis leaves out, and how bars come to lie where no value can."""
    _, unit, (low, high) = _axis(table, found)
    length = (table["high"] - table["difference"]) * unit.scale
    ends = table["ends"] * unit.scale
    said = ["The axis does not begin at zero" if low > 0 else ""]
    if unit.after == "%" and high > 100:
        said.append("Bars meet at sums of means, which may lie beyond 100%")
    elif unit.after == "%" and ((ends - length).min() < low or (ends + length).max() > high):
        said.append("Lines are cut off where a share can go no further")
    return joined(said)
