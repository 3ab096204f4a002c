"""Which cases count, as far as the model says before anything has happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.model.arrays import Model

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Members:
    """Answers about some cases at a time: ``case`` is their numbers, or a slice."""

    model: Model
    counted: Bool
    """Cases of the area: those that other areas bring to a shared body do not count."""
    rolling: Bool
    """Cases whose due date counts from the closing of the one before."""

    def is_owed(self, since: Int) -> Bool:
        """Say which cases have arisen by the horizon, opened or not."""
        return np.asarray((since >= 0) & (since < self.model.clock.horizon))

    def is_opened(self, opened: Int) -> Bool:
        """Say which cases somebody could work on before the horizon."""
        return np.asarray((opened != UNSET) & (opened < self.model.clock.horizon))

    def is_closed(self, closed: Int) -> Bool:
        """Say which cases were closed (or refused) by the horizon."""
        return np.asarray((closed != UNSET) & (closed <= self.model.clock.horizon))

    def in_cohort(self, case: Int | slice, since: Int) -> Bool:
        """Say which cases times are measured on; see ``View.cohort``."""
        late_enough = since >= self.model.warm_up
        known = self.counted[case] & ~self.model.cases.initial[case]
        return np.asarray(known & late_enough & self.is_owed(since))


def members(model: Model) -> Members:
    """Return what the model says of its cases."""
    cases = model.cases
    counted = ~cases.background & model.entities.inside[cases.entity]
    return Members(model, counted, (cases.after >= 0) & (cases.gap >= 0))
