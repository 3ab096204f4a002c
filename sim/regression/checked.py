"""What a check finds: each number that is pinned beside what the scenario gives now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.experiment.results import Results
from sim.regression.pin import ROW, Head, Mode, Pin

AS_PINNED, MOVED = "as pinned", "moved"
"""The verdicts of an exact check."""

EQUIVALENT, DIFFERENT, UNDECIDED = "equivalent", "different", "not enough replications to say"
"""The verdicts of a check of equivalence."""

FINE = (AS_PINNED, EQUIVALENT)

FACTS = ("scenario", "model version", "seed", "replications")
"""What the numbers of a run are made of."""


class Change(NamedTuple):
    """Something that numbers are made of, as it was pinned and as it is now."""

    what: str
    pinned: str
    found: str


@dataclass(frozen=True)
class Checked:
    """What a check found.

    ``rows`` has the columns of ``sim.regression.pin.ROW``, ``unit``, ``expected`` and ``found``
    (means over replications), ``verdict``, and ``why`` in words. ``head`` says what the pin is made
    of, ``now`` what the run is made of; ``seconds`` is how long it took.
    """

    expected: Path
    mode: Mode
    head: Head
    now: Head
    rows: pd.DataFrame
    results: Results
    seconds: float

    @property
    def changes(self) -> tuple[Change, ...]:
        """List what else is not as pinned: scenario, model version, seed, replications.

        In an exact check that counts; for equivalence it only explains.
        """
        return changes(self.head, self.now)

    @property
    def failing(self) -> pd.DataFrame:
        """Return the rows that are not as they should be."""
        return self.rows[~self.rows["verdict"].isin(FINE)]

    @property
    def fine(self) -> bool:
        """Whether everything is as pinned, or surely equivalent."""
        return self.failing.empty and (self.mode == "equivalent" or not self.changes)


def changes(pinned: Head, now: Head) -> tuple[Change, ...]:
    """List what the numbers are made of that is not as it was."""
    before, after = _facts(pinned), _facts(now)
    if pinned.scenario == now.scenario:
        before[0], after[0] = (f"content {head.scenario_sha256[:12]}" for head in (pinned, now))
    found = map(Change, FACTS, before, after)
    return tuple(change for change in found if change.pinned != change.found)


def _facts(head: Head) -> list[str]:
    facts = (head.scenario, head.model_version, head.seed, head.replications)
    return [str(fact) for fact in facts]


def beside(pin: Pin, found: pd.DataFrame) -> pd.DataFrame:
    """Put what was found beside what is pinned, row by row; what only one of them has is NaN.

    The columns are ``ROW``, ``unit``, ``mean_pinned``, ``sd_pinned``, ``mean``, ``sd``,
    ``reached``, and ``_merge``, which says where the row is.
    """
    pinned = pin.numbers.rename(columns={"mean": "mean_pinned", "sd": "sd_pinned"})
    both = pinned.merge(found, on=ROW, how="outer", indicator=True, sort=False)
    order = {tuple(row): place for place, row in enumerate(pin.numbers[ROW].to_numpy())}
    places = [order.get(tuple(row), len(order)) for row in both[ROW].to_numpy()]
    return both.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


def shown(judged: pd.DataFrame) -> pd.DataFrame:
    """Return judged rows with the columns of ``Checked.rows``."""
    named = judged.rename(columns={"mean_pinned": "expected", "mean": "found"})
    return named[[*ROW, "unit", "expected", "found", "verdict", "why"]]


def absent(row: pd.Series) -> str:
    """Say where a row is that only one side has; nothing where both have it."""
    words = {"left_only": "pinned, but no longer in the run", "right_only": "not pinned yet"}
    return words.get(str(row["_merge"]), "")
