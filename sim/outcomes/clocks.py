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
from sim.model.arrays import Int32
from sim.outcomes.view import View
from sim.scenario.units import DAY

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Clocks:
    """The clocks that ran out within the run: those of the cases that count."""

    case: Int
    """Numbers of the cases, in order."""
    deadline: Float
    """When each clock ran out."""
    met: Bool
    """Whether the case was finished in time."""

    def missed(self) -> tuple[Int, Float]:
        """Return the cases that were late, closed or open, and their deadlines."""
        late = np.flatnonzero(~self.met)
        return self.case[late], self.deadline[late]


def resolution(view: View) -> Clocks:
    """Return the clocks from being owed to being closed, in calendar days since the start date."""
    case = np.flatnonzero(view.cohort)
    days = view.model.types.clock_calendar_days[view.model.cases.case_type[case]]
    deadline = view.calendar_days(view.since[case]) + days
    ran_out = np.flatnonzero(deadline <= view.calendar_days(view.model.clock.horizon))
    case, deadline = case[ran_out], deadline[ran_out]
    in_time = view.calendar_days(view.ends(case)) <= deadline
    return Clocks(case, deadline, view.is_closed[case] & in_time)


def response(view: View) -> Clocks:
    """Return the clocks from being owed to the first piece of work, in working milliseconds."""
    case = np.flatnonzero(view.cohort)
    days = view.model.types.response_working_days[view.model.cases.case_type[case]]
    deadline = view.since[case] + days * DAY
    ran_out = np.flatnonzero(deadline <= view.model.clock.horizon)
    case, deadline = case[ran_out], deadline[ran_out]
    answered, when = first_response(view, case)
    return Clocks(case, deadline, answered & (when <= deadline))


def first_response(view: View, case: Int | Int32) -> tuple[Bool, Int]:
    """Return whether and when cases were first worked on, or closed without any work.

    Where they were not, the time is the horizon.
    """
    responded = view.tally.responded[case]
    worked = (responded != UNSET) & (responded <= view.model.clock.horizon)
    return worked | view.is_closed[case], np.where(worked, responded, view.ends(case))
