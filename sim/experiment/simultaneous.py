"""Intervals of the primary measure that hold for all arrangements at once.

Each of k differences from base gets a paired t interval at the level 1 - 0.05/k, so
that all of them together cover with at least 95%, however the arrangements depend on
one another (Bonferroni's inequality). Under common random numbers they do depend, which
rules out Dunnett's intervals: those are for independent samples with one variance.

Source: Dunn OJ (1961), Multiple comparisons among means, Journal of the American
Statistical Association 56(293), 52-64; for comparisons of simulated systems with a
standard, Law AM (2015), Simulation Modeling and Analysis, 5th edition, section 10.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from sim.experiment.paired import CONFIDENCE, ROUNDING

Float = NDArray[np.float64]


class Interval(NamedTuple):
    """The mean of paired differences and its ends; NaN where they cannot be said."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Return the larger distance from the mean to an end."""
        return max(self.mean - self.low, self.high - self.mean)

    @property
    def clear(self) -> bool:
        """Whether it leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def level(comparisons: int) -> float:
    """Return the confidence that each of some comparisons needs for 95% in all at once."""
    return 1.0 - (1.0 - CONFIDENCE) / max(comparisons, 1)


def differences(value: Float, base: Float) -> Float:
    """Return value less base, pair by pair: what is only rounding is 0, what is infinite NaN."""
    finite = np.isfinite(value) & np.isfinite(base)
    gain: Float = np.subtract(value, base, out=np.full(np.shape(value), np.nan), where=finite)
    with np.errstate(invalid="ignore"):
        gain[np.abs(gain) <= ROUNDING * np.abs(base)] = 0.0
    return gain


def paired_differences(value: pd.Series, base: pd.Series) -> Float:
    """Return ``differences`` by replication, in their order; NaN where one of the two has none."""
    both = value.index.union(base.index)
    one, other = (each.reindex(both).to_numpy(np.float64) for each in (value, base))
    return differences(one, other)


def t_interval(gain: Float, confidence: float) -> Interval:
    """Return the t interval of the mean of paired differences, shape (replications,).

    A difference that is not a number makes the whole so: leaving it out would flatter.
    Equal differences have an interval of no width; a single one has no interval.
    """
    if not np.isfinite(gain).all():
        return Interval(np.nan, np.nan, np.nan)
    if np.ptp(gain) == 0.0:
        mean, half = float(gain[0]), 0.0 if len(gain) > 1 else np.nan
    else:
        mean = float(gain.mean())
        half = float(half_widths(gain[:, np.newaxis], confidence)[-1, 0])
    return Interval(mean, mean - half, mean + half)


def half_widths(gain: Float, confidence: float) -> Float:
    """Return half the width of the t interval after each replication, in the order they ran.

    ``gain`` has shape (replications, comparisons), and so has what is returned; with
    fewer than two replications, and from one on that is not a number, it is NaN.
    """
    count = np.arange(1, len(gain) + 1)[:, np.newaxis]
    # Taking one of them off first keeps the sums of squares from cancelling.
    centred = gain - gain[:1]
    sums, squares = np.cumsum(centred, axis=0), np.cumsum(centred**2, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares - sums**2 / count, 0.0) / (count - 1)
        quantile = student.ppf((1.0 + confidence) / 2.0, np.maximum(count - 1, 1))
        return np.asarray(quantile * np.sqrt(variance / count), dtype=np.float64)
