"""What a difference turns on: a tornado of the screening, and Sobol indices of the strongest."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.panels import key, mark, named_rows
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import Unit, joined, number, rows, unit_of
from sim.experiment.sensitivity import Sensitivity
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Scenario

SHOWN = 10
"""Parameters in the chart of a screening."""

ONE_WAY = 0.8
"""A mean effect of at least this share of the mean absolute one goes one way."""

_CHARACTERS = {"one-column": 26, "two-column": 60}
_LINES = {"one-column": 3, "two-column": 2}
_WAYS = {
    "up": ("raises the difference", "", COLOURS[0]),
    "down": ("lowers it", "////", COLOURS[1]),
    "either": ("either way", "....", COLOURS[4]),
}
"""Words, hatch and colour of what a larger value does."""


def draw_sensitivity(found: Sensitivity, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw the strongest parameters of a screening as a tornado, with their intervals."""
    scenario = found.loaded.scenario
    measure = CATALOGUE[scenario.compare.primary]
    table = found.screening.head(SHOWN)
    largest = float((table["effect"] + table["half"]).max())
    unit = unit_of(measure.unit, largest, difference=True)
    table = table.assign(way=[_way(row.mean, row.effect) for row in rows(table)])
    with house_style():
        picture = _tornado(table, unit, width)
    caption = joined(
        [
            question("sensitivity"),
            f"{measure.title}, {_pair(found)}: mean absolute change ({unit.name}) when a parameter "
            f"goes from low to high, the {len(table)} strongest of {len(found.screening):,}; lines "
            "are 95% intervals of a Morris screening, hollow marks rest on assumption. Either way: "
            "it depends on the others in which direction",
            _strongest(table, unit),
            f"Scenario: {scenario.title}",
            note,
        ]
    )
    said = [
        f"{row.factor}: {number(unit.scale * row.effect, 1)}, {_WAYS[row.way][0]}"
        for row in rows(table)
    ]
    return Drawn(f"What it turns on: {measure.title}", picture, table, caption, joined(said))


def _way(mean: float, effect: float) -> str:
    if abs(mean) < ONE_WAY * effect or not effect:
        return "either"
    return "up" if mean > 0 else "down"


def _strongest(table: pd.DataFrame, unit: Unit) -> str:
    first = rows(table)[0]
    low, high = (unit.scale * (first.effect + side * first.half) for side in (-1, 1))
    return (
        f"Strongest: {first.factor}, {number(unit.scale * first.effect, 1)} {unit.name} "
        f"({number(max(low, 0.0), 1)} to {number(high, 1)})"
    )


def _pair(found: Sensitivity) -> str:
    scenario = found.loaded.scenario
    return f"{_title(scenario, found.arrangement)} less {_title(scenario, found.against)}"


def _title(scenario: Scenario, name: str) -> str:
    return scenario.arrangements[name].title or name


def _tornado(table: pd.DataFrame, unit: Unit, width: Width) -> Figure:
    fig, ax = named_rows([_broken(name, width) for name in table["factor"]], width, 1.0)
    for place, row in enumerate(rows(table)):
        _, hatch, colour = _WAYS[row.way]
        ax.barh(
            place, unit.scale * row.effect, 0.6, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.4,
        )  # fmt: skip
        face = "white" if row.grade == "assumed" else INK
        _estimate(ax, place, unit.scale * row.effect, unit.scale * row.half, face, "o")
    ax.set_xlim(left=0)
    ax.set_xlabel(f"Effect from low to high ({unit.name})", loc="right")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    entries: list[Any] = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words)
        for words, hatch, colour in _WAYS.values()
    ]
    entries.append((mark(marker="o", markerfacecolor="white"), "assumed, 95% interval"))
    if (table["grade"] != "assumed").any():
        entries.append((mark(marker="o"), "with a source, 95% interval"))
    key(fig, entries, 2 if width == "one-column" else 5, title="A larger value")
    return fig


def _estimate(ax: Axes, place: float, value: float, half: float, face: str, marker: str) -> None:
    """Draw a mark with its interval, which cannot go below nothing."""
    ends = [max(value - half, 0.0), max(value + half, 0.0)]
    ax.plot(ends, [place, place], color="white", linewidth=3.0, zorder=3)
    ax.plot(ends, [place, place], color=INK, linewidth=1.0, zorder=4)
    ax.plot(
        [value], [place], marker=marker, color=INK, markerfacecolor=face, markersize=4.5, zorder=5
    )


def draw_sobol(found: Sensitivity, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw how much of the variance each of the strongest parameters makes, alone and in all.

    Raises ``NoDataError`` where no parameter was taken apart.
    """
    table = found.indices
    if table.empty:
        raise NoDataError("no parameter was taken apart: ask with few=1 or more")
    scenario = found.loaded.scenario
    measure = CATALOGUE[scenario.compare.primary]
    with house_style():
        picture = _paint_sobol(table, width)
    said = [
        f"{row.factor}: alone {100 * row.first:.0f}% ± {100 * row.first_half:.0f}, with all it "
        f"interacts with {100 * row.total:.0f}% ± {100 * row.total_half:.0f}"
        for row in rows(table)
    ]
    caption = joined(
        [
            question("sobol"),
            f"{measure.title}, {_pair(found)}: share of the variance that comes from each of the "
            f"{len(table)} strongest parameters, alone and with all interactions (Sobol indices), "
            "with 95% bootstrap intervals, cut off at 0 and at 150%",
            *said,
            "Intervals as wide as the scale mean that more samples are needed",
            f"Scenario: {scenario.title}",
            note,
        ]
    )
    title = f"What share of the doubt is whose: {measure.title}"
    return Drawn(title, picture, table, caption, joined(["Dot plot of Sobol indices", *said]))


_WHOLE = 1.5
"""Beyond this share of the variance an estimate says nothing."""


def _paint_sobol(table: pd.DataFrame, width: Width) -> Figure:
    fig, ax = named_rows([_broken(name, width) for name in table["factor"]], width, 1.0)
    for place, row in enumerate(rows(table)):
        for shift, value, half, look in (
            (-0.17, row.first, row.first_half, (COLOURS[0], "o")),
            (0.17, row.total, row.total_half, (COLOURS[1], "s")),
        ):
            _share(ax, place + shift, value, half, *look)
    ax.set_xlim(-3, 100 * _WHOLE)
    ax.axvline(100, color=INK, linewidth=0.8, linestyle=":")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    ax.set_xlabel("Share of the variance", loc="right")
    entries = [
        (mark(marker=marker, color=colour), words)
        for words, colour, marker in (
            ("alone", COLOURS[0], "o"),
            ("with all interactions", COLOURS[1], "s"),
        )
    ]
    key(fig, entries, 2)
    return fig


def _share(ax: Axes, place: float, value: float, half: float, colour: str, marker: str) -> None:
    low, middle, high = (
        100 * min(max(end, 0.0), _WHOLE) for end in (value - half, value, value + half)
    )
    ax.plot([low, high], [place, place], color=colour, linewidth=1.2)
    ax.plot([middle], [place], marker=marker, color=colour, markersize=5, clip_on=False)


def _broken(factor: str, width: Width) -> str:
    """Break a key path over some lines, after a dot, a comma or an underscore."""
    spaced = factor.replace(".", ". ").replace(",", ", ").replace("_", "_ ")
    wrapped = textwrap.wrap(spaced, _CHARACTERS[width], max_lines=_LINES[width], placeholder=" …")
    return "\n".join(
        line.replace(". ", ".").replace(", ", ",").replace("_ ", "_") for line in wrapped
    )
