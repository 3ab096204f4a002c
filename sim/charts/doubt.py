"""How sure an answer is: where differences lie over plausible sets, and what they turn on."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.charts.data import Drawn
from sim.charts.panels import STEPS, key, mark, row_panels
from sim.charts.style import INK, Width, house_style, looks
from sim.charts.words import Unit, joined, number, rows, unit_of
from sim.experiment.sensitivity import Sensitivity
from sim.experiment.staffing import HEADINGS
from sim.experiment.uncertain import Uncertainty
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Scenario

SHOWN = 10
"""Parameters in the chart of a screening."""


def draw_uncertainty(found: Uncertainty, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw the difference from base over all sets, a panel for each staffing."""
    scenario = found.loaded.scenario
    unit = unit_of(CATALOGUE[scenario.compare.primary].unit, difference=True)
    table = found.table[found.table["arrangement"] != scenario.compare.base].reset_index(drop=True)
    with house_style():
        picture = _paint_uncertainty(table, scenario, unit, width)
    measure = CATALOGUE[scenario.compare.primary]
    base = _title(scenario, scenario.compare.base)
    caption = joined(
        [
            f"{measure.title}, difference from {base}, over {len(found.quantiles):,} sets of "
            f"plausible values of {len(found.factors):,} parameters: median, middle nine tenths, "
            "and the central values. At the right, in how many sets an arrangement is best",
            f"Scenario: {scenario.title}",
            note,
        ]
    )
    said = [
        f"{HEADINGS[row.staffing]}, {_title(scenario, row.arrangement)}: median "
        f"{number(unit.scale * row.p50, 1)}, from {number(unit.scale * row.p5, 1)} to "
        f"{number(unit.scale * row.p95, 1)} {unit.name}, best in {100 * row.best:.0f}% of the sets"
        for row in rows(table)
    ]
    return Drawn(f"How sure: {measure.title}", picture, table, caption, joined(said))


def _paint_uncertainty(table: pd.DataFrame, scenario: Scenario, unit: Unit, width: Width) -> Figure:
    names = [name for name in scenario.arrangements if name != scenario.compare.base]
    staffings = list(table["staffing"].unique())
    fig, axes = row_panels(
        [HEADINGS[name] for name in staffings], [_title(scenario, name) for name in names], width
    )
    codes = looks([scenario.compare.base, *names])
    for ax, staffing in zip(axes, staffings, strict=True):
        ax.axvline(0, color=INK, linewidth=1)
        for row in rows(table[table["staffing"] == staffing]):
            look, place = codes[row.arrangement], names.index(row.arrangement)
            low, middle, high, central = (
                unit.scale * value for value in (row.p5, row.p50, row.p95, row.central)
            )
            ax.plot([low, high], [place, place], color=look.colour, linewidth=1.2)
            ax.plot([middle], [place], marker=look.marker, color=look.colour, markersize=5)
            ax.plot([central], [place], marker="|", color=INK, markersize=9)
            _beside(ax, place, f"{100 * row.best:.0f}%")
        ax.set_xlabel(unit.name)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    entries = [
        (mark(marker="o", linewidth=1.2), "median, nine tenths of the sets"),
        (mark(marker="|", markersize=9, linewidth=0), "central values"),
        (mark(linewidth=0), "%: best in so many sets"),
    ]
    key(fig, entries, 1 if width == "one-column" else 3)
    return fig


def _beside(ax: Axes, place: int, text: str) -> None:
    ax.annotate(
        text, (1.0, place), xycoords=("axes fraction", "data"), xytext=(3, 0),
        textcoords="offset points", va="center", fontsize=7,
    )  # fmt: skip


def draw_sensitivity(found: Sensitivity, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw the strongest parameters of a screening with their intervals."""
    scenario = found.loaded.scenario
    measure = CATALOGUE[scenario.compare.primary]
    unit = unit_of(measure.unit, difference=True)
    table = found.screening.head(SHOWN)
    with house_style():
        picture = _paint_sensitivity(table, unit)
    pair = f"{_title(scenario, found.arrangement)} less {_title(scenario, found.against)}"
    caption = joined(
        [
            f"{measure.title}, {pair}: mean absolute change ({unit.name}) when a parameter goes "
            f"from low to high, the {len(table)} strongest of {len(found.screening):,}; lines are "
            "95% intervals of a Morris screening, hollow marks rest on assumption",
            f"Scenario: {scenario.title}",
            note,
        ]
    )
    said = [f"{row.factor}: {number(unit.scale * row.effect, 1)}" for row in rows(table)]
    return Drawn(f"What it turns on: {measure.title}", picture, table, caption, joined(said))


def _paint_sensitivity(table: pd.DataFrame, unit: Unit) -> Figure:
    with_height = 0.85 * len(table) + 2.0
    fig = Figure(figsize=(17.5 / 2.54, with_height / 2.54), layout="constrained")
    ax = fig.add_subplot()
    labels = [_broken(name) for name in table["factor"]]
    ax.set_yticks(range(len(table)), labels)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    look = looks(["only"])["only"]
    for place, row in enumerate(rows(table)):
        low, middle, high = (
            unit.scale * max(value, 0.0)
            for value in (row.effect - row.half, row.effect, row.effect + row.half)
        )
        ax.plot([low, high], [place, place], color=look.colour, linewidth=1.2)
        face = "white" if row.grade == "assumed" else look.colour
        ax.plot([middle], [place], marker="o", color=look.colour, markerfacecolor=face)
    ax.set_xlim(left=0)
    ax.set_xlabel(f"Effect from low to high ({unit.name})")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=STEPS))
    return fig


def _broken(factor: str) -> str:
    """Break a key path over two lines, after a dot or a comma."""
    spaced = factor.replace(".", ". ").replace(",", ", ")
    lines = textwrap.wrap(spaced, 64, max_lines=2, placeholder=" …")
    return "\n".join(line.replace(". ", ".").replace(", ", ",") for line in lines)


def _title(scenario: Scenario, name: str) -> str:
    return scenario.arrangements[name].title or name
