"""Cases: the drawn demand of every type, put together for the engine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.model import rng
from sim.model.acting import Line
from sim.model.arrays import (
    DESK,
    IN_PERSON,
    NEVER,
    VIRTUAL,
    Cases,
    Flags,
    Float,
    Int,
    Int8,
    Int16,
    Int32,
)
from sim.model.budgets import turnarounds
from sim.model.condition import Condition
from sim.model.demand import Drawn, World, draw, draw_cycle, draw_once
from sim.model.elementary import exp, log1p
from sim.model.limits import check_number
from sim.model.ordering import order_by_group
from sim.model.shocks import paused, shaken
from sim.model.thinned import draw_closings, with_support
from sim.scenario.arrangement import Arrangement
from sim.scenario.budgets import OverspendDemand
from sim.scenario.condition import ClosingDemand
from sim.scenario.pathway import (
    AreaDemand,
    CaseType,
    CycleDemand,
    OnceDemand,
    Pathways,
    RandomDemand,
    Work,
)

CHUNK = 1 << 14
"""Cases drawn at a time: what is needed for a moment then stays in the cache."""

Pieces = dict[str, list[NDArray[Any]]]
"""Columns of cases, one piece for each demand."""


def draw_cases(
    world: World,
    pathways: Pathways,
    arrangement: Arrangement,
    acting: Line,
    condition: Condition | None = None,
) -> tuple[Cases, Int]:
    """Draw every case that anybody here acts on, and entities' last reviews before the start.

    Cases that depend on the ``condition`` of contracts come only where that has feedback.
    """
    pieces: Pieces = {field.name: [np.zeros(0, np.int16)] for field in fields(Drawn)}
    last_review = np.full(len(world.kind), NEVER, dtype=np.int64)
    rows = 0
    feedback = condition if condition and condition.feedback else None
    for drawn, last in tables(world, pathways, acting.live(pathways), feedback):
        table = acting.ours(drawn)
        last_review = np.maximum(last_review, last)
        after = np.where(table.after < 0, -1, table.after + np.int32(rows))
        for name, column in vars(replace(table, after=after)).items():
            pieces[name].append(column)
        rows += len(table.entity)
        check_number(rows)
    return assemble(world, pathways, arrangement, pieces, acting), last_review


def tables(
    world: World, pathways: Pathways, live: Flags, feedback: Condition | None
) -> Iterator[tuple[Drawn, Int | int]]:
    """Draw the demand of every case type, and the last review before the start if it is one."""
    for number, (name, case_type) in enumerate(pathways.case_types.items()):
        table: Drawn | None = None
        last: Int | int = NEVER
        here = live[number]
        match case_type.demand:
            case CycleDemand() as demand:
                table, last = draw_cycle(world, number, name, case_type, here)
                table = first_reviews(world, pathways, demand, table)
                last = last if case_type.group == "review" else NEVER
            case OverspendDemand():
                table = turnarounds(world, number, case_type, here)
            case OnceDemand():
                table = draw_once(world, number, case_type, here)
            case ClosingDemand() if feedback:
                table = draw_closings(world, number, case_type, feedback, here)
            case RandomDemand(needs=None) | AreaDemand():
                table = draw(world, number, name, case_type, here)
                table = shaken(world, pathways, name, table, here)
            case RandomDemand() if feedback:
                here = here & feedback.applies
                table = draw(world, number, name, case_type, here)
                table = shaken(world, pathways, name, table, here)
        if table:
            table = paused(world, pathways, table)
            yield with_support(world, pathways, feedback, table, live) if feedback else table, last


def first_reviews(world: World, pathways: Pathways, demand: CycleDemand, table: Drawn) -> Drawn:
    """Turn the first case of long-unreviewed contracts into the type that stands in for it."""
    if demand.first is None:
        return table
    limit = (demand.cycle_months.central - demand.first.age_over_months.central) * world.month
    first = (table.ordinal == 0) & (table.due < limit)
    other = np.int16(list(pathways.case_types).index(demand.first.case_type))
    return replace(table, case_type=np.where(first, other, table.case_type))


def assemble(
    world: World, pathways: Pathways, arrangement: Arrangement, pieces: Pieces, acting: Line
) -> Cases:
    """Join the pieces, column by column, and draw what each case is like.

    Cases are numbered by the cell of their entity and when they can open first,
    so that those that are worked on together lie together in memory. Numbers
    decide nothing but ties between equal tie marks of 60 bits.
    """
    order, place = new_numbers(world, pieces)
    columns = {name: np.concatenate(pieces.pop(name))[order] for name in list(pieces)}
    after = columns["after"]
    columns["after"] = np.where(after < 0, -1, place[after])
    if (columns["gap"] == -1).all():  # as in most scenarios: one number does for all
        columns["gap"] = np.broadcast_to(np.int64(-1), len(order))
    del order, place, after
    entity, case_type = columns["entity"], columns["case_type"]
    types = list(pathways.case_types.values())
    looks = Looks.of(world, pathways, arrangement)
    mark, factor, visit = looks.draw(world.uid, entity, case_type, columns["ordinal"])
    return Cases(
        **columns,
        route=acting.each[0].ways.route(entity, case_type, columns["ordinal"]),
        mark=mark,
        priority=np.array([t.priority for t in types], dtype=np.int8)[case_type],
        factor=factor,
        other_factor=factor,
        visit=visit,
        background=~acting.inside[entity],
    )


def new_numbers(world: World, pieces: Pieces) -> tuple[Int32, Int32]:
    """Return the cases in order of cell and opening, and the place of each in that order."""
    cell = world.cell[np.concatenate(pieces["entity"])]
    order = order_by_group(cell, len(world.cell_uid), np.concatenate(pieces["opens"]))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return order, place


@dataclass(frozen=True)
class Looks:
    """What the cases of each type are like: how much work they are and how they are seen."""

    mark_key: Int
    factor_key: Int
    visit_key: Int
    exponential: Flags
    lognormal: Flags
    variance: float
    """Of the logarithm of a lognormal effort."""
    visited: Float
    """Share of cases seen in person or by video, by type."""
    virtual: float

    @classmethod
    def of(cls, world: World, pathways: Pathways, arrangement: Arrangement) -> Looks:
        """Collect what an arrangement makes of each case type."""
        names, types = list(pathways.case_types), list(pathways.case_types.values())
        share = arrangement.visits.review_share.central
        return cls(
            mark_key=world.streams.keys([f"tie:{name}" for name in names]),
            factor_key=world.streams.keys([f"effort:{name}" for name in names]),
            visit_key=world.streams.keys([f"visit:{name}" for name in names]),
            exponential=np.array([t.effort_distribution == "exponential" for t in types]),
            lognormal=np.array([t.effort_distribution == "lognormal" for t in types]),
            variance=math.log1p(arrangement.procedures.effort_cv.central**2),
            visited=np.array([1.0 if always_visited(t) else share for t in types]),
            virtual=arrangement.visits.virtual_share.central,
        )

    def draw(
        self, uid: Int, entity: Int32, case_type: Int16, ordinal: Int32
    ) -> tuple[Int, Float, Int8]:
        """Draw each case's tie mark, effort over the mean, and how it is seen."""
        cases = len(entity)
        mark, factor = np.empty(cases, np.int64), np.empty(cases)
        visit = np.empty(cases, np.int8)
        for start in range(0, cases, CHUNK):
            rows = slice(start, start + CHUNK)
            kind = case_type[rows]
            address = uid.take(entity[rows], axis=0), ordinal[rows]
            mark[rows] = rng.marks(self.mark_key.take(kind, axis=0), *address)
            factor[rows] = self.factors(kind, *address)
            visit[rows] = self.visits(kind, *address)
        return mark, factor, visit

    def factors(self, kind: Int16, uid: Int, ordinal: Int32) -> Float:
        """Draw each case's effort over the mean; the mean of the factors is 1."""
        factor = np.ones(len(kind))
        drawn = rng.uniforms(self.factor_key.take(kind, axis=0), uid, ordinal)
        rows = _where(self.exponential, kind)
        factor[rows] = -log1p(-drawn[rows])
        rows = _where(self.lognormal, kind)
        normal = ndtri(np.maximum(drawn[rows], 1e-16))
        factor[rows] = exp(math.sqrt(self.variance) * normal - self.variance / 2)
        return factor

    def visits(self, kind: Int16, uid: Int, ordinal: Int32) -> Int8:
        """Draw how each case is seen: at the desk, in person or by video."""
        keys = self.visit_key.take(kind, axis=0)
        seen = np.flatnonzero(rng.uniforms(keys, uid, ordinal) < self.visited[kind])
        again = keys.take(seen, axis=0), uid.take(seen, axis=0), ordinal[seen]
        virtual = rng.uniforms(*again, 1) < self.virtual
        visit = np.full(len(kind), DESK, dtype=np.int8)
        visit[seen] = np.where(virtual, VIRTUAL, IN_PERSON)
        return visit


def _where(types: Flags, kind: Int16) -> Int | slice:
    """Return the rows that are of some types; of all types without looking at them."""
    return slice(None) if types.all() else np.flatnonzero(types[kind])


def appearance(
    world: World, pathways: Pathways, arrangement: Arrangement, every_case: Cases
) -> tuple[Float, Int8]:
    """Return the effort over the mean, and how cases are seen, in another arrangement."""
    looks = Looks.of(world, pathways, arrangement)
    address = every_case.entity, every_case.case_type, every_case.ordinal
    _, factor, visit = looks.draw(world.uid, *address)
    same_factor = np.array_equal(factor, every_case.factor)
    same_visit = np.array_equal(visit, every_case.visit)
    return every_case.factor if same_factor else factor, every_case.visit if same_visit else visit


def always_visited(case_type: CaseType) -> bool:
    """Say whether a case type has a stage that is always a visit."""
    return any(isinstance(s, Work) and s.visit == "always" for s in case_type.stages)
