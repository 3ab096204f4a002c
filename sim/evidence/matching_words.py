"""What history matching found, in sentences and a table."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.evidence.matching import CUT_OFF, Matching
from sim.experiment.uncertain import shares_of_best


def sentences(found: Matching) -> list[str]:
    """Say what is not ruled out, whether the ranking survives, and what conflicts."""
    return [_scope(found), _left(found), _survival(found), _conflict(found), _fares(found)]


def render(found: Matching) -> RenderableType:
    """Return the printed form: a row for each target, then the sentences."""
    shown = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("Target", "What", "Use", "Met by", "Least"):
        shown.add_column(title, justify="right" if title in ("Met by", "Least") else "left")
    for _, row in found.targets.iterrows():
        use = "held out" if row["held_out"] else "rules out"
        met, least = f"{100 * row['met']:.0f}%", f"{row['least']:.1f}"
        shown.add_row(str(row["target"]), str(row["what"]), use, met, least)
    note = (
        f"Met by: share of all sets with an implausibility of at most {CUT_OFF:g}. Least: the "
        "smallest implausibility of any set, in standard deviations."
    )
    head = Text("\nIndependent targets\n", style="bold")
    return Group(head, shown, Text("\n" + "\n".join([*sentences(found), "", note])))


def _scope(found: Matching) -> str:
    used = len(found.checks) - sum(found.held_out)
    return (
        f"{len(found.checks)} independent targets can be run: {used} rule out, "
        f"{sum(found.held_out)} are held out; {found.not_run} others cannot be run yet or have no "
        f"range. {len(found.levels)} parameter sets over {len(found.factors)} ranges: "
        "with so few, a range is hardly ever narrowed."
    )


def _left(found: Matching) -> str:
    number = int(found.kept.sum())
    if not number:
        return "Every set is ruled out: the model, within its ranges, does not meet these targets."
    first = found.ranges.iloc[0]
    return (
        f"{number} of {len(found.kept)} sets are not ruled out. The range most narrowed is "
        f"{first['factor']}: {first['left']:.0%} of it is left, where chance alone would leave "
        f"{first['expected']:.0%} of any one and less of the least of {len(found.factors)}."
    )


def _survival(found: Matching) -> str:
    if not found.kept.any() or not found.sign:
        return "Whether the ranking survives cannot be said."
    best = shares_of_best(found.ranking, found.sign)
    before, after = best.mean(axis=0), best[found.kept].mean(axis=0)
    parts = [
        f"{name} {new:.0%} (of all sets {old:.0%})"
        for name, old, new in zip(found.names, before, after, strict=True)
    ]
    kept = "survives" if int(before.argmax()) == int(after.argmax()) else "does not survive"
    return f"The first place {kept} among them. Best on the primary measure: {', '.join(parts)}."


def _conflict(found: Matching) -> str:
    if not found.conflicts:
        return "No two targets conflict: each pair that can be met is met together in some set."
    label = [f"{name} ({check.what})" for name, check in found.checks]
    pairs = "; ".join(f"{label[one]} and {label[other]}" for one, other in found.conflicts)
    return f"Never met together: {pairs}."


def _fares(found: Matching) -> str:
    table = found.targets[found.targets["held_out"]]
    if not found.kept.any():
        return f"Of the held-out targets, sets meet {table['met'].mean():.0%} on average."
    return (
        f"Of the held-out targets, the sets not ruled out meet {table['met_of_kept'].mean():.0%} "
        f"on average, all sets {table['met'].mean():.0%}."
    )
