"""What difference a comparison could have seen: the least that it would have found 4 times in 5.

Source: Cohen J (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd
edition, chapter 2: the power of a paired t test by the noncentral t distribution.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import nct
from scipy.stats import t as student

POWER = 0.80
"""Probability of finding a difference, by convention."""


def power(difference: float, spread: float, replications: int, confidence: float) -> float:
    """Return the probability that a two-sided paired t test finds a true difference.

    Found, that is, on its own side of zero. ``spread`` is the standard deviation of the
    paired differences, in the unit of ``difference``; the test is at the level
    1 - ``confidence``.
    """
    free = replications - 1
    critical = float(student.ppf((1.0 + confidence) / 2.0, free))
    return float(nct.sf(critical, free, difference / spread * math.sqrt(replications)))


def visible(spread: float, replications: int, confidence: float) -> float:
    """Return the least true difference that is found with a probability of 80%.

    NaN with one replication, or where the differences have no spread: they may be certain, or
    too rare to have been seen.
    """
    if replications < 2 or not spread > 0.0:
        return math.nan
    unit = spread / math.sqrt(replications)
    critical = float(student.ppf((1.0 + confidence) / 2.0, replications - 1))
    found = brentq(
        lambda shift: power(shift * unit, spread, replications, confidence) - POWER,
        0.0,
        # Far beyond the critical value the test finds it nearly always.
        3.0 * critical + 10.0,
    )
    return float(np.float64(found) * unit)
