"""The comparison that decides as it is printed: the primary measure, then everything else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import summary, table, wording
from sim.experiment.comparing import Compared
from sim.experiment.comparison import OVERLOADED, PRIMARY, choose, hidden
from sim.experiment.findings import verdict
from sim.experiment.headlines import ALL
from sim.experiment.paired import CONFIDENCE
from sim.experiment.power import POWER
from sim.experiment.precision import look_ahead
from sim.experiment.staffing import HEADINGS
from sim.experiment.uncertain import ROBUST, held
from sim.outcomes.catalogue import CATALOGUE, direction
from sim.scenario.schema import Scenario


def render(found: Compared) -> RenderableType:
    """Return what is printed: the primary measure first, then the tables of the run."""
    scenario = found.results.scenario
    parts = found.primary.groupby(["context", "staffing"], sort=False)
    blocks = [
        _block(found, scenario, str(context), staffing)
        for context in scenario.contexts
        for staffing in HEADINGS
        if (context, staffing) in parts.groups
    ]
    notes = [Text(f"\n{note}") for note in (*sized_words(found), *_footnotes(found, scenario))]
    rest = Text("\nEvery measure", style="bold")
    rare = Text("\n" + "\n".join(_rare_words(found))) if len(found.rare) else Text()
    title = Text(f"\n{scenario.title}", style="bold")
    return Group(title, *blocks, *notes, rest, table.render(found.results), rare)


def tabulate(found: Compared, context: str | None = None) -> summary.TextTable:
    """Return the primary measure of every arrangement less base, as a notebook shows it.

    ``context`` is by default the first of the scenario.
    """
    scenario = found.results.scenario
    measure, where = CATALOGUE[scenario.compare.primary], context or next(iter(scenario.contexts))
    rows = {
        f"{scenario.arrangements[name].title or name}, {staffing}": cells
        for staffing in HEADINGS
        for name, cells in _told(found, where, staffing)
    }
    columns = _columns(found)
    padded = {name: [*cells, *[""] * (len(columns) - len(cells))] for name, cells in rows.items()}
    frame = pd.DataFrame.from_dict(padded, orient="index", columns=columns)
    base = scenario.arrangements[scenario.compare.base].title or scenario.compare.base
    title = f"{measure.title} ({wording.unit_words(measure.unit)}), less {base}"
    notes = (*sized_words(found), *_footnotes(found, scenario))
    return summary.TextTable(
        title, frame, notes, {measure.title: measure.definition}, "Arrangement"
    )


def _block(found: Compared, scenario: Scenario, context: str, staffing: str) -> Group:
    name = scenario.contexts[context].title or context
    where = f", {name}" if len(scenario.contexts) > 1 else ""
    measure = CATALOGUE[scenario.compare.primary]
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Arrangement less base")
    for title in _columns(found):
        shown.add_column(title, justify="right")
    for name, cells in _told(found, context, staffing):
        shown.add_row(f"{name} less {scenario.compare.base}", *cells)
    what = f"{PRIMARY} {measure.title} ({wording.unit_words(measure.unit)})"
    return Group(Text(f"\n{HEADINGS[staffing]}{where}: {what}\n", style="bold"), shown)


def _told(found: Compared, context: str, staffing: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each arrangement with its cells; a time that overload would flatter has none."""
    comparison = choose(found.results, staffing, context)
    for _, row in _rows(found.primary, context, staffing).iterrows():
        who = str(row["arrangement"])
        full = any(hidden(comparison, name, row["unit"]) for name in (who, comparison.base))
        holds = held(found.robustness, (context, staffing, who), row["difference"])
        yield who, (OVERLOADED,) if full else _cells(row, holds)


def _columns(found: Compared) -> list[str]:
    titles = ["Difference (all at once)", "Half-width", "Visible", "Better in"]
    return titles if found.robustness is None else [*titles, "Sign holds in"]


def _rows(frame: pd.DataFrame, context: str, staffing: str) -> pd.DataFrame:
    return frame[(frame["context"] == context) & (frame["staffing"] == staffing)]


def _cells(row: Any, share: float) -> tuple[str, ...]:  # noqa: ANN401 - a row of a table
    """Return the cells of a row, the last of them only where robustness is known."""
    unit = row["unit"]
    return (
        wording.change(row["difference"], row["low"], row["high"], unit),
        width_words(row["half_width"], unit),
        width_words(row["visible"], unit),
        wording.share(row["favours"]),
        *(() if math.isnan(share) else (_robust(share),)),
    )


def _robust(share: float) -> str:
    return wording.share_at_least(share) + ("" if share >= ROBUST else " (not robust)")


def width_words(width: float, unit: str) -> str:
    """Say a width in the unit of a difference, to two figures; nothing where it is not known."""
    if math.isnan(width):
        return ""
    number = wording.scaled(width, unit)
    return f"{number:,.{wording.decimals(number, number)}f}"


def sized_words(found: Compared) -> Iterator[str]:
    """Say how many replications were made, why, and how precise that is."""
    yield _how_many(found)
    if found.sized.unjudged:
        yield (
            f"Comparisons that cannot be judged, because the measure was not reached in every "
            f"replication: {found.sized.unjudged:,}. No number of replications would change that."
        )


def _how_many(found: Compared) -> str:
    size, count = found.sized, found.sized.replications
    unit = str(found.primary["unit"].iloc[0]) if len(found.primary) else ""
    bounds = f"floor {size.floor:,}, ceiling {size.ceiling:,}"
    if size.target <= 0:
        return f"{count:,} replications: no precision was asked for ({bounds})."
    known = found.primary.dropna(subset=["half_width"])
    if known.empty:
        return f"{count:,} replications: there is no interval that more could narrow ({bounds})."
    wanted = f"{width_words(size.target, unit)} {wording.unit_words(unit)}"
    if size.reached is not None:
        return (
            f"{count:,} replications: every half-width of at most {wanted}, as asked for, from "
            f"{size.reached:,} replications on ({bounds})."
        )
    widest = known.sort_values("half_width", ascending=False).iloc[0]
    if widest["half_width"] <= size.target:
        return (
            f"{count:,} replications: every half-width is at most {wanted}, as asked for, but "
            f"{look_ahead(count):,} more would have to confirm it ({bounds}). --most allows more."
        )
    return (
        f"{count:,} replications: the ceiling came first. A half-width of {wanted} was asked for; "
        f"the widest is {width_words(widest['half_width'], unit)}, of {widest['arrangement']} "
        f"{widest['staffing']} ({bounds}). --most allows more."
    )


def _footnotes(found: Compared, scenario: Scenario) -> Iterator[str]:
    count, each = len(scenario.arrangements) - 1, found.primary["confidence"]
    if count > 1 and len(each):
        yield (
            f"{PRIMARY} All at once: the {count} intervals of a block hold together with "
            f"{100 * CONFIDENCE:.0f}% confidence ({100 * each.iloc[0]:.1f}% for each, "
            "Bonferroni); so do those of this measure below. Intervals of other measures hold one "
            "at a time."
        )
    yield (
        "Visible: the least true difference that this many replications find with a probability "
        f"of {100 * POWER:.0f}%. Better in: share of replications in which it is better than "
        "base, a tie counting as half."
    )
    if found.robustness is None:
        yield "Simulation error only: whether a sign holds for other assumptions is not in these."
    else:
        sets = int(found.robustness["sets"].min())
        yield f"Sign holds in: share of {sets:,} plausible parameter sets with the sign shown here."


def _rare_words(found: Compared) -> Iterator[str]:
    """List rare events over all case types, and say how many more there are."""
    whole = found.rare[found.rare["case_type"] == ALL]
    yield (
        "Rare events: counts of which half the differences or more are zero. Their intervals reach "
        "as far as the bootstrap (BCa) or the t interval, whichever is farther; 95% one at a time."
    )
    for _, row in whole.iterrows():
        change = wording.change(row["difference"], row["low"], row["high"], row["unit"])
        where = f"{row['context']}, {row['staffing']}"
        yield f"  {CATALOGUE[row['measure']].title}, {row['arrangement']} ({where}): {change}"
    if rest := len(found.rare) - len(whole):
        more = "more, " if len(whole) else ""
        yield f"{rest:,} {more}by case type, are in the table of rare events."


def sentences(found: Compared) -> list[str]:
    """Say for each comparison of the primary measure what its interval supports."""
    scenario = found.results.scenario
    sign = direction(scenario.compare.primary)
    said = []
    for _, row in found.primary.iterrows():
        who = scenario.arrangements[row["arrangement"]].title or row["arrangement"]
        change = wording.change(row["difference"], row["low"], row["high"], row["unit"])
        judged = verdict(row, sign, scenario.compare.smallest_difference)
        unit = wording.unit_words(row["unit"])
        said.append(f"{who}, {row['staffing']}: {change} {unit}. {judged}".strip())
    return [*said, *sized_words(found)]
