"""Exponentials and logarithms that have the same bits on every processor.

NumPy computes its own in the way that suits the processor best, and these ways differ in
the last bit, which can move an event by a millisecond. Those of SciPy know one way only.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp2, log1p

Float = NDArray[np.float64]

__all__ = ["exp", "log1p"]


def exp(x: Float) -> Float:
    """Return e to the power of some numbers, to within a few units in the last place."""
    return np.asarray(exp2(x / math.log(2.0)), dtype=np.float64)
