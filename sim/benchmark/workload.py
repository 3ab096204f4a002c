"""Workload W: a stripped model, small enough to write in any simulator.

Triage and work by one team from one queue, then a decision at the team's next
meeting. There is no calendar, packet, leave, knowledge or travel: the model's
own neutral values take them away, and the ordinary engine runs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model import rules
from sim.model.arrays import (
    MEET,
    NEVER,
    WORK,
    Cases,
    CaseTypes,
    Clock,
    Committees,
    Entities,
    Model,
    Rules,
    Staff,
    Steps,
    Teams,
    settled,
)
from sim.model.money import Money
from sim.scenario.units import DAY, HOUR

Int = NDArray[np.int64]

YEARS = 5
HORIZON = YEARS * 1650 * HOUR
"""Five years of 1,650 working hours."""

RATES = np.array([1.2, 0.9, 0.7, 0.6, 0.4, 0.2])
"""Cases per contract and year, by case type."""

HOURS = np.array([2.0, 4.0, 6.0, 10.0, 18.0, 30.0])
"""Mean hours of work, by case type."""

TRIAGE_HOURS = 0.5
TRIAGE_SIGMA, WORK_SIGMA = 0.5, 0.8
PRIORITIES = np.array([0.1, 0.3, 0.6])
MEETING_EVERY = 75 * HOUR
LOAD = 0.85


@dataclass(frozen=True)
class Shape:
    """How many teams there are, and which functions they are divided into."""

    units: int
    functions: tuple[int, ...] = (0, 0, 0, 0, 0, 0)
    """Function that each case type belongs to."""

    @property
    def teams(self) -> int:
        """Number of teams: one per unit and function."""
        return self.units * (max(self.functions) + 1)


SHAPES = {
    "pooled": Shape(1),
    "central": Shape(27),
    "place": Shape(42, (0, 1, 2, 2, 3, 3)),
    "delegated": Shape(211),
}


def workload(shape: Shape, contracts: int = 38_000, seed: int = 1) -> Model:
    """Draw workload W as a model. Times are whole milliseconds."""
    draw = np.random.Generator(np.random.Philox(seed))
    weights = np.exp(0.35 * draw.standard_normal(shape.units))
    unit = draw.choice(shape.units, size=contracts, p=weights / weights.sum())
    count = draw.poisson(RATES.sum() * contracts * YEARS)
    opens = np.sort(np.floor(draw.random(count) * HORIZON).astype(np.int64))
    entity = draw.integers(contracts, size=count)
    case_type = draw.choice(len(RATES), size=count, p=RATES / RATES.sum())
    functions = np.array(shape.functions)
    kinds = int(functions.max()) + 1
    team = unit[entity] * kinds + functions[case_type]
    triage, work = (
        np.exp(sigma * draw.standard_normal(count) - sigma**2 / 2)
        for sigma in (TRIAGE_SIGMA, WORK_SIGMA)
    )
    cases = Cases(
        entity=entity,
        case_type=case_type,
        route=case_type,
        ordinal=np.arange(count),
        mark=draw.integers(1 << 60, size=count),
        opens=opens,
        after=np.full(count, -1),
        gap=np.full(count, -1),
        due=opens,
        priority=draw.choice(len(PRIORITIES), size=count, p=PRIORITIES),
        factor=work,
        other_factor=triage,
        visit=np.zeros(count, np.int64),
        initial=np.zeros(count, bool),
        background=np.zeros(count, bool),
    )
    hours = np.bincount(team, TRIAGE_HOURS * triage + HOURS[case_type] * work, shape.teams)
    counts = np.bincount(team, minlength=shape.teams)
    of = unit * kinds + np.arange(kinds)[:, None]
    return assemble(shape, of, cases, hours / (HORIZON / HOUR), counts, draw)


def assemble(
    shape: Shape,
    of: Int,
    cases: Cases,
    load: NDArray[np.float64],
    counts: Int,
    draw: np.random.Generator,
) -> Model:
    """Put the model together.

    ``of`` is each contract's team by (function, contract); ``load`` the mean
    number of busy staff of each team and ``counts`` its cases.
    """
    (kinds, contracts), teams = of.shape, len(load)
    people = staff_of(load)
    staff = int(people.sum())
    nothing = np.zeros((1, contracts), np.int64)
    meetings = np.arange(MEETING_EVERY, HORIZON, MEETING_EVERY)
    panels = np.maximum(1, np.ceil(counts * MEETING_EVERY / HORIZON / 36)).astype(np.int64)
    return Model(
        clock=Clock(
            "2013-04-01", HORIZON, np.arange(9), np.arange(9), 1 << 60, rules.PRIORITY_FIFO
        ),
        steps=steps_of(shape),
        teams=Teams(
            kinds=tuple(f"function {kind}" for kind in range(kinds)),
            roles=("staff",),
            kind=np.arange(teams) % kinds,
            body=np.arange(teams),
            body_names=tuple(f"body {team}" for team in range(teams)),
            of=of,
            travel=np.broadcast_to(nothing, (kinds, contracts)),
            known_at=np.broadcast_to(nothing + NEVER, (kinds, contracts)),
            named=np.broadcast_to(nothing - 1, (kinds, 1, contracts)),
            cover=np.ones((1, 1)),
        ),
        staff=Staff(
            team=np.repeat(np.arange(teams), people),
            role=np.zeros(staff, np.int64),
            mark=draw.integers(1 << 60, size=staff),
            first_shift=np.arange(staff + 1),
            shift_start=np.zeros(staff, np.int64),
            shift_end=np.full(staff, HORIZON),
            **settled(staff),
            casework_share=np.ones((teams, 1)),
            wte=np.ones(staff),
        ),
        committees=committees_of(of, meetings, 40 * panels, draw),
        rules=Rules(0.0, DAY, 0.0, False, 0, 0, 0.0),
        cases=cases,
        entities=entities_of(contracts),
        types=types_of(),
        money=Money(np.zeros(1), 0.0, 0.0, np.zeros(1), np.zeros((1, 1))),
        years=float(YEARS),
        warm_up=0,
    )


def staff_of(load: NDArray[np.float64]) -> Int:
    """Return the staff of each team: load / 0.85 rounded, never above 0.95 each."""
    staff = np.maximum(1, np.rint(load / LOAD)).astype(np.int64)
    return staff + (load / staff > 0.95)


def steps_of(shape: Shape) -> Steps:
    """Return triage, work and decision for every case type."""
    routes = len(RATES)
    function = np.repeat(shape.functions, 3)
    zero = np.zeros(routes * 3, np.int64)
    effort = np.zeros((routes, 3), np.int64)
    effort[:, 0] = round(TRIAGE_HOURS * HOUR)
    effort[:, 1] = (HOURS * HOUR).astype(np.int64)
    return Steps(
        first=np.arange(routes + 1) * 3,
        kind=np.tile([WORK, WORK, MEET], routes),
        stage=np.tile([0, 1, 2], routes),
        actor=function,
        role=zero,
        effort=effort.ravel(),
        other=np.tile([1, 0, 0], routes),
        days=zero,
        share=np.zeros(routes * 3),
        target=zero,
        most=zero,
        visit=zero,
        key=np.zeros((routes * 3, 2), np.int64),
    )


def committees_of(of: Int, meetings: Int, agenda: Int, draw: np.random.Generator) -> Committees:
    """Return one committee per team that decides whatever is on its agenda."""
    kinds, teams = len(of), len(agenda)
    zero, key = np.zeros(kinds, np.int64), np.zeros((kinds, 2), np.int64)
    return Committees(
        kinds=tuple(f"committee of function {kind}" for kind in range(kinds)),
        kind=np.arange(teams) % kinds,
        body=np.arange(teams),
        mark=draw.integers(1 << 60, size=teams),
        uid=np.zeros((teams, 2), np.int64),
        of=of,
        first_meeting=np.arange(teams + 1) * len(meetings),
        meeting=np.tile(meetings, teams),
        deadline=zero,
        agenda=agenda,
        gps=zero,
        others=zero + 1,
        quorum=zero,
        quorum_gp=zero,
        attendance=np.ones(kinds),
        deferral=np.zeros(kinds),
        co_opt_after=zero + 1,
        conflict=np.zeros((kinds, len(RATES))),
        attendance_key=key,
        conflict_key=key,
        deferral_key=key,
    )


def entities_of(contracts: int) -> Entities:
    """Return contracts of one kind in one cell."""
    zero = np.zeros(contracts, np.int64)
    return Entities(
        uid=np.column_stack([np.arange(contracts), zero]),
        kind=zero,
        cell=zero,
        patients=zero,
        rural=np.zeros(contracts, bool),
        inside=np.ones(contracts, bool),
        cell_names=("everywhere",),
        last_review=zero + NEVER,
    )


def types_of() -> CaseTypes:
    """Return six case types without clocks."""
    names = tuple(f"type {number}" for number in range(1, len(RATES) + 1))
    none = np.full(len(RATES), np.nan)
    return CaseTypes(
        names=names,
        titles=names,
        groups=("transaction",) * len(RATES),
        is_cycle=np.zeros(len(RATES), bool),
        is_once=np.zeros(len(RATES), bool),
        clock_calendar_days=none,
        response_working_days=none,
        stages=(("triage", "work", "decision"),) * len(RATES),
    )
