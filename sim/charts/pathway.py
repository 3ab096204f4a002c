"""Who does each step of a case, and who decides: a diagram of one pathway per arrangement."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.charts.catalogue import question
from sim.charts.data import Drawn, plainly
from sim.charts.panels import key, lowest, mark, row_panels, wrap
from sim.charts.style import Look, Width, house_style, looks
from sim.charts.words import joined, listed, rows
from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import AREA, OFFICER, Assignment, contracts_of, resolve
from sim.scenario.pathway import Branch, Decide, Stage, Wait
from sim.scenario.schema import Scenario
from sim.scenario.values import number

LOCAL_FIRST = (
    "place", "pcn", "ccg", "consortium", "pct", "icb", "pct_cluster", "icb_cluster", "pod_hub",
    "pod_host", "area_team", "region", "nation",
)  # fmt: skip
"""Tiers from the most local one; others stand in the middle."""

MARKS = {
    "work": ("o", "work"),
    "officer": ("D", "decision by an officer"),
    "committee": ("s", "decision by a committee"),
    "wait": ("_", "wait that nobody here controls"),
    "branch": ("x", "some cases jump from here"),
}
"""Marker of each kind of step, and what it is called."""

_CHARACTERS = {"one-column": 24, "two-column": 29}
_WORDS = {"one-column": 1.8, "two-column": 1.2}
"""Room for words, with as many characters a line, as a multiple of that for the tiers."""


def draw(scenario: Scenario, case_type: str = "", width: Width = "two-column") -> Drawn:
    """Draw the steps of a case type on a contract of its first type, a panel per arrangement.

    Without a case type it is the one that the arrangements deal with most differently.
    """
    case_type = case_type or telling(scenario)
    table = tabulate(scenario, case_type)
    with house_style():
        picture = _paint(table, scenario, width)
    caption, alt = _words(table, scenario, case_type)
    title = f"Steps of a case: {_title(scenario, case_type)}"
    return Drawn(title, picture, table, caption, alt)


def telling(scenario: Scenario) -> str:
    """Return the case type that arrangements deal with most differently; the first of several.

    That is the one with most passes between tiers, then with most tiers a step.
    """
    every = {name: tabulate(scenario, name) for name in scenario.pathways.case_types}

    def different(name: str) -> tuple[int, int]:
        parts = [part for _, part in every[name].groupby("arrangement")]
        acting = every[name][every[name]["tier"].ne("")].drop_duplicates(["step", "kind", "tier"])
        return sum(map(passes, parts)), len(acting) - acting["step"].nunique()

    return max(every, key=different)


def tabulate(scenario: Scenario, case_type: str) -> pd.DataFrame:
    """Return a row per arrangement and step, in order.

    ``tier`` and ``who`` are empty where nobody here acts; ``committee_tier`` is that of the
    committee where one decides, and ``note`` says how long it takes or where a jump leads.
    """
    contract = _contract(scenario, case_type)
    found = []
    for name, one in scenario.arrangements.items():
        acts = resolve(one, scenario.pathways)
        for stage in scenario.pathways.case_types[case_type].stages:
            who = acts.get((case_type, contract, stage.name), Assignment())
            kind, *places = _step(stage, one, who)
            found.append((name, stage.name, kind, *places, _note(stage, kind)))
    columns = ("arrangement", "step", "kind", "tier", "committee_tier", "who", "note")
    return pd.DataFrame(found, columns=list(columns))


def _title(scenario: Scenario, case_type: str) -> str:
    return scenario.pathways.case_types[case_type].title or plainly(case_type, {})


def _contract(scenario: Scenario, case_type: str) -> str:
    """Return the first contract type of a case type, or that it belongs to areas."""
    return next(iter(contracts_of(scenario.pathways, case_type)), AREA)


def _step(stage: Stage, one: Arrangement, who: Assignment) -> tuple[str, str, str, str]:
    """Return kind, tier, tier of the committee, and who acts."""
    if not who.team:
        return stage.kind, "", "", ""
    team = one.teams[who.team]
    said = team.title or plainly(who.team, {})
    if not isinstance(stage, Decide):
        return "work", team.tier, "", said
    if who.decides == OFFICER:
        return "officer", team.tier, "", said
    committee = one.committees[who.decides]
    return "committee", team.tier, committee.tier, committee.title or plainly(who.decides, {})


def _note(stage: Stage, kind: str) -> str:
    if isinstance(stage, Wait):
        return f"{number(stage.calendar_days.central)} days"
    if isinstance(stage, Branch):
        target = "end" if stage.to == "end" else plainly(stage.to, {}).lower()
        return f"{stage.share.central:.0%} to {target}"
    hours = stage.hours
    if isinstance(stage, Decide) and kind == "committee":
        hours = stage.paper_hours
    return f"{number(hours.central)} h"


def _lanes(table: pd.DataFrame) -> list[str]:
    """Return the tiers at which anybody acts, the most local one first."""
    used = dict.fromkeys([*table["tier"], *table["committee_tier"]])
    middle = LOCAL_FIRST.index("pod_hub") - 0.5
    place = {
        tier: float(LOCAL_FIRST.index(tier)) if tier in LOCAL_FIRST else middle for tier in used
    }
    return sorted(filter(None, used), key=lambda tier: place[tier])


def _paint(table: pd.DataFrame, scenario: Scenario, width: Width) -> Figure:
    lanes, look = _lanes(table), looks([*scenario.arrangements])
    steps = list(dict.fromkeys(table["step"]))
    names = [", ".join([plainly(step, {}), *_alike(table, step)]) for step in steps]
    titles = {name: each.title or plainly(name, {}) for name, each in scenario.arrangements.items()}
    fig, axes = row_panels([*titles.values()], names, width, 0.7, below_lines=2)
    for ax, name in zip(axes, titles, strict=True):
        part = table[table["arrangement"] == name]
        _panel(ax, part, lanes, look[name], width)
    for ax in lowest(axes, width):
        ax.set_xticks(range(len(lanes)), [plainly(tier, {}) for tier in lanes], rotation=90)
        ax.set_xlabel("Tier that acts", loc="left")
    kinds = [kind for kind in MARKS if kind in set(table["kind"])]
    marks = [
        (mark(linestyle="", marker=MARKS[kind][0], markersize=5), MARKS[kind][1]) for kind in kinds
    ]
    key(fig, marks, 1 if width == "one-column" else 3)
    return fig


def _alike(table: pd.DataFrame, step: str) -> list[str]:
    """Return the note on a step if it is the same in every arrangement."""
    notes = table.loc[table["step"] == step, "note"].unique()
    return [str(note) for note in notes] if len(notes) == 1 else []


def _panel(ax: Axes, part: pd.DataFrame, lanes: list[str], look: Look, width: Width) -> None:
    ax.set_xlim(-0.5, len(lanes) - 0.5 + _WORDS[width] * max(len(lanes), 3))
    ax.set_xticks(range(len(lanes)), [""] * len(lanes))
    ax.grid(visible=True, axis="x")
    way: list[tuple[int, int]] = []
    before = ""
    for place, row in enumerate(rows(part)):
        where = [lanes.index(tier) for tier in (row.tier, row.committee_tier) if tier]
        lane = where[-1] if where else (way[-1][0] if way else 0)
        way += [(one, place) for one in dict.fromkeys(where)] or [(lane, place)]
        if where[:-1]:  # who writes the committee's paper
            ax.plot(where[0], place, "o", markersize=4, color=look.colour, zorder=3)
        ax.plot(
            lane, place, marker=MARKS[row.kind][0], markersize=6, color=look.colour,
            markeredgewidth=1.4, zorder=3,
        )  # fmt: skip
        if row.who and row.who != before:
            ax.annotate(
                wrap(row.who, _CHARACTERS[width]),
                (len(lanes) - 0.3, place),
                va="center",
                fontsize=7,
            )
        before = row.who or before
    ax.plot(*zip(*way, strict=True), color=look.colour, linewidth=1.2, zorder=2)


def passes(part: pd.DataFrame) -> int:
    """Return how often a case of one arrangement goes from one tier to another, without jumps."""
    where = [tier for row in rows(part) for tier in (row.tier, row.committee_tier) if tier]
    return sum(one != other for one, other in pairwise(where))


def _words(table: pd.DataFrame, scenario: Scenario, case_type: str) -> tuple[str, str]:
    """Return caption and alt text."""
    title = _title(scenario, case_type)
    contract = _contract(scenario, case_type)
    about = "for an area" if contract == AREA else f"on a {plainly(contract, {})} contract"
    parts = dict([*table.groupby("arrangement", sort=False)])
    titles = {name: scenario.arrangements[name].title or plainly(name, {}) for name in parts}
    often = [f"{titles[name]} {passes(part)}" for name, part in parts.items()]
    caption = joined(
        [
            f"{question('pathway')} {title}, {about}: the steps from top to bottom, "
            "with hours of work or days of waiting, and from left to right the tier whose body "
            "acts, the most local first. Whoever acts is named where it changes; who writes a "
            "committee’s paper has a small mark where that is another tier",
            f"Times that a case passes from one tier to another, jumps apart: {listed(often)}",
            f"Scenario: {scenario.title}",
        ]
    )
    alt = joined(
        [
            f"Diagram of the steps of {title} in {len(parts)} arrangements",
            *(f"{titles[name]}: {'; '.join(_told(part))}" for name, part in parts.items()),
        ]
    )
    return caption, alt


def _told(part: pd.DataFrame) -> Iterator[str]:
    """Say who acts at each step, where it changes."""
    before = ""
    for row in rows(part):
        if row.who and row.who != before:
            yield f"{plainly(row.step, {}).lower()} by {row.who}"
        before = row.who or before
