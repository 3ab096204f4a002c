"""Shapley values: the one fair way to share out what several players achieve together."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def shapley(values: Float) -> Float:
    """Return each player's part of the difference between all players and none.

    ``values`` has shape (2**players, ...): row r is what is achieved by the players
    whose bits are set in r. A part, shape (players, ...), is what a player adds, on average
    over every order in which the players can come; the parts add up to the last row
    less the first. Source: L. S. Shapley, A value for n-person games, in Contributions
    to the Theory of Games II, Princeton 1953.

    Raises:
        ValueError: The number of rows is not a power of two.
    """
    players = len(values).bit_length() - 1
    if len(values) != 1 << players:
        raise ValueError(f"expected 2**players rows, found {len(values)}")
    parts = np.empty((players, *values.shape[1:]))
    every = np.arange(len(values))
    for player in range(players):
        without = every[every >> player & 1 == 0]
        before = [int(row).bit_count() for row in without]
        weight = np.array([1.0 / (players * comb(players - 1, size)) for size in before])
        gain = values[without | 1 << player] - values[without]
        parts[player] = np.tensordot(weight, gain, axes=1)
    return parts
