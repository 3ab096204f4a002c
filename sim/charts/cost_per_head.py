"""Cost per head by part, against the running-cost allowance."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.data import Chart, ChartData, NoDataError, estimates, in_order, select
from sim.charts.panels import STEPS, key, mark, row_panels
from sim.charts.style import INK, Look, Width, looks
from sim.charts.words import each, extremes, joined, listed, quote, rows, unit_of

PARTS = {
    "cost_staff_gbp": "staff",
    "cost_overhead_gbp": "overheads",
    "cost_governance_gbp": "committees",
    "cost_travel_gbp": "travel",
    "cost_external_gbp": "external support",
}
TOTAL, ALLOWANCE = "total", "allowance"
_UNIT = "GBP per patient per year"
_LOOKS: dict[str, Look] = looks([*PARTS])
_MEASURES = (*PARTS, "cost_total_gbp", "cost_per_head_gbp", "allowance_used")


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Return cost per head by arrangement and part, with the total and the allowance.

    Each part is spread over the patients that total cost and cost per head imply, in every
    replication. An arrangement whose scenario states no allowance has none.
    """
    frame = select(data, _MEASURES)
    run = ["arrangement", "replication"]
    wide = frame.pivot(index=run, columns="measure", values="value")
    if "cost_per_head_gbp" not in wide:
        raise NoDataError("the results hold no cost per head")
    head = wide["cost_per_head_gbp"]
    if not (head > 0.0).any():
        raise NoDataError("nothing has a cost in these results")
    parts = wide[[name for name in PARTS if name in wide]]
    shares = parts.div(wide["cost_total_gbp"], axis=0).mul(head, axis=0).rename(columns=PARTS)
    shares[TOTAL] = head
    if "allowance_used" in wide:
        shares[ALLOWANCE] = head / wide["allowance_used"]
    tidy = shares.melt(ignore_index=False, var_name="part").dropna().reset_index()
    table = estimates(tidy.assign(unit=_UNIT), ["arrangement", "part"])
    order = [*PARTS.values(), TOTAL, ALLOWANCE]
    return in_order(table, {"arrangement": data.arrangements, "part": order})


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a stacked bar per arrangement, the interval of the whole, and its allowance."""
    names = list(table["arrangement"].unique())
    fig, axes = row_panels(
        ["Cost per registered patient a year"], [data.label(n) for n in names], width, 0.7,
        below_lines=2,
    )  # fmt: skip
    ax = axes[0]
    for place, name in enumerate(names):
        _bar(ax, place, table[table["arrangement"] == name])
    ax.set_xlim(0, 1.08 * float(table["high"].fillna(table["mean"]).max()))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"£{value:.2f}"))
    ax.set_xlabel("£ per registered patient per year")
    _key(fig, table, width)
    return fig


def _bar(ax: Axes, place: int, mine: pd.DataFrame) -> None:
    left = 0.0
    for measure, part in PARTS.items():
        for row in rows(mine[mine["part"] == part]):
            look = _LOOKS[measure]
            ax.barh(
                place, row.mean, 0.56, left, color=look.colour, hatch=look.hatch,
                edgecolor="white", linewidth=0.4,
            )  # fmt: skip
            left += row.mean
    for row in rows(mine[mine["part"] == TOTAL].dropna(subset=["low"])):
        # Below the bar: it is often so short that it would hide the parts at the end.
        ax.errorbar(
            row.mean, place + 0.37, xerr=row.high - row.mean, color=INK, elinewidth=1.0,
            capthick=1.0, capsize=2.0, zorder=4,
        )  # fmt: skip
    for row in rows(mine[mine["part"] == ALLOWANCE]):
        ax.plot([row.mean] * 2, [place - 0.42, place + 0.42], "--", color=INK, linewidth=1.4)


def _key(fig: Figure, table: pd.DataFrame, width: Width) -> None:
    present = set(table["part"])
    entries = [
        (Patch(facecolor=_LOOKS[m].colour, hatch=_LOOKS[m].hatch, edgecolor="white"), part)
        for m, part in PARTS.items()
        if part in present
    ]
    allowance = [(mark(linestyle="--", linewidth=1.4), "allowance for primary care")]
    every = [*entries, *(allowance if ALLOWANCE in present else [])]
    key(fig, every, 2 if width == "one-column" else 6)


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Say who costs most a head, and who is beyond the allowance."""
    totals = table[table["part"] == TOTAL]
    unit = unit_of(_UNIT)
    caption = joined(
        [
            "Yearly cost per registered patient by part, with the interval of the whole below it. "
            "Posts count whether filled or vacant",
            f"Total: {extremes(totals, data, unit)}",
            _against(table, data),
        ]
    )
    return caption, f"Stacked bars of cost per head. {each(totals, data, unit)}."


def _against(table: pd.DataFrame, data: ChartData) -> str:
    wide = table.pivot(index="arrangement", columns="part", values="mean")
    if ALLOWANCE not in wide:
        return "No running-cost allowance is stated"
    none = [data.label(str(name)) for name in wide.index[wide[ALLOWANCE].isna()]]
    first = quote(rows(table[table["part"] == ALLOWANCE])[0], unit_of(_UNIT))
    over = [data.label(str(n)) for n, row in wide.iterrows() if row[TOTAL] > row[ALLOWANCE]]
    said = f"The part of the running-cost allowance that is for primary care is {first}"
    if len(set(wide[ALLOWANCE].round(4))) > 1:
        said = "Dashed: the part of the running-cost allowance that is for primary care"
    beyond = f"{listed(over)} would exceed it" if over else "nobody who has one exceeds it"
    return joined([f"{said}; {beyond}", f"None is stated for {listed(none)}" if none else ""])


CHART = Chart("Cost per head against the allowance", tabulate, paint, describe)
