"""Packets of work become hours by period and pool at once; no packet is kept.

A person who finishes a packet after the end of a shift takes the time back
later. Both are found by laying packets over shifts: shifts of one person are in
order and do not overlap. The sums are whole milliseconds, so that they do not
depend on the order of packets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.engine.stream import WORK_COLUMNS
from sim.model.arrays import Model
from sim.model.jit import shared
from sim.outcomes.dates import Windows, years
from sim.outcomes.jit import fast

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

PERSON, CASE, _, START, END, TRAVEL = (
    WORK_COLUMNS.index(name) for name in ("staff", "case", "step", "start", "end", "travel")
)

USES = BUSY, LATE, BACK, INSIDE, INSIDE_TRAVEL, INSIDE_LATE = 0, 1, 2, 3, 4, 5
"""Working on any case; of that after the end of a shift; time taken back within
shifts; working on cases of the area; of that travel; of that after the end of a shift."""


class Timesheet:
    """Milliseconds by period, pool and use, in ``total``."""

    def __init__(self, model: Model, counted: Bool) -> None:
        staff = model.staff
        self.edges = period_edges(years(model))
        pools = len(model.teams.kind) * len(model.teams.roles)
        self.total = np.zeros((len(self.edges) - 1, pools, len(USES)), np.int64)
        self._counted = counted
        self._pool = staff.team * len(model.teams.roles) + staff.role
        self._shifts = [_plain(a) for a in (staff.first_shift, staff.shift_start, staff.shift_end)]
        self._place = self._shifts[0][:-1].copy()

    def add(self, rows: Int) -> None:
        """Add packets, fastest where those of one person come in order of time."""
        where = (self._counted, self._pool, *self._shifts, self._place, self.edges)
        fast(book, SIGNATURE)(_plain(rows), *where, self.total)


def period_edges(windows: Windows) -> Int:
    """Return the edges of years, with the start of the run before a warm-up."""
    return np.unique(np.append(0, windows.edges))


def _plain(array: Int) -> Int:
    """Return an array as compiled code expects it; a copy only if it is not so already."""
    return np.require(array, np.int64, ["C", "W"])


def book(
    rows: Int,
    counted: Bool,
    pool: Int,
    first: Int,
    begins: Int,
    ends: Int,
    place: Int,
    edges: Int,
    total: Int,
) -> None:
    """Add packets to ``total`` (periods, pools, uses), cut at the edges of periods.

    ``place`` holds the shift at which to look for each person's next packet.
    Travel is spread evenly over its packet.
    """
    for row in range(len(rows)):
        person, case = rows[row, PERSON], rows[row, CASE]
        start, end, travel = rows[row, START], rows[row, END], rows[row, TRAVEL]
        mine = case != UNSET and counted[case]
        here, stop, period = max(start, edges[0]), min(end, edges[-1]), 0
        while here < stop:
            while edges[period + 1] <= here:
                period += 1
            until = min(stop, edges[period + 1])
            place[person] = shift_after(here, first, ends, person, place[person])
            within = in_shifts(here, until, begins, ends, place[person], first[person + 1])
            sums = total[period, pool[person]]
            if case == UNSET:
                sums[BACK] += within
            else:
                sums[BUSY] += until - here
                sums[LATE] += until - here - within
            if mine:
                sums[INSIDE] += until - here
                sums[INSIDE_LATE] += until - here - within
                sums[INSIDE_TRAVEL] += share(travel, start, end, here, until)
            here = until


@shared
def shift_after(instant: int, first: Int, ends: Int, person: int, guess: int) -> int:
    """Return the first shift of a person that ends after an instant, near a guess."""
    place = guess
    while place > first[person] and ends[place - 1] > instant:
        place -= 1
    while place < first[person + 1] and ends[place] <= instant:
        place += 1
    return place


@shared
def in_shifts(start: int, end: int, begins: Int, ends: Int, place: int, last: int) -> int:
    """Return how much of a stretch lies within shifts from one on, before the ``last``."""
    within = 0
    while place < last and begins[place] < end:
        within += min(end, ends[place]) - max(start, begins[place])
        place += 1
    return within


@shared
def share(amount: int, start: int, end: int, here: int, until: int) -> int:
    """Return the part of an amount spread over start to end that falls in here to until.

    Rounded so that the parts add up to the amount.
    """
    if here == start and until == end:
        return amount
    length = end - start
    return amount * (until - start) // length - amount * (here - start) // length


SIGNATURE = (
    "void(i8[:,::1], b1[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[::1], i8[:,:,::1])"
)
