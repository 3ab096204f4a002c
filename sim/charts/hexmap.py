"""Hex map of England's integrated care boards: where the service is better and where worse.

Every board has a hexagon of the same size, so that a small one is seen as well as a large one.
The places are our own, by rough geography (``icb_hexes.csv``); codes and names are those of the
Office for National Statistics for the 42 boards of July 2022.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import RegularPolygon
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.catalogue import CATALOGUE, question
from sim.charts.data import Drawn, NoDataError
from sim.charts.heatmap import SHADES
from sim.charts.one_run import OneRun
from sim.charts.panels import figure
from sim.charts.style import INK, Width, house_style
from sim.charts.words import joined, rows

TITLE = question("hexmap")
_RADIUS = 1 / np.sqrt(3)
"""Of a hexagon one unit wide."""

_ROW = 1.5 * _RADIUS


def draw(areas: pd.DataFrame, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.areas.by_area`` of ICBs: the adjusted share in time of each.

    Raises ``NoDataError`` where the areas hold fewer than two of the 42 boards.
    """
    table = tabulate(areas)
    with house_style():
        picture = _paint(table, width)
    return Drawn(TITLE, picture, table, joined([_caption(table), run.sources()]), _alt(table))


@functools.cache
def hexes() -> pd.DataFrame:
    """Return code, name, short name and place of every board; odd rows lie half a place right."""
    with (files("sim.charts") / "icb_hexes.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def tabulate(areas: pd.DataFrame) -> pd.DataFrame:
    """Return every board with its place and, where the run has it, its share and cases."""
    table = hexes().merge(areas, how="left", left_on="icb", right_on="area").drop(columns="area")
    known = int(table["cases"].notna().sum())
    if known < 2:
        raise NoDataError(
            f"the map {CATALOGUE['hexmap'].needs}; this scenario has "
            f"{f'only {known} of them' if known else 'none of them'}"
        )
    return table


def _paint(table: pd.DataFrame, width: Width) -> Figure:
    fig = figure(width, 9.5 if width == "one-column" else 13.0)
    ax = fig.add_subplot()
    known = 100 * table["adjusted"].dropna()
    low, high = float(known.min()), float(known.max())
    shade = Normalize(low - 0.02 * (high - low) - 1e-9, high)
    for row in rows(table):
        _hexagon(ax, row, shade)
    ax.set_xlim(table["column"].min() - 0.6, table["column"].max() + 1.1)
    ax.set_ylim(_ROW * table["row"].max() + 0.7, -0.7)
    ax.set_aspect("equal")
    ax.axis("off")
    bar = fig.colorbar(
        ScalarMappable(shade, SHADES), ax=ax, orientation="horizontal", shrink=0.6, aspect=30,
        pad=0.01,
    )  # fmt: skip
    bar.set_label("Resolved in time, adjusted for case mix")
    bar.ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    bar.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    return fig


def _hexagon(ax: Axes, row: Any, shade: Normalize) -> None:  # noqa: ANN401 - a row
    x, y = row.column + 0.5 * (row.row % 2), _ROW * row.row
    missing = pd.isna(row.adjusted)
    face = "white" if missing else SHADES(shade(100 * row.adjusted))
    ax.add_patch(
        RegularPolygon(
            (x, y), 6, radius=0.97 * _RADIUS, facecolor=face, edgecolor=INK, linewidth=0.4
        )
    )
    text = row.short if missing else f"{row.short}\n{100 * row.adjusted:.0f}%"
    ax.text(x, y, text, ha="center", va="center", fontsize=7, linespacing=1.0)


def _caption(table: pd.DataFrame) -> str:
    known = table.dropna(subset=["adjusted"]).sort_values("adjusted", kind="stable")
    low, high = rows(known)[0], rows(known)[-1]
    short = "; ".join(f"{row.short} {_board(row.icb)}" for row in rows(table.sort_values("short")))
    return joined(
        [
            f"{TITLE} Share of cases resolved in time by integrated care board, adjusted for case "
            f"mix, over {len(known)} boards: lowest {_board(low.icb)}, {100 * low.adjusted:.1f}%; "
            f"highest {_board(high.icb)}, {100 * high.adjusted:.1f}%. White: not in this run",
            "One hexagon for each board, placed by rough geography; part of the differences is "
            "chance, which the funnel plot shows",
            short,
        ]
    )


def _board(name: str) -> str:
    return name.removeprefix("NHS ").removesuffix(" ICB")


def _alt(table: pd.DataFrame) -> str:
    known = table.dropna(subset=["adjusted"]).sort_values("adjusted", kind="stable")
    each = "; ".join(f"{_board(row.icb)} {100 * row.adjusted:.1f}%" for row in rows(known))
    return joined([f"Map of hexagons of {len(known)} integrated care boards. {each}"])
