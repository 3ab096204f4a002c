"""Time to resolution as a curve: how many cases are still open after so many days."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.charts.catalogue import question
from sim.charts.data import ALL, Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.panels import figure, key, mark, wrap
from sim.charts.style import Width, house_style, looks
from sim.charts.words import joined, listed, rows

TITLE = question("still_open")
TICKS = {1: "1 day", 7: "1 week", 30: "1 month", 91: "3 months", 365: "1 year", 1826: "5 years"}
"""Days at which the axis says how long that is: each several times the one before."""

SAID = {7: "a week", 30: "a month", 365: "a year"}
"""Days of which the words give the share still open."""


def draw(curves: pd.DataFrame, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.still_open.still_open`` of several arrangements (``arrangement``).

    Raises ``NoDataError`` where no case arose, or the run is too short to follow any for a week.
    """
    if curves.empty or curves["day"].max() < min(SAID):
        raise NoDataError("there are no cases that could be followed for a week")
    with house_style():
        picture = _paint(curves, run, width)
    caption = joined([_caption(curves, run), run.sources()])
    return Drawn(TITLE, picture, curves, caption, _alt(curves, run))


def _paint(curves: pd.DataFrame, run: OneRun, width: Width) -> Figure:
    kinds = list(curves["case_type"].unique())
    codes = looks(list(curves["arrangement"].unique()))
    beside = width == "two-column"
    deep = 1 if beside else len(kinds)
    fig = figure(width, 5.2 * deep + 1.6)
    axes = fig.subplots(deep, len(kinds) if beside else 1, squeeze=False, sharey=True).flat
    for ax, kind in zip(axes, kinds, strict=True):
        mine = curves[(curves["case_type"] == kind) & (curves["day"] > 0)]
        for name, part in mine.groupby("arrangement", sort=False):
            look = codes[str(name)]
            ax.plot(
                part["day"], 100 * part["still_open"], look.line, color=look.colour,
                marker=look.marker, markevery=_spaced(part), markersize=3.5,
                drawstyle="steps-post",
            )  # fmt: skip
        _axes(ax, int(mine["day"].max()), wrap(_kind(kind, run), 40 if beside else 30))
        if beside or kind == kinds[-1]:
            ax.set_xlabel("Time since a case arose, in growing steps")
    fig.supylabel("Still open, of cases that arose", fontsize=7)
    entries = [
        (
            mark(color=look.colour, linestyle=look.line, marker=look.marker, markersize=3.5),
            run.label(name),
        )
        for name, look in codes.items()
    ]
    key(fig, entries, 2 if beside else 1)
    return fig


def _spaced(part: pd.DataFrame) -> list[int]:
    """Return places of markers: some days apart on an axis whose steps grow."""
    days = list(part["day"])
    return [days.index(day) for day in (2, 7, 20, 60, 180, 540) if day in days]


def _axes(ax: Axes, last: int, title: str) -> None:
    ticks = [day for day in TICKS if day <= last]
    ax.set_xscale("log")
    ax.set_xlim(1, last)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, _: TICKS[round(day)].replace(" ", "\n")))
    ax.set_ylim(0, 103)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    ax.grid(visible=True, axis="x")
    ax.set_title(title, loc="left")


def _kind(case_type: str, run: OneRun) -> str:
    return "All case types" if case_type == ALL else run.label(case_type)


def _caption(curves: pd.DataFrame, run: OneRun) -> str:
    every = curves[curves["case_type"] == curves["case_type"].iloc[0]]
    ends = rows(every.drop_duplicates("arrangement"))
    left = [f"{run.label(row.arrangement)} {row.open_at_end:,}" for row in ends]
    return joined(
        [
            f"{TITLE} Kaplan-Meier curves up to half of the run, from the same "
            f"{ends[0].cases:,} cases in each arrangement; those still open at its end "
            f"({listed(left)}) are censored, not left out",
            "Where a queue grows, a curve flatters: those followed longest met a shorter queue",
        ]
    )


def _alt(curves: pd.DataFrame, run: OneRun) -> str:
    each = []
    for kind, panel in curves.groupby("case_type", sort=False):
        words = [
            f"{run.label(str(name))} {_shares(part)}"
            for name, part in panel.groupby("arrangement", sort=False)
        ]
        each.append(f"{_kind(str(kind), run)}, still open: {'; '.join(words)}")
    return joined(["Falling lines, one for each arrangement", *each])


def _shares(part: pd.DataFrame) -> str:
    known: list[Any] = rows(part[part["day"].isin(list(SAID))])
    return listed(f"after {SAID[row.day]} {100 * row.still_open:.1f}%" for row in known)
