"""Flow of cases: how many reach each stage, and where they go from there."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Polygon
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.panels import STEPS, key, row_panels
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import joined, number, rows
from sim.outcomes.flow import ARRIVE, CLOSED, OPEN_NOW, REFUSED

TITLE = question("stages")

PARTS = {
    "on": ("on to the next stage", "", COLOURS[0]),
    "past": ("on past it", "\\\\\\\\", COLOURS[2]),
    "closed": ("closed", "", COLOURS[4]),
    "refused": ("refused", "xxxx", COLOURS[5]),
    "back": ("back to an earlier one", "////", COLOURS[1]),
    "open": ("open at the end", "....", COLOURS[3]),
}
"""Words, hatch and colour of where cases go, from left to right."""

_BAR = 0.5
_ENDS = {CLOSED: "closed", REFUSED: "refused", OPEN_NOW: "open"}


def draw(flow: pd.DataFrame, case_type: str, run: OneRun, width: Width = "two-column") -> Drawn:
    """Draw ``sim.outcomes.flow.flow``: a bar for each stage, joined to the next.

    Raises ``NoDataError`` where no case of the type was opened.
    """
    table = tabulate(flow)
    with house_style():
        picture = _paint(table, case_type, run, width)
    caption = joined([_caption(table, case_type, run), run.sources()])
    return Drawn(TITLE, picture, table, caption, _alt(table, case_type, run))


def tabulate(flow: pd.DataFrame) -> pd.DataFrame:
    """Return a row per stage and way out of it (``PARTS``), with the passages that take it."""
    if flow.empty:
        raise NoDataError("no case of this type was opened")
    used = flow.loc[flow["cases"].gt(0), ["source", "order"]].drop_duplicates()
    stages = list(used.sort_values("order")["source"])
    places = {name: place for place, name in enumerate(stages)}
    way = [
        _ENDS.get(row.target) or _way(places[row.source], places[row.target]) for row in rows(flow)
    ]
    sums = flow.assign(way=way).groupby(["source", "way"])["cases"].sum()
    table = pd.DataFrame([(stage, part) for stage in stages for part in PARTS])
    table.columns = pd.Index(["stage", "way"])
    found = sums.reindex(pd.MultiIndex.from_frame(table), fill_value=0)
    return table.assign(cases=found.to_numpy())


def _way(here: int, there: int) -> str:
    if there <= here:
        return "back"
    return "on" if there == here + 1 else "past"


def _paint(table: pd.DataFrame, case_type: str, run: OneRun, width: Width) -> Figure:
    stages = list(table["stage"].unique())
    names = [_name(stage, run) for stage in stages]
    fig, axes = row_panels([run.label(case_type)], names, width, 0.75, below_lines=2)
    ax = axes[0]
    wide = table.pivot(index="stage", columns="way", values="cases").loc[stages, list(PARTS)]
    totals = wide.sum(axis=1)
    for place, stage in enumerate(stages):
        row = wide.loc[stage]
        _bar(ax, place, row)
        ax.annotate(
            f"{int(totals[stage]):,}", (totals[stage], place), (2, 0), va="center",
            textcoords="offset points", fontsize=7,
        )  # fmt: skip
        if place + 1 < len(stages) and row["on"]:
            _band(ax, place, float(row["on"]))
    ax.set_xlim(0, 1.16 * float(totals.max()))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=STEPS, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0)))
    ax.set_xlabel("Passages of cases through the stage")
    shown = [name for name in PARTS if wide[name].any()]
    patches = [
        (Patch(facecolor=PARTS[n][2], hatch=PARTS[n][1], edgecolor="white"), PARTS[n][0])
        for n in shown
    ]
    key(fig, patches, 2 if width == "one-column" else 4, title="From there they go")
    return fig


def _name(stage: str, run: OneRun) -> str:
    return "Arrive" if stage == ARRIVE else run.label(stage)


def _bar(ax: Axes, place: int, row: pd.Series) -> None:
    left = 0.0
    for name, (_, hatch, colour) in PARTS.items():
        ax.barh(
            place, row[name], _BAR, left, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.3, zorder=3,
        )  # fmt: skip
        left += float(row[name])


def _band(ax: Axes, place: int, cases: float) -> None:
    """Join what goes on from a stage to the bar of the next one."""
    top, bottom = place + _BAR / 2, place + 1 - _BAR / 2
    corners = [(0, top), (cases, top), (cases, bottom), (0, bottom)]
    ax.add_patch(Polygon(corners, facecolor=COLOURS[0], alpha=0.15, edgecolor=INK, linewidth=0))


def _caption(table: pd.DataFrame, case_type: str, run: OneRun) -> str:
    wide = table.pivot(index="stage", columns="way", values="cases")
    first = wide.loc[table["stage"].iloc[0]]
    total, closed = int(first.sum()), int(wide["closed"].sum())
    refused, left, back = (int(wide[name].sum()) for name in ("refused", "open", "back"))
    stuck = wide["open"].idxmax()
    most = f", most of them ({int(wide['open'].max()):,}) at or after: {_name(str(stuck), run)}"
    return joined(
        [
            f"{TITLE} {run.label(case_type)}: passages of cases through each stage of work, by "
            "where they go from there. Waits and committees lie on the way between two stages; a "
            "stage done again at once counts once",
            f"Of {total:,} cases {closed:,} were closed, {refused:,} refused and {left:,} still "
            f"open at the end of the run{most if left else ''}; {back:,} times a case went back",
        ]
    )


def _alt(table: pd.DataFrame, case_type: str, run: OneRun) -> str:
    each = []
    for stage, part in table.groupby("stage", sort=False):
        ways = [f"{row.cases:,} {PARTS[row.way][0]}" for row in rows(part) if row.cases]
        each.append(f"{_name(str(stage), run)}: {', '.join(ways)}")
    return joined([f"Bars by stage for {run.label(case_type)}. {'; '.join(each)}"])
