"""Regret by context and arrangement: a cell's shade says how far behind the best it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex, to_rgb
from matplotlib.figure import Figure

from sim.charts.catalogue import question
from sim.charts.data import Drawn
from sim.charts.panels import NAME_CHARACTERS, figure, wrap
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import Unit, joined, number, unit_of

TITLE = "Regret in each context"
_ROW_CM = 0.62
_CHARACTERS = 4
"""More than elsewhere in a name of a context: some are long."""

_DEEPEST = 0.6
"""Share of the colour in the darkest shade: dark text is still easy to read on it."""

_RED, _GREEN, _BLUE = (1.0 - _DEEPEST * (1.0 - part) for part in to_rgb(COLOURS[0]))
SHADES = LinearSegmentedColormap.from_list("regret", ["#FFFFFF", to_hex((_RED, _GREEN, _BLUE))])

Label = Callable[[str], str]
"""Words for an id."""


def draw(
    grid: pd.DataFrame, unit: str, measure: str, label: Label, notes: str, width: Width
) -> Drawn:
    """Draw the regret of ``sim.experiment.regret.grid``: a panel per staffing.

    ``unit`` and ``measure`` are those of the primary measure, ``label`` gives words for the
    ids of arrangements and contexts, ``notes`` ends the caption.
    """
    shown = unit_of(unit, float(np.nanmax([0.0, *grid["regret"]])), difference=True)
    with house_style():
        drawn = _paint(grid, shown, label, width)
    caption = joined(
        [
            question("regret"),
            f"How far each arrangement is behind the best of the same context: {measure}, in "
            f"{shown.name}",
            "The best has 0 in bold; * marks what the runs cannot tell from the best",
            notes,
        ]
    )
    return Drawn(TITLE, drawn, grid, caption, _alt(grid, shown, label))


def _paint(grid: pd.DataFrame, unit: Unit, label: Label, width: Width) -> Figure:
    staffings, contexts = list(grid["staffing"].unique()), list(grid["context"].unique())
    names = list(grid["arrangement"].unique())
    beside = width == "two-column"
    rows, columns = (1, len(staffings)) if beside else (len(staffings), 1)
    fig = figure(width, rows * (len(contexts) * _ROW_CM + 1.0) + 1.5)
    axes = fig.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    shade = Normalize(0.0, float(np.nanmax([1e-12, *grid["regret"]])) * unit.scale)
    for ax, staffing in zip(axes, staffings, strict=True):
        block = grid[grid["staffing"] == staffing]
        _panel(ax, block, contexts, names, unit, shade)
        ax.set_title(staffing[:1].upper() + staffing[1:], loc="left")
    characters = NAME_CHARACTERS[width] + _CHARACTERS
    axes[0].set_yticks(range(len(contexts)), [wrap(label(name), characters) for name in contexts])
    heads = [wrap(label(name), 14) for name in names]
    for ax in axes if beside else axes[-1:]:
        ax.set_xticks(range(len(names)), heads, rotation=90)
    return fig


def _panel(
    ax: Axes,
    block: pd.DataFrame,
    contexts: Sequence[str],
    names: Sequence[str],
    unit: Unit,
    shade: Normalize,
) -> None:
    wide = block.pivot(index="context", columns="arrangement", values="regret")
    shown = wide.reindex(index=list(contexts), columns=list(names)).to_numpy(np.float64)
    ax.imshow(shown * unit.scale, cmap=SHADES, norm=shade, aspect="auto")
    for row in block.to_dict("records"):
        x, y = names.index(row["arrangement"]), contexts.index(row["context"])
        ax.text(
            x, y, _text(row["regret"], row["low"], row["best"], unit), ha="center", va="center",
            fontsize=7, color=INK, fontweight="bold" if row["best"] else "normal",
        )  # fmt: skip
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for edge in ax.spines.values():
        edge.set_visible(False)


def _text(regret: float, low: float, best: bool, unit: Unit) -> str:
    if best:
        return "0"
    if np.isnan(regret):
        return "–"
    places = 1 if regret * unit.scale < 100 else 0
    return number(regret * unit.scale, places) + ("" if low > 0 else "*")


def _alt(grid: pd.DataFrame, unit: Unit, label: Label) -> str:
    """Say the whole table, a sentence per staffing and context."""
    parts = []
    for (staffing, context), block in grid.groupby(["staffing", "context"], sort=False):
        each = "; ".join(
            f"{label(str(row['arrangement']))} "
            + ("best" if row["best"] else _text(row["regret"], row["low"], False, unit))
            for row in block.to_dict("records")
        )
        parts.append(f"{staffing}, {label(str(context))}: {each}.")
    return f"Heat map of regret in {unit.name}. {' '.join(parts)}"
