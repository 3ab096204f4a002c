"""The reference engine: what the model *is*, as SimPy processes written to be read.

Each case is a process that goes through the steps of its route. Each team is a
set of officers with a ranked queue per role. Each committee is a process that
meets on its dates. Everything drawn is looked up at an address, so the run is a
deterministic function of the model's arrays.

Where one arrangement becomes another at some instant, people and committees of
the later one take over from there, and every open case goes on in it: at once if
it waits for them, else when what it is at comes to its end.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from sim.engine.committee import Committee
from sim.engine.condition import Watch
from sim.engine.log import Log
from sim.engine.office import Office
from sim.engine.order import CASE, FOLLOW_UP, Clock
from sim.engine.people import Item
from sim.engine.recorder import Recorder
from sim.engine.stream import Sink, feed
from sim.model.arrays import (
    BRANCH,
    DESK,
    DONE,
    ELSEWHERE,
    IF_VISIT,
    MEET,
    NOBODY,
    REFUSED,
    WAIT,
    WORK,
    Model,
)
from sim.model.moving import branches_taken, goes_on_at, same_work, stands_at
from sim.model.phases import phases
from sim.model.rules import after_days, handed_over, happens, opening, rounds_to_nothing

Events = Generator[simpy.Event, Any, None]


def run(model: Model) -> Log:
    """Run the model from its first instant until just before the horizon."""
    return Engine(model).run()


def stream(model: Model, sink: Sink) -> None:
    """Run the model and hand over what happened to a sink."""
    feed(run(model), sink)


class Engine:
    """One run: the clock, the office of every team, the committees and the record."""

    def __init__(self, model: Model) -> None:
        self.model, *self.later = phases(model)
        """What holds now, and what will after a change."""
        self.clock = Clock()
        self.record = Recorder(model)
        self.offices: list[Office] = []
        self.take_up_office()
        self.at_body = [NOBODY] * len(model.cases.entity)
        """Body that holds each case: NOBODY at first, ELSEWHERE where one acts that is not here."""
        self.crossed = [False] * len(model.cases.entity)
        """Whether a hand-off burdens the next piece of work."""
        self.moved = [False] * len(model.cases.entity)
        """Whether a case comes from the earlier arrangement and nobody has it yet."""
        self.rest = [0] * len(model.cases.entity)
        """Work that the earlier arrangement left to do on the step where such a case stands."""
        condition = model.condition
        self.watch = Watch(model, condition) if condition and condition.feedback else None

    def take_up_office(self) -> None:
        """Let the people and committees of the arrangement that holds now begin."""
        self.offices.append(Office(self.model, self.clock, self.record))
        self.committees = [
            Committee(self.model, self.clock, self.record, number)
            for number in range(len(self.model.committees.kind))
        ]

    def run(self) -> Log:
        """Start every process, run the clock and close the log."""
        closed: list[simpy.Process] = []
        for case in range(len(self.model.cases.entity)):
            before = int(self.model.cases.after[case])
            predecessor = closed[before] if before >= 0 else None
            closed.append(self.clock.process(self.case(case, predecessor)))
        if self.later and self.model.change is not None:
            # As a consequence of nothing it comes before every other event of its instant.
            change = self.clock.at(self.model.change.at, FOLLOW_UP)
            change.callbacks.append(self.become_another)
        self.clock.run(until=self.model.clock.horizon)
        for office in self.offices:
            office.stop()
        return self.record.close()

    def case(self, case: int, predecessor: simpy.Process | None) -> Events:
        """Take one case from opening to closing, if it arises."""
        yield from self.opening(case, predecessor)
        if self.watch and not self.watch.arises(case, self.clock.time):
            return
        self.record.open(case, self.clock.time)
        if self.clock.time == 0 and self.model.rules.inherited >= 0:
            self.at_body[case], self.moved[case] = ELSEWHERE, True
        first, end = self.route(case)
        step, jumps = first, dict[int, int]()
        while step < end:
            model, through = self.model, True
            self.record.step[case] = step - first
            match model.steps.kind[step]:
                case kind if kind == WORK:
                    through = yield from self.work(case, step)
                case kind if kind == WAIT:
                    yield from self.wait(case, step)
                case kind if kind == MEET:
                    through = yield from self.meet(case, step)
                case kind if kind == BRANCH and self.jumps(case, step, jumps):
                    target = int(model.steps.target[step])
                    if target in (DONE, REFUSED):
                        self.shut(case, refused=target == REFUSED)
                        return
                    step = first + target
                    continue
            step += through
            if model is not self.model:
                step, jumps = yield from self.move(case, step, jumps, model)
                first, end = self.route(case)
        self.shut(case, refused=False)

    def shut(self, case: int, *, refused: bool) -> None:
        """Close a case, which may repair its contract."""
        self.record.shut(case, self.clock.time, refused=refused)
        if self.watch and not refused:
            self.watch.close(case, self.clock.time)

    def route(self, case: int) -> tuple[int, int]:
        """Return the first step of a case's route and the end of it, as of now."""
        route = int(self.model.cases.route[case])
        first, end = map(int, self.model.steps.first[route : route + 2])
        return first, end

    def opening(self, case: int, predecessor: simpy.Process | None) -> Events:
        """Wait until the case opens: its time has come and its predecessor is closed."""
        opens, gap = int(self.model.cases.opens[case]), int(self.model.cases.gap[case])
        if predecessor is not None:
            yield predecessor
            opens = opening(self.clock.time, opens, gap)
        yield self.until(opens, case)

    def work(self, case: int, step: int) -> Generator[simpy.Event, Any, bool]:
        """Queue for an officer of the team in charge, and be worked on.

        Says whether that came to its end before the arrangement did.
        """
        model = self.model
        entity, rest = int(model.cases.entity[case]), self.rest[case]
        self.rest[case] = 0
        team = int(model.teams.of[model.steps.actor[step], entity])
        seen = model.cases.visit[case]
        skipped = model.steps.visit[step] == IF_VISIT and seen == DESK
        if skipped or rounds_to_nothing(int(model.steps.effort[step]) * model.factor(case, step)):
            return True
        if team < 0:
            self.pass_by(case)
            return True
        yield from self.hand_off(case, int(model.teams.body[team]))
        if model is not self.model:
            return False
        burden = model.rules.handoff_extra if self.crossed[case] else 0.0
        item = Item(self.clock, case, step, team, entity, burden, rest)
        self.offices[-1].join(item)
        yield item.done
        if item.left >= 0:
            self.crossed[case] = False
        self.rest[case] = max(item.left, 0)
        return item.left == 0

    def wait(self, case: int, step: int) -> Events:
        """Let calendar time pass that nobody here controls."""
        now, clock = self.clock.time, self.model.clock
        days = int(self.model.steps.days[step])
        end = after_days(now, days, clock.calendar_day_of, clock.working_day_of)
        self.record.enter(case, "outside", now)
        yield self.until(int(end), case)
        self.record.leave(case, self.clock.time)

    def meet(self, case: int, step: int) -> Generator[simpy.Event, Any, bool]:
        """Wait for the committee in charge to decide; say whether it did."""
        model = self.model
        entity = int(model.cases.entity[case])
        number = int(model.committees.of[model.steps.actor[step], entity])
        if number < 0:
            self.pass_by(case)
            return True
        yield from self.hand_off(case, int(model.committees.body[number]))
        if model is not self.model:
            return False
        self.record.enter(case, "committee", self.clock.time)
        yield self.committees[number].table(case)
        self.record.leave(case, self.clock.time)
        return model is self.model

    def pass_by(self, case: int) -> None:
        """Note that a body acts that is not here."""
        self.at_body[case], self.moved[case] = ELSEWHERE, False

    def hand_off(self, case: int, body: int) -> Events:
        """Cross to another body: it delays the case and adds effort to the next work."""
        crossed, moved = self.at_body[case] not in (NOBODY, body), self.moved[case]
        self.at_body[case], self.moved[case] = body, False
        if not crossed:
            return
        self.record.crossings[case] += 1
        self.crossed[case] = True
        now, change, rules = self.clock.time, self.model.change, self.model.rules
        arrives = now + rules.handoff_delay
        if moved and change is not None:
            arrives = handed_over(now, change.at, change.handover)
        elif moved:
            arrives = handed_over(now, 0, rules.inherited)
        if arrives > now:
            self.record.enter(case, "handoff", now)
            yield self.until(arrives, case)
            self.record.leave(case, self.clock.time)

    # The change of the arrangement

    def become_another(self, _: simpy.Event) -> None:
        """Let another arrangement take over: whoever waits need wait here no longer."""
        waiting = [*self.offices[-1].dissolve()]
        waiting += [event for committee in self.committees for event in committee.dissolve()]
        earlier, self.model = self.model, self.later.pop()
        self.take_up_office()
        for case in self.record.still_open():
            was, now = earlier.cases.route[case], self.model.cases.route[case]
            step = int(earlier.steps.first[was]) + self.record.step[case]
            self.record.step[case] = stands_at(earlier.steps, step, was, now) - self.route(case)[0]
        for event in waiting:
            event.succeed()

    def move(
        self, case: int, step: int, jumps: dict[int, int], earlier: Model
    ) -> Generator[simpy.Event, Any, tuple[int, dict[int, int]]]:
        """Go on in the new arrangement, as an event of this case's own.

        Returns the step, and the jumps taken so far at each branch.
        """
        yield self.until(self.clock.time, case)
        self.moved[case] = True
        steps, was, now = earlier.steps, earlier.cases.route[case], self.model.cases.route[case]
        then = goes_on_at(steps, step, was, now)
        if not same_work(steps, step, was, then, now):
            self.rest[case] = 0
        return then, branches_taken(steps, jumps, was, now)

    def jumps(self, case: int, step: int, taken: dict[int, int]) -> bool:
        """Say whether a branch is taken, by a draw at (case, step, jumps so far).

        Whoever comes to a branch again has jumped since, so every pass has its own luck.
        """
        steps, cases, often = self.model.steps, self.model.cases, self.record.jumps[case]
        if taken.get(step, 0) >= steps.most[step]:
            return False
        e0, e1 = map(int, self.model.entities.uid[cases.entity[case]])
        k0, k1 = map(int, steps.key[step])
        if not happens(float(steps.share[step]), e0, e1, int(cases.ordinal[case]), often, k0, k1):
            return False
        taken[step] = taken.get(step, 0) + 1
        self.record.jumps[case] += 1
        return True

    def until(self, time: int, case: int) -> simpy.Event:
        """Return the instant as an event of this case."""
        return self.clock.at(time, (CASE, int(self.model.cases.mark[case]), case))
