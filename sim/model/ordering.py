"""The order of millions of numbers that rarely tie."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Int32

Int = NDArray[np.int64]


def order_of(first: Int, *later: Int, in_runs: bool = False) -> Int:
    """Return the order of some keys, the most important one first; what ties stays as it is.

    That of ``np.lexsort`` with the keys turned round, sooner: the first key is sorted
    by what many processors do for eight numbers at once, and only what ties in it is
    looked at again. Numbers that stand ``in_runs``, each in order, are merged.
    """
    order = _places(first, in_runs)
    if later:
        ranked = first[order]
        ties = np.zeros(len(order), dtype=np.bool_)
        same = ranked[1:] == ranked[:-1]
        ties[1:] |= same
        ties[:-1] |= same
        tied = order[ties]
        order[ties] = tied[np.lexsort((*(key[tied] for key in reversed(later)), first[tied]))]
    return order


def _places(numbers: Int, in_runs: bool) -> Int:
    """Return the places of numbers in their order.

    Each number is sorted with its place in the bits below it, if there is room for both:
    that is sooner than to sort places.
    """
    bits = len(numbers).bit_length()
    limit = 1 << (62 - bits)
    if numbers.min(initial=0) < -limit or numbers.max(initial=0) >= limit:
        return np.argsort(numbers, kind="stable")
    both = (numbers << bits) + np.arange(len(numbers))
    both.sort(kind="stable" if in_runs else None)
    return both & ((1 << bits) - 1)


def order_by_group(
    group: NDArray[np.integer], groups: int, first: Int, *later: Int, in_runs: bool = False
) -> Int32:
    """Return the order by group, of which there are few, and within each that of ``order_of``.

    One group after the other, so that what is sorted is small and stays in the cache.
    """
    number = np.uint16 if groups < 1 << 16 else np.int32  # the first are sorted by counting
    order = np.argsort(group.astype(number), kind="stable").astype(np.int32)
    for start, end in pairwise(edges_of(group, groups).tolist()):
        chosen = order[start:end]
        keys = (key[chosen] for key in (first, *later))
        order[start:end] = chosen[order_of(*keys, in_runs=in_runs)]
    return order


def edges_of(group: NDArray[np.integer], groups: int) -> Int:
    """Return where each group begins in an order by group, and the last ends: (groups + 1,).

    Numbers from ``groups`` on are of none of them, and come behind.
    """
    return np.append(0, np.cumsum(np.bincount(group, minlength=groups)[:groups]))
