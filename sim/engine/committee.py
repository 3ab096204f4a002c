"""Committees: agendas, deadlines, conflicts of interest and quorums."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import simpy

from sim.engine.order import MEETING, Clock
from sim.engine.recorder import Recorder
from sim.model.arrays import Model
from sim.model.rules import happens, has_quorum

DECIDED, NO_QUORUM, SENT_BACK = range(3)

Docket = list[tuple[int, int, int]]
"""Waiting items by (ready, tie mark, case)."""


class Committee:
    """One committee of one body, meeting on its dates."""

    def __init__(self, model: Model, clock: Clock, record: Recorder, number: int) -> None:
        self.model = model
        self.clock = clock
        self.record = record
        self.number = number
        self.kind = int(model.committees.kind[number])
        self.docket: Docket = []
        self.decided: dict[int, simpy.Event] = {}
        self.lost_quorum: dict[int, int] = {}
        clock.process(self.meetings())

    def table(self, case: int) -> simpy.Event:
        """Put a case on the docket; return the event of its decision."""
        self._ready(case, self.clock.time)
        self.lost_quorum[case] = 0
        self.decided[case] = simpy.Event(self.clock)
        return self.decided[case]

    def dissolve(self) -> list[simpy.Event]:
        """Let go of what waits; return the event that each waits for."""
        self.docket.clear()
        return [*self.decided.values()]

    def _ready(self, case: int, time: int) -> None:
        heappush(self.docket, (time, int(self.model.cases.mark[case]), case))

    def meetings(self) -> Generator[simpy.Event, Any, None]:
        """Meet on every date."""
        every = self.model.committees
        first, end = map(int, every.first_meeting[self.number : self.number + 2])
        for meeting in range(first, end):
            order = (MEETING, int(every.mark[self.number]), self.number)
            yield self.clock.at(int(every.meeting[meeting]), order)
            self.meet(meeting - first)

    def meet(self, meeting: int) -> None:
        """Take items from the front of the docket, as many as the agenda holds."""
        every, kind, now = self.model.committees, self.kind, self.clock.time
        latest = now - int(every.deadline[kind])
        gps, others = self._present(meeting)
        quorate = has_quorum(len(gps), others, int(every.quorum[kind]), 0)
        waiting = sum(ready <= latest for ready, _, _ in self.docket)
        agenda = self._agenda(latest) if quorate else []
        counts, recusals = [0, 0, 0], 0
        for ready, _, case in agenda:
            free = [gp for gp in gps if not self._conflicted(case, gp)]
            recusals += len(gps) - len(free)
            self.record.meetings[case] += 1
            self.record.recusals[case] += len(gps) - len(free)
            result = self._result(case, len(free), others)
            counts[result] += 1
            self._conclude(case, result, ready)
        self.record.meeting(self.number, now, waiting, len(agenda), counts, recusals, quorate)

    def _present(self, meeting: int) -> tuple[list[int], int]:
        """Draw who attends: the GP members there, and the number of other members."""
        every, kind = self.model.committees, self.kind
        gps, others = int(every.gps[kind]), int(every.others[kind])
        share = float(every.attendance[kind])
        if share >= 1.0:
            return list(range(gps)), others
        e0, e1 = map(int, every.uid[self.number])
        k0, k1 = map(int, every.attendance_key[kind])
        there = [
            member
            for member in range(gps + others)
            if happens(share, e0, e1, meeting, member, k0, k1)
        ]
        here = [member for member in there if member < gps]
        return here, len(there) - len(here)

    def _agenda(self, latest: int) -> Docket:
        """Take the oldest items whose papers were in time."""
        agenda: Docket = []
        size = int(self.model.committees.agenda[self.number])
        while self.docket and len(agenda) < size and self.docket[0][0] <= latest:
            agenda.append(heappop(self.docket))
        return agenda

    def _conflicted(self, case: int, member: int) -> bool:
        """Say whether a GP member has an interest in a case: the same at every meeting."""
        every, cases = self.model.committees, self.model.cases
        share = float(every.conflict[self.kind, cases.case_type[case]])
        return self._happens(share, case, member, every.conflict_key[self.kind])

    def _result(self, case: int, gps_free: int, others: int) -> int:
        """Decide an item, unless conflicts break the quorum or it needs more information."""
        every, kind = self.model.committees, self.kind
        co_opted = self.lost_quorum[case] >= every.co_opt_after[kind]
        quorum, quorum_gp = int(every.quorum[kind]), int(every.quorum_gp[kind])
        if not co_opted and not has_quorum(gps_free, others, quorum, quorum_gp):
            return NO_QUORUM
        often = self.record.meetings[case]
        if self._happens(float(every.deferral[kind]), case, often, every.deferral_key[kind]):
            return SENT_BACK
        return DECIDED

    def _conclude(self, case: int, result: int, ready: int) -> None:
        """Move a decided item on; a deferred one keeps its place or needs new papers."""
        if result == DECIDED:
            self.decided.pop(case).succeed()
            return
        self.record.deferrals[case] += 1
        if result == NO_QUORUM:
            self.lost_quorum[case] += 1
            self._ready(case, ready)
        else:
            self._ready(case, self.clock.time)

    def _happens(self, share: float, case: int, k: int, key: tuple[int, int]) -> bool:
        cases = self.model.cases
        e0, e1 = map(int, self.model.entities.uid[cases.entity[case]])
        return happens(share, e0, e1, int(cases.ordinal[case]), k, int(key[0]), int(key[1]))
