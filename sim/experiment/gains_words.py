"""Who gains, as a table and in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.gains import ALL
from sim.experiment.staffing import AS_STAFFED
from sim.outcomes.consistency import SMALL_LIST
from sim.scenario.schema import Scenario

FEWEST_CASES = 10.0
"""Groups with fewer matched cases in a replication are in the numbers, not in the print."""

MANY = 0.25
"""Share of a group from which on it is said that so many cases are open in both."""

MOST_GROUPS = 12
"""Of a dimension in print and in the chart: those in which the balance is farthest from zero."""

GROUPS = "groups"
"""Name of the file that has every group."""

NAMES = {"gp": "general practice", "small": f"lists below {SMALL_LIST:,}", "larger": "larger lists"}


@dataclass(frozen=True)
class Gains:
    """The same cases with two arrangements: ``table`` is what ``gains.gains`` returns."""

    start: str
    end: str
    context: str
    scenario: Scenario
    unchanged: float
    table: pd.DataFrame
    staffing: str = AS_STAFFED
    """That of ``end``; ``start`` is as staffed."""

    @property
    def money(self) -> str:
        """Say with how many staff both are compared."""
        if self.staffing == AS_STAFFED:
            return "as staffed"
        return f"{self.title(self.end)} with staff for what {self.title(self.start)} costs"

    def title(self, name: str) -> str:
        """Return the words for an arrangement."""
        return self.scenario.arrangements[name].title or name

    def group_title(self, dimension: str, group: str) -> str:
        """Return the words for a group of cases."""
        if group == ALL:
            return "All cases"
        if dimension == "case type":
            return self.scenario.pathways.case_types[group].title or group
        if group == "area" and dimension == "contract type":
            return "Work for a whole area"
        words = NAMES.get(group, group)
        return words[:1].upper() + words[1:]

    def row(self, dimension: str, group: str, column: str = "mean") -> dict[str, float]:
        """Return the statistics of one group."""
        own = (self.table["dimension"] == dimension) & (self.table["group"] == group)
        found = self.table[own]
        return dict(zip(found["statistic"], found[column].astype(float), strict=True))

    def balance(self, dimension: str, group: str) -> float:
        """Return the share of a group that ends sooner less that which ends later."""
        row = self.row(dimension, group)
        return row["sooner_share"] - row["later_share"]

    def large(self, dimension: str) -> list[str]:
        """Return the groups of a dimension that have enough cases to be spoken of."""
        own = self.table[self.table["dimension"] == dimension]
        counts = own[(own["statistic"] == "cases") & (own["mean"] >= FEWEST_CASES)]
        return [str(group) for group in counts["group"]]

    def shown(self, dimension: str) -> list[str]:
        """Return those of them to show: not too many."""
        large = self.large(dimension)
        far = sorted(large, key=lambda group: -abs(self.balance(dimension, group)))
        return [group for group in large if group in far[:MOST_GROUPS]]


def sentence(found: Gains) -> str:
    """Say how many cases end sooner, later and as before, and by how much."""
    row, low, high = (found.row(ALL, ALL, column) for column in ("mean", "low", "high"))
    parts = []
    for name in ("sooner", "later"):
        share = wording.amount(row[f"{name}_share"], "share")
        reach = [wording.possible(one[f"{name}_share"], "share") for one in (low, high)]
        ends = [wording.amount(end, "share") for end in reach]
        days = _median(row, name)
        by = f", the median by {days} days" if row[f"{name}_share"] else ""
        parts.append(f"{share} of the same cases end {name} ({' to '.join(ends)}{by})")
    same = wording.amount(row["unchanged_share"], "share")
    unknown = wording.amount(row["undecided_share"], "share")
    return (
        f"With {found.title(found.end)} instead of {found.title(found.start)}, {'; '.join(parts)}; "
        f"{same} are unchanged, and for {unknown} it cannot be said."
    )


def who(found: Gains) -> Iterator[str]:
    """Say for each dimension which group has the best and which the worst of it."""
    for dimension in ("contract type", "list size", "setting", "case type", "area"):
        groups = found.large(dimension)
        if len(groups) < 2:
            continue
        balance = {group: found.balance(dimension, group) for group in groups}
        if len({round(each, 6) for each in balance.values()}) < 2:
            continue
        best, worst = max(balance, key=balance.__getitem__), min(balance, key=balance.__getitem__)
        sides = (_side(found, dimension, group) for group in (best, worst))
        yield f"By {dimension}: best for {'; worst for '.join(sides)}."


def _side(found: Gains, dimension: str, group: str) -> str:
    row = found.row(dimension, group)
    sooner, later = (wording.amount(row[f"{one}_share"], "share") for one in ("sooner", "later"))
    open_in_both = row["undecided_share"]
    unknown = ""
    if open_in_both >= MANY:
        unknown = f", {wording.amount(open_in_both, 'share')} undecided"
    title = found.group_title(dimension, group)
    name = title if dimension == "area" else title[:1].lower() + title[1:]
    return f"{name} ({sooner} sooner, {later} later{unknown})"


def notes(found: Gains) -> list[str]:
    """Return what has to be said beside the numbers."""
    row, run, days = found.row(ALL, ALL), found.scenario.run, found.unchanged
    apart = "a calendar day" if days == 1 else f"{days:g} calendar days"
    return [
        f"{row['cases']:,.0f} cases a replication are in both; {row['only_start']:,.0f} arise only "
        f"with {found.title(found.start)} and {row['only_end']:,.0f} only with "
        f"{found.title(found.end)}, and are left out.",
        f"Means of {run.replications} replications with the same luck for both, "
        f"{found.money}; context {found.context}. Intervals are 95% t intervals and show "
        "simulation error only.",
        f"Same: less than {apart} apart. A case that is closed in one and open at the end in the "
        "other is sooner or later by at least as much as is seen of it; open in both, it is "
        "undecided. Days are of the cases that are sooner, or later: medians after Kaplan and "
        "Meier, or what they are at least (≥) where too many cases are still open.",
    ]


def render(found: Gains) -> RenderableType:
    """Return the printed answer."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Cases")
    for name in ("Number", "Sooner", "Same", "Later", "Undecided", "Sooner by", "Later by"):
        table.add_column(name, justify="right", no_wrap=True)
    for dimension in dict.fromkeys(found.table["dimension"]):
        if dimension != ALL:
            table.add_row(Text(f"By {dimension}", style="bold"))
        for group in found.shown(str(dimension)):
            table.add_row(*_cells(found, str(dimension), group))
        if left := len(found.large(str(dimension))) - len(found.shown(str(dimension))):
            table.add_row(Text(f"  and {left} more, in which they differ less ({GROUPS}.csv)"))
    heading = f"Who gains? From {found.title(found.start)} to {found.title(found.end)}"
    said = [Text(note) for note in notes(found)]
    lines = [Text(line) for line in (sentence(found), *who(found))]
    return Group(Text(f"\n{heading}\n", style="bold"), table, Text(), *lines, Text(), *said)


def _cells(found: Gains, dimension: str, group: str) -> Iterator[str]:
    row = found.row(dimension, group)
    yield ("" if dimension == ALL else "  ") + found.group_title(dimension, group)
    yield f"{row['cases']:,.0f}"
    for name in ("sooner_share", "unchanged_share", "later_share", "undecided_share"):
        yield "" if math.isnan(row[name]) else f"{100 * row[name]:.1f}%"
    for side in ("sooner", "later"):
        yield _median(row, side)


def _median(row: Mapping[str, float], side: str) -> str:
    """Return the median of the days, or what it is at least."""
    days, least = row[f"{side}_days_p50"], row[f"{side}_days_least"]
    known = least if math.isnan(days) else days
    if math.isnan(known):
        return "–"
    number = f"{known:,.0f}" if known >= 10 else f"{known:.1f}"
    return f"≥ {number}" if math.isnan(days) else number
