"""Layout: figures of a paper's width, grids of small panels, labels at line ends."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator

from sim.charts.style import INK, WIDTHS_CM, Look, Width

_TITLE_CHARACTERS = {"one-column": 30, "two-column": 34}
NAME_CHARACTERS = {"one-column": 19, "two-column": 24}
_LEAST_CM = 4.0
"""Least height of a figure: below it, words take all the room of a single row."""

_LINE_CM = 0.34
STEPS = [1, 2, 2.5, 5, 10]
"""Ticks that people count in."""


def wrap(text: str, characters: int) -> str:
    """Break a label into two lines; what does not fit is cut with an ellipsis."""
    return "\n".join(textwrap.wrap(text, characters, max_lines=2, placeholder=" …"))


def figure(width: Width, height_cm: float) -> Figure:
    """Return an empty figure of a paper's width, outside pyplot's global state."""
    fig = Figure(figsize=(WIDTHS_CM[width] / 2.54, height_cm / 2.54))
    fig.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
    return fig


def most_panels(width: Width, rows: int) -> int:
    """Return how many panels of so many rows fit on a page: at most six, or eight in two columns.

    Counted with two-line labels, so that the words do not change what is shown.
    """
    deep = max(1, int(24 / (0.75 * rows + 1.3)))
    return min(6, deep) if width == "one-column" else min(8, 2 * deep)


def row_panels(
    titles: Sequence[str],
    names: Sequence[str],
    width: Width,
    row_cm: float = 0.5,
    below_lines: int = 1,
) -> tuple[Figure, list[Axes]]:
    """Return a panel per title, each with the same named rows, the first on top.

    ``row_cm`` is the least height of a row; ``below_lines`` counts the lines of
    text under each axis (its ticks, its label).
    """
    columns = 1 if width == "one-column" or len(titles) == 1 else 2
    headings = [wrap(title, _TITLE_CHARACTERS[width]) for title in titles]
    labels = [wrap(name, NAME_CHARACTERS[width]) for name in names]
    deep = -(-len(titles) // columns)
    body = len(labels) * max(row_cm, _LINE_CM * _lines(labels) + 0.12)
    panel_cm = body + _LINE_CM * (_lines(headings) + below_lines) + 0.45
    fig = figure(width, max(deep * panel_cm + 0.7, _LEAST_CM))
    grid = fig.subplots(deep, columns, squeeze=False)
    axes = [ax for row in grid for ax in row]
    for spare in axes[len(titles) :]:
        spare.remove()
    for place, (ax, heading) in enumerate(zip(axes, headings, strict=False)):
        _rows(ax, heading, labels if place % columns == 0 else [""] * len(labels))
    return fig, axes[: len(titles)]


def _lines(labels: Sequence[str]) -> int:
    return max(text.count("\n") + 1 for text in labels)


def _rows(ax: Axes, heading: str, labels: Sequence[str]) -> None:
    ax.set_title(heading, loc="left")
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def named_rows(labels: Sequence[str], width: Width, row_cm: float) -> tuple[Figure, Axes]:
    """Return a figure with one panel whose rows have names of several lines, broken already."""
    deepest = max(label.count("\n") + 1 for label in labels)
    fig = figure(width, len(labels) * max(row_cm, 0.36 * deepest + 0.1) + 2.6)
    ax = fig.add_subplot()
    _rows(ax, "", labels)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3 if width == "one-column" else 6, steps=STEPS))
    return fig, ax


def lowest(axes: Sequence[Axes], width: Width) -> Sequence[Axes]:
    """Return the last panel of each column: those that carry the label of a shared axis."""
    return axes[-1:] if width == "one-column" else axes[-2:]


def key(
    fig: Figure, entries: Sequence[tuple[Artist, str]], columns: int, title: str | None = None
) -> None:
    """Explain marks above the panels."""
    handles, labels = zip(*entries, strict=True)
    fig.legend(
        handles, labels, loc="outside upper left", ncols=columns, borderpad=0, columnspacing=1.2,
        title=title, title_fontsize=7, alignment="left",
    )  # fmt: skip


@dataclass(frozen=True)
class End:
    """The end of a line and what it is called."""

    x: float
    y: float
    name: str
    look: Look


def label_ends(
    fig: Figure,
    panels: Sequence[tuple[Axes, Sequence[End]]],
    width: Width,
    characters: int | None = None,
) -> None:
    """Name lines right of their panel, moved apart where the names would overlap."""
    wide = characters or NAME_CHARACTERS[width]
    notes = [[(_note(ax, end, wide), end) for end in _upwards(ends)] for ax, ends in panels]
    fig.draw_without_rendering()
    for (ax, _), placed in zip(panels, notes, strict=True):
        _place(ax, placed, 0.02 * fig.dpi)


def _upwards(ends: Sequence[End]) -> list[End]:
    return sorted(ends, key=lambda end: end.y)


def _place(ax: Axes, notes: Sequence[tuple[Annotation, End]], gap: float) -> None:
    box = ax.get_window_extent()
    wanted = [float(ax.transData.transform((end.x, end.y))[1]) for _, end in notes]
    # An annotation's own extent would include its leader.
    heights = [Text.get_window_extent(note).height + gap for note, _ in notes]
    for (note, _), centre in zip(notes, spread(wanted, heights, box.y0, box.y1), strict=True):
        note.set_position((note.get_position()[0], (centre - box.y0) / box.height))


def _note(ax: Axes, end: End, characters: int) -> Annotation:
    return ax.annotate(
        wrap(end.name, characters),
        (end.x, end.y),
        (1.05, 0.5),
        textcoords="axes fraction",
        va="center",
        fontsize=7,
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-",
            "color": end.look.colour,
            "linewidth": 0.8,
            "linestyle": (0, (1, 2)),  # or else it reads as the line going on
            "shrinkA": 1,
            "shrinkB": 2,
            "relpos": (0, 0.5),
        },
    )


def spread(
    wanted: Sequence[float], heights: Sequence[float], lowest: float, highest: float
) -> list[float]:
    """Move centres apart so that boxes do not overlap and stay between two bounds.

    ``wanted`` is in ascending order. Where the boxes need more room than there
    is, they run over the upper bound.
    """
    placed = list(wanted)
    ceiling = highest
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], ceiling - heights[i] / 2)
        ceiling = placed[i] - heights[i] / 2
    floor = lowest
    for i in range(len(placed)):
        placed[i] = max(placed[i], floor + heights[i] / 2)
        floor = placed[i] + heights[i] / 2
    return placed


def dot(
    ax: Axes,
    y: float,
    row: Any,  # noqa: ANN401 - an estimates row
    look: Look,
    scale: float = 1.0,
    face: str | None = None,
) -> None:
    """Draw an estimate as a marker with its interval; nothing where there is no mean.

    ``face`` fills the marker with another colour than the arrangement's.
    """
    if math.isnan(row.mean):
        return
    if not math.isnan(row.low):
        ax.plot([scale * row.low, scale * row.high], [y, y], color=look.colour, linewidth=1.2)
    ax.plot(
        [scale * row.mean], [y], marker=look.marker, color=look.colour,
        markerfacecolor=face or look.colour, markersize=4.5, linewidth=0,
    )  # fmt: skip


def mark(**properties: Any) -> Line2D:  # noqa: ANN401 - properties of a line
    """Return a mark for the key, in the colour of text: it stands for every arrangement."""
    return Line2D([], [], **{"color": INK, "linewidth": 1.2, **properties})
