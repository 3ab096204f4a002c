"""Turns that are taken evenly: part-time days, hours for casework, staff lent to others."""

from __future__ import annotations

import numpy as np

from sim.model.arrays import Flags


def rhythm(share: float, phase: float, count: int) -> Flags:
    """Return which of ``count`` turns are taken so that ``share`` of them are, evenly."""
    turns = np.arange(count + 1)
    return np.asarray(np.diff(np.floor(turns * share + phase)) > 0, dtype=np.bool_)
