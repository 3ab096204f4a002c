"""Committee calendar: when each committee met, what it decided, and what it put off."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.over_time import month_ticks
from sim.charts.panels import figure, key, wrap
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import joined, listed, rows

TITLE = question("committees")
MOST = {"one-column": 4, "two-column": 6}

PARTS = {
    "decided": ("decided", "", COLOURS[0]),
    "deferred": ("put off by the meeting", "////", COLOURS[1]),
    "no_quorum": ("put off, no quorum", "xxxx", COLOURS[3]),
    "rolled": ("agenda full", "....", COLOURS[2]),
}
"""Words, hatch and colour of what became of an item, from the bottom."""


def draw(sittings: pd.DataFrame, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.sittings.sittings`` for the committees with most items.

    Raises ``NoDataError`` where no committee met.
    """
    table = tabulate(sittings, run, width)
    with house_style():
        picture = _paint(table, width)
    caption = joined([_caption(table, sittings), run.sources()])
    return Drawn(TITLE, picture, table, caption, _alt(table))


def tabulate(sittings: pd.DataFrame, run: OneRun, width: Width) -> pd.DataFrame:
    """Return the meetings of the committees shown, each named by its kind and its body."""
    if sittings.empty:
        raise NoDataError("no committee met")
    names = sittings["kind"].map(run.label) + ", " + sittings["committee"]
    named = sittings.assign(committee=names)
    items = named.groupby("committee", sort=False)["waiting"].sum()
    chosen = items.sort_values(ascending=False, kind="stable").index[: MOST[width]]
    frames = [named[named["committee"] == name] for name in chosen]
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return table


def _paint(table: pd.DataFrame, width: Width) -> Figure:
    names = list(table["committee"].unique())
    columns = 1 if width == "one-column" or len(names) == 1 else 2
    deep = -(-len(names) // columns)
    fig = figure(width, 3.6 * deep + 2.0)
    axes = list(fig.subplots(deep, columns, squeeze=False, sharex=True, sharey=True).flat)
    for spare in axes[len(names) :]:
        spare.remove()
    first, last = (end.to_period("M") for end in (table["date"].min(), table["date"].max()))
    months = [str(month) for month in pd.period_range(first, last)]
    ticks = month_ticks(months, 4 if width == "one-column" else 6)
    for place, (ax, name) in enumerate(zip(axes, names, strict=False)):
        _panel(ax, table[table["committee"] == name], months)
        ax.set_xticks(list(ticks), list(ticks.values()))
        ax.set_title(wrap(name, 42 if columns == 1 else 44), loc="left")
        ax.tick_params(labelbottom=place >= len(names) - columns)
    axes[0].set_ylim(0, max(1.0, 1.06 * float(table["waiting"].max())))
    fig.supylabel("Items whose papers were in time", fontsize=7)
    patches = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), words)
        for words, hatch, colour in PARTS.values()
    ]
    key(fig, patches, 2 if width == "one-column" else 4)
    return fig


def _panel(ax: Axes, mine: pd.DataFrame, months: list[str]) -> None:
    x = _places(mine["date"], months)
    wide = max(0.1, min(0.6, len(months) / 40))
    below = mine["waiting"] * 0.0
    for name, (_, hatch, colour) in PARTS.items():
        ax.bar(
            x, mine[name], wide, below, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3
        )
        below = below + mine[name]
    empty = mine["waiting"] == 0
    if empty.any():  # the layout fails on marks that are not clipped and not there
        ax.plot(x[empty], below[empty], "|", color=INK, markersize=4, clip_on=False)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _places(dates: pd.Series, months: list[str]) -> pd.Series:
    """Return where dates lie on an axis that counts the months of the run, by day of the month."""
    periods = dates.dt.to_period("M")
    within = (dates.dt.day - 1) / dates.dt.days_in_month
    places: pd.Series = periods.astype(str).map(months.index) + within
    return places


def _caption(table: pd.DataFrame, sittings: pd.DataFrame) -> str:
    shown, every = table["committee"].nunique(), len(sittings.groupby(["kind", "committee"]))
    total = int(sittings["waiting"].sum())
    put_off = [f"{int(sittings[name].sum()):,} {words}" for name, (words, *_) in PARTS.items()]
    left = f"Shown are the {shown} committees with most items of {every}" if every > shown else ""
    return joined(
        [
            f"{TITLE} A bar for each meeting: its items by what became of them; a short line is a "
            "meeting without items. What is put off comes back at a later meeting, so an item may "
            "be counted more than once",
            f"All {every} committees had {len(sittings):,} meetings with {total:,} items: "
            f"{listed(put_off)}",
            left,
        ]
    )


def _alt(table: pd.DataFrame) -> str:
    each = []
    for name, mine in table.groupby("committee", sort=False):
        counts = rows(mine[["waiting", *PARTS]].sum().to_frame().T)[0]
        each.append(
            f"{name}: {len(mine)} meetings, {int(counts.waiting):,} items, {int(counts.decided):,} "
            f"decided, {int(counts.deferred):,} put off, {int(counts.no_quorum):,} without a "
            f"quorum, {int(counts.rolled):,} over a full agenda"
        )
    return joined([f"Bars of items by meeting. {'; '.join(each)}"])
