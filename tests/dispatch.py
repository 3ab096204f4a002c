"""Dispatch, checked from outside: who was idle or took what, while which work waited.

Everything is worked out again from the packets of work and the shifts. Only
stretches of time longer than an instant count, so the order of simultaneous
events does not matter here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from audit import Audit
from audit_records import Stint

from sim.engine.log import UNSET
from sim.model.arrays import Model
from sim.model.rules import FIFO, PRIORITY_DUE


@dataclass(frozen=True)
class Waiting:
    """A stretch of time in which an item waited; ``named`` when for one officer only."""

    since: int
    until: int
    team: int
    role: int
    named: int
    place: int
    """Rank among all stints, 0 for the first."""
    stint: int


class Dispatch:
    """What every officer did and could have done."""

    def __init__(self, audit: Audit) -> None:
        self.model: Model = audit.model
        self.stints = audit.stints
        self.horizon = audit.horizon
        self.opened = audit.opened
        work = audit.log.work
        self.rows = [
            np.flatnonzero(work.staff == person) for person in range(len(self.model.staff.team))
        ]
        self.work = work
        place = {number: rank for rank, number in enumerate(self._in_rank_order())}
        self.waiting = [
            stretch
            for number, stint in enumerate(self.stints)
            for stretch in self._stretches(number, stint, place[number])
        ]

    def _in_rank_order(self) -> list[int]:
        return sorted(range(len(self.stints)), key=lambda number: self._rank(self.stints[number]))

    def _rank(self, stint: Stint) -> tuple[int, ...]:
        cases, ranking = self.model.cases, self.model.clock.ranking
        by = (stint.joined,) if ranking == FIFO else (cases.priority[stint.case], stint.joined)
        if ranking == PRIORITY_DUE:
            due = cases.due[stint.case]
            by = (cases.priority[stint.case], due, self.opened[stint.case])
        return (*map(int, by), int(cases.mark[stint.case]), stint.case)

    def _named(self, stint: Stint) -> int:
        """Return the officer that a stint is kept for at first, or -1."""
        model = stint.model
        if not model.rules.portfolio:
            return -1
        kind, role = model.teams.kind[stint.team], model.steps.role[stint.step]
        return int(model.teams.named[kind, role, model.cases.entity[stint.case]])

    def _stretches(self, number: int, stint: Stint, place: int) -> Iterator[Waiting]:
        named, role = self._named(stint), int(self.model.steps.role[stint.step])
        common = stint.joined + (stint.model.rules.fallback if named >= 0 else 0)
        for since, until in stint.waits(self.horizon):
            middle = min(max(common, since), until)
            for start, end, officer in ((since, middle, named), (middle, until, -1)):
                if end > start:
                    yield Waiting(start, end, stint.team, role, officer, place, number)

    def duty(self, person: int) -> list[tuple[int, int]]:
        """Return the stretches in which a person is there for new work: shifts less time owed."""
        staff, work = self.model.staff, self.work
        rows = self.rows[person]
        owed = rows[work.case[rows] == UNSET]
        taken = {int(work.start[row]): int(work.end[row]) for row in owed}
        shifts = range(*staff.first_shift[person : person + 2])
        times = [(int(staff.shift_start[i]), int(staff.shift_end[i])) for i in shifts]
        return [(taken.get(start, start), end) for start, end in times]

    def busy(self, person: int) -> list[tuple[int, int]]:
        """Return a person's packets in time order."""
        rows = self.rows[person]
        rows = rows[self.work.case[rows] != UNSET]
        return sorted(zip(self.work.start[rows], self.work.end[rows], strict=True))

    def idle(self, person: int) -> list[tuple[int, int]]:
        """Return the stretches in which a person is there and does nothing."""
        edges = []
        busy = self.busy(person)
        for start, end in self.duty(person):
            for since, until in busy:
                if until > start and since < end:
                    edges.append((start, since))
                    start = until
            edges.append((start, end))
        return [(since, until) for since, until in edges if until > since]

    def open_to(self, person: int) -> list[Waiting]:
        """Return the waiting that a person may end: own role first, or a role they may cover."""
        team, own = self.model.staff.team[person], self.model.staff.role[person]
        later = self.model.change and team >= self.model.change.teams
        may = (self.model.change if later else self.model.teams).cover[own] > 0
        may[own] = True
        return [
            item
            for item in self.waiting
            if item.team == team and may[item.role] and item.named in (-1, person)
        ]

    def idle_beside_work(self) -> list[tuple[int, int, int, int]]:
        """Return (person, stint, since, until) where somebody was idle who could have worked."""
        found = []
        for person in range(len(self.rows)):
            items = self.open_to(person)
            for since, until in self.idle(person) if items else ():
                for item in items:
                    start, end = max(since, item.since), min(until, item.until)
                    if start < end:
                        found.append((person, item.stint, start, end))
        return found

    def out_of_turn(self) -> list[tuple[int, int, int]]:
        """Return (person, stint taken, stint passed over): a start with better work waiting."""
        starts: dict[int, list[tuple[int, int]]] = {}
        for number, stint in enumerate(self.stints):
            for packet in stint.packets:
                starts.setdefault(packet.staff, []).append((packet.start, number))
        ranks = {item.stint: item.place for item in self.waiting}
        found = []
        for person, taken in starts.items():
            items = self.open_to(person)
            own = int(self.model.staff.role[person])
            for time, number in taken:
                role = int(self.model.steps.role[self.stints[number].step])
                mine = (role != own, role, ranks.get(number, -1))
                found += [
                    (person, number, item.stint)
                    for item in items
                    if item.since < time < item.until
                    and number in ranks
                    and (item.role != own, item.role, item.place) < mine
                ]
        return found
