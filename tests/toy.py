"""Hand-made models and logs: everything has a small sensible default.

Times are given in working days and turned into milliseconds; ``None`` is
"has not happened". Every case of type t follows route t.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.engine.log import CLOSED, NOT_OPENED, OPEN, UNSET, CaseLog, Log, MeetingLog, WorkLog
from sim.model import arrays
from sim.model.arrays import MEET, NEVER, WORK, Model
from sim.model.money import Money
from sim.scenario.calendar import Calendar
from sim.scenario.units import DAY

GP, DENTAL, CELL = 0, 1, 4


def ms(days: float | None) -> int:
    """Milliseconds of a number of working days."""
    return UNSET if days is None else round(days * DAY)


@dataclass(frozen=True)
class Step:
    """A step of a route; ``effort`` in working days, ``actor`` a kind of team or committee."""

    kind: int = WORK
    actor: int = 0
    role: int = 0
    effort: float = 1.0
    days: int = 0
    share: float = 0.0
    target: int = 0
    most: int = 1
    visit: int = 0


MEETING = Step(kind=MEET, role=-1, effort=0.0)


@dataclass(frozen=True)
class Type:
    """A case type with its route."""

    name: str = "query"
    group: str = "transaction"
    cycle: bool = False
    once: bool = False
    clock: float = float("nan")
    response: float = float("nan")
    steps: tuple[Step, ...] = (Step(),)


@dataclass(frozen=True)
class Case:
    """A case; times in working days."""

    opens: float = 0.0
    type: int = 0
    entity: int = 0
    due: float | None = None
    initial: bool = False
    background: bool = False
    after: int = -1
    gap: float | None = None
    factor: float = 1.0
    visit: int = 0


@dataclass(frozen=True)
class Entity:
    """A contract, or a cell."""

    kind: int = GP
    cell: int = 0
    patients: int = 6000
    rural: bool = False
    inside: bool = True
    last_review: float | None = None


@dataclass(frozen=True)
class Person:
    """Somebody in a team; shifts in working days. No shifts given: always there."""

    team: int = 0
    role: int = 0
    shifts: tuple[tuple[float, float], ...] | None = None
    wte: float = 1.0


@dataclass(frozen=True)
class Toy:
    """What a model is made of. Team t is of kind ``team_kinds[t]``."""

    cases: tuple[Case, ...] = (Case(),)
    types: tuple[Type, ...] = (Type(),)
    entities: tuple[Entity, ...] = (Entity(),)
    people: tuple[Person, ...] = (Person(),)
    kinds: tuple[str, ...] = ("area",)
    roles: tuple[str, ...] = ("officer",)
    team_kinds: tuple[int, ...] = (0,)
    team_of: tuple[tuple[int, ...], ...] | None = None
    travel: float = 0.0
    committee_kinds: tuple[str, ...] = ()
    committees: tuple[int, ...] = ()
    start: dt.date = dt.date(2013, 4, 1)
    years: float = 1.0
    weekdays: bool = False
    warm_up: float = 0.0
    casework_share: float = 1.0
    money: dict[str, Any] = field(default_factory=dict)


def model(**parts: Any) -> Model:
    """Build a model from the parts of ``Toy``."""
    toy = Toy(**{k: tuple(v) if isinstance(v, list) else v for k, v in parts.items()})
    clock = _clock(toy)
    return Model(
        clock=clock,
        steps=_steps(toy),
        teams=_teams(toy),
        staff=_staff(toy, clock.horizon),
        committees=_committees(toy),
        rules=arrays.Rules(0.0, 1, 0.0, False, 0, 0, 0.0),
        cases=_cases(toy),
        entities=_entities(toy),
        types=_types(toy),
        money=_money(toy),
        years=toy.years,
        warm_up=ms(toy.warm_up),
    )


def log(
    model: Model,
    closed: list[float | None],
    opened: list[float | None] | None = None,
    responded: list[float | None] | None = None,
    packets: list[tuple[int, int, float, float]] | None = None,
    meetings: list[dict[str, float]] | None = None,
    **columns: list[float],
) -> Log:
    """Build a log. ``packets`` holds (person, case or -1, start, end); the rest as in ``CaseLog``.

    Columns of times are in working days; queueing is what no other column claims.
    """
    count = len(model.cases.opens)
    done = np.array([ms(day) for day in closed], dtype=np.int64)
    begun = model.cases.opens.copy() if opened is None else _ints([ms(day) for day in opened])
    table = {name: np.zeros(count, np.int64) for name in CaseLog.__dataclass_fields__}
    plain = ("crossings", "meetings", "deferrals", "recusals", "jumps", "outcome", "step")
    given = {k: _ints(v if k in plain else [ms(x) for x in v]) for k, v in columns.items()}
    outcome = np.where(begun < 0, NOT_OPENED, np.where(done < 0, OPEN, CLOSED))
    table |= {"opened": begun, "closed": done, "outcome": outcome}
    table |= {"responded": done if responded is None else _ints([ms(x) for x in responded])}
    table |= {"step": np.where((begun >= 0) & (done < 0), 0, UNSET), **given}
    spent = sum(table[name] for name in ("work", "committee", "outside", "handoff"))
    if "queue" not in given:
        table["queue"] = np.where(done < 0, model.clock.horizon, done) - begun - spent
    return Log(
        cases=CaseLog(**table), work=_work(packets or []), meetings=_meetings(meetings or [])
    )


def measured(table: Any, measure: str, **where: str) -> float:
    """The one value of a measure; columns not named must be "all"."""
    chosen = table[table["measure"] == measure]
    for column in ("case_type", "body", "role", "period"):
        chosen = chosen[chosen[column] == where.get(column, "all")]
    assert len(chosen) == 1, f"{len(chosen)} rows of {measure} {where}"
    return float(chosen["value"].iloc[0])


def fifo(model: Model, servers: int, days: float) -> Log:
    """Serve the cases in order of opening by the recursion on the earliest free server."""
    free = np.zeros(servers, dtype=np.int64)
    horizon, length = model.clock.horizon, ms(days)
    opened = model.cases.opens
    table = {name: np.zeros(len(opened), np.int64) for name in CaseLog.__dataclass_fields__}
    rows: list[tuple[int, int, int, int]] = []
    for case in np.argsort(opened, kind="stable"):
        server = int(np.argmin(free))
        start = max(int(free[server]), int(opened[case]))
        free[server] = start + length
        table["queue"][case] = min(start, horizon) - opened[case]
        table["closed"][case] = start + length if start + length < horizon else UNSET
        table["left"][case] = 0 if start >= horizon else max(start + length - horizon, 0)
        if start < horizon:
            rows.append((server, int(case), start, min(start + length, horizon)))
            table["work"][case] = rows[-1][3] - start
    closed = table["closed"]
    table |= {"opened": opened.copy(), "responded": closed.copy()}
    table["outcome"] = np.where(closed < 0, OPEN, CLOSED)
    table["step"] = np.where(closed < 0, 0, UNSET)
    shares = [(who, case, start / DAY, end / DAY) for who, case, start, end in rows]
    return Log(CaseLog(**table), _work(shares), _meetings([]))


def changed(model: Model, **parts: dict[str, Any]) -> Model:
    """A model with some arrays replaced: ``changed(m, cases={"due": ...})``."""
    new = {name: replace(getattr(model, name), **values) for name, values in parts.items()}
    return replace(model, **new)


def _ints(values: Any) -> Any:
    return np.array(values, dtype=np.int64)


def _clock(toy: Toy) -> arrays.Clock:
    make = Calendar.england if toy.weekdays else Calendar.every_day
    calendar = make(toy.start, toy.years)
    return arrays.Clock(
        start=toy.start.isoformat(),
        horizon=calendar.horizon,
        calendar_day_of=calendar.calendar_day_of,
        working_day_of=calendar.working_day_of,
        packet=ms(0.25),
        ranking=0,
    )


def _steps(toy: Toy) -> arrays.Steps:
    flat = [step for kind in toy.types for step in kind.steps]
    first = np.cumsum([0, *(len(kind.steps) for kind in toy.types)])
    return arrays.Steps(
        first=_ints(first),
        kind=_ints([s.kind for s in flat]),
        stage=_ints([n for kind in toy.types for n in range(len(kind.steps))]),
        actor=_ints([s.actor for s in flat]),
        role=_ints([s.role for s in flat]),
        effort=_ints([ms(s.effort) for s in flat]),
        other=np.zeros(len(flat), np.int64),
        days=_ints([s.days for s in flat]),
        share=np.array([s.share for s in flat]),
        target=_ints([s.target for s in flat]),
        most=_ints([s.most for s in flat]),
        visit=_ints([s.visit for s in flat]),
        key=np.zeros((len(flat), 2), np.int64),
    )


def _teams(toy: Toy) -> arrays.Teams:
    shape = (len(toy.kinds), len(toy.entities))
    first = [toy.team_kinds.index(kind) for kind in range(len(toy.kinds))]
    of = np.repeat(first, shape[1]).reshape(shape) if toy.team_of is None else toy.team_of
    return arrays.Teams(
        kinds=toy.kinds,
        roles=toy.roles,
        kind=_ints(toy.team_kinds),
        body=_ints(range(len(toy.team_kinds))),
        body_names=tuple(f"body {team}" for team in range(len(toy.team_kinds))),
        of=_ints(of),
        travel=np.full(shape, ms(toy.travel), np.int64),
        known_at=np.full(shape, NEVER, np.int64),
        named=np.full((shape[0], len(toy.roles), shape[1]), -1, np.int64),
        cover=np.eye(len(toy.roles)),
    )


def _staff(toy: Toy, horizon: int) -> arrays.Staff:
    always = ((0.0, horizon / DAY),)
    shifts = [always if person.shifts is None else person.shifts for person in toy.people]
    flat = [shift for mine in shifts for shift in mine]
    return arrays.Staff(
        team=_ints([person.team for person in toy.people]),
        role=_ints([person.role for person in toy.people]),
        mark=_ints(range(len(toy.people))),
        first_shift=_ints(np.cumsum([0, *(len(mine) for mine in shifts)])),
        shift_start=_ints([ms(start) for start, _ in flat]),
        shift_end=_ints([ms(end) for _, end in flat]),
        **(arrays.settled(len(flat)) | {"turnover": True}),
        casework_share=np.full((len(toy.team_kinds), len(toy.roles)), toy.casework_share),
        wte=np.array([person.wte for person in toy.people]),
    )


def _committees(toy: Toy) -> arrays.Committees:
    kinds, count = len(toy.committee_kinds), len(toy.committees)
    nothing = np.zeros(kinds, np.int64)
    of = [[toy.committees.index(kind)] * len(toy.entities) for kind in range(kinds)]
    return arrays.Committees(
        kinds=toy.committee_kinds,
        kind=_ints(toy.committees),
        body=np.zeros(count, np.int64),
        mark=_ints(range(count)),
        uid=np.zeros((count, 2), np.int64),
        of=_ints(of).reshape(kinds, len(toy.entities)),
        first_meeting=np.zeros(count + 1, np.int64),
        meeting=_ints([]),
        deadline=nothing,
        agenda=np.full(count, 10),
        gps=nothing,
        others=nothing + 3,
        quorum=nothing,
        quorum_gp=nothing,
        attendance=nothing + 1.0,
        deferral=nothing * 0.0,
        co_opt_after=nothing + 2,
        conflict=np.zeros((kinds, len(toy.types))),
        attendance_key=np.zeros((kinds, 2), np.int64),
        conflict_key=np.zeros((kinds, 2), np.int64),
        deferral_key=np.zeros((kinds, 2), np.int64),
    )


def _cases(toy: Toy) -> arrays.Cases:
    cases = toy.cases
    return arrays.Cases(
        entity=_ints([c.entity for c in cases]),
        case_type=_ints([c.type for c in cases]),
        route=_ints([c.type for c in cases]),
        ordinal=_ints(range(len(cases))),
        mark=_ints(range(len(cases))),
        opens=_ints([ms(c.opens) for c in cases]),
        after=_ints([c.after for c in cases]),
        gap=_ints([ms(c.gap) for c in cases]),
        due=_ints([ms(c.opens if c.due is None else c.due) for c in cases]),
        priority=np.zeros(len(cases), np.int64),
        factor=np.array([c.factor for c in cases], dtype=np.float64),
        other_factor=np.array([c.factor for c in cases], dtype=np.float64),
        visit=_ints([c.visit for c in cases]),
        initial=np.array([c.initial for c in cases], dtype=bool),
        background=np.array([c.background for c in cases], dtype=bool),
    )


def _entities(toy: Toy) -> arrays.Entities:
    entities = toy.entities
    reviews = [NEVER if e.last_review is None else ms(e.last_review) for e in entities]
    return arrays.Entities(
        uid=np.arange(2 * len(entities)).reshape(-1, 2).astype(np.int64),
        kind=_ints([e.kind for e in entities]),
        cell=_ints([e.cell for e in entities]),
        patients=_ints([e.patients for e in entities]),
        rural=np.array([e.rural for e in entities], dtype=bool),
        inside=np.array([e.inside for e in entities], dtype=bool),
        cell_names=tuple(f"cell {n}" for n in range(max(e.cell for e in entities) + 1)),
        last_review=_ints(reviews),
    )


def _types(toy: Toy) -> arrays.CaseTypes:
    return arrays.CaseTypes(
        names=tuple(t.name for t in toy.types),
        titles=tuple(t.name.capitalize() for t in toy.types),
        groups=tuple(t.group for t in toy.types),
        is_cycle=np.array([t.cycle for t in toy.types], dtype=bool),
        is_once=np.array([t.once for t in toy.types], dtype=bool),
        clock_calendar_days=np.array([t.clock for t in toy.types], dtype=np.float64),
        response_working_days=np.array([t.response for t in toy.types], dtype=np.float64),
        stages=tuple(tuple(f"stage {n}" for n in range(len(t.steps))) for t in toy.types),
    )


def _money(toy: Toy) -> Money:
    wte = np.zeros(len(toy.roles))
    for person in toy.people:
        wte[person.role] += person.wte
    usual = {"staff_by_role": wte * 50_000, "overhead": 0.0, "committees": 0.0, "wte_by_role": wte}
    usual["wte_by_team"] = np.zeros((len(toy.kinds), len(toy.roles)))
    return Money(**{**usual, **toy.money})


def _work(rows: list[tuple[int, int, float, float]]) -> WorkLog:
    rows = [(who, case, ms(start), ms(end)) for who, case, start, end in rows]
    staff, case, start, end = _ints(rows).reshape(-1, 4).T.copy()
    return WorkLog(staff, case, np.zeros_like(case), start, end, np.zeros_like(case))


def _meetings(rows: list[dict[str, float]]) -> MeetingLog:
    names = MeetingLog.__dataclass_fields__
    columns = {n: [ms(r[n]) if n == "time" else r.get(n, 0) for r in rows] for n in names}
    return MeetingLog(**{name: _ints(values) for name, values in columns.items()})
