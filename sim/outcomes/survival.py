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

from sim.outcomes.jit import fast
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
    return survival(np.sort(duration[finished]), np.sort(duration[~finished]))


def survival(times: Float, lost: Float) -> Curve:
    """Estimate it from when cases finish, and when others are lost from sight, in order."""
    time, alive = np.empty_like(times), np.empty_like(times)
    found = fast(estimate, SIGNATURE)(times, lost, time, alive)
    return Curve(time[:found], alive[:found])


def estimate(times: Float, lost: Float, time: Float, alive: Float) -> int:
    """Write the times at which somebody finishes, and survival; return how many there are.

    ``times`` and ``lost`` are when they finish or are lost from sight, in order.
    """
    cases, found, gone, before, share = len(times) + len(lost), 0, 0, 0, 1.0
    for place in range(len(times)):
        if place + 1 < len(times) and times[place + 1] == times[place]:
            continue
        while gone < len(lost) and lost[gone] < times[place]:
            gone += 1
        share *= (cases - gone - place - 1) / (cases - gone - before)
        before = place + 1
        time[found] = times[place]
        alive[found] = share if len(lost) else 1.0 - before / cases
        found += 1
    return found


SIGNATURE = "i8(f8[::1], f8[::1], f8[::1], f8[::1])"


def curves(cases: ByType, duration: Float, finished: Bool) -> Iterator[tuple[str, Curve]]:
    """Give each case type that there are cases of, and all together, its curve.

    ``duration``, not below 0, and ``finished`` have shape (cases,).
    """
    done, open_ = [], []
    for name, part in zip(cases.names, cases.places(), strict=True):
        if part.start < part.stop:
            lasted, to_end = duration[part], finished[part]
            done.append(np.sort(lasted[to_end]))
            open_.append(np.sort(lasted[~to_end]))
            yield name, survival(done[-1], open_[-1])
    if done:
        yield ALL, survival(merged(done), merged(open_))


def merged(runs: list[Float]) -> Float:
    """Merge runs of numbers in order, none below 0, which then have the order of their bits.

    The runs are gone afterwards, because there can be many.
    """
    every = np.concatenate(runs)
    runs.clear()
    every.view(np.int64).sort(kind="stable")
    return every


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
    inside = np.searchsorted(curve.time, limit)
    edges, height = np.empty(inside + 2), np.empty(inside + 1)
    edges[0], edges[1:-1], edges[-1] = 0.0, curve.time[:inside], limit
    height[0], height[1:] = 1.0, curve.alive[:inside]
    height *= np.diff(edges)
    return float(np.sum(height))
