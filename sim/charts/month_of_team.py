"""Gantt chart of one team's month: who was there, and which cases they worked on."""

from __future__ import annotations

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.charts.catalogue import question
from sim.charts.data import Drawn, NoDataError
from sim.charts.one_run import OneRun
from sim.charts.panels import figure, key, mark, wrap
from sim.charts.style import COLOURS, INK, Width, house_style
from sim.charts.words import joined, listed, rows
from sim.outcomes.diary import OWED, THERE, TRAVEL

TITLE = question("month")
MOST_PEOPLE = 24
KINDS = 4
"""Case types with a colour of their own: those with most hours."""

OTHER = "other case types"
_DAY_HOURS = 7.5
_LIGHT = "#E4E4E4"
_LOOKS = [("", COLOURS[0]), ("////", COLOURS[1]), ("....", COLOURS[2]), ("xxxx", COLOURS[3])]
_OTHERS = ("", "#7F7F7F")


def draw(
    diary: pd.DataFrame, team: str, month: str, run: OneRun, width: Width = "two-column"
) -> Drawn:
    """Draw ``sim.outcomes.diary.diary``: a row per person, a column per working day.

    ``team`` is the kind of team and its body, as in ``sim.outcomes.diary.team_names``.

    Raises ``NoDataError`` where nobody was there in that month.
    """
    kind, _, body = team.partition(", ")
    team = f"{run.label(kind)}, {body}"
    table = tabulate(diary)
    with house_style():
        picture = _paint(table, team, month, run, width)
    words = _caption(table, diary, team, month, run)
    return Drawn(TITLE, picture, table, joined([words, run.sources()]), _alt(table, run))


def tabulate(diary: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches of the people shown, with ``kind``: what they are drawn as."""
    if diary.empty or not (diary["what"] == THERE).any():
        raise NoDataError("nobody of this team was there in that month")
    worked = diary[~diary["what"].isin([THERE, TRAVEL, OWED])]
    hours = (worked["ends"] - worked["begins"]).groupby(worked["what"]).sum()
    most = list(hours.sort_values(ascending=False, kind="stable").index[:KINDS])
    people = diary.groupby("role", sort=False)["person"].unique()
    order = [person for role in people for person in sorted(role)][:MOST_PEOPLE]
    kept = {*most, THERE, TRAVEL, OWED}
    table = diary[diary["person"].isin(order)]
    kind = table["what"].where(table["what"].isin(kept), OTHER)
    table = table.assign(kind=kind, row=table["person"].map(order.index))
    return table.sort_values(["row", "date", "begins"], kind="stable", ignore_index=True)


def _paint(table: pd.DataFrame, team: str, month: str, run: OneRun, width: Width) -> Figure:
    people = table.drop_duplicates("row")[["row", "role"]]
    dates = sorted(table["date"].unique())
    fig = figure(width, 0.42 * len(people) + (5.2 if width == "one-column" else 3.6))
    ax = fig.add_subplot()
    looks = {THERE: ("", _LIGHT), OWED: ("", "white"), **_kinds(table)}
    for name, (hatch, colour) in looks.items():
        _bars(ax, table[table["kind"] == name], dates, hatch, colour, name in (THERE, OWED))
    for row in rows(table[table["kind"] == TRAVEL]):
        x = dates.index(row.date) + row.begins / _DAY_HOURS
        ax.plot(
            [x, x + (row.ends - row.begins) / _DAY_HOURS], [row.row + 0.38] * 2, color=INK,
            linewidth=1.6, solid_capstyle="butt", zorder=4,
        )  # fmt: skip
    _axes(ax, people, dates, month, run)
    ax.set_title(wrap(team, 40 if width == "one-column" else 90), loc="left")
    _key(fig, table, run, width)
    return fig


def _kinds(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return hatch and colour of every kind of work that is drawn as a bar."""
    own = table[~table["kind"].isin([THERE, TRAVEL, OWED, OTHER])]
    hours = (own["ends"] - own["begins"]).groupby(own["kind"]).sum()
    names = list(hours.sort_values(ascending=False, kind="stable").index)
    found = dict(zip(names, _LOOKS, strict=False))
    return {**found, OTHER: _OTHERS} if (table["kind"] == OTHER).any() else found


def _bars(
    ax: Axes, part: pd.DataFrame, dates: list[object], hatch: str, colour: str, tall: bool
) -> None:
    if part.empty:  # of dates of no rows, pandas makes no numbers
        return
    left = part["date"].map(dates.index) + part["begins"] / _DAY_HOURS
    height = 0.9 if tall else 0.62
    ax.barh(
        part["row"], (part["ends"] - part["begins"]) / _DAY_HOURS, height, left, color=colour,
        hatch=hatch, edgecolor="white", linewidth=0.0, zorder=2 if tall else 3,
    )  # fmt: skip


def _axes(ax: Axes, people: pd.DataFrame, dates: list[object], month: str, run: OneRun) -> None:
    firsts = people.drop_duplicates("role")
    counts = people["role"].value_counts()
    middle = [row.row + (counts[row.role] - 1) / 2 for row in rows(firsts)]
    ax.set_yticks(middle, [f"{run.label(row.role)} ({counts[row.role]})" for row in rows(firsts)])
    for row in rows(firsts)[1:]:
        ax.axhline(row.row - 0.5, color=INK, linewidth=0.5)
    ax.set_ylim(len(people) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    days = pd.DatetimeIndex(dates)
    weeks = [0, *[i for i in range(1, len(days)) if days[i].week != days[i - 1].week]]
    ax.set_xticks(weeks, [f"{days[i].day} {days[i]:%b}" for i in weeks])
    ax.set_xlim(0, len(days))
    ax.grid(visible=False)
    ax.set_xlabel(f"Working days of {_month(month)}, by week")


def _key(fig: Figure, table: pd.DataFrame, run: OneRun, width: Width) -> None:
    looks = {**_kinds(table), THERE: ("", _LIGHT)}
    patches: list[tuple[Artist, str]] = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), _name(name, run))
        for name, (hatch, colour) in looks.items()
    ]
    if (table["kind"] == TRAVEL).any():
        patches.append((mark(linewidth=1.6), "travel"))
    key(fig, patches, 1 if width == "one-column" else 2)


def _name(kind: str, run: OneRun) -> str:
    if kind == THERE:
        return "there for cases, none in hand"
    return kind if kind == OTHER else run.label(kind)


def _month(month: str) -> str:
    return pd.Period(month, "M").strftime("%B %Y")


def _caption(table: pd.DataFrame, diary: pd.DataFrame, team: str, month: str, run: OneRun) -> str:
    people, shown = diary["person"].nunique(), table["person"].nunique()
    hours, there = _hours(diary)
    top = [f"{run.label(str(name))} {value:,.0f}" for name, value in hours.head(3).items()]
    left = f"Shown are {shown} of {people} people" if people > shown else ""
    return joined(
        [
            f"{TITLE} {team}, {_month(month)}: each row is a person, each colour a type of case. "
            "Blank: not there for cases (part-time days, leave, sickness, time owed, other duties)",
            f"{people} people had {there:,.0f} hours of shifts for casework and worked on cases "
            f"for {hours.sum():,.0f} (time after a shift is taken back); most went to "
            f"{listed(top)} hours",
            left,
        ]
    )


def _hours(diary: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return hours on each case type, most first, and hours of presence."""
    length = diary["ends"] - diary["begins"]
    sums = length.groupby(diary["what"]).sum()
    work = sums.drop(labels=[THERE, TRAVEL, OWED], errors="ignore")
    there = float(sums.get(THERE, 0.0))
    return work.sort_values(ascending=False, kind="stable"), there


def _alt(table: pd.DataFrame, run: OneRun) -> str:
    each = []
    for role, part in table.groupby("role", sort=False):
        hours, there = _hours(part)
        top = [f"{run.label(str(name))} {value:,.0f} h" for name, value in hours.head(3).items()]
        each.append(
            f"{run.label(str(role))}, {part['person'].nunique()}: there {there:,.0f} h, "
            f"{listed(top) if top else 'no case'}"
        )
    return joined([f"Gantt chart of one team's month by role. {'; '.join(each)}"])
