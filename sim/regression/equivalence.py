"""The check of equivalence: whether means are surely within their margins of what is pinned."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.experiment import wording
from sim.regression.checked import DIFFERENT, EQUIVALENT, UNDECIDED, absent
from sim.regression.exact import same
from sim.regression.pin import Head, Margins, Pin
from sim.regression.pin_file import SPREAD_DIGITS
from sim.regression.tost import PValues, Sample, holm, needed, tost
from sim.scenario.schema import MOST_REPLICATIONS


class Pair(NamedTuple):
    """A number that is pinned, and the same number now."""

    pinned: Sample
    found: Sample
    margin: float

    @property
    def varies(self) -> bool:
        """Whether there is chance in it, so that it takes a test.

        There is none where nothing varies, nor where mean and spread are as printed: with the
        luck that was pinned, the scenario then does what it did.
        """
        return max(self.pinned.sd, self.found.sd) > 0.0 and not self.same

    @property
    def same(self) -> bool:
        """Whether mean and standard deviation are those that are printed in the pin."""
        rounding = 10.0 ** (1 - SPREAD_DIGITS)
        spread = math.isclose(self.found.sd, self.pinned.sd, rel_tol=rounding)
        return spread and bool(same(self.found.mean, self.pinned.mean))

    @property
    def tested(self) -> PValues:
        """Return the p-values of its two claims; what is the same is within any margin."""
        return PValues(0.0, 1.0) if self.same else tost(self.found, self.pinned, self.margin)


def judged(both: pd.DataFrame, pin: Pin, now: Head) -> pd.DataFrame:
    """Return the rows of ``sim.regression.checked.beside`` with ``verdict`` and ``why``.

    Each kind of claim, within and beyond, is corrected for how many are made at once. Rows
    without any spread need no test, and do not count.
    """
    pairs = {
        place: _pair(row, pin.margins, pin.head.replications, now.replications)
        for place, row in both.iterrows()
        if not absent(row) and np.isfinite([row["mean"], row["mean_pinned"]]).all()
    }
    verdicts = _tested(pairs)
    tests = sum(pair.varies for pair in pairs.values())
    words = [_words(row, pairs.get(p), verdicts.get(p), tests, now) for p, row in both.iterrows()]
    return both.assign(verdict=[word[0] for word in words], why=[word[1] for word in words])


def _pair(row: pd.Series, margins: Margins, before: int, now: int) -> Pair:
    pinned = Sample(row["mean_pinned"], row["sd_pinned"], before)
    margin = margins.of(row["measure"], row["mean_pinned"])
    return Pair(pinned, Sample(row["mean"], row["sd"], now), margin)


def _tested(pairs: dict[object, Pair]) -> dict[object, str]:
    tested = {place: pair.tested for place, pair in pairs.items()}
    verdicts = {
        place: EQUIVALENT if test.within < test.beyond else DIFFERENT
        for place, test in tested.items()
        if not pairs[place].varies
    }
    group = [place for place in pairs if pairs[place].varies]
    within = holm([tested[place].within for place in group])
    beyond = holm([tested[place].beyond for place in group])
    for place, inside, outside in zip(group, within, beyond, strict=True):
        verdicts[place] = EQUIVALENT if inside else DIFFERENT if outside else UNDECIDED
    return verdicts


def _words(
    row: pd.Series, pair: Pair | None, verdict: str | None, tests: int, now: Head
) -> tuple[str, str]:
    """Return the verdict on a row, and why in words."""
    if missing := absent(row):
        return DIFFERENT, missing
    unit = row["unit"]
    numbers = (
        f"expected {wording.amount(row['mean_pinned'], unit)}, "
        f"found {wording.amount(row['mean'], unit)}"
    )
    if pair is None or verdict is None:
        return _not_reached(row, numbers, now)
    margin = margin_words(pair.margin, unit)
    if verdict == DIFFERENT:
        return verdict, f"{numbers}: further apart than the margin of {margin}"
    if verdict == UNDECIDED:
        advice = _advice(needed(pair.found, pair.pinned, pair.margin, tests))
        return verdict, f"{numbers}, with a margin of {margin}: {advice}"
    return verdict, f"{numbers}: within the margin of {margin}"


def _not_reached(row: pd.Series, numbers: str, now: Head) -> tuple[str, str]:
    """Judge a row in which one side has no mean, because not every replication reached it."""
    before, after = row["mean_pinned"], row["mean"]
    if before == after or (math.isnan(before) and math.isnan(after)):
        return EQUIVALENT, f"{numbers}, as pinned"
    reached = f"{row['reached']:.0f} of {now.replications} replications reached it"
    never = math.isfinite(before) and row["reached"] == 0
    return (DIFFERENT if never else UNDECIDED), f"{numbers}: {reached}"


def margin_words(margin: float, unit: str) -> str:
    """Say how wide a margin is: ``2 percentage points``."""
    return f"{wording.scaled(margin, unit):,.3g} {wording.unit_words(unit)}"


def _advice(count: int | None) -> str:
    if count is None:
        return f"{MOST_REPLICATIONS:,} replications might not tell, so near is the margin"
    return f"about {count:,} replications would do: --write --replications {count}"


def plan(pin: Pin) -> tuple[int, int | None]:
    """Return how many numbers of a pin take a test, and the replications that would tell of all.

    That is, in a check in which nothing but the luck has changed, 4 times in 5; None where
    that is more than can be run, or a margin is 0.
    """
    spread = pin.numbers[np.isfinite(pin.numbers["mean"]) & (pin.numbers["sd"] > 0)]
    tests, most = len(spread), 2
    for _, row in spread.iterrows():
        sample = Sample(row["mean"], row["sd"], pin.head.replications)
        margin = pin.margins.of(row["measure"], row["mean"])
        count = needed(sample, sample, margin, tests)
        if count is None:
            return tests, None
        most = max(most, count)
    return tests, most
