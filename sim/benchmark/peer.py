"""Workload W as an idiomatic SimPy program: what the engines are measured against.

Processes, ``PriorityResource`` and one event per decision, as the SimPy
documentation teaches. It shares only the clock's order of simultaneous events
with the engines, so that its times can be compared with theirs to the bit.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.engine.order import CASE, FINISH, MEETING, Clock
from sim.model.arrays import Model
from sim.model.rules import effort

Events = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Times:
    """When each case was first worked on to the end, and decided; -1 if not yet."""

    triaged: NDArray[np.int64]
    decided: NDArray[np.int64]


def run(model: Model) -> Times:
    """Run workload W and return what happened to each case."""
    clock = Clock()
    cases, teams, team_of = model.cases, len(model.teams.kind), model.teams.of
    people = np.bincount(model.staff.team, minlength=teams)
    staff = [simpy.PriorityResource(clock, capacity=int(count)) for count in people]
    dockets: list[list[simpy.Event]] = [[] for _ in range(teams)]
    triaged = [-1] * len(cases.entity)
    decided = [-1] * len(cases.entity)

    def case(
        number: int, opens: int, priority: int, mark: int, team: int, hours: list[int]
    ) -> Events:
        yield clock.at(opens, (CASE, mark, number))
        for place, length in enumerate(hours):
            request = staff[team].request(priority=priority)
            yield request
            yield clock.at(clock.time + length, (FINISH, mark, number))
            if place == 0:
                triaged[number] = clock.time
            yield staff[team].release(request)
        decision = clock.event()
        dockets[team].append(decision)
        yield decision
        decided[number] = clock.time

    def committee(number: int, agenda: int) -> Events:
        first, end = model.committees.first_meeting[number : number + 2]
        mark = int(model.committees.mark[number])
        for time in model.committees.meeting[first:end].tolist():
            yield clock.at(time, (MEETING, mark, number))
            for decision in dockets[number][:agenda]:
                decision.succeed()
            del dockets[number][:agenda]

    first = model.steps.first[cases.route]
    for number, step in enumerate(first.tolist()):
        factors = cases.other_factor[number], cases.factor[number]
        means = model.steps.effort[step : step + 2].tolist()
        hours = [
            effort(mean, float(factor), 0.0, 1.0, 0.0, 1.0)
            for mean, factor in zip(means, factors, strict=True)
        ]
        clock.process(
            case(
                number,
                int(cases.opens[number]),
                int(cases.priority[number]),
                int(cases.mark[number]),
                int(team_of[model.steps.actor[step], cases.entity[number]]),
                hours,
            )
        )
    for number, agenda in enumerate(model.committees.agenda.tolist()):
        clock.process(committee(number, agenda))
    clock.run(until=model.clock.horizon)
    return Times(np.array(triaged), np.array(decided))
