"""The comparison as it is printed: who keeps up, then what differs from base."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.change import BREAK_EVEN, COST
from sim.experiment.comparison import (
    OVERLOADED,
    PRIMARY,
    ROUNDING,
    Comparison,
    heading,
    hidden,
    least_words,
    mean_words,
)
from sim.experiment.findings import undone
from sim.experiment.headlines import Headline, headlines, primary, rows_of
from sim.experiment.keeping_up import Capacity, clearance_date, consequence
from sim.experiment.results import Results
from sim.experiment.staffing import AS_STAFFED, HEADINGS, REBALANCED, SCALED, staffing_of
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.describe import estate_words
from sim.scenario.schema import Scenario


def render(results: Results) -> RenderableType:
    """Return the printed comparison of a run: a block per context and staffing."""
    scenario = results.scenario
    present = {staffing_of(name) for name in results.measures["arrangement"].unique()}
    blocks: list[RenderableType] = []
    for context, state in scenario.contexts.items():
        if len(scenario.contexts) > 1:
            blocks.append(Text(f"\nContext: {state.title or context}", style="bold"))
        for staffing in (name for name in HEADINGS if name in present):
            blocks += _block(Comparison(results, scenario, context, staffing))
    return Group(*_head(scenario), *blocks, *_footnotes(scenario, present))


def _head(scenario: Scenario) -> Iterator[Text]:
    """Yield what was asked and of which contracts: a setting may have changed either."""
    yield Text(f"\n{scenario.title}", style="bold")
    if estate := estate_words(scenario.estate):
        yield Text(f"Estate: {estate}.")


def _block(comparison: Comparison) -> list[RenderableType]:
    heading = HEADINGS[comparison.staffing] + _HOW[comparison.staffing]
    told = (
        *team_notes(comparison),
        *undone(comparison),
        *change_notes(comparison),
        *_overload_notes(comparison),
    )
    notes = [Text(note) for note in told]
    verdicts = [Text(verdict) for verdict in _verdicts(comparison)]
    above: list[RenderableType] = [
        Text(f"\n{heading}\n", style="bold"),
        _capacity_table(comparison),
        *notes,
    ]
    return [*above, Text(), _difference_table(comparison), *verdicts]


_HOW: dict[str, str] = {
    AS_STAFFED: "",
    SCALED: ": everyone's staff scaled so that each costs what base costs (staff, overheads and "
    "committees)",
    REBALANCED: ": each costs what base costs, with its staff where its work is",
}


def team_notes(comparison: Comparison) -> Iterator[str]:
    """Say how many staff the teams have where that is not what the scenario says."""
    if comparison.staffing == REBALANCED:
        for name, who in comparison.capacity.items():
            yield f"{name}: WTE {', '.join(f'{t} {wte:,.1f}' for t, wte in who.teams.items())}."


def change_notes(comparison: Comparison) -> Iterator[str]:
    """Say what each change from base costs and when it is paid back, where that was asked.

    For the same money a year costs the same after it, but for what rounding leaves.
    """
    run = comparison.scenario.run
    for name, frame in comparison.of.items():
        cost = frame.loc[frame["measure"] == COST, "value"].mean(skipna=False)
        if not math.isnan(cost):
            years = frame.loc[frame["measure"] == BREAK_EVEN, "value"].mean(skipna=False)
            when = clearance_date(12 * years, run.start, 0.0)
            back = f"; paid back by {when}"
            if when == "never":
                back = "; a year costs too much after it to pay that back"
            if round(cost) == 0 or comparison.staffing != AS_STAFFED:
                back = ""
            yield f"{name}: the change costs £{cost:,.0f} once{back}."


def _capacity_table(comparison: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Arrangement")
    for title in ("WTE", "Load", "Pools with load 1 or more", "Cost per head"):
        table.add_column(title, justify="right")
    for name, who in comparison.capacity.items():
        table.add_row(_named(comparison, name), *_capacity_cells(who))
    return table


def _capacity_cells(who: Capacity) -> tuple[str, str, str, str]:
    head = "" if math.isnan(who.cost_per_head) else f"£{who.cost_per_head:.2f}"
    return f"{who.wte:,.1f}", wording.load(who.load), wording.share(who.pools_full), head


def _named(comparison: Comparison, name: str) -> str:
    base = " (base)" if name == comparison.base else ""
    return f"{name}{base}: {comparison.scenario.arrangements[name].title}"


def _overload_notes(comparison: Comparison) -> Iterator[str]:
    """Say of each arrangement that is behind with its work by how much, and until when."""
    run = comparison.scenario.run
    for name, who in comparison.capacity.items():
        if who.overloaded:
            places = ", ".join(
                f"{r} in {t} {wording.load(load)}" for (t, r), load in who.overloaded.items()
            )
            yield f"{name} {who.verdict}: load {places}. {consequence(who, run)}"


def _difference_table(comparison: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Measure")
    table.add_column("Mean", justify="right", no_wrap=True)
    if len(comparison.of) > 1:
        table.add_column("Difference (95% interval)", justify="right", no_wrap=True)
        table.add_column("Better in", justify="right", no_wrap=True)
        table.add_column("Saved", justify="right", no_wrap=True)
    for headline in headlines(comparison.scenario.compare):
        for row in _headline_rows(comparison, headline):
            table.add_row(*row[: len(table.columns)])
    return table


def _headline_rows(comparison: Comparison, headline: Headline) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one measure, base in its heading; none where nothing was measured."""
    values = {name: rows_of(frame, headline) for name, frame in comparison.of.items()}
    values = {name: frame for name, frame in values.items() if not frame.empty}
    if not values:
        return
    title = heading(headline, next(iter(values.values())), comparison.scenario.compare)
    base = values.pop(comparison.base, None)
    mean = "" if base is None else mean_words(comparison, comparison.base, base)
    yield (Text(title, style="bold"), mean, f"{comparison.base} (base)")
    for name, frame in values.items():
        unit = str(frame["unit"].iloc[0])
        rest = _cells(comparison, name, comparison.difference(headline, name), unit)
        yield (f"  {name}", mean_words(comparison, name, frame), *rest)


def _cells(
    comparison: Comparison, name: str, found: pd.DataFrame, unit: str
) -> tuple[str, str, str]:
    if found.empty or any(hidden(comparison, who, unit) for who in (name, comparison.base)):
        return ("", "", "")
    row = found.iloc[0]
    if row["low"] == row["high"] and abs(row["difference"]) <= ROUNDING * abs(row["base_mean"]):
        return (wording.none(unit), "", "")
    change = wording.change(row["difference"], row["low"], row["high"], unit)
    return change, wording.share(row["favours"]), wording.ratio(row["replications_saved"])


def _verdicts(comparison: Comparison) -> Iterator[str]:
    """Say of the primary measure which differences are ones that matter."""
    compare = comparison.scenario.compare
    if not compare.smallest_difference:
        return
    verdicts: dict[str, list[str]] = {}
    for name in comparison.of:
        found = comparison.difference(primary(compare), name)
        for low, high in zip(found["low"], found["high"], strict=True):
            verdict = _verdict(low, high, compare.smallest_difference)
            side = f" ({_side(compare.primary, low)})" if verdict == "matters" else ""
            verdicts.setdefault(verdict, []).append(name + side)
    listed = [f"{verdict}: {', '.join(names)}" for verdict, names in verdicts.items()]
    yield f"{PRIMARY} Under these assumptions the difference {'; '.join(listed)}."


def _side(measure: str, change: float) -> str:
    """Say in plain words what a change of a measure is."""
    better = CATALOGUE[measure].better if measure in CATALOGUE else None
    if better is None:
        return "higher" if change > 0 else "lower"
    return "better" if (change > 0) == (better == "higher") else "worse"


def _verdict(low: float, high: float, least: float) -> str:
    if math.isnan(low):
        return "cannot be judged"
    if low >= least or high <= -least:
        return "matters"
    return "is too small to matter" if -least < low and high < least else "may matter"


def _footnotes(scenario: Scenario, present: Collection[str]) -> Iterator[Text]:
    run, compare = scenario.run, scenario.compare
    start = f"{run.start.day} {run.start:%B %Y}"
    years = "1 year" if run.years == 1 else f"{run.years:g} years"
    each = f"{run.replications} replications of each arrangement and staffing"
    yield Text(f"\n{each}, {years} from {start}.")
    yield Text(f"{PRIMARY} Primary measure{least_words(compare)}.")
    if len(scenario.arrangements) > 1:
        yield Text(
            "Intervals show simulation error only, not what is unknown about the parameters. None "
            "seen: the same in every replication, which does not rule out a rare difference. "
            "Better in: share of replications in which it is better than base, a tie "
            "counting as half. Saved: how many times as many replications would be needed without "
            "the same luck for all."
        )
    yield Text(
        f"{OVERLOADED}: some of the staff have as much work as time, or more, so times would "
        "flatter; see their load above."
    )
    if REBALANCED in present:
        yield Text(
            "Same money changes every team by the same factor. Rebalanced gives each kind of team "
            "staff in proportion to its load in the first replication, at base's cost."
        )
    elif SCALED in present:
        yield Text(
            "Same money changes every team by the same factor. Where one team cannot keep up and "
            "another has room, moving staff between them may change the answer: try it with "
            "--set compare.rebalanced=true."
        )
