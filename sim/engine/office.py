"""Teams at work: ranked queues, dispatch, packets and shifts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from heapq import heappop, heappush

import simpy

from sim.engine.knowledge import Knowledge
from sim.engine.order import ARRIVE, CASE, FINISH, LEAVE, Clock
from sim.engine.people import Item, Officer
from sim.engine.recorder import Recorder
from sim.model.arrays import NO_TRAVEL, Model
from sim.model.rules import rank


class Office:
    """All teams: who is free, what waits, and who takes what."""

    def __init__(self, model: Model, clock: Clock, record: Recorder) -> None:
        self.model = model
        self.clock = clock
        self.record = record
        roles = len(model.teams.roles)
        teams = len(model.teams.kind)
        self.queue: list[list[list[Item]]] = [[[] for _ in range(roles)] for _ in range(teams)]
        """Waiting items by team and role."""
        self.free: list[list[dict[Officer, None]]] = [
            [{} for _ in range(roles)] for _ in range(teams)
        ]
        """Officers with nothing to do, longest first, by team and role."""
        cover = model.teams.cover
        self.covered = [
            [r for r in range(roles) if r != o and cover[o, r] > 0] for o in range(roles)
        ]
        self.covers = [
            [o for o in range(roles) if o != r and cover[o, r] > 0] for r in range(roles)
        ]
        self.officers = [self._hire(number) for number in range(len(model.staff.team))]
        self.knowledge = Knowledge(model, clock, record)
        self.dissolved = False

    def _hire(self, number: int) -> Officer:
        staff = self.model.staff
        officer = Officer(
            number, int(staff.team[number]), int(staff.role[number]), int(staff.mark[number])
        )
        for shift in range(staff.first_shift[number], staff.first_shift[number + 1]):
            start, end = int(staff.shift_start[shift]), int(staff.shift_end[shift])
            self._plan(start, ARRIVE, officer, partial(self._arrive, officer, shift))
            self._plan(end, LEAVE, officer, partial(self._leave, officer))
        return officer

    def _plan(self, time: int, kind: int, officer: Officer, action: partial[None]) -> None:
        event = self.clock.at(time, (kind, officer.mark, officer.number))
        event.callbacks.append(action)

    # Shifts

    def _arrive(self, officer: Officer, shift: int, _: simpy.Event) -> None:
        """Come on duty, after taking back any time owed."""
        now, staff = self.clock.time, self.model.staff
        end = int(staff.shift_end[shift])
        self._occupy(officer, int(staff.shift_since[shift]), float(staff.shift_effort[shift]))
        if officer.item is not None:
            officer.owed += now - officer.left_at
            officer.on_duty = True
            return
        owed = min(officer.owed, end - now)
        officer.owed -= owed
        if owed:
            self.record.time_owed(officer.number, now, now + owed)
            if now + owed < end:
                self._plan(now + owed, ARRIVE, officer, partial(self._start, officer))
            return
        self._start(officer, _)

    def _occupy(self, officer: Officer, joined: int, pace: float) -> None:
        """Note who is in the post. A joiner owes no time, but ends a packet left in hand."""
        if joined != officer.joined:
            officer.owed, officer.left_at = 0, self.clock.time
        officer.joined, officer.pace = joined, pace

    def _start(self, officer: Officer, _: simpy.Event) -> None:
        officer.on_duty = True
        self._next(officer)

    def _leave(self, officer: Officer, _: simpy.Event) -> None:
        """Go off duty; a packet in hand is finished first."""
        officer.on_duty = False
        officer.left_at = self.clock.time
        self.free[officer.team][officer.role].pop(officer, None)

    # Dispatch

    def join(self, item: Item) -> None:
        """Bring work to a team: to whoever is free and may do it, else to a queue."""
        now, cases = self.clock.time, self.model.cases
        case = item.case
        self.record.enter(case, "queue", now)
        opened, mark = self.record.opened[case], int(cases.mark[case])
        priority, due = int(cases.priority[case]), int(cases.due[case])
        item.rank = (*rank(self.model.clock.ranking, priority, due, opened, now), mark, case)
        if self._named(item) is not None:
            later = now + self.model.rules.fallback
            fallback = self.clock.at(later, (CASE, mark, case))
            fallback.callbacks.append(partial(self._fall_back, item))
        self._offer(item)

    def _offer(self, item: Item) -> None:
        named = self._named(item)
        if named is None:
            self._offer_to_all(item)
        elif named.on_duty and named.item is None:
            self._take(named, item)
        else:
            item.waiting = True
            heappush(named.portfolio, item)

    def _offer_to_all(self, item: Item) -> None:
        officer = self._free_for(item)
        if officer is not None:
            self._take(officer, item)
            return
        item.waiting = True
        heappush(self.queue[item.team][int(self.model.steps.role[item.step])], item)

    def _free_for(self, item: Item) -> Officer | None:
        """Return who has been free longest, own role first, of those who may do the work."""
        role = int(self.model.steps.role[item.step])
        for own_role in (role, *self.covers[role]):
            free = self.free[item.team][own_role]
            if free:
                return next(iter(free))
        return None

    def _fall_back(self, item: Item, _: simpy.Event) -> None:
        """Let a case that its named officer has not finished by now fall to anybody."""
        item.common = True
        if item.waiting:
            self._offer_to_all(item)

    def _named(self, item: Item) -> Officer | None:
        """Return whom a case has to wait for under portfolio dispatch, if anybody."""
        if item.common or not self.model.rules.portfolio:
            return None
        kind, role = self.model.teams.kind[item.team], self.model.steps.role[item.step]
        number = int(self.model.teams.named[kind, role, item.entity])
        return self.officers[number] if number >= 0 else None

    def _next(self, officer: Officer) -> None:
        """Take the first case in an officer's queues, or be free."""
        item = self._first_of(officer)
        if item is None:
            self.free[officer.team][officer.role][officer] = None
        else:
            self._take(officer, item)

    def _first_of(self, officer: Officer) -> Item | None:
        """Return the best-ranked case of one's own, else of a role one may cover."""
        queues = self.queue[officer.team]
        own = [queue for queue in (officer.portfolio, queues[officer.role]) if _trim(queue)]
        if own:
            return heappop(min(own, key=lambda queue: queue[0].rank))
        for role in self.covered[officer.role]:
            if _trim(queues[role]):
                return heappop(queues[role])
        return None

    # Work

    def _take(self, officer: Officer, item: Item) -> None:
        """Start the next packet of an item."""
        now = self.clock.time
        item.waiting = False
        self.free[officer.team][officer.role].pop(officer, None)
        if item.left < 0:
            self.knowledge.size_up(officer, item)
        indivisible = self.model.steps.visit[item.step] != NO_TRAVEL
        length = item.left if indivisible else min(item.left, self.model.clock.packet)
        officer.item, officer.since = item, now
        self.record.leave(item.case, now)
        self.record.enter(item.case, "work", now)
        order = (FINISH, int(self.model.cases.mark[item.case]), item.case)
        end = self.clock.at(now + length, order)
        end.callbacks.append(partial(self._finish, officer))

    def _finish(self, officer: Officer, _: simpy.Event) -> None:
        """End a packet: book it, take the next case, and let a finished one move on."""
        item, now = officer.item, self.clock.time
        assert item is not None
        self._book(officer, item, now)
        item.left -= now - officer.since
        item.travel = 0
        officer.item = None
        self.record.respond(item.case, now)
        self.record.leave(item.case, now)
        self.knowledge.handled(officer, item)
        if item.left > 0 and not self.dissolved:
            self._put_back(officer, item)
        if officer.on_duty:
            self._next(officer)
            self._relieve(item)
        else:
            officer.owed += now - officer.left_at
        if item.left == 0 or self.dissolved:
            item.done.succeed()

    def _put_back(self, officer: Officer, item: Item) -> None:
        """Return unfinished work to its queue, where it keeps its place."""
        self.record.enter(item.case, "queue", self.clock.time)
        if not officer.on_duty:
            self._offer(item)
            return
        item.waiting = True
        mine = self._named(item) is officer
        role = int(self.model.steps.role[item.step])
        heappush(officer.portfolio if mine else self.queue[item.team][role], item)

    def _relieve(self, item: Item) -> None:
        """Let somebody who is free take up work that was laid aside for other work."""
        if item.waiting and self._named(item) is None:
            officer = self._free_for(item)
            if officer is not None:
                self._take(officer, item)

    def _book(self, officer: Officer, item: Item, end: int) -> None:
        self.record.packet(officer.number, item.case, item.step, officer.since, end, item.travel)

    def dissolve(self) -> Iterator[simpy.Event]:
        """Let go of what waits; yield the event that each waits for. Packets in hand go on."""
        self.dissolved = True
        for item in self._waiting():
            if item.waiting:
                item.waiting = False
                self.record.leave(item.case, self.clock.time)
                yield item.done

    def stop(self) -> None:
        """Book the packets in hand when the clock stops, and what is left to do."""
        horizon = self.model.clock.horizon
        for officer in self.officers:
            if officer.item is not None:
                self._book(officer, officer.item, horizon)
                self.record.left[officer.item.case] = officer.item.left - (horizon - officer.since)
        for item in self._waiting():
            if item.waiting:
                self.record.left[item.case] = max(item.left, 0)

    def _waiting(self) -> list[Item]:
        """Return what is in any queue; some of it was taken from another one."""
        queues = [queue for team in self.queue for queue in team]
        queues += [officer.portfolio for officer in self.officers]
        return [item for queue in queues for item in queue]


def _trim(queue: list[Item]) -> list[Item]:
    """Drop items from the head of a queue that were taken from another one."""
    while queue and not queue[0].waiting:
        heappop(queue)
    return queue
