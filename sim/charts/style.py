"""How every chart looks: colours, markers, sizes, one open font.

Colours are the Government Analysis Function's accessible categories, put in an
order in which neighbours stay apart for people with a colour vision
deficiency. A colour is never the only code: each goes with its own marker,
line and hatch. Text is near black, because the lighter colours have the 3:1
contrast that shapes need, not the 4.5:1 of small print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import matplotlib.style
from afcharts.af_colours import get_af_colours

Width = Literal["one-column", "two-column"]

WIDTHS_CM: dict[Width, float] = {"one-column": 8.5, "two-column": 17.5}
"""Width of a figure printed at full size in a paper."""

INK = "#1A1A1A"
"""Text, zero lines and intervals drawn on top of bars."""

_BLUE, _TURQUOISE, _PLUM, _ORANGE, _GREY, _PURPLE = get_af_colours("categorical")
COLOURS: tuple[str, ...] = (_BLUE, _ORANGE, _TURQUOISE, _PURPLE, _GREY, _PLUM)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx")

# DejaVu Sans comes with matplotlib, so every machine lays out the same figure.
# Verdana has nearly the same widths: a browser without DejaVu falls back to it.
_FONTS = ["DejaVu Sans", "Verdana", "sans-serif"]

_SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": _FONTS,
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlepad": 4,
    "axes.labelsize": 7,
    "axes.labelpad": 2,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "hatch.linewidth": 0.5,
    "grid.linewidth": 0.5,
    "savefig.dpi": 300,
    "svg.fonttype": "none",
    "svg.hashsalt": "commissioning-sim",
    "pdf.fonttype": 42,
}


@dataclass(frozen=True)
class Look:
    """The codes of one arrangement (or one part of a bar): all differ together."""

    colour: str
    marker: str
    line: str
    hatch: str


def looks(names: Sequence[str]) -> dict[str, Look]:
    """Give each name its look, by its place: the same in every chart of a run.

    Colours come back after six; marker and colour together after forty-two.
    """
    return {
        name: Look(
            COLOURS[place % len(COLOURS)],
            MARKERS[place % len(MARKERS)],
            LINES[place % len(LINES)],
            HATCHES[place % len(HATCHES)],
        )
        for place, name in enumerate(names)
    }


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save in the house style, whatever the user's own settings are."""
    with matplotlib.style.context(["afcharts.afcharts", _SETTINGS], after_reset=True):
        yield
