"""Clocks: which cases had to be finished by now, and which were in time.

A case counts towards a share "inside the clock" once its clock has run out
within the run, whether it is closed or still open: open and late is missed.
The cases that count are then the same in every arrangement. Counting the
closed cases as well whose clock still runs would flatter overload: of the
youngest cases it would only see those that were quick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.outcomes.view import View
from sim.scenario.units import DAY

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Clocks:
    """One clock on every case, shape (cases,)."""

    deadline: Float
    """When it runs out; NaN where there is no such clock."""
    ran_out: Bool
    """Cases that count: the clock ran out within the run."""
    met: Bool
    """Of those, finished in time."""

    @property
    def missed(self) -> Bool:
        """Cases late, closed or open."""
        return self.ran_out & ~self.met


def resolution(view: View) -> Clocks:
    """Return the clock from being owed to being closed, in calendar days since the start date."""
    days = view.model.types.clock_calendar_days[view.model.cases.case_type]
    deadline = view.calendar_days(view.since) + days
    finished = view.calendar_days(view.ends)
    ran_out = view.cohort & (deadline <= view.calendar_days(view.model.clock.horizon))
    return Clocks(deadline, ran_out, ran_out & view.is_closed & (finished <= deadline))


def response(view: View) -> Clocks:
    """Return the clock from being owed to the first piece of work, in working milliseconds."""
    days = view.model.types.response_working_days[view.model.cases.case_type]
    deadline = view.since + days * DAY
    answered, when = first_response(view)
    ran_out = view.cohort & (deadline <= view.model.clock.horizon)
    return Clocks(deadline, ran_out, ran_out & answered & (when <= deadline))


def first_response(view: View) -> tuple[Bool, NDArray[np.int64]]:
    """Return whether and when a case was first worked on, or closed without any work.

    Where it was not, the time is the horizon.
    """
    horizon = view.model.clock.horizon
    responded = view.log.cases.responded
    worked = (responded != UNSET) & (responded <= horizon)
    return worked | view.is_closed, np.where(worked, responded, view.ends)
