"""XmR charts: whether an area's service is steady over the months."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.over_time import month_ticks
from sim.charts.panels import figure, key, mark, wrap
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import joined, listed
from sim.outcomes.variation import RUN_LENGTH, xmr

TITLE = question("xmr")
MOST = {"one-column": 4, "two-column": 6}
FEWEST_MONTHS = 6
"""Below this no limits mean anything."""


def draw(months: pd.DataFrame, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.areas.by_month`` for the areas with most cases.

    Raises ``NoDataError`` where no area has cases in six months or more.
    """
    table = tabulate(months, width)
    with house_style():
        picture = _paint(table, width)
    caption = joined([_caption(table, months["area"].nunique()), run.sources()])
    return Drawn(TITLE, picture, table, caption, _alt(table))


def tabulate(months: pd.DataFrame, width: Width) -> pd.DataFrame:
    """Add mean, natural process limits and whether a month is special, for each area shown."""
    sizes = months.groupby("area")["cases"].agg(["sum", "count"])
    sizes = sizes[sizes["count"] >= FEWEST_MONTHS]
    if sizes.empty:
        raise NoDataError(f"no area has cases in {FEWEST_MONTHS} months or more")
    chosen = list(sizes["sum"].sort_values(ascending=False, kind="stable").index)[: MOST[width]]
    frames = []
    for area in chosen:
        frame = months[months["area"] == area].sort_values("month")
        process = xmr(frame["share"].to_numpy(np.float64))
        frames.append(
            frame.assign(
                mean=process.mean, low=process.low, high=process.high, special=process.special
            )
        )
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return table


def _paint(table: pd.DataFrame, width: Width) -> Figure:
    areas, months = list(table["area"].unique()), sorted(table["month"].unique())
    columns = 1 if width == "one-column" or len(areas) == 1 else 2
    deep = -(-len(areas) // columns)
    fig = figure(width, 3.4 * deep + 2.0)
    axes = list(fig.subplots(deep, columns, squeeze=False, sharex=True, sharey=True).flat)
    for spare in axes[len(areas) :]:
        spare.remove()
    ticks = month_ticks(months, 4 if width == "one-column" else 6)
    for place, (ax, area) in enumerate(zip(axes, areas, strict=False)):
        _panel(ax, table[table["area"] == area], months)
        ax.set_title(wrap(area, 40), loc="left")
        ax.set_xticks(list(ticks), list(ticks.values()))
        ax.tick_params(labelbottom=place >= len(areas) - columns)
    fig.supylabel("Resolved in time, of clocks that ran out in the month", fontsize=7)
    key(fig, _entries(), 1 if width == "one-column" else 3)
    return fig


def _panel(ax: Axes, table: pd.DataFrame, months: list[str]) -> None:
    x = table["month"].map(months.index)
    special = table["special"].to_numpy(bool)
    ax.axhline(100 * table["mean"].iloc[0], color=INK, linewidth=0.9)
    for end in ("low", "high"):
        if 0 <= table[end].iloc[0] <= 1:  # a share cannot lie beyond these
            ax.axhline(100 * table[end].iloc[0], color=INK, linewidth=0.9, linestyle="--")
    ax.plot(x, 100 * table["share"], color=COLOURS[0], marker="o", markersize=3, linewidth=1)
    ax.plot(
        x[special], 100 * table["share"][special], color=COLOURS[1], marker="s", linewidth=0,
        markersize=5, markeredgecolor="white", markeredgewidth=0.4,
    )  # fmt: skip
    ax.set_ylim(-5, 105)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))


def _entries() -> list[tuple[Artist, str]]:
    square = mark(marker="s", color=COLOURS[1], linewidth=0)
    return [
        (mark(linewidth=0.9), "mean"),
        (mark(linewidth=0.9, linestyle="--"), "limits within which chance keeps it"),
        (square, "special: more than chance"),
    ]


def _caption(table: pd.DataFrame, areas: int) -> str:
    shown = table["area"].nunique()
    left = f"Shown are the {shown} areas with most cases of {areas}" if areas > shown else ""
    return joined(
        [
            f"{TITLE} Share of cases resolved in time by the month in which their clock ran out, "
            "with the mean and the natural process limits (mean ± 2.66 mean moving ranges; limits "
            "beyond 0% or 100% are not drawn)",
            f"Special is a month outside the limits, or {RUN_LENGTH} or more in a row on one side "
            "of the mean",
            _specials(table),
            left,
            "XmR charts after Wheeler; rules of NHS England, Making Data Count",
        ]
    )


def _specials(table: pd.DataFrame) -> str:
    counts = table.groupby("area", sort=False)["special"].agg(["sum", "size"])
    words = [f"{area} {int(n)} of {int(of)} months" for area, (n, of) in counts.iterrows() if n]
    return f"Special: {listed(words)}" if words else "No month is special"


def _alt(table: pd.DataFrame) -> str:
    each = []
    for area, part in table.groupby("area", sort=False):
        first = part.iloc[0]
        low = f"lower limit {100 * first['low']:.0f}%" if first["low"] >= 0 else "no lower limit"
        high = f"upper limit {100 * first['high']:.0f}%" if first["high"] <= 1 else "no upper limit"
        each.append(f"{area} mean {100 * first['mean']:.0f}%, {low}, {high}")
    return joined([f"XmR charts of {len(each)} areas: {'; '.join(each)}", _specials(table)])
