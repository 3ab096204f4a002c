"""An auditor: retells a run from its packets of work alone, and says what the log must hold.

Given who worked on what and when, everything else about a case follows from the
model: the path it took, its hand-offs, waits, committees, and the effort of each
step. The auditor works this out by itself, case by case and meeting by meeting,
so that a log which tells another story is found out. Where one arrangement becomes
another, a case's story goes on in the later model.
"""

from collections import defaultdict
from collections.abc import Iterator

from audit_condition import Arising
from audit_meetings import Meetings, comes_up
from audit_records import Stint, require
from audit_work import AuditWork

from sim.engine.log import CLOSED, NOT_OPENED, OPEN, REFUSED_OUTCOME, UNSET, Log
from sim.model import rules
from sim.model.arrays import (
    BRANCH,
    DESK,
    DONE,
    ELSEWHERE,
    IF_VISIT,
    MEET,
    REFUSED,
    WAIT,
    WORK,
    Model,
)
from sim.model.moving import branches_taken, goes_on_at, same_work


def known(actor: int) -> int:
    """Return a team or committee of the model, or ELSEWHERE for one that is not in it."""
    return int(actor) if actor >= 0 else ELSEWHERE


def route_of(model: Model, case: int) -> tuple[int, int]:
    """Return the first step of a case's route, and the end of it."""
    route = model.cases.route[case]
    return int(model.steps.first[route]), int(model.steps.first[route + 1])


class Audit(AuditWork):
    """The story of every case, every stint and every meeting of a run."""

    def __init__(self, model: Model, log: Log) -> None:
        super().__init__(model, log)
        cases = len(model.cases.entity)
        self.meetings = Meetings(model, self.story, self.changes_at)
        self.opened = [int(time) for time in log.cases.opened]
        self.walkers = {
            case: self.walk(case) for case in range(cases) if self.opened[case] != UNSET
        }
        after = model.cases.after.tolist()
        self.successor = {before: case for case, before in enumerate(after) if before >= 0}
        Arising(model, log).check()
        for case in [case for case in range(cases) if after[case] < 0]:
            self._open(case)
        for case, time in self.meetings.hold():
            self._advance(case, time)
        for case in self.walkers:
            require(self.story[case].outcome != NOT_OPENED, "opened before its turn", case)
        for case, left in self.packets.items():
            require(next(left, None) is None, "work on a case after its end", case)

    # Cases

    def _advance(self, case: int, time: int | None) -> None:
        """Follow a case until it needs a committee, or to its end, when the next may open."""
        try:
            number, tabled = self.walkers[case].send(time)
        except StopIteration:
            if self.story[case].closed != UNSET:
                self._open(self.successor.get(case, -1))
            return
        self.meetings.table(case, number, tabled)

    def _open(self, case: int) -> None:
        """Begin a case whose turn it is; if it did not arise, it is the next one's."""
        while case >= 0 and case not in self.walkers:
            case = self.successor.get(case, -1)
        if case >= 0:
            self._advance(case, None)

    def walk(self, case: int) -> Iterator[tuple[int, int]]:
        """Take a case along its route; yields (committee, time) and is sent the decision's time."""
        story, now = self.story[case], self.opened[case]
        model = self.phase(now)
        steps, (first, end) = model.steps, route_of(model, case)
        story.outcome = OPEN
        here, taken, body, crossed = first, defaultdict[int, int](int), -1, False
        rests, moved = [(0, 0)], False
        if now == 0 and model.rules.inherited >= 0:
            body, moved = ELSEWHERE, True
        while here < end and now < self.horizon:
            story.step = here - first
            kind, then, begins = steps.kind[here], here + 1, True
            actor = self._actor(model, case, here)
            if actor >= 0:
                to = model.teams.body if kind == WORK else model.committees.body
                if body not in (-1, to[actor]):
                    now, crossed = self._cross(model, case, now, moved), True
                    begins = model is self.phase(now)
                body, moved = to[actor], False
            elif actor == ELSEWHERE:
                body, moved = ELSEWHERE, False
            if not begins:
                then = here
            elif now >= self.horizon:
                break
            elif kind == WORK:
                if actor >= 0:
                    stint = Stint(case, here, actor, now, model, self.ends(model))
                    burden = model.rules.handoff_extra if crossed else 0.0
                    now, rests = self.work(stint, burden, rests)
                    then = here if stint.moves else then
                    crossed = crossed and not stint.packets
                if then > here:
                    rests = [(0, 0)]
            elif kind == MEET and actor >= 0:
                now = yield actor, now
                then = here + (model is self.phase(now))
            elif kind == WAIT:
                now = self._wait(case, here, now)
            elif kind == BRANCH and self._jumps(case, here, taken):
                target = int(steps.target[here])
                then = first + target if target >= 0 else end
                if target == REFUSED:
                    story.outcome = REFUSED_OUTCOME
                assert target >= 0 or target in (DONE, REFUSED)
            if model is not self.phase(now):
                earlier, model = model, self.phases[-1]
                before, after = (int(each.cases.route[case]) for each in (earlier, model))
                story.step = goes_on_at(steps, here, before, after) - route_of(model, case)[0]
                goes_on = goes_on_at(steps, then, before, after)
                if then < end and not same_work(steps, then, before, goes_on, after):
                    rests = [(0, more) for _, more in rests]
                taken = defaultdict(int, branches_taken(steps, taken, before, after))
                then, (first, end), moved = goes_on, route_of(model, case), True
            here = then
        if now < self.horizon:
            story.closed, story.step = now, UNSET
            story.outcome = CLOSED if story.outcome == OPEN else story.outcome

    def _actor(self, model: Model, case: int, step: int) -> int:
        """Return the team or committee that acts, -1 where there is nothing to do, or ELSEWHERE."""
        steps, cases = model.steps, model.cases
        entity, kind = cases.entity[case], steps.kind[step]
        if kind == MEET:
            return known(model.committees.of[steps.actor[step], entity])
        desk = steps.visit[step] == IF_VISIT and cases.visit[case] == DESK
        nothing = int(steps.effort[step] * model.factor(case, step) + 0.5) == 0
        if kind != WORK or desk or nothing:
            return -1
        return known(model.teams.of[steps.actor[step], entity])

    def _cross(self, model: Model, case: int, now: int, moved: bool) -> int:
        arrives = now + model.rules.handoff_delay
        if moved and model.change is None:
            arrives = max(now, model.rules.inherited)
        elif moved:
            arrives = max(now, self.changes_at + model.change.handover)
        self.story[case].count["crossings"] += 1
        self._spend(case, "handoff", now, arrives)
        return arrives

    def _wait(self, case: int, step: int, now: int) -> int:
        clock = self.model.clock
        days = int(self.model.steps.days[step])
        end = int(rules.after_days(now, days, clock.calendar_day_of, clock.working_day_of))
        self._spend(case, "outside", now, end)
        return end

    def _jumps(self, case: int, step: int, taken: dict[int, int]) -> bool:
        steps, cases = self.model.steps, self.model.cases
        if taken[step] >= steps.most[step]:
            return False
        passed = self.story[case].count["jumps"]
        address = [*self.model.entities.uid[cases.entity[case]], cases.ordinal[case], passed]
        jump = comes_up(float(steps.share[step]), address, steps.key[step])
        taken[step] += jump
        self.story[case].count["jumps"] += jump
        return jump
