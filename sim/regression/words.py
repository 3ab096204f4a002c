"""What a pin and a check say in words."""

from __future__ import annotations

from collections.abc import Iterator

from sim.regression.checked import MOVED, Checked
from sim.regression.equivalence import plan
from sim.regression.pin import Pin


def pinned_words(pin: Pin) -> Iterator[str]:
    """Say what was pinned, and whether a check of equivalence could tell."""
    head = pin.head
    yield (
        f"Pinned {len(pin.numbers):,} numbers of {head.scenario} ({head.mode}): "
        f"{head.replications:,} replications, seed {head.seed}, model version {head.model_version}."
    )
    if head.mode == "equivalent":
        tests, count = plan(pin)
        if count is None:
            yield "No number of replications may tell for all of them: state wider margins."
        elif count > head.replications:
            yield (
                f"{tests:,} of them vary. A check that can tell for all of them, 4 times in 5, "
                f"takes about {count:,} replications: write the pin again with --replications "
                f"{count}, state wider margins, or choose fewer measures with --only."
            )


def summary(checked: Checked) -> str:
    """Say in one sentence how a check went."""
    rows, failing = checked.rows, checked.failing
    what = f"{checked.now.scenario} against {checked.expected} ({checked.mode})"
    if checked.fine:
        return f"{what}: all {len(rows):,} numbers are {rows['verdict'].iloc[0]}."
    counts = failing["verdict"].value_counts()
    of = f"of {len(rows):,} numbers"
    parts = [
        f"{count:,} {of}{' ' if verdict == MOVED else ': '}{verdict}"
        for verdict, count in counts.items()
    ]
    return f"{what}: {', '.join(parts) or 'no number moved, but not all else is as pinned'}."


def changes(checked: Checked) -> Iterator[str]:
    """Say what else is not as it was pinned."""
    for change in checked.changes:
        yield f"{change.what}: pinned {change.pinned}, now {change.found}"


def moved(checked: Checked, lines: int) -> Iterator[str]:
    """Say of the first few rows that fail what was expected and what was found."""
    failing = checked.failing
    for row in failing.head(lines).to_dict("records"):
        yield f"{row['measure']} ({row['case_type']}), {where(row)}: {row['verdict']}: {row['why']}"
    if len(failing) > lines:
        yield f"and {len(failing) - lines:,} more; --lines {len(failing)} shows them all"


def where(row: dict[object, object]) -> str:
    """Name the arrangement and the context of a row."""
    return f"{row['arrangement']} in {row['context']}"


def sentences(checked: Checked, lines: int) -> Iterator[str]:
    """Say how a check went, what has changed, what moved, and what to do."""
    yield summary(checked)
    yield from (f"  {line}" for line in (*changes(checked), *moved(checked, lines)))
    if not checked.fine:
        yield "If that was meant, the same command with --write pins it anew."
