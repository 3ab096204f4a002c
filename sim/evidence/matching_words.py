"""What history matching found, in sentences and a table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.evidence.implausible import CUT_OFF
from sim.evidence.matched import Matching
from sim.experiment.staffing import HEADINGS

NARROW = 0.05
"""A range counts as narrowed where chance would leave any so narrow with less probability."""

NOTE = (
    f"Met by: share of all sets with an implausibility of at most {CUT_OFF:g}. Least: the "
    "smallest implausibility of any set, in standard deviations of all that may lie between model "
    "and observation. Targets rule out or are held out by a hash of their words."
)


def sentences(found: Matching) -> list[str]:
    """Say what is not ruled out, whether the ranking survives, and what conflicts."""
    return [_scope(found), *_left(found), *_survival(found), *_conflict(found), _fares(found)]


def render(found: Matching) -> RenderableType:
    """Return the printed form: a row for each target, then the sentences."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("Target", "What", "Use", "Met by", "Least"):
        shown.add_column(title, justify="right" if title in ("Met by", "Least") else "left")
    for _, row in found.targets.iterrows():
        use = "held out" if row["held_out"] else "rules out"
        met, least = f"{100 * row['met']:.0f}%", f"{row['least']:.1f}"
        shown.add_row(str(row["target"]), str(row["what"]), use, met, least)
    head = Text("\nIndependent targets\n", style="bold")
    return Group(head, shown, Text("\n" + "\n".join([*sentences(found), "", NOTE])))


def _scope(found: Matching) -> str:
    used = len(found.checks) - sum(found.held_out)
    rest = f"; {found.not_run} others cannot be run or have no range" if found.not_run else ""
    return (
        f"{len(found.checks)} independent targets can be run: {used} rule out, "
        f"{sum(found.held_out)} are held out{rest}. {len(found.levels)} parameter sets over "
        f"{len(found.factors)} ranges."
    )


def _left(found: Matching) -> Iterator[str]:
    number = int(found.kept.sum())
    if not number:
        yield "Every set is ruled out: the model, within its ranges, does not meet these targets."
        return
    yield f"{number} of {len(found.kept)} sets are not ruled out."
    first, every = found.ranges.iloc[0], len(found.factors)
    chance = 1 - (1 - first["chance"]) ** every
    said = (
        f"of {first['factor']}, {first['left']:.0%} of the range is left; among {every} ranges, "
        f"chance alone would leave some so narrow with a probability of {chance:.0%}"
    )
    if chance < NARROW:
        yield f"Most narrowed: {said}."
    else:
        yield f"No range is narrowed for certain: {said}. More sets would tell."


def _survival(found: Matching) -> Iterator[str]:
    table = found.ranking
    if not found.kept.any() or table["best"].isna().all():
        yield "Whether the ranking survives cannot be said."
        return
    for staffing, block in table.groupby("staffing", sort=False):
        yield _first_place(block, HEADINGS[str(staffing)])
        yield from _order(block, HEADINGS[str(staffing)])


def _first_place(block: pd.DataFrame, heading: str) -> str:
    before, after = (int(block[name].argmax()) for name in ("best", "best_of_kept"))
    parts = [
        f"{row['arrangement']} {row['best_of_kept']:.0%} (of all sets {row['best']:.0%})"
        for _, row in block.iterrows()
    ]
    kept = "survives" if before == after else "does not survive"
    return f"{heading}: the first place {kept} among them. Best in: {', '.join(parts)}."


def _order(block: pd.DataFrame, heading: str) -> Iterator[str]:
    if block[["p50", "p50_of_kept"]].isna().any(axis=None):
        return
    before, after = (
        list(block.sort_values(name, kind="stable")["arrangement"])
        for name in ("p50", "p50_of_kept")
    )
    if before == after:
        yield f"{heading}: so does the whole order of the medians."
    else:
        yield (
            f"{heading}: in order of the median from the least, {', '.join(before)} becomes "
            f"{', '.join(after)}."
        )


def _conflict(found: Matching) -> Iterator[str]:
    never = found.targets[found.targets["met"] == 0]
    if len(never):
        label = [f"{row['target']} ({row['what']})" for _, row in never.iterrows()]
        yield f"Met by no set: {'; '.join(label)}."
    apart = found.pairs[found.pairs["conflict"]]
    if len(apart):
        pairs = [f"{row['one']} and {row['other']}" for _, row in apart.iterrows()]
        yield f"Never met together: {'; '.join(pairs)}."
    else:
        yield "No two targets conflict: each pair that can be met is met together in some set."


def _fares(found: Matching) -> str:
    table = found.targets[found.targets["held_out"]]
    if not found.kept.any():
        return f"Of the held-out targets, sets meet {table['met'].mean():.0%} on average."
    return (
        f"Of the held-out targets, the sets not ruled out meet {table['met_of_kept'].mean():.0%} "
        f"on average, all sets {table['met'].mean():.0%}."
    )
