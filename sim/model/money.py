"""Money in a model: what an arrangement costs, and hard budgets. No engine reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Money:
    """Yearly cost of the arrangement, as far as it serves the area, in GBP."""

    staff_by_role: Float
    overhead: float
    committees: float
    wte_by_role: Float
    """Inside share of every team's WTE."""
    wte_by_team: Float
    """The same by kind of team, shape (kinds, roles)."""
    governance_hours: Float = field(default_factory=lambda: np.zeros(0))
    """Hours by role that bodies and meetings take of their staff, inside share; empty: none."""
    external: Float = field(default_factory=lambda: np.zeros(0))
    """Bought for one case, by case type; empty where nothing is."""
    travel_per_hour: float = 0.0
    allowance_per_head: float = 0.0
    """What may be spent in a year for each patient; 0 where there is no limit."""


@dataclass(frozen=True)
class Budgets:
    """What bodies with hard budgets have and overspend, shape (bodies of the tier,)."""

    budget: Float
    """In a year, in GBP."""
    overspend: Float
    """Spent beyond the budget in each whole year, below 0 where less, shape (bodies, years)."""
    fails_beyond: float
    """Share of the budget."""
    inside: Float
    """Share of the body's patients who are registered in the area."""
    home: Int
    """Entity that the body's cases belong to, or -1."""

    @property
    def failed(self) -> Flags:
        """Whether each body fails in each year."""
        limit = (self.budget * self.fails_beyond)[:, None]
        return np.asarray(self.overspend > limit)
