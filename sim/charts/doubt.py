"""How sure an answer is: where differences lie over plausible sets, and who is best in them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.panels import STEPS, key, lowest, mark, row_panels
from sim.charts.style import INK, Width, house_style, looks
from sim.charts.words import Unit, joined, number, rows, unit_of
from sim.experiment.staffing import HEADINGS
from sim.experiment.uncertain import Uncertainty
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Scenario


def draw_uncertainty(found: Uncertainty, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw the difference from base over all sets, a panel for each staffing."""
    scenario = found.loaded.scenario
    table = found.table[found.table["arrangement"] != scenario.compare.base].reset_index(drop=True)
    largest = float(table[["p5", "p95"]].abs().max().max())
    unit = unit_of(CATALOGUE[scenario.compare.primary].unit, largest, difference=True)
    with house_style():
        picture = _paint_uncertainty(table, scenario, unit, width)
    measure = CATALOGUE[scenario.compare.primary]
    base = _title(scenario, scenario.compare.base)
    caption = joined(
        [
            question("uncertainty"),
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
        ax.xaxis.set_major_formatter(FuncFormatter(_signed))
    entries = [
        (mark(marker="o", linewidth=1.2), "median, nine tenths of the sets"),
        (mark(marker="|", markersize=9, linewidth=0), "central values"),
        (mark(linewidth=0), "%: best in so many sets"),
    ]
    key(fig, entries, 1 if width == "one-column" else 3)
    return fig


def _signed(value: float, _: int) -> str:
    return f"{value:,g}".replace("-", "−")


def _beside(ax: Axes, place: int, text: str) -> None:
    ax.annotate(
        text, (1.0, place), xycoords=("axes fraction", "data"), xytext=(3, 0),
        textcoords="offset points", va="center", fontsize=7,
    )  # fmt: skip


def draw_best(found: Uncertainty, note: str = "", width: Width = "two-column") -> Drawn:
    """Draw in what share of the sets each arrangement is best, a panel for each staffing.

    Raises ``NoDataError`` where neither more nor less of the primary measure is better.
    """
    scenario = found.loaded.scenario
    table = found.table
    measure = CATALOGUE[scenario.compare.primary]
    if table["best"].isna().all():
        raise NoDataError(f"nobody is best: {measure.title.lower()} is neither good nor bad")
    with house_style():
        picture = _paint_best(table, scenario, width)
    said = [
        f"{HEADINGS[row.staffing]}, {_title(scenario, row.arrangement)}: {_chance(row)}"
        for row in rows(table)
    ]
    caption = joined(
        [
            question("best"),
            f"{measure.title}: in what share of {len(found.quantiles):,} sets of plausible values "
            "each arrangement is best; ties are shared. Lines are 95% Wilson intervals, which show "
            "only how few the sets are",
            *said,
            f"Scenario: {scenario.title}",
            note,
        ]
    )
    alt = joined(["Bars of the share of sets in which an arrangement is best", *said])
    return Drawn(f"Probability of being best: {measure.title}", picture, table, caption, alt)


def _chance(row: Any) -> str:  # noqa: ANN401 - a row
    return f"{100 * row.best:.0f}% ({100 * row.best_low:.0f} to {100 * row.best_high:.0f})"


def _paint_best(table: pd.DataFrame, scenario: Scenario, width: Width) -> Figure:
    names = list(scenario.arrangements)
    staffings = list(table["staffing"].unique())
    fig, axes = row_panels(
        [HEADINGS[name] for name in staffings], [_title(scenario, name) for name in names], width
    )
    codes = looks([scenario.compare.base, *[n for n in names if n != scenario.compare.base]])
    for ax, staffing in zip(axes, staffings, strict=True):
        for row in rows(table[table["staffing"] == staffing]):
            look, place = codes[row.arrangement], names.index(row.arrangement)
            ax.barh(
                place, 100 * row.best, 0.6, color=look.colour, hatch=look.hatch,
                edgecolor="white", linewidth=0.4,
            )  # fmt: skip
            for colour, weight in (("white", 3.0), (INK, 1.0)):
                ends = [100 * row.best_low, 100 * row.best_high]
                ax.plot(ends, [place, place], color=colour, linewidth=weight, zorder=4)
            ax.plot([100 * row.best], [place], marker="|", color=INK, markersize=8, zorder=5)
            _beside(ax, place, f"{100 * row.best:.0f}%")
        ax.set_xlim(0, 100)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=STEPS))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    for ax in lowest(axes, width):
        ax.set_xlabel("Share of the sets in which it is best")
    return fig


def _title(scenario: Scenario, name: str) -> str:
    return scenario.arrangements[name].title or name
