"""What history matching found: what is ruled out, what is left, what survives, what conflicts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from sim.evidence.implausible import CUT_OFF
from sim.evidence.targets import Check
from sim.experiment.plausible import Factor, Float
from sim.experiment.uncertain import tabulate
from sim.scenario.files import LoadedScenario


@dataclass(frozen=True)
class Matching:
    """What each parameter set makes of each target."""

    loaded: LoadedScenario
    """The scenario whose ranking is looked at."""
    context: str
    checks: tuple[tuple[str, Check], ...]
    """Targets' ids with their independent checks that have a range and can be run."""
    held_out: tuple[bool, ...]
    """Which of them rule nothing out."""
    not_run: int
    """Independent rows of the targets that cannot be run, or have no range."""
    factors: tuple[Factor, ...]
    levels: Float
    """Shape (sets, factors)."""
    answers: Float
    """Mean over replications in the units of the checks, shape (sets, checks)."""
    implausibility: Float
    """Shape (sets, checks); infinite where the model gives no number."""
    values: pd.DataFrame
    """What ``Uncertainty.values`` describes, of the scenario's arrangements: sets from 1."""
    kept: np.ndarray = field(init=False)
    """Which sets are not ruled out, shape (sets,)."""

    def __post_init__(self) -> None:
        used = self.implausibility[:, ~np.array(self.held_out, dtype=bool)]
        object.__setattr__(self, "kept", (used <= CUT_OFF).all(axis=1))

    @property
    def met(self) -> np.ndarray:
        """Return which sets meet which checks, shape (sets, checks)."""
        return np.asarray(self.implausibility <= CUT_OFF)

    @property
    def targets(self) -> pd.DataFrame:
        """Return a row per check: the share of sets that meet it, of all and of those kept.

        ``least`` is its smallest implausibility in any set, ``low`` to ``high`` what was
        observed, ``least_answer`` to ``most_answer`` what the model gives over all sets.
        """
        of_kept = self.met[self.kept].mean(axis=0) if self.kept.any() else np.nan
        return self._by_check().assign(
            least=self.implausibility.min(axis=0),
            met=self.met.mean(axis=0),
            met_of_kept=of_kept,
            low=pd.Series([check.low for _, check in self.checks], dtype=float),
            high=pd.Series([check.high for _, check in self.checks], dtype=float),
            least_answer=self.answers.min(axis=0),
            most_answer=self.answers.max(axis=0),
            unit=[check.unit for _, check in self.checks],
        )

    def _by_check(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "target": [name for name, _ in self.checks],
                "what": [check.what for _, check in self.checks],
                "held_out": self.held_out,
            }
        )

    @property
    def by_set(self) -> pd.DataFrame:
        """Return a row per set and check: answer and implausibility; sets count from 1."""
        rows = [
            self._by_check().assign(
                answer=answers, implausibility=far, ruled_out=not kept, set=number
            )
            for number, (answers, far, kept) in enumerate(
                zip(self.answers, self.implausibility, self.kept, strict=True), start=1
            )
        ]
        table = pd.concat(rows, ignore_index=True)
        return table[["set", "ruled_out", *table.columns.drop(["set", "ruled_out"])]]

    @property
    def sets(self) -> pd.DataFrame:
        """Return a row per set and factor: the value that it has there."""
        rows = [
            (number, factor.anywhere or factor.name, factor.at(float(level)))
            for number, row in enumerate(self.levels, start=1)
            for factor, level in zip(self.factors, row, strict=True)
        ]
        return pd.DataFrame(rows, columns=["set", "factor", "value"])

    @property
    def ranges(self) -> pd.DataFrame:
        """Return a row per factor: the ends of what is kept, the most narrowed first.

        ``left`` is the share of its plausible levels between them, and ``chance`` how likely
        as many sets picked by chance would leave no more of it.
        """
        kept, number = self.levels[self.kept], int(self.kept.sum())
        low = kept.min(axis=0) if number else np.full(len(self.factors), np.nan)
        high = kept.max(axis=0) if number else low
        rows = [
            (each.anywhere or each.name, each.at(float(first)), each.at(float(last)), last - first)
            for each, first, last in zip(self.factors, low, high, strict=True)
        ]
        table = pd.DataFrame(rows, columns=["factor", "low", "high", "left"])
        table["chance"] = by_chance(number, table["left"].to_numpy())
        return table.sort_values("left", kind="stable").reset_index(drop=True)

    @property
    def pairs(self) -> pd.DataFrame:
        """Return a row per pair of checks: in how many sets each is met, and both.

        They ``conflict`` where sets meet one and sets meet the other, but none meets both.
        """
        label = [f"{name} ({check.what})" for name, check in self.checks]
        rows = [
            (label[i], label[j], self.met[:, i].sum(), self.met[:, j].sum(), both.sum())
            for i, j in combinations(range(len(label)), 2)
            for both in [self.met[:, i] & self.met[:, j]]
        ]
        table = pd.DataFrame(rows, columns=["one", "other", "met_one", "met_other", "met_both"])
        apart = (table["met_one"] > 0) & (table["met_other"] > 0) & (table["met_both"] == 0)
        return table.assign(conflict=apart)

    @property
    def ranking(self) -> pd.DataFrame:
        """Return a row per staffing and arrangement: its standing in all sets and in those kept.

        ``best`` is the share of sets in which it is best on the primary measure, ``holds`` that
        in which its difference from base has the sign that it has with central values, ``place``
        its place by the median difference; those of what is kept end in ``_of_kept``.
        """
        every = self._standing(lambda _: True)
        kept = self._standing(lambda number: number == 0 or bool(self.kept[number - 1]))
        same = ["staffing", "arrangement"]
        return every.merge(kept, on=same, how="left", suffixes=("", "_of_kept"))

    def _standing(self, take: Callable[[int], bool]) -> pd.DataFrame:
        chosen = self.values[self.values["set"].map(take)]
        columns = ["staffing", "arrangement", "p50", "best", "holds", "sets"]
        if chosen["set"].max() == 0:
            return pd.DataFrame(columns=columns)
        return tabulate(chosen, self.loaded)[columns]


def by_chance(number: int, left: Float) -> Float:
    """Return how likely so many evenly drawn levels lie within a share of a range or less.

    That is the distribution of the range of a sample: David and Nagaraja 2003, "Order
    Statistics", 3rd edition, section 2.3.
    """
    if not number:
        return np.full(len(left), math.nan)
    return np.asarray(number * left ** (number - 1) - (number - 1) * left**number)
