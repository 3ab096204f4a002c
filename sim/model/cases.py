"""Cases: the drawn demand of every type, put together for the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.model.arrays import DESK, IN_PERSON, NEVER, VIRTUAL, Cases
from sim.model.demand import Drawn, World, draw, draw_cycle
from sim.model.routes import ENTITY_KINDS
from sim.scenario.arrangement import Arrangement, Visits
from sim.scenario.pathway import CaseType, CycleDemand, FollowsDemand, Pathways, Work

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Flags = NDArray[np.bool_]


def draw_all(world: World, pathways: Pathways) -> tuple[list[Drawn], Int]:
    """Draw the demand of every case type, and each entity's last review before the start."""
    tables: list[Drawn] = []
    last_review = np.full(len(world.kind), NEVER, dtype=np.int64)
    names = list(pathways.case_types)
    for number, name in enumerate(names):
        case_type = pathways.case_types[name]
        if isinstance(case_type.demand, CycleDemand):
            table, last = draw_cycle(world, number, name, case_type)
            if case_type.group == "review":
                last_review = np.maximum(last_review, last)
            tables.append(table)
        elif not isinstance(case_type.demand, FollowsDemand):
            tables.append(draw(world, number, name, case_type))
    return tables, last_review


def assemble(
    world: World,
    pathways: Pathways,
    arrangement: Arrangement,
    tables: list[Drawn],
    live: NDArray[np.bool_],
    inside: Flags,
) -> Cases:
    """Join the drawn tables. ``live[type, entity]`` says whether anybody here acts on it."""
    kept = [_only(table, live[table.case_type, table.entity]) for table in tables]
    entity = _join(kept, lambda table: table.entity)
    ordinal = _join(kept, lambda table: table.ordinal)
    drawn_type = _join(kept, lambda table: np.full(len(table.entity), table.case_type))
    due = _join(kept, lambda table: table.due)
    offsets = np.cumsum([0, *(len(table.entity) for table in kept)])
    after = [np.where(t.after < 0, -1, t.after + o) for t, o in zip(kept, offsets, strict=False)]
    case_type = first_reviews(world, pathways, drawn_type, ordinal, due)
    types = list(pathways.case_types.values())
    uid = world.uid[entity]
    names = list(pathways.case_types)
    factor, visit, mark = np.ones(len(entity)), np.zeros(len(entity), np.int64), ordinal * 0
    for number in np.unique(case_type):
        rows = np.flatnonzero(case_type == number)
        name = names[number]
        factor[rows] = factors(world, name, types[number], arrangement, uid[rows], ordinal[rows])
        visit[rows] = visits(world, name, types[number], arrangement, uid[rows], ordinal[rows])
        mark[rows] = world.streams.marks(name, uid[rows], ordinal[rows])
    cases = Cases(
        entity=entity,
        case_type=case_type,
        route=case_type * len(ENTITY_KINDS) + world.kind[entity],
        ordinal=ordinal,
        mark=mark,
        opens=_join(kept, lambda table: table.opens),
        after=np.concatenate([np.zeros(0, np.int64), *after]),
        gap=_join(kept, lambda table: table.gap),
        due=due,
        priority=np.array([t.priority for t in types], dtype=np.int64)[case_type],
        factor=factor,
        visit=visit,
        initial=_join(kept, lambda table: table.initial).astype(bool),
        background=~inside[entity],
    )
    return in_order(cases, np.argsort(cases.opens, kind="stable"))


def in_order(cases: Cases, order: Int) -> Cases:
    """Give the cases new numbers: those that are open together then lie together in memory."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    columns = {field.name: getattr(cases, field.name)[order] for field in fields(cases)}
    columns["after"] = np.where(columns["after"] < 0, -1, place[columns["after"]])
    return Cases(**columns)


def first_reviews(world: World, pathways: Pathways, case_type: Int, ordinal: Int, due: Int) -> Int:
    """Turn the first case of long-unreviewed contracts into the type that stands in for it."""
    changed = case_type.copy()
    names = list(pathways.case_types)
    for number, other in enumerate(pathways.case_types.values()):
        demand = other.demand
        if not isinstance(demand, CycleDemand) or demand.first is None:
            continue
        limit = (demand.cycle_months.central - demand.first.age_over_months.central) * world.month
        first = (case_type == number) & (ordinal == 0) & (due < limit)
        changed[first] = names.index(demand.first.case_type)
    return changed


def factors(
    world: World,
    name: str,
    case_type: CaseType,
    arrangement: Arrangement,
    uid: Int,
    ordinal: Int,
) -> Float:
    """Draw each case's effort over the mean; the mean of the factors is 1."""
    drawn = world.streams.uniform(f"effort:{name}", uid, ordinal)
    match case_type.effort_distribution:
        case "exponential":
            return np.asarray(-np.log1p(-drawn), dtype=np.float64)
        case "lognormal":
            variance = np.log1p(arrangement.procedures.effort_cv.central**2)
            normal = ndtri(np.maximum(drawn, 1e-16))
            return np.asarray(np.exp(np.sqrt(variance) * normal - variance / 2))
        case _:
            return np.ones(len(uid))


def visits(
    world: World,
    name: str,
    case_type: CaseType,
    arrangement: Arrangement,
    uid: Int,
    ordinal: Int,
) -> Int:
    """Draw how each case is seen: at the desk, in person or by video."""
    always = any(isinstance(s, Work) and s.visit == "always" for s in case_type.stages)
    rules: Visits = arrangement.visits
    share = 1.0 if always else rules.review_share.central
    visited = world.streams.uniform(f"visit:{name}", uid, ordinal) < share
    virtual = world.streams.uniform(f"visit:{name}", uid, ordinal, 1) < rules.virtual_share.central
    return np.where(visited, np.where(virtual, VIRTUAL, IN_PERSON), DESK)


def _only(table: Drawn, keep: Flags) -> Drawn:
    """Keep some rows. A chain of cases on one entity is kept or dropped as a whole."""
    if keep.all():
        return table
    new_row = np.cumsum(keep) - 1
    after = table.after[keep]
    return replace(
        table,
        entity=table.entity[keep],
        ordinal=table.ordinal[keep],
        opens=table.opens[keep],
        due=table.due[keep],
        initial=table.initial[keep],
        after=np.where(after < 0, -1, new_row[after]),
        gap=table.gap[keep],
    )


def _join(tables: list[Drawn], column: Callable[[Drawn], Int | Flags]) -> Int:
    return np.concatenate([np.zeros(0, np.int64), *(column(table) for table in tables)])
