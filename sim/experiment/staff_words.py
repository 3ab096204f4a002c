"""The least staff as a planner reads it: what is reached, by whom, for how much."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.comparison import TIMES
from sim.experiment.headlines import ALL
from sim.experiment.least_staff import MOST, STEPS, LeastStaff
from sim.scenario.schema import Scenario

HEADS = ("Arrangement", "Staff split", "WTE", "Staff ×", "Cost a year")

BY_ROLE = "Least WTE by role (as staffed)"


def render(found: LeastStaff, scenario: Scenario) -> RenderableType:
    """Return the printed answer: least staff, by role, base's money, base's service."""
    base = found.base
    blocks: list[tuple[str, pd.DataFrame]] = [
        (f"Least staff for {found.target}", found.least),
        (f"Same money: what {base}'s money buys", found.same_money),
        (f"Same service: what the service of {base} as staffed costs", found.same_service),
    ]
    parts: list[RenderableType] = [Text(f"\n{scenario.title}", style="bold")]
    for place, (heading, table) in enumerate(blocks):
        parts += [Text(f"\n{heading}\n", style="bold"), _table(words(table, found))]
        if place == 0:
            if len(found.staff):
                parts += [Text(), _table(staff_words(found.staff), BY_ROLE)]
            parts += [Text(), *map(Text, sentences(found, scenario))]
    return Group(*parts, *map(Text, _notes(found)))


def words(table: pd.DataFrame, found: LeastStaff) -> pd.DataFrame:
    """Return amounts of staff and what they reach as texts, a row each, for a notebook."""
    sure = "At least" if found.target.sign > 0 else "At most"
    cells = [_cells(row) for row in table.itertuples(index=False)]
    service = f"Service ({wording.level_words(found.target.unit)})"
    return pd.DataFrame(cells, columns=[*HEADS, service, sure])


def staff_words(staff: pd.DataFrame) -> pd.DataFrame:
    """Return WTE, least and as staffed, as texts: a row per role and team, arrangements across."""
    names = list(staff["arrangement"].unique())
    by_role = staff[staff["team"] == ALL].sort_values("role", key=lambda r: r.where(r != ALL, "~"))
    by_team = staff[(staff["role"] == ALL) & (staff["team"] != ALL)]
    rows = {}
    for what, column, chosen in (("", "role", by_role), ("team ", "team", by_team)):
        for name in chosen[column].unique():
            mine = chosen[chosen[column] == name].set_index("arrangement")
            rows[f"{what}{name}"] = [_wte(mine, each) for each in names]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def _table(frame: pd.DataFrame, first: str = "") -> Table:
    """Turn texts into a printed table; with ``first``, names of rows stand in front."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    frame = frame.reset_index(names=first) if first else frame
    for name in frame.columns:
        left = name in (*HEADS[:2], first)
        shown.add_column(str(name), justify="left" if left else "right", no_wrap=not left)
    for row in frame.itertuples(index=False):
        shown.add_row(*row)
    return shown


def _cells(row: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row of a table
    half = (row.high - row.low) / 2
    service = wording.amount(row.mean, row.unit, half)
    bound = wording.amount(wording.possible(row.bound, row.unit), row.unit, half)
    if not getattr(row, "met", True):
        return row.arrangement, row.split, "not reached", "", "", f"best {service}", bound
    amount = f"{row.wte:,.1f}", f"{row.scale:.2f}", f"£{row.cost_gbp:,.0f}"
    return row.arrangement, row.split, *amount, service, bound


def _wte(rows: pd.DataFrame, name: str) -> str:
    if name not in rows.index:
        return ""
    row = rows.loc[name]
    return f"{row['least']:,.1f} ({row['as_staffed']:,.1f})"


def sentences(found: LeastStaff, scenario: Scenario) -> list[str]:
    """Say what each arrangement needs, what cannot be reached, and which steps are uneven."""
    every = found.least.groupby("arrangement", sort=False)
    said = [_arrangement(found, str(name), rows, scenario) for name, rows in every]
    return [*said, *_uneven(found)]


def _arrangement(found: LeastStaff, name: str, rows: pd.DataFrame, scenario: Scenario) -> str:
    title = scenario.arrangements[name].title or name
    unit = found.target.unit
    reached = rows[rows["met"]].sort_values("cost_gbp", kind="stable")
    if reached.empty:
        order = rows.sort_values("mean", ascending=found.target.sign < 0, na_position="last")
        best = order.iloc[0]
        known = ""
        if math.isfinite(best["mean"]):
            sure = "at least" if found.target.sign > 0 else "at most"
            known = (
                f"; the best is {wording.with_unit(best['mean'], unit)} at {best['scale']:.2f} "
                f"times, {sure} {wording.amount(wording.possible(best['bound'], unit), unit)} with "
                f"{100 * found.confidence:g}% confidence"
            )
        return (
            f"{title}: not reached with up to {MOST / STEPS:g} times the staff{known}. More staff "
            "do not help where committees, notice periods or the work itself take longer than the "
            "clock: see sim twins."
        )
    row = reached.iloc[0]
    change = 100 * (row["scale"] - 1)
    pay = f"{abs(change):.0f}% {'more' if change > 0 else 'less'} than" if change else "as much as"
    return (
        f"{title}: {row['wte']:,.1f} WTE meet the target ({row['split']}); their pay costs {pay} "
        f"now, £{row['cost_gbp']:,.0f} a year with the committees."
    )


def _uneven(found: LeastStaff) -> Iterator[str]:
    for (name, split), scales in found.uneven.items():
        tried = " and ".join(f"{scale:.2f}" for scale in scales)
        yield (
            f"{name}, {split}: {tried} times the staff met the target too, but not some larger "
            "amount, because posts come in whole and half days; the least is where all larger "
            "amounts tried meet it."
        )


def _notes(found: LeastStaff) -> Iterator[str]:
    count = int(found.least["replications"].iloc[0])
    yield (
        f"\nService: the mean of {count} replications; beside it what the mean reaches with "
        f"{100 * found.confidence:g}% confidence, simulation error only. Amounts of staff are "
        f"steps of {100 / STEPS:.0f}%; all of them meet the same demand and luck."
    )
    if found.target.unit in TIMES:
        yield (
            "Not reached: also the times of as many staff as cannot keep up with the work, which "
            "would flatter."
        )
    yield (
        "Staff by load: each kind of team has staff in proportion to its load as staffed. "
        "Staff × 1 costs as much in pay as the arrangement as staffed."
    )
