"""The order of millions of numbers that rarely tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]


def order_of(first: Int, *later: Int) -> Int:
    """Return the order of some keys, the most important one first; what ties stays as it is.

    That of ``np.lexsort`` with the keys turned round, sooner: the first key is sorted
    by what many processors do for eight numbers at once, and only those that tie in
    it are looked at again.
    """
    order = np.argsort(first)
    ranked = first[order]
    ties = np.zeros(len(order), dtype=np.bool_)
    same = ranked[1:] == ranked[:-1]
    ties[1:] |= same
    ties[:-1] |= same
    tied = np.sort(order[ties])
    order[ties] = tied[np.lexsort((*(key[tied] for key in reversed(later)), first[tied]))]
    return order
