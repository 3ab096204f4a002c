"""Demand: every case that can open, drawn before the engine runs.

Demand never depends on the arrangement: draws are addressed by contract, case
type and ordinal, so each arrangement meets the same cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from sim.model import poisson
from sim.model.arrays import NEVER, Flags, Float, Int, Int16, Int32
from sim.model.elementary import exp, log1p
from sim.model.limits import check_number
from sim.model.money import Budgets
from sim.model.rng import Streams
from sim.scenario.calendar import Calendar
from sim.scenario.context import Context
from sim.scenario.pathway import (
    CONTRACT_TYPES,
    AreaDemand,
    CaseType,
    CycleDemand,
    OnceDemand,
    RandomDemand,
)
from sim.scenario.units import DAY

IN_FLIGHT = 1 << 24
"""Ordinals from here on count cases that are in flight at the start."""


@dataclass(frozen=True)
class Drawn:
    """Cases of one demand before they are put together; one row per case."""

    case_type: Int16
    entity: Int32
    ordinal: Int32
    opens: Int
    due: Int
    initial: Flags
    after: Int32
    """Row of the predecessor within this table, or -1."""
    gap: Int


@dataclass(frozen=True)
class World:
    """What demand is drawn from: who there is, and when."""

    streams: Streams
    calendar: Calendar
    years: float
    context: Context
    uid: Int
    kind: Int
    cell: Int
    cell_uid: Int
    population: Int
    """Patients of each cell."""
    budgets: Budgets | None = None

    @property
    def month(self) -> float:
        """Working milliseconds in a month."""
        return self.calendar.horizon / self.years / 12.0


def draw(world: World, number: int, name: str, case_type: CaseType, live: Flags) -> Drawn:
    """Draw the random or area cases of one type, on entities that are ``live``."""
    demand = case_type.demand
    assert isinstance(demand, RandomDemand | AreaDemand)
    entity, rate = expected(world, name, demand, live)
    growth = world.context.demand_growth_per_year.central
    fresh, ordinal = events(
        world, f"count:{name}", entity, rate * growth_years(growth, world.years)
    )
    when = world.streams.uniform(f"time:{name}", world.uid.take(fresh, axis=0), ordinal)
    opens = np.floor(arrival(when, growth, world.years) * world.calendar.horizon).astype(np.int64)
    waiting = rate * demand.in_flight_months.central / 12.0
    flight, flight_ordinal = events(world, f"in flight:{name}", entity, waiting)
    rows = len(fresh) + len(flight)
    opened = np.concatenate([opens, np.zeros(len(flight), np.int64)])
    return Drawn(
        case_type=constant(number, rows, np.int16),
        entity=np.concatenate([fresh, flight]),
        ordinal=np.concatenate([ordinal, flight_ordinal + np.int32(IN_FLIGHT)]),
        opens=opened,
        due=opened + clock(world, case_type),
        initial=np.arange(rows) >= len(fresh),
        after=constant(-1, rows, np.int32),
        gap=constant(-1, rows, np.int64),
    )


def expected(
    world: World, name: str, demand: RandomDemand | AreaDemand, live: Flags
) -> tuple[Int, Float]:
    """Return where a demand arises and its cases per year there on the first day."""
    entity, rate = yearly_rates(world, demand, live)
    rate = rate * world.context.demand_multiplier.central
    return entity, rate * area_factors(world, name, demand.dispersion_cv.central)[
        world.cell[entity]
    ]


def constant(value: int, rows: int, dtype: type[Any]) -> NDArray[Any]:
    """Return a column of one value that takes no memory; it cannot be written to."""
    return np.broadcast_to(dtype(value), (rows,))


def yearly_rates(world: World, demand: RandomDemand | AreaDemand, live: Flags) -> tuple[Int, Float]:
    """Return the live entities that a demand arises on, and their cases per year."""
    if isinstance(demand, AreaDemand):
        entity: Int = np.flatnonzero(live & (world.kind == len(CONTRACT_TYPES)))
        people = world.population[world.cell[entity]].astype(np.float64)
        return entity, people * (demand.per_100k_year.central / 1e5)
    rates = [
        demand.per_contract_year[kind].central if kind in demand.per_contract_year else 0.0
        for kind in CONTRACT_TYPES
    ]
    rate = np.array([*rates, 0.0])[world.kind]
    entity = np.flatnonzero(live & (rate > 0))
    return entity, rate[entity]


def area_factors(world: World, name: str, cv: float) -> Float:
    """Return each cell's rate over the mean: gamma with mean 1, shape (cells,)."""
    if cv <= 0:
        return np.ones(len(world.cell_uid))
    shape = 1.0 / cv**2
    drawn = world.streams.uniform(f"area:{name}", world.cell_uid)
    return np.asarray(gammaincinv(shape, drawn) / shape, dtype=np.float64)


def growth_years(growth: float, years: float) -> float:
    """Return the years of demand at the first day's rate that growth makes of some years."""
    if growth == 0:
        return years
    return float(((1 + growth) ** years - 1) / math.log1p(growth))


def arrival(u: Float, growth: float, years: float) -> Float:
    """Return when in the horizon (0 to 1) a case arises, by inverse transform."""
    if growth == 0:
        return u
    total = (1 + growth) ** years - 1
    return np.asarray(log1p(u * total) / (math.log1p(growth) * years), dtype=np.float64)


def events(world: World, stream: str, entity: Int, mean: Float) -> tuple[Int32, Int32]:
    """Draw a Poisson number of events on each entity; return entity and ordinal per event.

    Raises ``ValueError`` where there would be too many.
    """
    check_number(float(mean.sum()))
    count = poisson.numbers(world.streams.uniform(stream, world.uid[entity]), mean)
    return np.repeat(entity.astype(np.int32), count), ordinals(count)


def ordinals(count: Int) -> Int32:
    """Return the number of each row among those of its entity, which have ``count`` each."""
    ends = np.cumsum(count, dtype=np.int32)
    rows = int(ends[-1]) if len(ends) else 0
    return np.arange(rows, dtype=np.int32) - np.repeat(ends - count.astype(np.int32), count)


def clock(world: World, case_type: CaseType) -> int:
    """Return how long after opening a case is due, in working time, to rank queues.

    The resolution clock if there is one, else the response clock, else a year.
    """
    if case_type.clock_calendar_days:
        days = case_type.clock_calendar_days.central
        return round(days / 365.25 * 12 * world.month)
    if case_type.response_working_days:
        return round(case_type.response_working_days.central * DAY)
    return round(12 * world.month)


def draw_cycle(
    world: World, number: int, name: str, case_type: CaseType, live: Flags
) -> tuple[Drawn, Int]:
    """Draw the cases of one cyclical type on live entities; also the last before the start.

    The second result, for all entities, has shape (entities,), in working milliseconds (negative),
    ``NEVER`` for entities that this cycle does not cover.
    """
    demand = case_type.demand
    assert isinstance(demand, CycleDemand)
    kinds = [CONTRACT_TYPES.index(kind) for kind in demand.contracts]
    entity = np.flatnonzero(np.isin(world.kind, kinds))
    cycle = demand.cycle_months.central * world.month
    last = np.full(len(world.kind), NEVER, dtype=np.int64)
    if demand.anchor == "closed":
        return _gaps(world, number, name, entity[live[entity]], cycle), last
    due = first_due(world, name, demand, entity, cycle)
    last[entity] = np.minimum(np.floor(due - cycle), -1.0).astype(np.int64)
    acting = live[entity]
    return _dues(world, number, entity[acting], due[acting], cycle), last


def draw_once(world: World, number: int, case_type: CaseType, live: Flags) -> Drawn:
    """Return one case for each contract of a stock-take, all open on the first day."""
    demand = case_type.demand
    assert isinstance(demand, OnceDemand)
    kinds = [CONTRACT_TYPES.index(kind) for kind in demand.contracts]
    entity = np.flatnonzero(np.isin(world.kind, kinds) & live).astype(np.int32)
    rows = len(entity)
    return Drawn(
        case_type=constant(number, rows, np.int16),
        entity=entity,
        ordinal=constant(0, rows, np.int32),
        opens=constant(0, rows, np.int64),
        due=constant(clock(world, case_type), rows, np.int64),
        initial=constant(0, rows, np.bool_),
        after=constant(-1, rows, np.int32),
        gap=constant(-1, rows, np.int64),
    )


def first_due(world: World, name: str, demand: CycleDemand, entity: Int, cycle: float) -> Float:
    """Return when the first case of a cycle falls due; negative when overdue at the start."""
    drawn = world.streams.uniform(f"age:{name}", world.uid[entity])
    if demand.due_month is not None:
        start, length = _month(world, demand.due_month)
        return start + drawn * length
    if demand.median_age_months.central <= 0:
        return drawn * cycle
    spread = exp(demand.age_sigma.central * ndtri(np.maximum(drawn, 1e-16)))
    return np.asarray(cycle - demand.median_age_months.central * spread * world.month)


def _month(world: World, month: int) -> tuple[float, float]:
    """Return the start and length of the first such month to begin after the start."""
    start = world.calendar.start
    year = start.year + (month < start.month or (month == start.month and start.day > 1))
    first = world.calendar.working_ms(start.replace(year=year, month=month, day=1))
    return float(first), world.month


def _dues(world: World, number: int, entity: Int, due: Float, cycle: float) -> Drawn:
    """Lay out due dates to the horizon. Cycles missed before the start are owed once."""
    horizon = world.calendar.horizon
    skipped = np.where(due < 0, np.floor(-due / cycle), 0.0)
    rest = np.where(due < 0, due + (skipped + 1) * cycle, due + cycle)
    later = np.maximum(np.ceil((horizon - rest) / cycle), 0.0).astype(np.int64)
    count = np.where(due < horizon, 1 + later, 0)
    ordinal = ordinals(count)
    when = np.where(
        ordinal == 0, np.repeat(due, count), np.repeat(rest, count) + (ordinal - 1) * cycle
    )
    due_at = np.floor(when).astype(np.int64)
    return Drawn(
        case_type=constant(number, len(ordinal), np.int16),
        entity=np.repeat(entity.astype(np.int32), count),
        ordinal=ordinal,
        opens=np.maximum(due_at, 0),
        due=due_at,
        initial=due_at < 0,
        after=one_before(ordinal),
        gap=constant(-1, len(ordinal), np.int64),
    )


def _gaps(world: World, number: int, name: str, entity: Int, cycle: float) -> Drawn:
    """Draw exponential gaps from one closing to the next opening (a finite population).

    A case opens at the earliest when all gaps before it have passed.
    """
    many = world.calendar.horizon / cycle
    each = int(np.ceil(many + 8 * np.sqrt(many) + 8))
    owner = np.repeat(entity.astype(np.int32), each)
    ordinal = np.tile(np.arange(each, dtype=np.int32), len(entity))
    drawn = world.streams.uniform(f"gap:{name}", world.uid[owner], ordinal)
    gap = np.floor(-cycle * log1p(-drawn)).astype(np.int64)
    opens = np.cumsum(gap.reshape(len(entity), each), axis=1).ravel()
    return Drawn(
        case_type=constant(number, len(opens), np.int16),
        entity=owner,
        ordinal=ordinal,
        opens=opens,
        due=opens,
        initial=np.zeros(len(opens), dtype=bool),
        after=one_before(ordinal),
        gap=np.where(ordinal == 0, -1, gap),
    )


def one_before(ordinal: Int32) -> Int32:
    """Return the row before each; -1 for the first of an entity."""
    return np.where(ordinal == 0, -1, np.arange(len(ordinal), dtype=np.int32) - 1).astype(np.int32)
