"""The reference engine: what the model *is*, as SimPy processes written to be read.

Each case is a process that goes through the steps of its route. Each team is a
set of officers with a ranked queue per role. Each committee is a process that
meets on its dates. Everything drawn is looked up at an address, so the run is a
deterministic function of the model's arrays.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from sim.engine.committee import Committee
from sim.engine.condition import Watch
from sim.engine.log import Log
from sim.engine.office import Item, Office
from sim.engine.order import CASE, Clock
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
from sim.model.rules import after_days, happens, opening, whole

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
        self.model = model
        self.clock = Clock()
        self.record = Recorder(model)
        self.office = Office(model, self.clock, self.record)
        self.committees = [
            Committee(model, self.clock, self.record, number)
            for number in range(len(model.committees.kind))
        ]
        self.at_body = [NOBODY] * len(model.cases.entity)
        """Body that holds each case: NOBODY at first, ELSEWHERE where one acts that is not here."""
        self.crossing = [0.0] * len(model.cases.entity)
        """Extra effort that the latest hand-off put on the next piece of work."""
        condition = model.condition
        self.watch = Watch(model, condition) if condition and condition.feedback else None

    def run(self) -> Log:
        """Start every process, run the clock and close the log."""
        closed: list[simpy.Process] = []
        for case in range(len(self.model.cases.entity)):
            before = int(self.model.cases.after[case])
            predecessor = closed[before] if before >= 0 else None
            closed.append(self.clock.process(self.case(case, predecessor)))
        self.clock.run(until=self.model.clock.horizon)
        self.office.stop()
        return self.record.close()

    def case(self, case: int, predecessor: simpy.Process | None) -> Events:
        """Take one case from opening to closing, if it arises."""
        yield from self.opening(case, predecessor)
        if self.watch and not self.watch.arises(case, self.clock.time):
            return
        self.record.open(case, self.clock.time)
        route = int(self.model.cases.route[case])
        first, end = map(int, self.model.steps.first[route : route + 2])
        step, jumps = first, dict[int, int]()
        while step < end:
            self.record.step[case] = step - first
            match self.model.steps.kind[step]:
                case kind if kind == WORK:
                    yield from self.work(case, step)
                case kind if kind == WAIT:
                    yield from self.wait(case, step)
                case kind if kind == MEET:
                    yield from self.meet(case, step)
                case kind if kind == BRANCH and self.jumps(case, step, jumps):
                    target = int(self.model.steps.target[step])
                    if target in (DONE, REFUSED):
                        self.shut(case, refused=target == REFUSED)
                        return
                    step = first + target
                    continue
            step += 1
        self.shut(case, refused=False)

    def shut(self, case: int, *, refused: bool) -> None:
        """Close a case, which may repair its contract."""
        self.record.shut(case, self.clock.time, refused=refused)
        if self.watch and not refused:
            self.watch.close(case, self.clock.time)

    def opening(self, case: int, predecessor: simpy.Process | None) -> Events:
        """Wait until the case opens: its time has come and its predecessor is closed."""
        opens, gap = int(self.model.cases.opens[case]), int(self.model.cases.gap[case])
        if predecessor is not None:
            yield predecessor
            opens = opening(self.clock.time, opens, gap)
        yield self.until(opens, case)

    def work(self, case: int, step: int) -> Events:
        """Queue for an officer of the team in charge, and be worked on."""
        model = self.model
        entity = int(model.cases.entity[case])
        team = int(model.teams.of[model.steps.actor[step], entity])
        seen = model.cases.visit[case]
        skipped = model.steps.visit[step] == IF_VISIT and seen == DESK
        if skipped or whole(int(model.steps.effort[step]) * model.factor(case, step)) == 0:
            return
        if team < 0:
            self.at_body[case] = ELSEWHERE
            return
        yield from self.hand_off(case, int(model.teams.body[team]))
        item = Item(self.clock, case, step, team, entity, self.crossing[case])
        self.crossing[case] = 0.0
        self.office.join(item)
        yield item.done

    def wait(self, case: int, step: int) -> Events:
        """Let calendar time pass that nobody here controls."""
        now, clock = self.clock.time, self.model.clock
        days = int(self.model.steps.days[step])
        end = after_days(now, days, clock.calendar_day_of, clock.working_day_of)
        self.record.enter(case, "outside", now)
        yield self.until(int(end), case)
        self.record.leave(case, self.clock.time)

    def meet(self, case: int, step: int) -> Events:
        """Wait for the committee in charge to decide."""
        committees = self.model.committees
        entity = int(self.model.cases.entity[case])
        number = int(committees.of[self.model.steps.actor[step], entity])
        if number < 0:
            self.at_body[case] = ELSEWHERE
            return
        yield from self.hand_off(case, int(committees.body[number]))
        self.record.enter(case, "committee", self.clock.time)
        yield self.committees[number].table(case)
        self.record.leave(case, self.clock.time)

    def hand_off(self, case: int, body: int) -> Events:
        """Cross to another body: it delays the case and adds effort to the next work."""
        crossed = self.at_body[case] not in (NOBODY, body)
        self.at_body[case] = body
        if not crossed:
            return
        rules = self.model.rules
        self.record.crossings[case] += 1
        self.crossing[case] = rules.handoff_extra
        if rules.handoff_delay > 0:
            self.record.enter(case, "handoff", self.clock.time)
            yield self.until(self.clock.time + rules.handoff_delay, case)
            self.record.leave(case, self.clock.time)

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
