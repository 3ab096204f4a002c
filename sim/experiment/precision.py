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
Flags = NDArray[np.bool_]

FEWEST = 3
"""The first number of replications that the rule looks at."""

LOOK_AHEAD = 5
"""For how many more replications intervals have to stay narrow; 5% of them above 100."""


@dataclass(frozen=True)
class Sized:
    """How many replications were used, and why no more and no fewer.

    ``reached`` is the number at which every interval was first narrow enough to stay so
    while looking ahead; None where no precision was asked for, the ceiling came first, or no
    comparison can be judged. ``unjudged`` comparisons cannot: the measure was not reached in
    every replication. The others were made precise.
    """

    replications: int
    floor: int
    ceiling: int
    target: float
    """Half-width asked for, in the unit of the measure; 0: none."""
    reached: int | None
    unjudged: int = 0


def look_ahead(replications: int) -> int:
    """Return how many replications more have to confirm that an interval is narrow enough."""
    return LOOK_AHEAD * max(replications, 100) // 100


def solution(
    widths: Float, target: float, floor: int = FEWEST, judged: Flags | None = None
) -> int | None:
    """Return the number of replications at which intervals are narrow enough to stay so.

    ``widths`` are half-widths after each replication, shape (replications, comparisons), and
    ``judged`` says which comparisons can be judged by then, by default all; one that cannot be
    when the look-ahead ends need not be narrow. The look-ahead does not end before ``floor``.
    None where there are too few replications to tell.
    """
    narrow = np.asarray(widths <= target)
    known = np.ones_like(narrow) if judged is None else judged
    for count in range(FEWEST, len(narrow) + 1):
        last = count + look_ahead(count)
        if floor <= last <= len(narrow):
            those = known[last - 1]
            if those.any() and narrow[count - 1 : last, those].all():
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
        judged = np.logical_and.accumulate(np.isfinite(gain))

        def sized(replications: int, reached: int | None, judged: Flags = judged) -> Sized:
            unjudged = int((~judged[replications - 1]).sum())
            return Sized(replications, floor, ceiling, target, reached, unjudged)

        if target <= 0:
            return sized(floor, None)
        widths = half_widths(gain, confidence)
        found = solution(widths, target, floor, judged)
        if found is not None:
            return sized(found + look_ahead(found), found)
        if not judged[-1].any():
            return sized(max(floor, int(judged.any(axis=1).sum()) + 1), None)
        if count >= ceiling:
            return sized(ceiling, None)
        count = min(forecast(count, float(widths[-1][judged[-1]].max()), target), ceiling)


def forecast(count: int, width: float, target: float) -> int:
    """Guess how many replications are needed, look-ahead included: at most twice as many.

    Half-widths shrink with the square root of the number of replications.
    """
    needed = math.ceil(count * min((width / target) ** 2, 2.0))
    return max(needed, count) + look_ahead(needed)
