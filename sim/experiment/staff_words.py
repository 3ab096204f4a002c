"""The least staff as a planner reads it: what is reached, by whom, for how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.headlines import ALL
from sim.experiment.least_staff import MOST, STEPS, LeastStaff
from sim.scenario.schema import Scenario

HEADS = ("Arrangement", "Staff split", "WTE", "Staff ×", "Cost a year", "Service", "At least")


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
        parts += [Text(f"\n{heading}\n", style="bold"), _table(table, found)]
        if place == 0:
            parts += [Text(), _staff(found.staff), *map(Text, sentences(found, scenario))]
    return Group(*parts, *map(Text, _notes(found)))


def _table(table: pd.DataFrame, found: LeastStaff) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    sure = "At least" if found.target.sign > 0 else "At most"
    for name in (*HEADS[:-1], sure):
        left = name in HEADS[:2]
        shown.add_column(name, justify="left" if left else "right", no_wrap=not left)
    for row in table.itertuples(index=False):
        shown.add_row(*_cells(row))
    return shown


def _cells(row: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row of a table
    half = (row.high - row.low) / 2
    service = wording.amount(row.mean, row.unit, half)
    bound = wording.amount(row.bound, row.unit, half)
    if not getattr(row, "met", True):
        return row.arrangement, row.split, "not reached", "", "", f"best {service}", bound
    amount = f"{row.wte:,.1f}", f"{row.scale:.2f}", f"£{row.cost_gbp:,.0f}"
    return row.arrangement, row.split, *amount, service, bound


def _staff(staff: pd.DataFrame) -> Table:
    """Tabulate WTE by role, as staffed and least, of the cheaper split of each arrangement."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    names = list(staff["arrangement"].unique())
    shown.add_column("Least WTE by role (as staffed)")
    for name in names:
        shown.add_column(name, justify="right")
    rows = staff[staff["team"] == ALL]
    for role in sorted(rows["role"].unique(), key=lambda name: (name == ALL, name)):
        mine = rows[rows["role"] == role].set_index("arrangement")
        shown.add_row(role, *(_wte(mine, name) for name in names))
    teams = staff[(staff["role"] == ALL) & (staff["team"] != ALL)]
    for team in teams["team"].unique():
        mine = teams[teams["team"] == team].set_index("arrangement")
        shown.add_row(f"team {team}", *(_wte(mine, name) for name in names))
    return shown


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
        return (
            f"{title}: not reached with up to {MOST / STEPS:g} times the staff; the best is "
            f"{wording.amount(best['mean'], unit)} at {best['scale']:.2f} times. More staff do "
            "not help where committees, notice periods or the work itself take longer than the "
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
        f"{found.confidence:.0%} confidence, simulation error only. Amounts of staff are steps of "
        f"{100 / STEPS:.0f}%; all of them meet the same demand and luck."
    )
    yield (
        "Staff by load: each kind of team has staff in proportion to its load as staffed. "
        "Staff × 1 costs as much in pay as the arrangement as staffed."
    )
