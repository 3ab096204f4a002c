"""A stress test as it is printed: regret by context, then where the order turns round."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import summary, wording
from sim.experiment.staffing import HEADINGS
from sim.experiment.stress import Stressed
from sim.outcomes.catalogue import CATALOGUE, Measure

BEST = "best"
NOT_KNOWN = "not known"


def render(found: Stressed) -> RenderableType:
    """Return what is printed: a table of regret per staffing, the ranking, flips, notes."""
    scenario, measure = found.scenario, measure_of(found)
    words = f"{measure.title} ({wording.unit_words(measure.unit)})"
    blocks: list[RenderableType] = [Text(f"\n{scenario.title}", style="bold")]
    for staffing, block in found.grid.groupby("staffing", sort=False):
        heading = f"\n{HEADINGS[str(staffing)]}: {words}, and how far behind the best\n"
        blocks += [Text(heading, style="bold"), _regret(found, str(staffing), block)]
    blocks += [Text(line) for line in minimax_words(found)]
    blocks += [Text("\nFirst in, first out instead of priority, as staffed\n", style="bold")]
    blocks += [_ranking(found), Text(ranking_words(found))]
    if len(found.means):
        blocks += [Text("\nWhere the order of two turns round, as staffed\n", style="bold")]
        blocks += [Text(line) for line in flip_words(found)]
    return Group(*blocks, *(Text(f"\n{note}") for note in _notes(found)))


def measure_of(found: Stressed) -> Measure:
    """Return the primary measure."""
    return CATALOGUE[found.scenario.compare.primary]


def regret_words(row: Any, unit: str) -> str:  # noqa: ANN401 - a row of a table
    """Say a regret; with ``~`` where the runs cannot tell it from the best."""
    if row["best"]:
        return BEST
    if math.isnan(row["regret"]):
        return NOT_KNOWN
    number = _plain(row["regret"], unit)
    return f"~{number}" if not row["low"] > 0.0 else number


def _plain(value: float, unit: str) -> str:
    """Say a regret: shares to a tenth of a percentage point, all else to three figures."""
    number = wording.scaled(value, unit)
    places = 1 if unit == "share" else wording.decimals(math.nan, abs(number))
    return f"{number:,.{places}f}"


def _regret(found: Stressed, staffing: str, block: pd.DataFrame) -> Table:
    """Return a row per context and a column per arrangement, the maximum last."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Context")
    for name in found.scenario.arrangements:
        shown.add_column(name, justify="right", no_wrap=True)
    for context, part in block.groupby("context", sort=False):
        shown.add_row(str(context), *_by_name(found, part))
    most, unit = _rows(found.worst[found.worst["staffing"] == staffing]), measure_of(found).unit
    last = [_most(most.get(name), unit) for name in found.scenario.arrangements]
    shown.add_row(Text("Maximum regret", style="bold"), *last)
    return shown


def tabulate(found: Stressed, staffing: str) -> summary.TextTable:
    """Return the regret in every context, as a notebook shows it."""
    measure, scenario = measure_of(found), found.scenario
    block = found.grid[found.grid["staffing"] == staffing]
    rows = {
        scenario.contexts[str(context)].title or str(context): _by_name(found, part)
        for context, part in block.groupby("context", sort=False)
    }
    most = _rows(found.worst[found.worst["staffing"] == staffing])
    rows["Maximum regret"] = [_most(most.get(name), measure.unit) for name in scenario.arrangements]
    titles = [each.title or name for name, each in scenario.arrangements.items()]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=titles)
    title = f"{HEADINGS[staffing]}: {measure.title}, and how far behind the best"
    meanings = {measure.title: measure.definition}
    return summary.TextTable(title, frame, (*_notes(found),), meanings, "Context")


def _by_name(found: Stressed, part: pd.DataFrame) -> list[str]:
    rows, unit = _rows(part), measure_of(found).unit
    return [_cell(rows.get(name), unit) for name in found.scenario.arrangements]


def _rows(part: pd.DataFrame) -> dict[str, Any]:
    """Return the row of each arrangement."""
    return {str(row["arrangement"]): row for _, row in part.iterrows()}


def _cell(row: Any, unit: str) -> str:  # noqa: ANN401 - a row of a table, or None
    if row is None:
        return ""
    return f"{wording.amount(row['mean'], unit)}  {regret_words(row, unit):>6}"


def _most(row: Any, unit: str) -> str:  # noqa: ANN401 - a row of a table, or None
    if row is None or math.isnan(row["regret"]):
        return NOT_KNOWN
    return _plain(row["regret"], unit) + (" (least)" if row["minimax"] else "")


def minimax_words(found: Stressed) -> Iterator[str]:
    """Say for each staffing who is never far behind, and who is best where."""
    unit = measure_of(found).unit
    for staffing, part in found.worst.groupby("staffing", sort=False):
        for _, row in part[part["minimax"]].iterrows():
            behind = f"{_plain(row['regret'], unit)} {wording.unit_words(unit)}"
            most = f"at most {behind} behind the best (in {row['context']})"
            size = most if row["regret"] > 0 else "the best in all of them"
            yield (
                f"\n{HEADINGS[str(staffing)]}: over these contexts the least maximum regret is "
                f"that of {row['arrangement']}, {size}."
            )
        best = found.grid[found.grid["best"] & (found.grid["staffing"] == staffing)]
        each = best.groupby("arrangement", sort=False)["context"].apply(list)
        listed = "; ".join(f"{name} in {', '.join(where)}" for name, where in each.items())
        yield f"Best: {listed}."


def _ranking(found: Stressed) -> Table:
    unit = measure_of(found).unit
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Arrangement")
    for title in ("Priority", "First in, first out", "Difference (95% interval)"):
        shown.add_column(title, justify="right", no_wrap=True)
    for _, row in found.ranking.iterrows():
        change = wording.change(row["difference"], row["low"], row["high"], unit)
        means = (wording.amount(row[name], unit) for name in ("priority_mean", "mean"))
        shown.add_row(row["arrangement"], *means, change)
    return shown


def ranking_words(found: Stressed) -> str:
    """Say whether the arrangements come in another order with first-in-first-out."""
    higher = measure_of(found).better == "higher"
    known = found.ranking.dropna(subset=["priority_mean", "mean"])
    first, second = (
        list(known.sort_values(column, ascending=not higher, kind="stable")["arrangement"])
        for column in ("priority_mean", "mean")
    )
    if first == second:
        return f"\nThe order stays the same: {', '.join(first)}."
    return f"\nThe order changes, from {', '.join(first)} to {', '.join(second)}."


def flip_words(found: Stressed) -> Iterator[str]:
    """Say where each two arrangements change places along each parameter."""
    higher = measure_of(found).better == "higher"
    for key, means in found.means.groupby("key", sort=False):
        low, high = means["size"].min(), means["size"].max()
        rows = found.flips[found.flips["key"] == key]
        yield f"{key}, from {low:g} to {high:g}:"
        for _, row in rows.iterrows():
            ahead, behind = (row["first"], row["second"])[:: 1 if higher else -1]
            yield (
                f"  {ahead} is ahead of {behind} below {row['at']:.3g}, behind above "
                f"({_between(row)})."
            )
        if rows.empty:
            yield "  the order stays the same."


def _between(row: Any) -> str:  # noqa: ANN401 - a row of a table
    if row["shown"]:
        return f"the flip lies between {row['after']:.3g} and {row['before']:.3g}"
    return "the runs do not show both sides: more replications, or a wider range"


def _notes(found: Stressed) -> Iterator[str]:
    run = found.scenario.run
    yield (
        f"{run.replications} replications of each cell. Regret: distance from the best of the "
        "same context and staffing. ~: its interval includes zero; the intervals of a context and "
        "staffing hold at once with 95% confidence, whichever is best. Simulation error only."
    )
    yield from (f"Left out. {reason}" for reason in found.left_out)
