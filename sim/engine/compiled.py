"""The compiled engine: the same behaviour as the reference engine, by Numba.

On the same model both write the same log, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel import loop
from sim.engine.kernel.pack import Memory, Table, pack, view
from sim.engine.log import CaseLog, Log, MeetingLog, WorkLog
from sim.engine.order import ARRIVE, CASE, LEAVE, MEETING
from sim.engine.partition import Partition, partition, together
from sim.model.arrays import Model

Int = NDArray[np.int64]

LOG_COLUMNS = {
    "opened": at.OPENED,
    "responded": at.RESPONDED,
    "closed": at.CLOSED,
    "outcome": at.OUTCOME,
    "queue": at.QUEUE,
    "work": at.WORKED,
    "committee": at.COMMITTEE,
    "outside": at.OUTSIDE,
    "handoff": at.HANDOFF,
    "travel": at.TRAVEL,
    "relearn": at.RELEARN,
    "crossings": at.CROSSINGS,
    "meetings": at.MEETINGS,
    "deferrals": at.DEFERRALS,
    "recusals": at.RECUSALS,
    "jumps": at.JUMPS,
    "step": at.STEP,
    "left": at.LEFT,
}


@dataclass(frozen=True)
class Ready:
    """A model packed for the kernel, with the events known beforehand by part."""

    memory: Memory
    openings: list[Int]
    shifts: list[Int]
    meetings: list[Int]
    longest_agenda: int


def run(model: Model, *, apart: bool = True) -> Log:
    """Run the model from its first instant until just before the horizon.

    Bodies that share nothing are simulated ``apart``, which changes no result.
    """
    ready = prepare(model, apart=apart)
    return write_log(ready.memory, simulate(ready))


def prepare(model: Model, *, apart: bool = True) -> Ready:
    """Pack a model and sort what is known beforehand."""
    parts = partition(model) if apart else together(model)
    memory = pack(model, parts)
    return Ready(
        memory,
        openings(model, memory, parts),
        shifts(model, memory, parts),
        meetings(model, memory, parts),
        int(model.committees.agenda.max(initial=1)),
    )


def simulate(ready: Ready) -> Int:
    """Move the cases; return the work log, one row per packet in order of its end."""
    memory, cases, officers = ready.memory, ready.memory.cases, ready.memory.officers
    work = np.empty((4 * cases.rows + 1024, 6), dtype=np.int64)
    for opening, shift, meeting in zip(ready.openings, ready.shifts, ready.meetings, strict=True):
        if len(opening) or len(meeting):  # otherwise nothing happens in a part
            work = loop.simulate(
                memory.m, memory.x, opening, shift, meeting, work, ready.longest_agenda
            )
    work = loop.stop(memory.m, work, cases.rows, officers.rows, cases.first, officers.first)
    rows: Int = work[: memory.m[at.PACKETS]]
    return rows


def openings(model: Model, memory: Memory, parts: Partition) -> list[Int]:
    """Return the openings that wait for no other case, in order, by part."""
    cases = model.cases
    rows = np.flatnonzero(cases.after < 0)
    part = parts.of_entity[cases.entity[rows]]
    order = (CASE << at.CLASS_SHIFT) + cases.mark[rows]
    key = memory.cases.address(memory.row[rows])
    return calendar(parts, part, cases.opens[rows], order, key, np.full(len(rows), at.RESUME))


def shifts(model: Model, memory: Memory, parts: Partition) -> list[Int]:
    """Return when people come and go, in order, by part."""
    staff = model.staff
    once = np.repeat(np.arange(len(staff.team)), np.diff(staff.first_shift))
    who = np.concatenate([once, once])
    time = np.concatenate([staff.shift_start, staff.shift_end])
    end = np.concatenate([staff.shift_end, staff.shift_end])
    order = (np.repeat([ARRIVE, LEAVE], len(once)) << at.CLASS_SHIFT) + staff.mark[who]
    part = parts.of_team[staff.team[who]]
    return calendar(parts, part, time, order, memory.officers.address(who), end)


def meetings(model: Model, memory: Memory, parts: Partition) -> list[Int]:
    """Return the meetings of every committee, in order, by part."""
    every = model.committees
    who = np.repeat(np.arange(len(every.kind)), np.diff(every.first_meeting))
    order = (MEETING << at.CLASS_SHIFT) + every.mark[who]
    row = memory.meetings.address(np.arange(len(every.meeting)))
    part = parts.of_committee[who]
    return calendar(parts, part, every.meeting, order, memory.committees.address(who), row)


def calendar(
    parts: Partition, part: Int, time: Int, order: Int, key: Int, meaning: Int
) -> list[Int]:
    """Put events known beforehand in order and cut them by part."""
    sequence = np.lexsort((key, order, time, part))
    events = np.column_stack([time, order, key, meaning])[sequence]
    edges = np.searchsorted(part[sequence], np.arange(parts.parts + 1))
    return [events[start:end] for start, end in pairwise(edges)]


def write_log(memory: Memory, work: Int) -> Log:
    """Return the log; packets in order of person and start."""
    cases = view(memory.m, memory.cases)
    columns = {name: cases[memory.row, column] for name, column in LOG_COLUMNS.items()}
    order = np.argsort(work[:, 0], kind="stable")
    return Log(
        cases=CaseLog(**columns),
        work=WorkLog(*(work[order, column] for column in range(work.shape[1]))),
        meetings=MeetingLog(*_columns(memory, memory.meetings)),
    )


def _columns(memory: Memory, table: Table) -> Int:
    return np.ascontiguousarray(view(memory.m, table).T)
