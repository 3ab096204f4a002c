"""Turns that are taken evenly: part-time days, hours for casework, staff lent to others."""

from __future__ import annotations

import numpy as np

from sim.model.arrays import Flags, Float


def rhythm(there: Flags, share: Float | float, phase: Float) -> Flags:
    """Return which turns are taken, evenly, so that a share is of those at which one is there.

    ``there`` and the result have shape (people, turns), ``share`` and ``phase`` (people,).
    """
    share, phase = (np.reshape(each, (-1, 1)) for each in (share, phase))
    turn = np.cumsum(there, axis=1, dtype=np.float64)
    after = np.floor(turn * share + phase)
    turn -= 1.0
    return there & (after > np.floor(turn * share + phase))
