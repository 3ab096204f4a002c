"""The exact check: every number to the digits that are printed in the pin."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.regression.checked import AS_PINNED, MOVED, absent
from sim.regression.pin_file import DIGITS

SMALLEST = 1e-12
"""What differs by no more than this, in the unit of the measure, is the same number."""


def same(found: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """Return which numbers are the same to the digits of a pin, but for one in the last.

    That one is left to rounding: processors need not sum in the same order. What is not a
    number is the same as what is not a number.
    """
    return np.isclose(
        np.asarray(found, dtype=np.float64),
        np.asarray(expected, dtype=np.float64),
        rtol=10.0 ** (1 - DIGITS),
        atol=SMALLEST,
        equal_nan=True,
    )


def judged(both: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``sim.regression.checked.beside`` with ``verdict`` and ``why``."""
    equal = same(both["mean"], both["mean_pinned"]) & (both["_merge"] == "both").to_numpy()
    why = [
        "" if as_pinned else absent(row) or _words(row["mean_pinned"], row["mean"])
        for as_pinned, (_, row) in zip(equal, both.iterrows(), strict=True)
    ]
    return both.assign(verdict=np.where(equal, AS_PINNED, MOVED), why=why)


def _words(expected: float, found: float) -> str:
    return f"expected {expected:.{DIGITS}g}, found {found:.{DIGITS}g}"
