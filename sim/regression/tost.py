"""Two one-sided tests: whether two means are surely within a margin of each other, or beyond it.

Sources: Schuirmann DJ (1987), A comparison of the two one-sided tests procedure and the power
approach for assessing the equivalence of average bioavailability, Journal of Pharmacokinetics
and Biopharmaceutics 15(6), 657-680; with Welch's t test, because a change may change the spread
as well; Holm S (1979), A simple sequentially rejective multiple test procedure, Scandinavian
Journal of Statistics 6(2), 65-70.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student
from scipy.stats import ttest_ind_from_stats

from sim.experiment.paired import CONFIDENCE, ROUNDING
from sim.experiment.power import POWER
from sim.scenario.schema import MOST_REPLICATIONS

ERROR = 1.0 - CONFIDENCE
"""Probability of a false verdict among all that are tested together."""


class Sample(NamedTuple):
    """A mean over replications, their standard deviation and their number."""

    mean: float
    sd: float
    replications: int


class PValues(NamedTuple):
    """The p-values of two claims: within the margin, and beyond it."""

    within: float
    beyond: float


def tost(found: Sample, pinned: Sample, margin: float) -> PValues:
    """Test whether two means are within a margin of each other, and whether they are beyond it.

    ``within`` is the larger p-value of the two one-sided tests. ``beyond`` turns them round, and
    is doubled because it may be so on either side. Without any spread there is nothing to test:
    one is 0 and the other 1.
    """
    if found.sd == pinned.sd == 0.0:
        rounding = ROUNDING * abs(pinned.mean)
        within = abs(found.mean - pinned.mean) <= margin + rounding
        return PValues(1.0 - within, float(within))
    above_low, below_low = _one_sided(found, pinned, -margin)
    above_high, below_high = _one_sided(found, pinned, margin)
    return PValues(max(above_low, below_high), min(1.0, 2.0 * min(below_low, above_high)))


def _one_sided(found: Sample, pinned: Sample, difference: float) -> tuple[float, float]:
    """Return the p-values of found less pinned being above a difference, and below it."""
    test = ttest_ind_from_stats(
        found.mean - difference,
        found.sd,
        found.replications,
        *pinned,
        equal_var=False,
        alternative="greater",
    )
    above = float(test.pvalue)
    return above, 1.0 - above


def holm(p_values: Sequence[float], error: float = ERROR) -> NDArray[np.bool_]:
    """Return which claims hold, so that with this error at most any of them is false."""
    order = np.argsort(p_values, kind="stable")
    allowed = error / np.arange(len(order), 0, -1)
    holds = np.zeros(len(order), dtype=np.bool_)
    holds[order] = np.logical_and.accumulate(np.asarray(p_values)[order] <= allowed)
    return holds


def needed(found: Sample, pinned: Sample, margin: float, tests: int) -> int | None:
    """Return how many replications of both would tell 4 times in 5; None where too many.

    That is, if the true difference were the one that was found. ``tests`` is how many are
    tested together. The distance from the margin is to exceed the sum of two t quantiles times
    the standard error, as in Chow SC, Shao J, Wang H, Lokhnygina Y (2018), Sample Size
    Calculations in Clinical Research, 3rd edition, section 3.2.
    """
    distance = abs(margin - abs(found.mean - pinned.mean))
    spread = math.hypot(found.sd, pinned.sd)
    miss = (1.0 - POWER) / 2.0

    def tells(count: int) -> bool:
        errors = (ERROR / max(tests, 1), miss)
        quantiles = sum(float(student.isf(error, 2 * (count - 1))) for error in errors)
        return distance >= quantiles * spread / math.sqrt(count)

    counts = range(2, MOST_REPLICATIONS + 1)
    place = bisect.bisect_left(counts, True, key=tells)
    return _rounded_up(counts[place]) if place < len(counts) else None


def _rounded_up(count: int) -> int:
    """Return a count to two digits, because a plan for chance is no more exact than that."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return math.ceil(count / unit) * unit
