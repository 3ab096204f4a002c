"""Poisson numbers by inverse transform."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr, pdtrik

Int = NDArray[np.int64]
Float = NDArray[np.float64]

CLOSE = 1e-6
"""A draw this close to a step of the distribution is decided by the exact inverse."""


def numbers(drawn: Float, mean: Float) -> Int:
    """Return the smallest numbers of which the distribution function reaches ``drawn``.

    ``drawn`` is in [0, 1), ``mean`` at least 0; both have shape (n,). Many draws
    with few different means look the distribution up in a table; that changes
    no number.
    """
    different = np.unique(mean)
    widest = different.max(initial=0.0)
    columns = int(np.ceil(pdtrik(1 - CLOSE, widest))) + 1 if widest > 0 else 1
    if len(different) * columns > len(drawn):
        return exact(drawn, mean)
    table = pdtr(np.arange(columns), different[:, None])
    row = np.searchsorted(different, mean)
    ladder = (table + np.arange(len(different))[:, None]).ravel()
    number = np.searchsorted(ladder, drawn + row) - row * columns
    below = table[row, np.maximum(number - 1, 0)]
    above = table[row, np.minimum(number, columns - 1)]
    close = np.flatnonzero((np.abs(drawn - below) < CLOSE) | (above < drawn + CLOSE))
    number[close] = exact(drawn[close], mean[close])
    return np.asarray(number, dtype=np.int64)


def exact(drawn: Float, mean: Float) -> Int:
    """Return the same, draw by draw: the inverse of SciPy, rounded up, less one if that will do."""
    number = np.ceil(pdtrik(drawn, mean))
    less = np.maximum(number - 1, 0)
    number = np.where(pdtr(less, mean) >= drawn, less, number)
    return np.where(mean > 0, number, 0).astype(np.int64)
