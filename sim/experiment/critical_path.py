"""When each case must close if nobody ever waits for an officer, worked out without an engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.model import rules
from sim.model.arrays import (
    DESK,
    DONE,
    ELSEWHERE,
    IF_VISIT,
    IN_PERSON,
    MEET,
    NO_TRAVEL,
    REFUSED,
    WAIT,
    WORK,
    Model,
)


class CriticalPath:
    """When each case of a model without chance must close: ``closed``, in working milliseconds.

    The sum of its work, waits, hand-offs and meetings (critical path method, Kelley and
    Walker, 1959). A case that needs longer than the horizon has a time beyond it.
    """

    def __init__(self, model: Model) -> None:
        """Follow every case of ``model``, each after the one it comes after."""
        self.model = model
        self.meetings = [*self._meetings()]
        self.closed: list[int] = []
        self.last_meeting: list[tuple[int, ...]] = []
        for case, before in enumerate(model.cases.after.tolist()):
            opens, gap = int(model.cases.opens[case]), int(model.cases.gap[case])
            met: tuple[int, ...] = (-1,)
            if before >= 0:
                met = self.last_meeting[before]
                opens = self.closed[before] + gap if gap >= 0 else max(opens, self.closed[before])
            closed, met = self._follow(case, opens, met)
            self.closed.append(closed)
            self.last_meeting.append(met)

    def _meetings(self) -> Iterator[list[tuple[int, ...]]]:
        """Yield the meetings of each committee as places in the order of events."""
        every = self.model.committees
        for number, mark in enumerate(every.mark.tolist()):
            rows = range(*every.first_meeting[number : number + 2])
            yield [(int(every.meeting[row]), mark, number, row) for row in rows]

    def _follow(self, case: int, now: int, met: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """Return when a case ends that opens now, and the last meeting it went to."""
        model, steps = self.model, self.model.steps
        route = model.cases.route[case]
        first, end = int(steps.first[route]), int(steps.first[route + 1])
        entity = model.cases.entity[case]
        here, body, extra, taken = first, -1, 0.0, dict.fromkeys(range(first, end), 0)
        while here < end and now < model.clock.horizon:
            kind, actor = steps.kind[here], self._actor(case, here)
            if actor >= 0:
                to = int((model.teams if kind == WORK else model.committees).body[actor])
                if body not in (-1, to):
                    now += model.rules.handoff_delay
                    extra = model.rules.handoff_extra
                body = to
                if kind == WORK:
                    now, extra = now + self._effort(case, here, extra, entity), 0.0
                else:
                    met = self._next_meeting(actor, now, met)
                    now = met[0]
            elif actor == ELSEWHERE:
                body = ELSEWHERE
            elif kind == WAIT:
                calendar = model.clock.calendar_day_of, model.clock.working_day_of
                now = int(rules.after_days(now, int(steps.days[here]), *calendar))
            elif kind not in (WORK, MEET) and taken[here] < steps.most[here] * steps.share[here]:
                taken[here] += 1
                if steps.target[here] in (DONE, REFUSED):
                    break
                here = first + int(steps.target[here]) - 1
            here += 1
        return now, met

    def _actor(self, case: int, step: int) -> int:
        """Return the team or committee of a step, ELSEWHERE, or -1 where nobody acts."""
        steps, cases = self.model.steps, self.model.cases
        entity = cases.entity[case]
        if steps.kind[step] == MEET:
            actor = int(self.model.committees.of[steps.actor[step], entity])
            return actor if actor >= 0 else ELSEWHERE
        desk = steps.visit[step] == IF_VISIT and cases.visit[case] == DESK
        if steps.kind[step] != WORK or desk or steps.effort[step] == 0:
            return -1
        actor = int(self.model.teams.of[steps.actor[step], entity])
        return actor if actor >= 0 else ELSEWHERE

    def _effort(self, case: int, step: int, extra: float, entity: int) -> int:
        """Return milliseconds of a step, with travel; ``extra`` follows a hand-off."""
        steps = self.model.steps
        hours = int(np.floor(steps.effort[step] * (1.0 + extra) + 0.5))
        visit = steps.visit[step] != NO_TRAVEL and self.model.cases.visit[case] == IN_PERSON
        return hours + int(visit * self.model.teams.travel[steps.actor[step], entity])

    def _next_meeting(self, number: int, now: int, met: tuple[int, ...]) -> tuple[int, ...]:
        """Return the first meeting that the papers are in time for, after the latest decision."""
        papers = int(self.model.committees.deadline[self.model.committees.kind[number]])
        later = (m for m in self.meetings[number] if m[0] >= now + papers and m > met)
        return next(later, (rules.FOREVER,))
