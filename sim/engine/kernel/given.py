"""What is known beforehand of one part: its cases, shifts and meetings, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.lines import COLUMNS, fill
from sim.engine.kernel.pack import Memory
from sim.engine.order import ARRIVE, LEAVE, MEETING
from sim.engine.partition import Partition
from sim.model.arrays import Int32, Model
from sim.model.ordering import order_by_group

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """What is known beforehand of one part."""

    part: int
    first: int
    """Place of its first case in the order of all cases."""
    cases: Int
    """One row per case, shape (cases, GIVEN_COLUMNS)."""
    shifts: Int
    """When people come and go: one number per event."""
    people: slice
    """Rows of the table of officers."""
    meetings: Int
    """Instant, class and tie mark, number and address of the committee."""


class Beforehand:
    """Cuts a model into parts, and gives what is known of each when it is asked for."""

    def __init__(self, model: Model, memory: Memory, parts: Partition) -> None:
        self.model, self.memory = model, memory
        self.order = case_order(model, parts)
        self.cases = parts.bounds
        self.successor = successors(model, self.order)
        people = np.arange(len(model.staff.team), dtype=np.int32)
        self.person = np.repeat(people, np.diff(model.staff.first_shift))
        self.shifts = Groups(parts.of_team[model.staff.team[self.person]], parts.parts)
        self.committee = np.repeat(
            np.arange(len(model.committees.kind)), np.diff(model.committees.first_meeting)
        )
        self.meetings = Groups(parts.of_committee[self.committee], parts.parts)
        self.receives = np.isin(np.arange(parts.parts), parts.flows[:, 1])
        """Parts to which cases come that have not opened there."""

    def __iter__(self) -> Iterator[Given]:
        """Give each part in which anything can happen."""
        first = self.memory.first
        for part in range(len(self.receives)):
            meetings = self.meetings[part]
            start, end = self.cases[part : part + 2]
            if end > start or len(meetings) or self.receives[part]:
                yield Given(
                    part,
                    int(start),
                    self.rows(self.order[start:end]),
                    self._shifts(self.shifts[part], int(first[part])),
                    slice(int(first[part]), int(first[part + 1])),
                    self._meetings(meetings),
                )

    def rows(self, chosen: Int32) -> Int:
        """Return one row per case."""
        rows, cases = np.empty((len(chosen), at.GIVEN_COLUMNS), dtype=np.int64), self.model.cases
        columns = (getattr(cases, name) for name in COLUMNS)
        fill(rows, rows.view(np.float64), chosen, self.memory.kind, self.successor, *columns)
        return rows

    def _shifts(self, chosen: Int32, first: int) -> Int:
        """Return when people come and go, in order: instant, class, place of the person."""
        staff, place = self.model.staff, self.memory.place[self.person[chosen]] - first
        come = (staff.shift_start[chosen] << at.SHIFT_TIME) + (ARRIVE << at.PERSON_BITS) + place
        go = (staff.shift_end[chosen] << at.SHIFT_TIME) + (LEAVE << at.PERSON_BITS) + place
        return np.sort(np.concatenate([come, go]), kind="stable")  # each person has two runs

    def _meetings(self, chosen: Int32) -> Int:
        """Return the meetings in order."""
        every, who = self.model.committees, self.committee[chosen]
        time, order = every.meeting[chosen], (MEETING << at.CLASS_SHIFT) + every.mark[who]
        events = np.column_stack([time, order, who, self.memory.committees.address(who)])
        return events[np.lexsort((who, order, time))]


class Groups:
    """Numbers from 0 in groups, each in order."""

    def __init__(self, group: Int, groups: int) -> None:
        self._order = np.argsort(group, kind="stable").astype(np.int32)
        self._edges = np.searchsorted(group[self._order], np.arange(groups + 1))

    def __getitem__(self, group: int) -> Int32:
        """Return the numbers of one group."""
        return self._order[self._edges[group] : self._edges[group + 1]]


def case_order(model: Model, parts: Partition) -> Int32:
    """Return the cases in order of part, opening, tie mark and number.

    By number, those of one cell already stand in order of opening.
    """
    keys = model.cases.opens, model.cases.mark
    return order_by_group(parts.of_case, parts.parts, *keys, in_runs=True)


def successors(model: Model, order: Int32) -> Int32:
    """Return, for each case, the place in that order of the one that waits for it, plus 1; or 0."""
    after = model.cases.after
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    later = np.flatnonzero(after >= 0)
    successor = np.zeros(len(order), dtype=np.int32)
    successor[after[later]] = place[later] + 1
    return successor
