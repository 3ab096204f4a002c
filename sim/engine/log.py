"""The log: the facts of a run, which every measure is computed from.

Times are whole milliseconds of working time; ``UNSET`` where it has not happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]

UNSET = -1
OPEN, CLOSED, REFUSED_OUTCOME, NOT_OPENED = 0, 1, 2, 3
"""Outcome of a case."""


@dataclass(frozen=True)
class CaseLog:
    """One row per case of the model, shape (cases,).

    ``queue + work + committee + outside + handoff`` is exactly the time from
    opening to closing, or to the horizon while the case is open. Working time
    goes on past a person's shift only to finish the packet in hand.
    """

    opened: Int
    responded: Int
    """End of the first packet of work."""
    closed: Int
    outcome: Int
    queue: Int
    work: Int
    committee: Int
    outside: Int
    handoff: Int
    travel: Int
    """Part of ``work``."""
    relearn: Int
    """Effort that full local knowledge would have saved."""
    crossings: Int
    """Hand-offs between bodies."""
    meetings: Int
    """Meetings that had the case on the agenda."""
    deferrals: Int
    recusals: Int
    jumps: Int
    """Branches taken."""
    step: Int
    """Step within the route where an open case stands, else UNSET."""
    left: Int
    """Work still to do in that step; 0 when its effort is not yet known."""

    @property
    def effort(self) -> Int:
        """Staff time spent, travel included: one officer at a time works on a case."""
        return self.work


@dataclass(frozen=True)
class WorkLog:
    """One row per packet of work, and per stretch of time owed (``case`` = UNSET)."""

    staff: Int
    case: Int
    step: Int
    start: Int
    end: Int
    travel: Int


@dataclass(frozen=True)
class MeetingLog:
    """One row per meeting."""

    committee: Int
    time: Int
    waiting: Int
    """Items whose papers were in time."""
    considered: Int
    decided: Int
    no_quorum: Int
    """Items deferred because conflicts of interest broke the quorum."""
    recusals: Int
    quorate: Int


@dataclass(frozen=True)
class Log:
    """What happened in one run."""

    cases: CaseLog
    work: WorkLog
    meetings: MeetingLog
