"""The work of a run, retold from its packets: what each step took, and who knew what."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from audit_records import Packet, Stint, Story, require

from sim.engine.log import UNSET, Log
from sim.model import rules
from sim.model.arrays import IN_PERSON, NEVER, NO_TRAVEL, Model
from sim.model.moving import goes_on_at
from sim.model.phases import phases
from sim.model.rules import FOREVER

Rests = list[tuple[int, int]]
"""Work left to do by the earlier team, 0 if it is to be done anew, and how much more
relearning has then been than was counted; one for each reading of simultaneous events."""


class AuditWork:
    """Packets of work, and the stints that they make up."""

    def __init__(self, model: Model, log: Log) -> None:
        self.model = model
        self.log = log
        self.horizon = model.clock.horizon
        self.phases = phases(model)
        self.changes_at = model.change.at if len(self.phases) > 1 else FOREVER
        self.story = [Story() for _ in range(len(model.cases.entity))]
        self.ended: dict[int, tuple[int, int]] = {}
        self.stints: list[Stint] = []
        self.packets = self._packets()

    def phase(self, time: int) -> Model:
        """Return the model that holds at an instant."""
        return self.phases[-1] if time >= self.changes_at else self.phases[0]

    def ends(self, model: Model) -> int:
        """Return when a model ends to hold."""
        return FOREVER if model is self.phases[-1] else self.changes_at

    def _packets(self) -> dict[int, Iterator[Packet]]:
        """Read the packets of each case, and when officers and teams saw each entity."""
        work, cases = self.log.work, self.model.cases
        found = defaultdict(list)
        self.seen: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        self.begun: dict[tuple[int, int], list[int]] = defaultdict(list)
        """When work of each team on each entity began."""
        rows = zip(work.staff, work.case, work.step, work.start, work.end, work.travel, strict=True)
        for staff, case, step, start, end, travel in (map(int, row) for row in rows):
            if case == UNSET:
                continue
            found[case].append(Packet(staff, step, start, end, travel))
            self.begun[int(self.model.staff.team[staff]), int(cases.entity[case])].append(start)
            if end < self.horizon:
                entity = int(cases.entity[case])
                self.seen["officer", staff, entity].append(end)
                self.seen["team", int(self.model.staff.team[staff]), entity].append(end)
        for times in self.seen.values():
            times.sort()
        return {case: iter(sorted(some, key=lambda p: p.start)) for case, some in found.items()}

    def _spend(self, case: int, what: str, start: int, end: int) -> None:
        self.story[case].count[what] += min(end, self.horizon) - start

    def work(self, stint: Stint, extra: float, rests: Rests) -> tuple[int, Rests]:
        """Match a stint with its packets; return when it ended, and what it then left to do."""
        self.stints.append(stint)
        case, now, spent = stint.case, stint.joined, 0
        efforts: list[tuple[int, int, int]] = []
        while not stint.done and (packet := self._next(stint)):
            self._check_packet(stint, packet, now)
            efforts = efforts or self._efforts(stint, packet, extra, rests)
            efforts = [e for e in efforts if self._fits(e[0] - spent, stint.step, packet)]
            require(bool(efforts), "a packet of another length than the work", stint, packet)
            stint.packets.append(packet)
            spent += packet.end - packet.start
            now = packet.end
            if now >= self.horizon:
                break
            self.ended[case] = (now, stint.team)
            self._respond(case, now)
            finished = [e for e in efforts if e[0] == spent]
            sure = len(finished) == len(efforts)
            stint.done = sure or (bool(finished) and not self._goes_on(stint))
            efforts = finished if stint.done else [e for e in efforts if e[0] != spent]
        stint.moves = not stint.done and stint.ends < self.horizon and now < self.horizon
        left = self.log.cases.left[case]
        sure = stint.done or stint.moves
        efforts = [e for e in efforts if sure or e[0] - spent == left] or efforts
        self._count_work(stint, spent, efforts[0] if efforts else (0, 0, 0))
        if stint.moves:
            more = [(e[0] - spent, e[2] - efforts[0][2]) for e in efforts]
            return max(now, stint.ends), more or [(0, 0)]
        return now if stint.done else self.horizon, [(0, 0)]

    def _next(self, stint: Stint) -> Packet | None:
        """Return the next packet of work on a case, if it began before the stint ended."""
        packets = self.packets.get(stint.case, iter(()))
        packet = next(packets, None)
        if packet and packet.start >= stint.ends:
            self.packets[stint.case] = chain([packet], packets)
            return None
        return packet

    def _check_packet(self, stint: Stint, packet: Packet, now: int) -> None:
        staff, role = self.model.staff, self.model.steps.role[stint.step]
        require(packet.step == stint.step, "another step than the route's", stint, packet)
        require(staff.team[packet.staff] == stint.team, "another team", stint, packet)
        cover = stint.model.teams.cover[staff.role[packet.staff], role]
        require(cover > 0, "a role that may not do this work", stint, packet)
        require(packet.start >= now, "work before its time", stint, packet)

    def _fits(self, left: int, step: int, packet: Packet) -> bool:
        """Say whether a packet is as long as it must be, but for the horizon."""
        visit = self.model.steps.visit[step] != NO_TRAVEL
        length = left if visit else min(left, self.model.clock.packet)
        return packet.end == min(packet.start + length, self.horizon)

    def _efforts(
        self, stint: Stint, packet: Packet, extra: float, rests: Rests
    ) -> list[tuple[int, int, int]]:
        """Return (effort, travel, relearning), one for each reading of simultaneous events."""
        model, case, step = stint.model, stint.case, stint.step
        role = int(model.staff.role[packet.staff]), model.steps.role[step]
        kind, entity = model.teams.kind[stint.team], model.cases.entity[case]
        travel = 0
        if model.steps.visit[step] != NO_TRAVEL and model.cases.visit[case] == IN_PERSON:
            travel = int(model.teams.travel[kind, entity])

        def hours(rest: int, burden: float, m: float, pace: float) -> int:
            mean, factor = int(model.steps.effort[step]), model.factor(case, step)
            both = (rest, 1.0) if rest else (mean, factor)
            unknown, cover = model.rules.unknown_extra, float(model.teams.cover[role])
            return rules.effort(*both, unknown, m, burden, cover, pace)

        found, pace = [], float(self.model.staff.shift_effort[self._shift(packet)])
        for m in sorted({self._knowledge(stint, packet, tie) for tie in (0, 1)}):
            for rest, more in rests:
                for file in self._files(stint, packet):
                    burden = rest, extra + file
                    effort, expert = hours(*burden, m, pace), hours(*burden, 1.0, 1.0)
                    found.append((effort + travel, travel, effort - expert + more))
        return found

    def _files(self, stint: Stint, packet: Packet) -> list[float]:
        """Return the extra effort of an incomplete file, one for each reading of ties."""
        teams, entity = stint.model.teams, int(stint.model.cases.entity[stint.case])
        extra = (
            float(teams.incomplete[teams.kind[stint.team], entity]) if teams.incomplete.size else 0
        )
        begun = self.begun[stint.team, entity]
        if not extra or packet.start > min(begun):
            return [0.0]
        return [extra] if begun.count(packet.start) == 1 else [0.0, extra]

    def _shift(self, packet: Packet) -> int:
        """Return the shift in which a packet was begun: the latest of its person."""
        staff = self.model.staff
        first, last = (int(edge) for edge in staff.first_shift[packet.staff : packet.staff + 2])
        return first + bisect_right(staff.shift_start[first:last].tolist(), packet.start) - 1

    def _goes_on(self, stint: Stint) -> bool:
        """Say whether a step that one reading of simultaneous events ends has more to come."""
        case, steps = stint.case, self.model.steps
        following = next(self.packets[case], None)
        routes = [int(model.cases.route[case]) for model in (stint.model, self.phases[-1])]
        then = goes_on_at(steps, stint.step, *routes)
        if following is None:
            at_end = steps.first[routes[1]] + self.log.cases.step[case]
            return bool(at_end == then)
        self.packets[case] = chain([following], self.packets[case])
        return following.step == (stint.step if following.start < stint.ends else then)

    def _knowledge(self, stint: Stint, packet: Packet, tie: int) -> float:
        """Return the familiarity at a packet's start; a tie counts work that ended just then.

        A person ends one packet before starting the next, and so does a case, but colleagues
        may go either way.
        """
        model = stint.model
        teams, entity = model.teams, int(model.cases.entity[stint.case])
        kind, role = teams.kind[stint.team], model.staff.role[packet.staff]
        before = int(teams.known_at[kind, entity])
        named = int(teams.named[kind, role, entity]) == packet.staff
        own = self._last("officer", packet.staff, entity, packet.start, 1)
        certain = self.ended.get(stint.case) == (packet.start, stint.team)
        team = self._last("team", stint.team, entity, packet.start, tie or certain)
        own = (before if named else NEVER) if own == NEVER else own
        own = own if own >= self.model.staff.shift_since[self._shift(packet)] else NEVER
        team = before if team == NEVER else team
        memories = [
            0.0 if t == NEVER else rules.memory(packet.start - t, model.rules.half_life)
            for t in (own, team)
        ]
        return max(memories[0], model.rules.team_memory * memories[1])

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
        count["left"] = 0 if stint.done or stint.moves else length - spent
        for since, until in stint.waits(self.horizon):
            self._spend(stint.case, "queue", since, until)
