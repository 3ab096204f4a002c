"""Control limits: what chance alone would do, for funnel plots and XmR charts.

Sources: funnel plots, D. J. Spiegelhalter 2005, Statistics in Medicine 24(8), 1185-1202,
doi:10.1002/sim.1970 (exact binomial limits by interpolation; over-dispersion from winsorised
z-scores). XmR charts: D. J. Wheeler, *Understanding Variation* (1993), natural process limits at
the mean ± 2.66 mean moving ranges; which points to call special: NHS England, *Making Data
Count* (outside the limits; seven or more in a row on one side of the mean).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

WIDE, NARROW = 0.998, 0.95
"""Coverage of the two pairs of limits of a funnel."""

WINSORISED = 0.1
"""Share of z-scores at either end that are drawn in before over-dispersion is estimated."""

XMR_FACTOR = 2.66
"""3 / 1.128: the mean moving range over 1.128 estimates the standard deviation."""

RUN_LENGTH = 7
"""So many months in a row on one side of the mean are special."""


def funnel_limits(target: float, cases: Int, coverage: float) -> tuple[Float, Float]:
    """Return exact binomial limits of a share around a target, by number of cases.

    The ends are interpolated between the whole numbers of cases on either side, so that the
    funnel is smooth (Spiegelhalter 2005, appendix A.1), and stay within 0 and 1.
    """
    tail = (1 - coverage) / 2
    low, high = (_interpolated(target, cases, p) for p in (tail, 1 - tail))
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _interpolated(target: float, cases: Int, p: float) -> Float:
    r = binom.ppf(p, cases, target)
    upper, lower = binom.cdf(r, cases, target), binom.cdf(r - 1, cases, target)
    return np.asarray((r - (upper - p) / np.maximum(upper - lower, 1e-300)) / cases)


def over_dispersion(target: float, cases: Int, share: Float) -> float:
    """Return how many times larger than chance the variance between areas is, at least 1.

    The mean square of winsorised z-scores; 1 where it is below 1 + 2 √(2 / areas), which
    chance alone can reach (Spiegelhalter 2005, section 4), and with fewer than 3 areas.
    """
    if len(cases) < 3 or not 0 < target < 1:
        return 1.0
    z = (share - target) / np.sqrt(target * (1 - target) / cases)
    ends = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    found = float(np.mean(np.clip(z, *ends) ** 2))
    return found if found > 1 + 2 * np.sqrt(2 / len(cases)) else 1.0


def inflated_limits(
    target: float, cases: Int, coverage: float, dispersion: float
) -> tuple[Float, Float]:
    """Return limits that allow for over-dispersion: normal ones, √dispersion times as far out."""
    z = float(norm.ppf(1 - (1 - coverage) / 2))
    half = z * np.sqrt(dispersion * target * (1 - target) / cases)
    return np.clip(target - half, 0, 1), np.clip(target + half, 0, 1)


@dataclass(frozen=True)
class Process:
    """A series with its mean and natural process limits; ``special`` has its shape."""

    mean: float
    low: float
    high: float
    special: Bool


def xmr(values: Float) -> Process:
    """Return mean, natural process limits and special points of a series in order of time.

    With one value the limits are not known (NaN), and nothing is special.
    """
    mean = float(values.mean())
    if len(values) < 2:
        return Process(mean, np.nan, np.nan, np.zeros(len(values), dtype=bool))
    reach = XMR_FACTOR * float(np.abs(np.diff(values)).mean())
    outside = (values < mean - reach) | (values > mean + reach)
    return Process(mean, mean - reach, mean + reach, outside | _in_runs(np.sign(values - mean)))


def _in_runs(side: Float) -> Bool:
    """Return which points lie in a run of ``RUN_LENGTH`` or more on one side of the mean."""
    begins = np.flatnonzero(np.append(True, side[1:] != side[:-1]))
    lengths = np.diff(np.append(begins, len(side)))
    return np.asarray(np.repeat((lengths >= RUN_LENGTH) & (side[begins] != 0), lengths))
