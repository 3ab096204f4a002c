"""Times of which some are not known to their end: the Kaplan-Meier estimate.

Cases that are still open are right-censored: all that is known is that they
take longer. A mean over closed cases alone is never formed, because it makes
overload look fast.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import neg

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.view import ALL, ByType

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

ROUNDING = 1e-12
"""A survival of one half that is computed as a product must count as one half."""


@dataclass(frozen=True)
class Curve:
    """Survival: ``alive[i]`` is the share not finished just after ``time[i]``, in order.

    At the times at which somebody finished: survival changes at no other.
    """

    time: Float
    alive: Float


def kaplan_meier(duration: Float, finished: Bool) -> Curve:
    """Estimate survival (Kaplan and Meier 1958) of durations, shape (cases,), not empty.

    At equal durations, those who finish do so before the others are lost from sight.
    """
    times, lost = np.sort(duration[finished]), np.sort(duration[~finished])
    last = np.append(times[1:] != times[:-1], True)[: len(times)]  # of those at the same time
    times, done = times[last], np.flatnonzero(last)
    done += 1  # by each time
    if not len(lost):
        return Curve(times, 1.0 - done / len(duration))
    place = np.searchsorted(times, lost, side="right")
    at_risk = len(duration) - np.cumsum(np.bincount(place, minlength=len(times))[: len(times)])
    at_risk[1:] -= done[:-1]
    left = at_risk - done
    left[1:] += done[:-1]
    return Curve(times, np.asarray(np.cumprod(left / at_risk), dtype=np.float64))


def curves(cases: ByType, duration: Float, finished: Bool) -> Iterator[tuple[str, Curve]]:
    """Give each case type that there are cases of, and all together, its curve."""
    for name, part in zip(cases.names, cases.places(), strict=True):
        if part.start < part.stop:
            yield name, kaplan_meier(duration[part], finished[part])
    if len(duration):
        yield ALL, kaplan_meier(duration, finished)


def quantile(curve: Curve, share: float, limit: float = float("inf")) -> float:
    """Return the first time by which this share has finished.

    NaN where that is not reached, or only past ``limit``.
    """
    reached = bisect_left(curve.alive, share - 1.0 - ROUNDING, key=neg)
    inside = reached < len(curve.time) and curve.time[reached] <= limit
    return float(curve.time[reached]) if inside else float("nan")


def restricted_mean(curve: Curve, limit: float) -> float:
    """Return the mean of min(duration, limit): the area under survival up to a limit.

    Past the last duration seen, survival is carried on as it is (Gill 1980), so
    a case that stays open counts as the limit and never as less.
    """
    inside = curve.time < limit
    edges = np.concatenate([[0.0], curve.time[inside], [limit]])
    height = np.concatenate([[1.0], curve.alive[inside]])
    return float(np.sum(height * np.diff(edges)))
