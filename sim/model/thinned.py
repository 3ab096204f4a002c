"""Work that depends on the condition of contracts: every case that may arise.

Whether a case does arise is decided when its time has come, by the condition of
the contract just then: cases are thinned from what is drawn here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Flags, Int32
from sim.model.condition import Condition
from sim.model.demand import Drawn, World, clock, constant, ordinals
from sim.scenario.condition import SupportDemand
from sim.scenario.pathway import CaseType, Pathways

AFTER = 28
"""Ordinals of support are those of the case that it follows, and above these bits which type."""


def draw_closings(
    world: World, number: int, case_type: CaseType, given: Condition, live: Flags
) -> Drawn:
    """Return a case for each instant at which a live contract may close."""
    count = np.diff(given.first_closing)
    entity = np.repeat(np.arange(len(count), dtype=np.int32), count)
    chosen = live[entity]
    opens, rows = given.closing[chosen], int(chosen.sum())
    return Drawn(
        case_type=constant(number, rows, np.int16),
        entity=entity[chosen],
        ordinal=ordinals(count)[chosen],
        opens=opens,
        due=opens + clock(world, case_type),
        initial=np.zeros(rows, dtype=bool),
        after=constant(-1, rows, np.int32),
        gap=constant(-1, rows, np.int64),
    )


def with_support(
    world: World, pathways: Pathways, given: Condition, table: Drawn, live: Flags
) -> Drawn:
    """Let support follow the cases of a table that would find a contract not sound."""
    for number, case_type in enumerate(pathways.case_types.values()):
        if isinstance(case_type.demand, SupportDemand):
            place = np.full(len(pathways.case_types), -1)
            names = list(pathways.case_types)
            for which, name in enumerate(case_type.demand.after):
                place[names.index(name)] = which
            rows = finding(world, given, table, np.flatnonzero((place >= 0)[table.case_type]))
            rows = rows[live[number, table.entity[rows]]]
            if len(rows):
                ordinal = table.ordinal[rows] + (place[table.case_type[rows]] << AFTER)
                own = np.int16(number), ordinal.astype(np.int32), clock(world, case_type)
                table = interleaved(table, rows, follow(table, rows, *own))
    return table


def finding(
    world: World, given: Condition, table: Drawn, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return those rows that would bring to light that a contract is not sound."""
    rows = rows[given.applies[table.entity[rows]]]
    where = world.uid[table.entity[rows]]
    return rows[given.detects.strikes(table.case_type[rows], where, table.ordinal[rows])]


def follow(
    table: Drawn, rows: NDArray[np.int64], number: np.int16, ordinal: Int32, length: int
) -> Drawn:
    """Return a case that follows each of some rows at once."""
    return Drawn(
        case_type=np.full(len(rows), number),
        entity=table.entity[rows],
        ordinal=ordinal,
        opens=table.opens[rows],
        due=table.opens[rows] + length,
        initial=np.zeros(len(rows), dtype=bool),
        after=rows.astype(np.int32),
        gap=np.zeros(len(rows), dtype=np.int64),
    )


def interleaved(table: Drawn, rows: NDArray[np.int64], support: Drawn) -> Drawn:
    """Put each supporting case behind the row that it follows, before what followed that."""
    count = len(table.entity)
    instead = np.arange(-1, count)  # who comes before a row, counted from -1 for nobody
    instead[rows + 1] = count + np.arange(len(rows))
    order = np.argsort(np.concatenate([2 * np.arange(count), 2 * rows + 1]))
    place = np.empty(len(order) + 1, dtype=np.int32)
    place[order + 1] = np.arange(len(order), dtype=np.int32)
    place[0] = -1
    table = replace(table, after=instead[table.after + 1].astype(np.int32))
    columns = {
        name: np.concatenate([column, getattr(support, name)])[order]
        for name, column in vars(table).items()
    }
    return Drawn(**{**columns, "after": place[columns["after"] + 1]})
