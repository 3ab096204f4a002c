"""An auditor: retells a run from its packets of work alone, and says what the log must hold.

Given who worked on what and when, everything else about a case follows from the
model: the path it took, its hand-offs, waits, committees, and the effort of each
step. The auditor works this out by itself, case by case and meeting by meeting,
so that a log which tells another story is found out.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from audit_condition import Arising
from audit_meetings import Meetings, comes_up
from audit_records import Packet, Stint, Story, require

from sim.engine.log import CLOSED, NOT_OPENED, OPEN, REFUSED_OUTCOME, UNSET, Log
from sim.model import rules
from sim.model.arrays import (
    BRANCH,
    DESK,
    DONE,
    ELSEWHERE,
    IF_VISIT,
    IN_PERSON,
    MEET,
    NEVER,
    NO_TRAVEL,
    REFUSED,
    WAIT,
    WORK,
    Model,
)


def known(actor: int) -> int:
    """Return a team or committee of the model, or ELSEWHERE for one that is not in it."""
    return int(actor) if actor >= 0 else ELSEWHERE


class Audit:
    """The story of every case, every stint and every meeting of a run."""

    def __init__(self, model: Model, log: Log) -> None:
        self.model = model
        self.log = log
        self.horizon = model.clock.horizon
        cases = len(model.cases.entity)
        self.story = [Story() for _ in range(cases)]
        self.ended: dict[int, tuple[int, int]] = {}
        self.stints: list[Stint] = []
        self.packets = self._packets()
        self.meetings = Meetings(model, self.story)
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

    def _packets(self) -> dict[int, Iterator[Packet]]:
        """Read the packets of each case, and when officers and teams saw each entity."""
        work, cases = self.log.work, self.model.cases
        found = defaultdict(list)
        self.seen: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        rows = zip(work.staff, work.case, work.step, work.start, work.end, work.travel, strict=True)
        for staff, case, step, start, end, travel in (map(int, row) for row in rows):
            if case == UNSET:
                continue
            found[case].append(Packet(staff, step, start, end, travel))
            if end < self.horizon:
                entity = int(cases.entity[case])
                self.seen["officer", staff, entity].append(end)
                self.seen["team", int(self.model.staff.team[staff]), entity].append(end)
        for times in self.seen.values():
            times.sort()
        return {case: iter(sorted(some, key=lambda p: p.start)) for case, some in found.items()}

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

    def _spend(self, case: int, what: str, start: int, end: int) -> None:
        self.story[case].count[what] += min(end, self.horizon) - start

    def walk(self, case: int) -> Iterator[tuple[int, int]]:
        """Take a case along its route; yields (committee, time) and is sent the decision's time."""
        steps, story, now = self.model.steps, self.story[case], self.opened[case]
        route = self.model.cases.route[case]
        first, end = int(steps.first[route]), int(steps.first[route + 1])
        story.outcome = OPEN
        here, taken, body, extra = first, defaultdict(int), -1, 0.0
        while here < end and now < self.horizon:
            story.step = here - first
            kind, then = steps.kind[here], here + 1
            actor = self._actor(case, here)
            if actor >= 0:
                to = self.model.teams.body if kind == WORK else self.model.committees.body
                if body not in (-1, to[actor]):
                    now, extra = self._cross(case, now)
                body = to[actor]
                if now >= self.horizon:
                    return
            elif actor == ELSEWHERE:
                body = ELSEWHERE
            if kind == WORK and actor >= 0:
                now, extra = self._work(case, here, actor, now, extra), 0.0
            elif kind == MEET and actor >= 0:
                now = yield actor, now
            elif kind == WAIT:
                now = self._wait(case, here, now)
            elif kind == BRANCH and self._jumps(case, here, taken):
                target = int(steps.target[here])
                then = first + target if target >= 0 else end
                if target == REFUSED:
                    story.outcome = REFUSED_OUTCOME
                assert target >= 0 or target in (DONE, REFUSED)
            here = then
        if now < self.horizon:
            story.closed, story.step = now, UNSET
            story.outcome = CLOSED if story.outcome == OPEN else story.outcome

    def _actor(self, case: int, step: int) -> int:
        """Return the team or committee that acts, -1 where there is nothing to do, or ELSEWHERE."""
        steps, cases = self.model.steps, self.model.cases
        entity, kind = cases.entity[case], steps.kind[step]
        if kind == MEET:
            return known(self.model.committees.of[steps.actor[step], entity])
        desk = steps.visit[step] == IF_VISIT and cases.visit[case] == DESK
        nothing = int(steps.effort[step] * self.factor(case, step) + 0.5) == 0
        if kind != WORK or desk or nothing:
            return -1
        return known(self.model.teams.of[steps.actor[step], entity])

    def _cross(self, case: int, now: int) -> tuple[int, float]:
        delay = self.model.rules.handoff_delay
        self.story[case].count["crossings"] += 1
        self._spend(case, "handoff", now, now + delay)
        return now + delay, self.model.rules.handoff_extra

    def _wait(self, case: int, step: int, now: int) -> int:
        clock = self.model.clock
        days = int(self.model.steps.days[step])
        end = int(rules.after_days(now, days, clock.calendar_day_of, clock.working_day_of))
        self._spend(case, "outside", now, end)
        return end

    def _jumps(self, case: int, step: int, taken: dict[int, int]) -> bool:
        steps, cases = self.model.steps, self.model.cases
        if taken[step] == steps.most[step]:
            return False
        passed = self.story[case].count["jumps"]
        address = [*self.model.entities.uid[cases.entity[case]], cases.ordinal[case], passed]
        jump = comes_up(float(steps.share[step]), address, steps.key[step])
        taken[step] += jump
        self.story[case].count["jumps"] += jump
        return jump

    # Work

    def _work(self, case: int, step: int, team: int, now: int, extra: float) -> int:
        """Match a step with its packets; return when it was done, the horizon if it was not."""
        stint = Stint(case, step, team, now)
        self.stints.append(stint)
        efforts: list[tuple[int, int, int]] = []
        spent = 0
        while not stint.done and (packet := next(self.packets.get(case, iter(())), None)):
            self._check_packet(stint, packet, now)
            efforts = efforts or self._efforts(stint, packet, extra)
            efforts = [e for e in efforts if self._fits(e[0] - spent, step, packet)]
            require(bool(efforts), "a packet of another length than the work", stint, packet)
            stint.packets.append(packet)
            spent += packet.end - packet.start
            now = packet.end
            if now >= self.horizon:
                break
            self.ended[case] = (now, team)
            self._respond(case, now)
            finished = [e for e in efforts if e[0] == spent]
            sure = len(finished) == len(efforts)
            stint.done = sure or (bool(finished) and not self._goes_on(stint))
            efforts = finished if stint.done else [e for e in efforts if e[0] != spent]
        left = self.log.cases.left[case]
        efforts = [e for e in efforts if stint.done or e[0] - spent == left] or efforts
        self._count_work(stint, spent, efforts[0] if efforts else (0, 0, 0))
        return now if stint.done else self.horizon

    def _check_packet(self, stint: Stint, packet: Packet, now: int) -> None:
        staff, role = self.model.staff, self.model.steps.role[stint.step]
        require(packet.step == stint.step, "another step than the route's", stint, packet)
        require(staff.team[packet.staff] == stint.team, "another team", stint, packet)
        cover = self.model.teams.cover[staff.role[packet.staff], role]
        require(cover > 0, "a role that may not do this work", stint, packet)
        require(packet.start >= now, "work before its time", stint, packet)

    def factor(self, case: int, step: int) -> float:
        """Return the case's effort over the mean effort of a step."""
        both = (self.model.cases.factor, self.model.cases.other_factor)
        return float(both[self.model.steps.other[step]][case])

    def _fits(self, left: int, step: int, packet: Packet) -> bool:
        """Say whether a packet is as long as it must be, but for the horizon."""
        visit = self.model.steps.visit[step] != NO_TRAVEL
        length = left if visit else min(left, self.model.clock.packet)
        return packet.end == min(packet.start + length, self.horizon)

    def _efforts(self, stint: Stint, packet: Packet, extra: float) -> list[tuple[int, int, int]]:
        """Return (effort, travel, relearning), one for each reading of simultaneous events."""
        model, case, step = self.model, stint.case, stint.step
        factor = self.factor(case, step)
        own_role = int(model.staff.role[packet.staff])
        cover = float(model.teams.cover[own_role, model.steps.role[step]])
        travel = 0
        if model.steps.visit[step] != NO_TRAVEL and model.cases.visit[case] == IN_PERSON:
            kind = model.teams.kind[stint.team]
            travel = int(model.teams.travel[kind, model.cases.entity[case]])

        def hours(m: float, pace: float) -> int:
            unknown, mean = model.rules.unknown_extra, int(model.steps.effort[step])
            return rules.effort(mean, factor, unknown, m, extra, cover, pace)

        known = {self._knowledge(stint, packet, tie) for tie in (0, 1)}
        pace = float(model.staff.shift_effort[self._shift(packet)])
        done = [hours(m, pace) for m in sorted(known)]
        return [(some + travel, travel, some - hours(1.0, 1.0)) for some in done]

    def _shift(self, packet: Packet) -> int:
        """Return the shift in which a packet was begun: the latest of its person."""
        staff = self.model.staff
        first, last = (int(edge) for edge in staff.first_shift[packet.staff : packet.staff + 2])
        return first + bisect_right(staff.shift_start[first:last].tolist(), packet.start) - 1

    def _goes_on(self, stint: Stint) -> bool:
        """Say whether a step that one reading of simultaneous events ends has more to come."""
        case = stint.case
        following = next(self.packets[case], None)
        if following is None:
            first = self.model.steps.first[self.model.cases.route[case]]
            return bool(self.log.cases.step[case] == stint.step - first)
        self.packets[case] = chain([following], self.packets[case])
        return following.step == stint.step

    def _knowledge(self, stint: Stint, packet: Packet, tie: int) -> float:
        """Return the familiarity at a packet's start; a tie counts work that ended just then.

        A person ends one packet before starting the next, and so does a case, but colleagues
        may go either way.
        """
        teams, entity = self.model.teams, int(self.model.cases.entity[stint.case])
        kind, role = teams.kind[stint.team], self.model.staff.role[packet.staff]
        before = int(teams.known_at[kind, entity])
        named = int(teams.named[kind, role, entity]) == packet.staff
        own = self._last("officer", packet.staff, entity, packet.start, 1)
        certain = self.ended.get(stint.case) == (packet.start, stint.team)
        team = self._last("team", stint.team, entity, packet.start, tie or certain)
        own = (before if named else NEVER) if own == NEVER else own
        own = own if own >= self.model.staff.shift_since[self._shift(packet)] else NEVER
        team = before if team == NEVER else team
        memories = [
            0.0 if t == NEVER else rules.memory(packet.start - t, self.model.rules.half_life)
            for t in (own, team)
        ]
        return max(memories[0], self.model.rules.team_memory * memories[1])

    def _last(self, who: str, number: int, entity: int, now: int, tie: int) -> int:
        times = self.seen.get((who, number, entity), [])
        place = (bisect_right if tie else bisect_left)(times, now)
        return times[place - 1] if place else NEVER

    def _respond(self, case: int, now: int) -> None:
        if self.story[case].responded == UNSET:
            self.story[case].responded = now

    def _count_work(self, stint: Stint, spent: int, effort: tuple[int, int, int]) -> None:
        count = self.story[stint.case].count
        length, travel, relearn = effort
        count["work"] += spent
        count["relearn"] += relearn
        count["travel"] += min(travel, spent)
        count["left"] = 0 if stint.done else length - spent
        for since, until in stint.waits(self.horizon):
            self._spend(stint.case, "queue", since, until)
