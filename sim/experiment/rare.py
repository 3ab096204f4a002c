"""Intervals for rare events, whose differences are mostly zero: the t interval alone falls short.

The rule: a measure that counts something is rare in a comparison where at least half of
its paired differences are exactly zero, but not all. Its interval reaches as far as the
bootstrap over replications, bias-corrected and accelerated, or the t interval, whichever
reaches farther: with few replications the first covers too little where events happen on
both sides, and the second where they happen on one (``tests/test_comparing.py``). Where all
differences are zero, nothing differed and there is no spread to resample. The primary measure
keeps the t interval, by which it is sized.

Source: Efron B (1987), Better bootstrap confidence intervals, Journal of the American
Statistical Association 82(397), 171-185.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from sim.experiment.simultaneous import Interval, t_interval

Float = NDArray[np.float64]

COUNTS = frozenset({"cases", "items", "recusals", "schemes", "contracts", "patients", "bodies"})
"""Units of measures that count."""

MOSTLY = 0.5
"""Share of differences that are zero from which on a t interval alone is not used."""

RESAMPLES = 9_999


def is_rare(gain: Float, unit: str) -> bool:
    """Say whether differences, shape (replications,), are those of a rare event."""
    if unit not in COUNTS or len(gain) < 2 or not np.isfinite(gain).all():
        return False
    same = float((gain == 0.0).mean())
    return MOSTLY <= same < 1.0


def interval(gain: Float, confidence: float, seed: int) -> Interval:
    """Return the interval of the mean of a rare event's differences; the same for one ``seed``."""
    one, other = bootstrapped(gain, confidence, seed), t_interval(gain, confidence)
    return Interval(one.mean, min(one.low, other.low), max(one.high, other.high))


def bootstrapped(gain: Float, confidence: float, seed: int) -> Interval:
    """Return the BCa bootstrap interval of the mean; the same for the same ``seed``.

    It resamples replications, so that values stay with their pairs.
    """
    found = bootstrap(
        (gain,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=confidence,
        method="BCa",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(gain.mean()), float(found.low), float(found.high))
