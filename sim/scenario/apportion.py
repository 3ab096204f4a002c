"""Stated rules for sharing whole numbers out: nothing here is random.

They make synthetic tiers and contracts from published counts, the same on
every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Int = NDArray[np.int64]


def largest_remainder(total: int, weights: ArrayLike) -> Int:
    """Share ``total`` out in proportion to ``weights``, shape (n,), exactly.

    Hamilton's method: whole quotas first, the rest to the largest remainders,
    earlier ones first on a tie. Weights that are all zero count as equal.

    Raises:
        ValueError: There is nobody to share with, or a weight is negative.
    """
    sizes = np.asarray(weights, dtype=np.float64)
    if not sizes.size or (sizes < 0).any():
        raise ValueError(f"cannot share {total} out over weights {sizes.tolist()}")
    if not sizes.sum():
        sizes = np.ones_like(sizes)
    quotas = total * (sizes / sizes.sum())
    counts: Int = np.floor(quotas + 1e-9).astype(np.int64)
    left = total - int(counts.sum())
    counts[np.argsort(counts - quotas, kind="stable")[:left]] += 1
    return counts


def at_least_one(total: int, weights: ArrayLike) -> Int:
    """Share ``total`` out by largest remainder so that everybody gets one or more.

    Raises:
        ValueError: ``total`` is less than the number of weights.
    """
    sizes = np.asarray(weights, dtype=np.float64)
    if total < sizes.size:
        raise ValueError(f"{total} is too few for {sizes.size}")
    single = np.zeros(sizes.size, dtype=np.bool_)
    while True:
        counts = np.ones(sizes.size, dtype=np.int64)
        counts[~single] = largest_remainder(total - int(single.sum()), sizes[~single])
        if counts.all():
            return counts
        single |= counts == 0


def consecutive(weights: ArrayLike, groups: int) -> Int:
    """Cut a row of items into consecutive groups of as equal weight as possible.

    An item belongs to the group in which its middle lies on the cumulated
    weight; a group that would stay empty takes its neighbour's last item.
    Returns the group of each item, shape (items,), from 0 to ``groups`` - 1.

    Raises:
        ValueError: There are more groups than items.
    """
    sizes = np.asarray(weights, dtype=np.float64)
    if not 1 <= groups <= sizes.size:
        raise ValueError(f"cannot cut {sizes.size} items into {groups} groups")
    if not sizes.sum():
        sizes = np.ones_like(sizes)
    middle = (np.cumsum(sizes) - sizes / 2) / sizes.sum()
    group = np.minimum((middle * groups).astype(np.int64), groups - 1)
    step = np.arange(sizes.size)
    group[0] = 0
    group = np.minimum.accumulate(group - step) + step
    group[-1] = groups - 1
    return np.maximum.accumulate((group - step)[::-1])[::-1] + step


def spread(chosen: int, n: int) -> NDArray[np.bool_]:
    """Mark ``chosen`` of n items as evenly along the row as possible, shape (n,)."""
    edges = ((2 * np.arange(n + 1) - 1) * chosen + n) // (2 * n)
    return np.diff(edges) > 0


def middles(n: int) -> NDArray[np.float64]:
    """Return the middles of n equal parts of the unit interval, shape (n,)."""
    return (np.arange(n) + 0.5) / n


def list_sizes(levels: Sequence[float], quantiles: Sequence[float], n: int, total: int) -> Int:
    """Return n list sizes with a published distribution and exactly ``total`` patients.

    ``levels`` are shares from 0 to 1 and ``quantiles`` the list sizes at them.

    Quantiles are interpolated at the middles of n equal parts, scaled and
    rounded by largest remainder. The sizes are dealt out in golden-section
    steps, so that neighbours in the list are unlike in size.
    """
    sizes = largest_remainder(total, np.interp(middles(n), levels, quantiles))
    return sizes[np.arange(n) * _golden_step(n) % n]


def _golden_step(n: int) -> int:
    """Return the number coprime to n that is nearest 0.618 n, below on a tie."""
    coprime = (step for step in range(1, n + 1) if math.gcd(step, n) == 1)
    return min(coprime, key=lambda step: abs(step - 0.618 * n))
