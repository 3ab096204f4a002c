"""Times of which some are not known to their end: the Kaplan-Meier estimate.

Cases that are still open are right-censored: all that is known is that they
take longer. A mean over closed cases alone is never formed, because it makes
overload look fast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

ROUNDING = 1e-12
"""A survival of one half that is computed as a product must count as one half."""


@dataclass(frozen=True)
class Curve:
    """Survival: ``alive[i]`` is the share not finished just after ``time[i]``, in order."""

    time: Float
    alive: Float


def kaplan_meier(duration: Float, finished: Bool) -> Curve:
    """Estimate survival (Kaplan and Meier 1958) of durations, shape (cases,), not empty.

    At equal durations, those who finish do so before the others are lost from sight.
    """
    sample = CensoredData(uncensored=duration[finished], right=duration[~finished])
    curve = ecdf(sample).sf
    return Curve(np.asarray(curve.quantiles), np.asarray(curve.probabilities))


def quantile(curve: Curve, share: float, limit: float = float("inf")) -> float:
    """Return the first time by which this share has finished.

    NaN where that is not reached, or only past ``limit``.
    """
    reached = np.flatnonzero((curve.alive <= 1.0 - share + ROUNDING) & (curve.time <= limit))
    return float(curve.time[reached[0]]) if len(reached) else float("nan")


def restricted_mean(curve: Curve, limit: float) -> float:
    """Return the mean of min(duration, limit): the area under survival up to a limit.

    Past the last duration seen, survival is carried on as it is (Gill 1980), so
    a case that stays open counts as the limit and never as less.
    """
    inside = curve.time < limit
    edges = np.concatenate([[0.0], curve.time[inside], [limit]])
    height = np.concatenate([[1.0], curve.alive[inside]])
    return float(np.sum(height * np.diff(edges)))
