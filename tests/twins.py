"""The zero-noise twin: ample staff and no chance, so every case takes its critical path."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from drawing import Document

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
    Staff,
    settled,
)

NEUTRAL_WORKFORCE = {
    "leave_working_days": 0,
    "sickness_share": 0,
    "casework_share": 1,
    "turnover_per_year": 0,
    "first_year_turnover_per_year": None,
    "vacant_at_start_share": 0,
}
SURE = {
    "attendance_share": 1,
    "conflict_share": {},
    "deferral_share": 0,
    "agenda_items": 10**6,
}


def certain(document: Document) -> None:
    """Take chance, absence, knowledge and dispatch out; a branch is always or never taken."""
    if document["pathways"].get("condition"):
        document["pathways"]["condition"]["feedback"] = False
    for case_type in document["pathways"]["case_types"].values():
        case_type["effort_distribution"] = "constant"
        for stage in case_type["stages"]:
            for key in {"share", "refuse_share"} & {*stage}:
                stage[key] = 1.0 if _central(stage[key]) > 0.5 else 0.0
    for arrangement in document["arrangements"].values():
        arrangement["workforce"] |= NEUTRAL_WORKFORCE
        for name in ("knowledge", "dispatch", "refuse_share", "transition"):
            arrangement.pop(name, None)
        for committee in arrangement.get("committees", {}).values():
            committee |= SURE


def _central(quantity: float | Document) -> float:
    """Return the value of a quantity, which may be a bare number."""
    return float(quantity["central"] if isinstance(quantity, dict) else quantity)


def ample(model: Model) -> Model:
    """Give every role of every team an officer for each case that may come, always there."""
    roles, cases, teams = len(model.teams.roles), model.cases, len(model.teams.kind)
    here = model.teams.of[:, cases.entity].ravel()
    many = np.bincount(here[here >= 0], minlength=teams)
    team = np.repeat(np.arange(teams), many * roles)
    people = len(team)
    return replace(
        model,
        staff=Staff(
            team=team,
            role=np.arange(people) % roles,
            mark=np.arange(people),
            first_shift=np.arange(people + 1),
            shift_start=np.zeros(people, dtype=np.int64),
            shift_end=np.full(people, model.clock.horizon),
            **settled(people),
            casework_share=np.ones((teams, roles)),
            wte=np.ones(people),
        ),
        teams=replace(model.teams, named=np.full_like(model.teams.named, -1)),
    )


class CriticalPath:
    """When each case must close if nobody ever waits for an officer; the log is not needed."""

    def __init__(self, model: Model) -> None:
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
        steps = self.model.steps
        hours = int(np.floor(steps.effort[step] * (1.0 + extra) + 0.5))
        visit = steps.visit[step] != NO_TRAVEL and self.model.cases.visit[case] == IN_PERSON
        return hours + int(visit * self.model.teams.travel[steps.actor[step], entity])

    def _next_meeting(self, number: int, now: int, met: tuple[int, ...]) -> tuple[int, ...]:
        """Return the first meeting that the papers are in time for, after the latest decision."""
        papers = int(self.model.committees.deadline[self.model.committees.kind[number]])
        later = (m for m in self.meetings[number] if m[0] >= now + papers and m > met)
        return next(later, (rules.FOREVER,))
