"""Time to resolution by case type: ranges of the whole distribution, not only its middle."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.charts.data import (
    Chart,
    ChartData,
    busiest_case_types,
    estimates,
    in_order,
    select,
)
from sim.charts.keeping_up import compared
from sim.charts.panels import STEPS, key, lowest, mark, most_panels, row_panels
from sim.charts.style import INK, Look, Width, looks
from sim.charts.words import (
    cut_off,
    decimals_for,
    joined,
    not_shown,
    number,
    quote,
    rows,
    unit_of,
)

QUANTILES = {
    "resolution_days_p10": "10%",
    "resolution_days_p25": "25%",
    "resolution_days_median": "half",
    "resolution_days_p75": "75%",
    "resolution_days_p90": "90%",
}
MEDIAN = "resolution_days_median"


def case_types(data: ChartData) -> list[str]:
    """Case types with a time to resolution, those with most cases first."""
    present = set(select(data, [MEDIAN], by=["case_type"])["case_type"])
    return [name for name in busiest_case_types(data) if name in present]


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Calendar days by case type, arrangement and quantile.

    A quantile that even one replication did not reach has no mean; ``missing``
    counts the replications that did not reach it.
    """
    chosen = case_types(data)[: most_panels(width, len(data.arrangements))]
    frame = select(data, QUANTILES, by=["case_type"])
    table = estimates(frame, ["case_type", "arrangement", "measure"])
    return in_order(
        table,
        {"case_type": chosen, "arrangement": data.arrangements, "measure": list(QUANTILES)},
    )


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per case type, a row per arrangement."""
    chosen = list(table["case_type"].unique())
    names = list(table["arrangement"].unique())
    fig, axes = row_panels([data.label(c) for c in chosen], [data.label(n) for n in names], width)
    codes = looks(data.arrangements)
    for ax, case_type in zip(axes, chosen, strict=True):
        panel = table[table["case_type"] == case_type]
        right = _set_axis(ax, panel)
        for place, name in enumerate(names):
            mine = panel[panel["arrangement"] == name].set_index("measure")
            if not mine.empty:
                _range(ax, place, mine, right, codes[name])
    for ax in lowest(axes, width):
        ax.set_xlabel("Calendar days from opening to resolution")
    _key(fig, bool(table["mean"].isna().any()), width)
    return fig


def _set_axis(ax: Axes, panel: pd.DataFrame) -> float:
    """Start at zero; return the right-hand end, where arrows of the unreached point."""
    medians = panel[panel["measure"] == MEDIAN]
    highest = pd.concat([panel["mean"], medians["high"]]).max()
    right = 1.08 * highest if highest > 0 else 1.0
    ax.set_xlim(0, right)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    return float(right)


def _range(ax: Axes, y: float, mine: pd.DataFrame, right: float, look: Look) -> None:
    """Draw 10% to 90% thin, 25% to 75% thick, the median on top with its interval."""
    for low, high, weight in (("p10", "p90", 1.2), ("p25", "p75", 4.5)):
        ends = [mine["mean"].get(f"resolution_days_{end}", float("nan")) for end in (low, high)]
        if pd.notna(ends[0]):
            end = right if pd.isna(ends[1]) else ends[1]
            ax.plot(
                [ends[0], end], [y, y], color=look.colour, linewidth=weight, solid_capstyle="butt"
            )
    middle = mine.loc[MEDIAN]
    if mine["mean"].isna().any():
        _arrow(ax, y, look)
    if pd.isna(middle["mean"]):
        _no_median(ax, y, lifted=bool(mine["mean"].notna().any()))
    if pd.notna(middle["mean"]):
        _median(ax, y, middle, look)


def _arrow(ax: Axes, y: float, look: Look) -> None:
    ax.plot(
        [1], [y], marker=">", color=look.colour, markersize=6, clip_on=False,
        transform=ax.get_yaxis_transform(),
    )  # fmt: skip


def _no_median(ax: Axes, y: float, lifted: bool) -> None:
    """Say that half of the cases do not get there, above the line if there is one."""
    ax.annotate(
        "median not reached", (0.95, y), (0, 3 * lifted), xycoords=ax.get_yaxis_transform(),
        textcoords="offset points", ha="right", va="bottom" if lifted else "center", fontsize=7,
    )  # fmt: skip


def _median(ax: Axes, y: float, middle: Any, look: Look) -> None:  # noqa: ANN401 - a row
    if pd.notna(middle["low"]):
        ax.errorbar(
            middle["mean"], y, xerr=middle["high"] - middle["mean"], color=INK,
            elinewidth=0.9, capsize=2.5, zorder=4,
        )  # fmt: skip
    ax.plot(
        [middle["mean"]], [y], marker=look.marker, markersize=5, markerfacecolor="white",
        color=look.colour, linewidth=0, zorder=5, clip_on=False,
    )  # fmt: skip


def _key(fig: Figure, unreached: bool, width: Width) -> None:
    entries = [
        (mark(marker="o", markerfacecolor="white", markersize=5), "median, 95% interval"),
        (mark(linewidth=4.5), "middle half"),
        (mark(linewidth=1.2), "10% to 90%"),
    ]
    if unreached:
        entries.append((mark(marker=">", markersize=6, linewidth=0), "not reached"))
    key(fig, entries, 2 if width == "one-column" else 4)


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Slowest and fastest median of the busiest case type, where they may be compared."""
    chosen = list(table["case_type"].unique())
    medians = table[table["measure"] == MEDIAN]
    busiest = medians[medians["case_type"] == chosen[0]]
    unit = unit_of(busiest["unit"].iloc[0])
    caption = joined(
        [
            "Time to resolution by case type: the median (marker, with its interval), the middle "
            "half of cases (thick) and 10% to 90% (thin). Open cases count as not yet resolved",
            compared(busiest, data, unit, f"Median for {data.label(chosen[0])}"),
            "An arrow marks an end that some replication did not reach"
            if table["mean"].isna().any()
            else "",
            cut_off(medians),
            not_shown(len(chosen), len(case_types(data)), "case types"),
        ]
    )
    alt = " ".join(
        f"{data.label(str(case_type))}: {_spans(panel, data)}."
        for case_type, panel in table.groupby("case_type", sort=False)
    )
    return caption, f"Ranges of calendar days. {alt}"


def _spans(panel: pd.DataFrame, data: ChartData) -> str:
    spans = []
    for name, mine in panel.groupby("arrangement", sort=False):
        means = dict(zip(mine["measure"], rows(mine), strict=True))
        middle = _median_words(means.get(MEDIAN))
        ends = [_days(means, f"resolution_days_{end}") for end in ("p10", "p90")]
        who = data.label(str(name))
        spans.append(f"{who} median {middle}, 10% of cases {ends[0]}, 90% {ends[1]}")
    return "; ".join(spans)


def _median_words(row: Any) -> str:  # noqa: ANN401 - an estimates row
    if row is None:
        return "not known"
    if pd.isna(row.mean):
        return f"not reached in {row.missing} of {row.replications} replications"
    return quote(row, unit_of("days"), brief=True)


def _days(means: dict[str, Any], measure: str) -> str:
    row = means.get(measure)
    if row is None or pd.isna(row.mean):
        return "not reached"
    return f"within {number(row.mean, decimals_for(row.mean))}"


CHART = Chart("Time to resolution by case type", tabulate, paint, describe)
