"""How far the model is from what was observed: a dot for each set of values and target."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.charts.catalogue import question
from sim.charts.data import Drawn
from sim.charts.panels import key, mark, named_rows
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import joined, rows

FARTHEST = 8.0
"""Farther is drawn at the edge, as an arrow head."""

_CHARACTERS = {"one-column": 30, "two-column": 58}
_LINES = {"one-column": 3, "two-column": 2}
_LOOKS = {False: (COLOURS[0], "o", "not ruled out"), True: (COLOURS[1], "x", "ruled out")}
"""Colour, mark and words of a set, by whether it is ruled out."""


def draw_implausibility(
    by_set: pd.DataFrame, cut_off: float, note: str = "", width: Width = "two-column"
) -> Drawn:
    """Draw the implausibility of each set for each target.

    ``by_set`` has the columns ``set, ruled_out, target, what, held_out, implausibility``, a row
    for each set and target; one above ``cut_off`` is a miss.
    """
    with house_style():
        picture = _paint(by_set, cut_off, width)
    first = by_set[by_set["set"] == by_set["set"].min()]
    sets, kept = by_set["set"].nunique(), by_set[~by_set["ruled_out"]]["set"].nunique()
    said = [*_said(by_set, cut_off)]
    caption = joined(
        [
            question("implausibility"),
            f"Each mark is one of {sets} sets of plausible values: distance between model and "
            f"observation, in standard deviations of all that may lie between them; above "
            f"{cut_off:g} is a miss. Of {len(first)} independent targets "
            f"{int(first['held_out'].sum())} are held out: they rule nothing out. {kept} of "
            f"{sets} sets are not ruled out. At the right, the share of sets that meet a target",
            *said,
            note,
        ]
    )
    alt = joined([f"A row of {sets} marks for each of {len(first)} targets", *said])
    return Drawn("How far the model is from what was observed", picture, by_set, caption, alt)


def _said(by_set: pd.DataFrame, cut_off: float) -> Iterator[str]:
    for (target, what), own in _targets(by_set):
        met = int((own["implausibility"] <= cut_off).sum())
        use = ", held out" if own["held_out"].iloc[0] else ""
        yield f"{target} ({what}{use}): met by {met} of {len(own)}"


def _targets(by_set: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    grouped = by_set.groupby(["target", "what"], sort=False)
    return [((str(target), str(what)), own) for (target, what), own in grouped]


def _paint(by_set: pd.DataFrame, cut_off: float, width: Width) -> Figure:
    every = _targets(by_set)
    labels = [_label(target, what, own, width) for (target, what), own in every]
    fig, ax = named_rows(labels, width, 0.7)
    for place, (_, own) in enumerate(every):
        _marks(ax, place, own)
        met = 100 * (own["implausibility"] <= cut_off).mean()
        ax.annotate(
            f"{met:.0f}%", (1.0, place), xycoords=("axes fraction", "data"), xytext=(5, 0),
            textcoords="offset points", va="center", fontsize=7,
        )  # fmt: skip
    ax.axvline(cut_off, color=INK, linewidth=0.8, linestyle=":")
    ax.set_xlim(-0.02 * FARTHEST, 1.02 * FARTHEST)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.set_xlabel("Standard deviations from what was observed", loc="right")
    entries = [
        (mark(marker=marker, color=colour, linewidth=0), f"set {words}")
        for colour, marker, words in _LOOKS.values()
    ]
    entries.append((mark(linestyle=":", linewidth=0.8), f"cut-off, {cut_off:g}"))
    entries.append((mark(marker=">", linewidth=0), f"beyond {FARTHEST:g}"))
    key(fig, entries, 2 if width == "one-column" else 4)
    return fig


def _label(target: str, what: str, own: pd.DataFrame, width: Width) -> str:
    use = "held out: " if own["held_out"].iloc[0] else ""
    text = f"{target} {use}{what[:1].lower() + what[1:] if use else what}"
    lines = textwrap.wrap(text, _CHARACTERS[width], max_lines=_LINES[width], placeholder=" …")
    return "\n".join(lines)


def _marks(ax: Axes, place: int, own: pd.DataFrame) -> None:
    """Draw the sets of a target, a little apart, so that equal ones are seen."""
    shifts = np.linspace(-0.24, 0.24, len(own))
    for shift, row in zip(shifts, rows(own), strict=True):
        colour, marker, _ = _LOOKS[bool(row.ruled_out)]
        far = row.implausibility > FARTHEST
        ax.plot(
            [min(row.implausibility, FARTHEST)], [place + shift], marker=">" if far else marker,
            color=colour, markersize=3.5, clip_on=False, linewidth=0,
        )  # fmt: skip
