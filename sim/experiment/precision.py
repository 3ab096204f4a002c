"""How many replications are enough: until every interval is as narrow as was asked, and stays so.

Source: Hoad K, Robinson S, Davies R (2010), Automated selection of the number of
replications for a discrete-event simulation, Journal of the Operational Research Society
61(11), 1632-1644. Two things differ here. The half-width is compared with a precision in
the unit of the measure, not with a share of the mean, because the mean of a difference
may be near zero. And all comparisons have to meet it at the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.simultaneous import half_widths

Float = NDArray[np.float64]

FEWEST = 3
"""The first number of replications that the rule looks at."""

LOOK_AHEAD = 5
"""For how many more replications intervals have to stay narrow; 5% of them above 100."""


@dataclass(frozen=True)
class Sized:
    """How many replications were used, and why no more and no fewer.

    ``reached`` is the number at which every interval was first narrow enough to stay so
    while looking ahead; None where no precision was asked for, or the ceiling came first.
    """

    replications: int
    floor: int
    ceiling: int
    target: float
    """Half-width asked for, in the unit of the measure; 0: none."""
    reached: int | None


def look_ahead(replications: int) -> int:
    """Return how many replications more have to confirm that an interval is narrow enough."""
    return LOOK_AHEAD * max(replications, 100) // 100


def solution(widths: Float, target: float, floor: int = FEWEST) -> int | None:
    """Return the number of replications at which intervals are narrow enough to stay so.

    ``widths`` are half-widths after each replication, shape (replications, comparisons).
    The look-ahead does not end before ``floor``. None where there are too few replications
    to tell.
    """
    narrow = np.asarray((widths <= target).all(axis=1))
    for count in range(FEWEST, len(narrow) + 1):
        last = count + look_ahead(count)
        if floor <= last <= len(narrow) and narrow[count - 1 : last].all():
            return count
    return None


def grow(
    measured: Callable[[int], Float],
    confidence: float,
    target: float,
    floor: int,
    ceiling: int,
) -> Sized:
    """Ask for replications until every comparison that can be judged is precise enough.

    ``measured(n)`` returns the differences of the first n replications, shape (n,
    comparisons). A comparison with a value that was never reached cannot be judged. How
    many are asked for at a time changes nothing but the time that it takes.
    """
    count = floor
    while True:
        gain = measured(count)
        judged = gain[:, np.isfinite(gain).all(axis=0)]
        if target <= 0 or judged.shape[1] == 0:
            return Sized(floor, floor, ceiling, target, None if target <= 0 else floor)
        widths = half_widths(judged, confidence)
        found = solution(widths, target, floor)
        if found is not None:
            return Sized(found + look_ahead(found), floor, ceiling, target, found)
        if count >= ceiling:
            return Sized(ceiling, floor, ceiling, target, None)
        count = min(forecast(count, float(widths[-1].max()), target), ceiling)


def forecast(count: int, width: float, target: float) -> int:
    """Guess how many replications are needed, look-ahead included: at most twice as many.

    Half-widths shrink with the square root of the number of replications.
    """
    needed = math.ceil(count * min((width / target) ** 2, 2.0))
    return max(needed, count) + look_ahead(needed)
