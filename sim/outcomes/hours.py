"""Where staff time goes: busy and available time by period, team and role.

A person who finishes a packet after the end of a shift takes the time back
later. Available time is therefore time in shifts, less time taken back, plus
work outside shifts. As people do one thing at a time, busy time never exceeds
available time, to the millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.outcomes.view import Float, Int, View
from sim.scenario.units import DAY


@dataclass(frozen=True)
class Pieces:
    """Stretches of time, cut at the edges of periods; shape (pieces,)."""

    row: Int
    """Which stretch a piece is of."""
    period: Int
    start: Int
    end: Int


def cut(start: Int, end: Int, edges: Int) -> Pieces:
    """Cut stretches at the edges of periods; what lies outside the edges is dropped."""
    start, end = np.maximum(start, edges[0]), np.minimum(end, edges[-1])
    kept = np.flatnonzero(start < end)
    first = np.searchsorted(edges, start[kept], side="right") - 1
    last = np.searchsorted(edges, end[kept], side="left") - 1
    many = last - first + 1
    row = np.repeat(kept, many)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    period = np.repeat(first, many) + offset
    return Pieces(
        row=row,
        period=period,
        start=np.maximum(start[row], edges[period]),
        end=np.minimum(end[row], edges[period + 1]),
    )


@dataclass(frozen=True)
class Presence:
    """Shifts of all people, in an order in which an instant of a person can be looked up."""

    owner: Int
    start: Int
    end: Int

    def before(self, person: Int, instant: Int) -> Int:
        """Return each person's time in shifts before an instant, up to a constant per person."""
        far = int(max(self.end.max(initial=0), instant.max(initial=0))) + 1
        place = np.searchsorted(self.owner * far + self.start, person * far + instant, "right") - 1
        total = np.concatenate([[0], np.cumsum(self.end - self.start)])
        here = np.maximum(place, 0)
        mine = (place >= 0) & (self.owner[here] == person)
        beyond = np.maximum(self.end[here] - instant, 0)
        return total[place + 1] - np.where(mine, beyond, 0)

    def within(self, person: Int, start: Int, end: Int) -> Int:
        """Return how much of each stretch lies within the person's shifts."""
        return self.before(person, end) - self.before(person, start)


@dataclass(frozen=True)
class Hours:
    """Milliseconds by period, team and role, shape (periods, teams, roles)."""

    present: Float
    """In shifts: there for casework."""
    busy: Float
    """Working on any case."""
    available: Float
    inside_work: Float
    """Of busy: on cases of the area, without travel."""
    inside_travel: Float
    inside_overrun: Float
    """Of busy, on cases of the area: after the end of a shift."""


def hours(view: View, edges: Int) -> Hours:
    """Add up the time of all staff between edges, shape (periods + 1,)."""
    shifts, work = presence(view), view.log.work
    present = cut(shifts.start, shifts.end, edges)
    if len(shifts.owner) == 0:
        nothing = np.zeros(_shape(view, edges))
        return Hours(*[nothing] * 6)
    done = cut(work.start, work.end, edges)
    person = work.staff[done.row]
    length = (done.end - done.start).astype(np.float64)
    in_shift = shifts.within(person, done.start, done.end).astype(np.float64)
    busy = work.case[done.row] != UNSET
    mine = busy & view.counted[work.case[done.row]]
    travel = length * (work.travel / np.maximum(work.end - work.start, 1))[done.row]
    overrun = length - in_shift

    def add(amount: Float) -> Float:
        return table(view, edges, done.period, person, amount)

    shift_time = (present.end - present.start).astype(np.float64)
    presence_time = table(view, edges, present.period, shifts.owner[present.row], shift_time)
    return Hours(
        present=presence_time,
        busy=add(length * busy),
        available=presence_time - add(in_shift * ~busy) + add(overrun * busy),
        inside_work=add((length - travel) * mine),
        inside_travel=add(travel * mine),
        inside_overrun=add(overrun * mine),
    )


def presence(view: View) -> Presence:
    """Return the shifts of all people."""
    staff = view.model.staff
    owner = np.repeat(np.arange(len(staff.team)), np.diff(staff.first_shift))
    return Presence(owner.astype(np.int64), staff.shift_start, staff.shift_end)


def table(view: View, edges: Int, period: Int, person: Int, amount: Float) -> Float:
    """Add up amounts by period and by the team and role of the person."""
    shape = _shape(view, edges)
    people = view.model.staff
    address = (period * shape[1] + people.team[person]) * shape[2] + people.role[person]
    total = np.bincount(address, weights=amount, minlength=int(np.prod(shape)))
    return total.astype(np.float64).reshape(shape)


def _shape(view: View, edges: Int) -> tuple[int, int, int]:
    return len(edges) - 1, len(view.model.teams.kind), len(view.model.teams.roles)


def by_kind(view: View, amount: Float) -> Float:
    """Add up amounts (..., teams, roles) over the teams of a kind: (..., kinds, roles)."""
    kinds = np.arange(len(view.model.teams.kinds))
    member = (view.model.teams.kind == kinds[:, None]).astype(np.float64)
    return np.asarray(member @ amount, dtype=np.float64)


def days_without_anybody(view: View) -> NDArray[np.int64]:
    """Return the working days of the run on which a pool had nobody in, shape (teams, roles).

    Pools that have no staff at all get -1: nobody was meant to be there.
    """
    model, shifts = view.model, presence(view)
    roles = len(model.teams.roles)
    pools, days = len(model.teams.kind) * roles, model.clock.horizon // DAY
    pool = (model.staff.team * roles + model.staff.role)[shifts.owner]
    steps = np.zeros((pools, days + 1), dtype=np.int64)
    np.add.at(steps, (pool, np.minimum(shifts.start // DAY, days)), 1)
    np.add.at(steps, (pool, np.minimum((shifts.end - 1) // DAY + 1, days)), -1)
    nobody = np.count_nonzero(np.cumsum(steps[:, :days], axis=1) == 0, axis=1)
    staffed = np.isin(np.arange(pools), model.staff.team * roles + model.staff.role)
    return np.where(staffed, nobody, -1).reshape(-1, roles).astype(np.int64)
