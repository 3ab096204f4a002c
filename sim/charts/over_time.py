"""Charts over time: the backlog by month, and the coverage of reviews by year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.data import Chart, ChartData, estimates, in_order, select
from sim.charts.panels import STEPS, End, figure, label_ends
from sim.charts.style import INK, Look, Width, looks
from sim.charts.words import cut_off, each, extremes, number, unit_of

REVIEWED = {
    "contracts_reviewed_12m_share": "Reviewed in the last 12 months",
    "contracts_reviewed_36m_share": "Reviewed in the last 36 months",
}


def backlog_table(data: ChartData, width: Width) -> pd.DataFrame:
    """Return cases owed of all types: one row per arrangement and month."""
    frame = select(data, ["backlog_cases"], by=["period"])
    table = estimates(frame, ["arrangement", "period"])
    return in_order(
        table, {"arrangement": data.arrangements, "period": sorted(table["period"].unique())}
    )


def paint_backlog(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a line per arrangement with its interval as a band."""
    fig = figure(width, 6.0 if width == "one-column" else 7.5)
    ax = fig.add_subplot()
    months = sorted(table["period"].unique())
    ends = []
    shade = 0.2 if table["arrangement"].nunique() < 5 else 0.1
    for name, look, rows in _lines(table, data):
        x = rows["period"].map(months.index)
        marks = max(1, len(rows) // 6)
        ax.plot(x, rows["mean"], look.line, color=look.colour, marker=look.marker, markevery=marks)
        ax.fill_between(x, rows["low"], rows["high"], color=look.colour, alpha=shade, linewidth=0)
        ends += _end(x.iloc[-1], rows["mean"], name, look, data)
    _mark_changes(ax, months, data)
    highest = table["high"].fillna(table["mean"]).max()
    ax.set_ylim(0, 1.06 * highest if highest > 0 else 1)
    ax.set_title("Cases owed at the end of the month", loc="left")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0)))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=STEPS, integer=True))
    ticks = month_ticks(months, 4 if width == "one-column" else 8)
    ax.set_xticks(list(ticks), list(ticks.values()))
    label_ends(fig, [(ax, ends)], width)
    return fig


def _mark_changes(ax: Axes, months: Sequence[str], data: ChartData) -> None:
    """Mark the end of the month before one arrangement becomes another."""
    for month in data.changes:
        if month in months[1:]:
            place = months.index(month) - 1
            _mark(ax, place, early=place < len(months) / 2)


def _mark_changes_in_years(ax: Axes, data: ChartData) -> None:
    """Mark changes on an axis that counts years since the start, the first month of a backlog."""
    months = sorted(select(data, ["backlog_cases"], by=["period"])["period"].unique())
    low, high = ax.get_xlim()
    for month in data.changes:
        place = months.index(month) / 12 if month in months else 0.0
        if low <= place <= high and place > 0:
            _mark(ax, place, early=place < (low + high) / 2, below=True)


def _mark(ax: Axes, place: float, early: bool, below: bool = False) -> None:
    """Draw a dotted line with its name beside it, where there is more room."""
    ax.axvline(place, color=INK, linewidth=0.8, linestyle=":", zorder=0)
    ax.annotate(
        "change",
        (place, 0 if below else 1),
        (2 if early else -2, 2 if below else -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="left" if early else "right",
        va="bottom" if below else "top",
    )


def month_ticks(months: Sequence[str], most: int) -> dict[int, str]:
    """Return labels by place: months of short runs, the Januaries of long ones."""
    long = len(months) > 24
    places = [i for i, month in enumerate(months) if month.endswith("-01") or not long]
    form = "%Y" if long else "%b\n%Y"
    return {i: pd.Period(months[i], "M").strftime(form) for i in places[:: -(-len(places) // most)]}


def _lines(table: pd.DataFrame, data: ChartData) -> list[tuple[str, Look, pd.DataFrame]]:
    codes = looks(data.arrangements)
    groups = table.groupby("arrangement", sort=False)
    return [(str(name), codes[str(name)], rows) for name, rows in groups]


def _end(x: float, values: pd.Series, name: str, look: Look, data: ChartData) -> list[End]:
    last = float(values.iloc[-1])
    return [] if pd.isna(last) else [End(x, last, data.label(name), look)]


def describe_backlog(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Say who ends with most cases owed, and how each got there."""
    months = sorted(table["period"].unique())
    first, last = (table[table["period"] == month] for month in (months[0], months[-1]))
    unit = unit_of(table["unit"].iloc[0])
    caption = (
        f"Cases owed at the end of each month, by arrangement: open, or due and waiting for "
        f"the one before to be closed. "
        f"In {_month(months[-1])}: {extremes(last, data, unit)}."
    )
    if marked := [_month(month) for month in data.changes if month in months[1:]]:
        caption += f" One arrangement takes the place of another in {' and '.join(marked)}."
    alt = (
        f"Line chart of cases owed from {_month(months[0])} to {_month(months[-1])} "
        f"for {_count(data.arrangements)}. First month: {each(first, data, unit)}. "
        f"Last month: {each(last, data, unit)}."
    )
    return caption, alt


def _month(period: str) -> str:
    return pd.Period(period, freq="M").strftime("%B %Y")


def _count(arrangements: Sequence[str]) -> str:
    return f"{len(arrangements)} arrangement{'s' if len(arrangements) != 1 else ''}"


def coverage_table(data: ChartData, width: Width) -> pd.DataFrame:
    """Return the share of contracts reviewed lately: a row per measure, arrangement and year."""
    frame = select(data, REVIEWED, by=["period"])
    table = estimates(frame, ["measure", "arrangement", "period"])
    orders = {"measure": list(REVIEWED), "arrangement": data.arrangements}
    return in_order(table, {**orders, "period": sorted(table["period"].unique(), key=year_of)})


def year_of(period: str) -> int:
    """Return the number in ``year n``."""
    return int(period.removeprefix("year "))


def paint_coverage(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per measure with a line per arrangement with an interval at each year."""
    measures = list(table["measure"].unique())
    beside = width == "two-column"
    fig = figure(width, 6.0 if beside else 5.2 * len(measures))
    shape = (1, len(measures)) if beside else (len(measures), 1)
    axes = list(fig.subplots(*shape, squeeze=False).flat)
    panels = []
    for ax, measure in zip(axes, measures, strict=True):
        panels.append((ax, _coverage_panel(ax, table[table["measure"] == measure], data)))
        ax.set_title(REVIEWED[measure], loc="left")
    label_ends(fig, panels, width)
    return fig


def _coverage_panel(ax: Axes, table: pd.DataFrame, data: ChartData) -> list[End]:
    ends = []
    lines = _lines(table, data)
    # Side by side, so that intervals at the same height stay visible.
    step = 0.06 if table["period"].nunique() > 1 else 0.0
    for place, (name, look, rows) in enumerate(lines):
        x = rows["period"].map(year_of) + step * (place - (len(lines) - 1) / 2)
        means, half = 100 * rows["mean"], 100 * (rows["high"] - rows["mean"]).fillna(0)
        line, *_ = ax.errorbar(
            x, means, half, color=look.colour, marker=look.marker, linestyle=look.line,
            elinewidth=1, capsize=2,
        )  # fmt: skip
        line.set_clip_on(False)  # a marker at zero is seen whole, its interval ends there
        ends += _end(x.iloc[-1], means, name, look, data)
    ax.set_ylim(0, 102)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))
    years = sorted(table["period"].map(year_of).unique())
    ax.set_xticks(years[:: -(-len(years) // 8)])
    ax.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    ax.set_xlabel("End of year since the start")
    _mark_changes_in_years(ax, data)
    return ends


def describe_coverage(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Say who covers most contracts in the last year, for each measure."""
    parts: list[str] = []
    alts: list[str] = []
    last = max(table["period"], key=year_of)
    for measure, rows in table[table["period"] == last].groupby("measure", sort=False):
        unit = unit_of(rows["unit"].iloc[0])
        heading = REVIEWED[str(measure)]
        parts.append(f"{heading}: {extremes(rows, data, unit)}.")
        alts.append(f"{heading}: {each(rows, data, unit)}.")
    caption = f"Share of contracts reviewed, by arrangement. At the end of {last}. "
    alt = f"Line charts of the share of contracts reviewed, at the end of {last}. "
    if data.changes:
        parts.append("A dotted line marks where one arrangement takes the place of another.")
    if said := cut_off(table):
        parts.append(f"{said}.")
    return caption + " ".join(parts), alt + " ".join(alts)


BACKLOG = Chart("Backlog over time", backlog_table, paint_backlog, describe_backlog)
COVERAGE = Chart("Coverage of reviews", coverage_table, paint_coverage, describe_coverage)
