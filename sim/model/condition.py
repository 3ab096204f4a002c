"""The condition of contracts, as arrays: what drifts, what detects and what repairs.

The rule of the drift itself is ``sim.model.rules.decline``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model import rng

Int = NDArray[np.int64]
Int32 = NDArray[np.int32]
Int16 = NDArray[np.int16]
Float = NDArray[np.float64]
Flags = NDArray[np.bool_]

SOUND, STRUGGLING, FAILING = 0, 1, 2
"""Conditions of a contract, the worse the greater."""


@dataclass(frozen=True)
class Luck:
    """A share of the cases of each type, and where to look up whether a case is one of them."""

    share: Float
    """Shape (types,)."""
    key: Int
    """Stream keys, shape (types, 2)."""

    def strikes(self, case_type: Int16, uid: Int, ordinal: Int32) -> Flags:
        """Say of cases at their addresses whether they are of the share."""
        drawn = rng.uniforms(self.key[case_type], uid, ordinal)
        return np.asarray(drawn < self.share[case_type])


@dataclass(frozen=True)
class Condition:
    """How contracts drift, when a failing one closes, and what work has to do with it."""

    applies: Flags
    """Contracts whose condition is followed, shape (entities,)."""
    key: Int
    """Stream key of the drift, shape (2,)."""
    to_struggling: float
    """Mean milliseconds in which a sound contract begins to struggle."""
    to_failing: float
    """Mean milliseconds in which a struggling one begins to fail."""
    struggling: float
    """Share of contracts that struggle, but do not fail, on the first day."""
    failing: float
    """Share of contracts that fail on the first day."""
    first_closing: Int
    """Shape (entities + 1,): entity e may close at closing[first[e]:first[e + 1]]."""
    closing: Int
    """When a contract closes if it is failing just then, in order by entity."""
    detects: Luck
    repairs: Luck
    feedback: bool
    """Whether the condition decides which cases arise."""
    needs: Int
    """Condition that a contract must have reached for a case to arise, shape (types,)."""
    closes: Flags
    """Types whose cases arise when a contract closes, shape (types,)."""
