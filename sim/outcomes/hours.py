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

from sim.model.arrays import Model
from sim.outcomes.timesheet import BACK, BUSY, INSIDE, INSIDE_LATE, INSIDE_TRAVEL, LATE, USES
from sim.outcomes.view import Bool, Float, Int, View
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

    def last(self, periods: int) -> Hours:
        """Return the last of the periods."""
        return Hours(*(part[-periods:] for part in vars(self).values()))

    def whole_run(self) -> Hours:
        """Return the sums over all periods, as the only period."""
        return Hours(*(part.sum(axis=0, keepdims=True) for part in vars(self).values()))


def hours(view: View) -> Hours:
    """Return the time of all staff in each year, and before the first in a warm-up."""
    total = view.tally.timesheet.total
    shape = (len(total), len(view.model.teams.kind), len(view.model.teams.roles))
    use = [total[:, :, number].reshape(shape).astype(np.float64) for number in USES]
    present = presence(view.model, view.tally.timesheet.edges).reshape(shape)
    return Hours(
        present=present,
        busy=use[BUSY],
        available=present - use[BACK] + use[LATE],
        inside_work=use[INSIDE] - use[INSIDE_TRAVEL],
        inside_travel=use[INSIDE_TRAVEL],
        inside_overrun=use[INSIDE_LATE],
    )


def presence(model: Model, edges: Int) -> Float:
    """Return the time in shifts by period and pool, shape (periods, pools)."""
    shape = (len(edges) - 1, len(model.teams.kind) * len(model.teams.roles))
    present = cut(model.staff.shift_start, model.staff.shift_end, edges)
    address = present.period * shape[1] + pool_of_shift(model)[present.row]
    length = present.end - present.start
    total = np.bincount(address, length, minlength=shape[0] * shape[1])
    return total.astype(np.float64).reshape(shape)


def pool_of_shift(model: Model) -> Int:
    """Return the pool of the person whose shift each one is."""
    staff = model.staff
    pool = staff.team * len(model.teams.roles) + staff.role
    return np.repeat(pool, np.diff(staff.first_shift))


def by_kind(view: View, amount: Float) -> Float:
    """Add up amounts (..., teams, roles) over the teams of a kind: (..., kinds, roles)."""
    members = members_of_kinds(view).astype(np.float64)
    return np.asarray(np.einsum("kt,...tr->...kr", members, amount))


def members_of_kinds(view: View) -> Bool:
    """Return which teams are of which kind, shape (kinds, teams)."""
    teams = view.model.teams
    kinds = np.array([view.team_kinds.index(name) for name in teams.kinds])[teams.kind]
    return np.asarray(kinds == np.arange(len(view.team_kinds))[:, None])


def days_without_anybody(view: View) -> NDArray[np.int64]:
    """Return the working days of the run on which a pool had nobody in, shape (teams, roles).

    Of those on which its team existed. Pools that have no staff at all get -1: nobody was
    meant to be there.
    """
    model, pool = view.model, pool_of_shift(view.model)
    roles = len(model.teams.roles)
    pools, days = len(model.teams.kind) * roles, model.clock.horizon // DAY
    come = pool * (days + 1) + np.minimum(model.staff.shift_start // DAY, days)
    go = pool * (days + 1) + np.minimum((model.staff.shift_end - 1) // DAY + 1, days)
    size = pools * (days + 1)
    steps = (np.bincount(come, minlength=size) - np.bincount(go, minlength=size)).reshape(pools, -1)
    empty = (np.cumsum(steps[:, :days], axis=1) == 0) & np.repeat(
        exists(model, days), roles, axis=0
    )
    nobody = np.count_nonzero(empty, axis=1)
    staffed = np.isin(np.arange(pools), model.staff.team * roles + model.staff.role)
    return np.where(staffed, nobody, -1).reshape(-1, roles).astype(np.int64)


def exists(model: Model, days: int) -> Bool:
    """Return on which of so many working days each team exists, shape (teams, days)."""
    there = np.ones((len(model.teams.kind), days), dtype=np.bool_)
    if model.change is not None:
        earlier = np.arange(len(there)) < model.change.teams
        there = earlier[:, None] == (np.arange(days) * DAY < model.change.at)
    return there
