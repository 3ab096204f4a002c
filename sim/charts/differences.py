"""Paired differences from the base, each measure in its own unit, in every staffing."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.data import ALL, Chart, ChartData, NoDataError, in_order
from sim.charts.keeping_up import overloaded
from sim.charts.panels import STEPS, dot, key, mark, most_panels, row_panels
from sim.charts.style import INK, Look, Width, looks
from sim.charts.words import Unit, joined, quote, rows, unit_of
from sim.experiment.comparison import TIMES
from sim.experiment.staffing import AS_STAFFED, HEADINGS, REBALANCED, SCALED, plain
from sim.outcomes.catalogue import CATALOGUE

HEADLINES = (
    "resolution_days_median",
    "resolution_in_clock_share",
    "reviews_overdue",
    "contracts_reviewed_36m_share",
    "elapsed_days_queue",
    "cost_total_gbp",
    "backlog_growth_per_month",
    "in_clock_share_spread",
)
"""Shown after the scenario's primary measure, as many as a page has room for."""


def tabulate(data: ChartData, width: Width) -> pd.DataFrame:
    """Headline differences: a row per measure, arrangement and staffing.

    A measure of time that overload would flatter in every row is left out, unless it decides.
    """
    frame = _totals(data)
    empty = frame.groupby("measure")["overloaded"].all()
    left_out = {name for name in empty.index[empty] if name != data.primary}
    chosen = [name for name in _headlines(frame, data) if name not in left_out]
    most = most_panels(width, frame["arrangement"].nunique())
    order = {"measure": chosen[:most] or _headlines(frame, data)[:most]}
    return in_order(frame, {**order, "arrangement": data.arrangements, "staffing": list(HEADINGS)})


def _totals(data: ChartData) -> pd.DataFrame:
    """Return differences without split by case type, body or role, times that flatter blank.

    Over all periods or, where there is no such total, of the last one.
    """
    frame = data.comparisons
    keep = (frame["context"] == data.shown_context) & frame["measure"].isin(CATALOGUE)
    for column in ("case_type", "body", "role"):
        keep &= frame[column] == ALL
    frame = frame[keep & (frame["arrangement"].map(plain) != data.base)]
    if frame.empty:
        raise NoDataError("there are no differences from the base")
    frame = _without_flattery(frame.assign(arrangement=frame["arrangement"].map(plain)), data)
    return frame[frame["period"] == frame.groupby("measure")["period"].transform(_last)]


def _without_flattery(frame: pd.DataFrame, data: ChartData) -> pd.DataFrame:
    """Blank out differences in time where either side cannot keep up, as the table does."""
    full = {
        (name, staffing)
        for staffing in HEADINGS
        for name in data.arrangements
        if overloaded(data, name, staffing)
    }
    sides = zip(frame["arrangement"], frame["staffing"], strict=True)
    hidden = [side in full or (data.base, side[1]) in full for side in sides]
    flattered = frame["unit"].isin(TIMES) & pd.Series(hidden, index=frame.index, dtype=bool)
    numbers = ["difference", "low", "high"]
    found = frame.assign(overloaded=flattered)
    found[numbers] = found[numbers].mask(flattered)
    return found


def _headlines(frame: pd.DataFrame, data: ChartData) -> list[str]:
    present = set(frame["measure"])
    wanted = [name for name in dict.fromkeys((data.primary, *HEADLINES)) if name in present]
    return wanted or [name for name in CATALOGUE if name in present]


def _last(periods: pd.Series) -> str:
    """All periods, else the latest: months as written, years by their number."""
    return str(max(periods, key=lambda text: (text == ALL, len(text), text)))


def paint(table: pd.DataFrame, data: ChartData, width: Width) -> Figure:
    """Draw a panel per measure, a row per arrangement, a line at zero: no difference."""
    measures, names = list(table["measure"].unique()), list(table["arrangement"].unique())
    titles = [_title(table[table["measure"] == measure]) for measure in measures]
    codes, shifts = looks(data.arrangements), _shifts(table)
    row_cm = 0.3 + 0.2 * len(shifts)
    fig, axes = row_panels(titles, [data.label(n) for n in names], width, row_cm, below_lines=2)
    for ax, measure in zip(axes, measures, strict=True):
        panel = table[table["measure"] == measure]
        unit = _unit(panel)
        for row in rows(_as_estimates(panel)):
            y = names.index(row.arrangement) + shifts[row.staffing]
            _row(ax, y, row, codes[row.arrangement], unit)
        _set_axis(ax, panel, unit, CATALOGUE[measure].better)
    _key(fig, table, data)
    return fig


_FACES: dict[str, str | None] = {AS_STAFFED: None, SCALED: "white", REBALANCED: "silver"}
"""What marks of each staffing are filled with; None: the colour of the arrangement."""


def _shifts(table: pd.DataFrame) -> dict[str, float]:
    """Return how far below its row's middle each staffing is drawn."""
    present = set(table["staffing"])
    shown = [name for name in HEADINGS if name in present]
    return {name: (2 * place + 1 - len(shown)) * 0.22 for place, name in enumerate(shown)}


def _row(ax: Axes, y: float, row: Any, look: Look, unit: Unit) -> None:  # noqa: ANN401 - a row
    dot(ax, y, row, look, unit.scale, face=_FACES[row.staffing])
    if pd.isna(row.mean):
        ax.text(
            0.5, y, f"{row.staffing}: {_missing(row)}", ha="center", va="center", fontsize=7,
            transform=ax.get_yaxis_transform(),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip


def _missing(row: Any) -> str:  # noqa: ANN401 - a row
    return "overloaded" if row.overloaded else "not reached"


def _key(fig: Figure, table: pd.DataFrame, data: ChartData) -> None:
    entries = [
        (mark(marker="o", markerfacecolor=_FACES[staffing] or INK), staffing)
        for staffing in _shifts(table)
    ]
    key(fig, entries, len(entries), title=f"Difference from {data.label(data.base)}")


def _as_estimates(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.drop(columns="mean").rename(columns={"difference": "mean"})


def _unit(panel: pd.DataFrame) -> Unit:
    largest = panel[["difference", "low", "high"]].abs().max().max()
    return unit_of(str(panel["unit"].iloc[0]), float(largest), difference=True)


def _title(panel: pd.DataFrame) -> str:
    first = rows(panel)[0]
    period = "" if first.period == ALL else f", {first.period}"
    return f"{CATALOGUE[first.measure].title}{period}"


def _set_axis(ax: Axes, panel: pd.DataFrame, unit: Unit, better: str | None) -> None:
    """Put zero in view, with room at both ends; say which side is better."""
    values = panel[["difference", "low", "high"]].to_numpy() * unit.scale
    known = values[~pd.isna(values)]
    low, high = (min(0.0, *known), max(0.0, *known)) if known.size else (-1.0, 1.0)
    room = 0.08 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    ax.axvline(0, color=INK, linewidth=1)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    ax.xaxis.set_major_formatter(FuncFormatter(_signed))
    if better == "lower":
        ax.set_xlabel(f"← better · {unit.name}", loc="left")
    elif better == "higher":
        ax.set_xlabel(f"{unit.name} · better →", loc="right")
    else:
        ax.set_xlabel(unit.name)


def _signed(value: float, _: int) -> str:
    return ("+" if value > 0 else "") + f"{value:,g}".replace("-", "−")


def describe(table: pd.DataFrame, data: ChartData) -> tuple[str, str]:
    """Quote the ends of the first measure; say which decides; quote all for alt text."""
    base = data.label(data.base)
    words = []
    for _, panel in table.groupby("measure", sort=False):
        unit = _unit(panel)
        each = [_words(row, unit, data) for row in rows(_as_estimates(panel))]
        words.append(f"{_title(panel)}: {'; '.join(each)}.")
    money = f"Same money: staffing scaled so that an arrangement costs what {base} costs"
    split = "Rebalanced: the same money, with the staff of each kind of team by its load"
    caption = joined(
        [
            f"Paired differences from {base}; zero is no difference",
            money if SCALED in set(table["staffing"]) else "",
            split if REBALANCED in set(table["staffing"]) else "",
            _span(table, data),
            _deciding(table, data),
            "Overloaded: some staff have as much work as time, or more, so times would flatter"
            if table["overloaded"].any()
            else _left_out(table, data),
        ]
    )
    return caption, f"Dot plots of differences from {base}. {' '.join(words)}"


def _words(row: Any, unit: Unit, data: ChartData) -> str:  # noqa: ANN401 - a row
    who = f"{data.label(row.arrangement)} {row.staffing}"
    if row.overloaded:
        return f"{who} not compared"
    if pd.isna(row.mean):
        return f"{who} not reached in {row.not_reached} of {row.replications} replications"
    return f"{who} {'+' if row.mean > 0 else ''}{quote(row, unit, brief=True)}"


def _span(table: pd.DataFrame, data: ChartData) -> str:
    """Quote the lowest and the highest difference of the first measure."""
    panel = table[table["measure"] == table["measure"].iloc[0]].dropna(subset=["difference"])
    if panel.empty:
        return ""
    ordered = rows(_as_estimates(panel.sort_values("difference", kind="stable")))
    ends = ordered if len(ordered) == 1 else (ordered[0], ordered[-1])
    unit = _unit(panel)
    return f"{_title(panel)}: {' to '.join(_words(row, unit, data) for row in ends)}"


def _deciding(table: pd.DataFrame, data: ChartData) -> str:
    """Say which measure decides, and that no other interval is corrected for their number."""
    first = table["measure"].iloc[0]
    if first != data.primary:
        return "Intervals hold one at a time"
    together = ", and its intervals hold for all arrangements at once" if data.together else ""
    others = "; the others are exploratory, one interval at a time"
    return f"The first measure decides{together}{others if table['measure'].nunique() > 1 else ''}"


def _left_out(table: pd.DataFrame, data: ChartData) -> str:
    every = _totals(data)
    hidden = every[every["overloaded"] & every["measure"].isin(HEADLINES)]
    if set(hidden["measure"]) <= set(table["measure"]):
        return ""
    return "Times are not shown: some arrangements are behind with their work, so times flatter"


CHART = Chart("Paired differences from the base", tabulate, paint, describe)
