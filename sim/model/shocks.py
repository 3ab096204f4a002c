"""Shocks and pauses of a context: for a time more, less or none of some work arises.

They change demand that is already drawn, by draws at addresses of their own. So
every case that they are not about stays as it was, and two contexts that differ
in a shock differ in nothing else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.model.arrays import Flags
from sim.model.demand import (
    IN_FLIGHT,
    Drawn,
    World,
    arrival,
    clock,
    constant,
    events,
    expected,
    growth_years,
)
from sim.model.rng import uniforms
from sim.scenario import context
from sim.scenario.context import Spell
from sim.scenario.pathway import AreaDemand, Pathways, RandomDemand

ADDED = 2 * IN_FLIGHT
"""Ordinals from here on count cases that shocks add, ``IN_FLIGHT`` of them for each shock."""


def shaken(world: World, pathways: Pathways, name: str, table: Drawn, live: Flags) -> Drawn:
    """Return the random or area cases of a type as the context's shocks leave them."""
    shocks = {
        title: shock
        for title, shock in world.context.shocks.items()
        if name in context.surging(shock, pathways)
    }
    for title, shock in shocks.items():
        if shock.demand_multiplier.central > 1:
            table = _joined(table, _added(world, pathways, name, title, live))
    for title, shock in shocks.items():
        if shock.demand_multiplier.central < 1:
            address = world.uid[table.entity], table.ordinal
            drawn = world.streams.uniform(f"spared:{title}:{name}", *address)
            gone = within(world, shock, table) & (drawn >= shock.demand_multiplier.central)
            table = without(table, gone)
    return table


def paused(world: World, pathways: Pathways, table: Drawn) -> Drawn:
    """Return cases with those that pauses hit put off to the end of the pause, or waived."""
    names = list(pathways.case_types)
    for title, pause in world.context.pauses.items():
        keys = world.streams.keys([f"pause:{title}:{name}" for name in names])
        about = [names.index(name) for name in context.paused(pause, pathways)]
        hit = np.isin(table.case_type, about) & within(world, pause, table)
        later = np.where(hit, span(world, pause)[1] - table.opens, 0)
        table = replace(table, opens=table.opens + later, due=table.due + later)
        drawn = uniforms(keys[table.case_type], world.uid[table.entity], table.ordinal)
        table = without(table, hit & (drawn < pause.waived_share.central))
    return table


def span(world: World, spell: Spell) -> tuple[int, int]:
    """Return the first instant of a spell and the first after it, in working milliseconds."""
    start = spell.starts_after_months.central
    end = start + spell.lasts_months.central
    return round(start * world.month), round(end * world.month)


def within(world: World, spell: Spell, table: Drawn) -> Flags:
    """Return the cases that arise or fall due in a spell; those of the first day do not."""
    start, end = span(world, spell)
    return np.asarray(~table.initial & (table.opens >= start) & (table.opens < end))


def without(table: Drawn, gone: Flags) -> Drawn:
    """Leave cases out; in a cycle the next follows the last one that is left."""
    if not gone.any():
        return table
    kept = np.flatnonzero(~gone)
    columns = {name: column[kept] for name, column in vars(table).items()}
    entity, chained = columns["entity"], (table.after >= 0).any()
    follows = np.append(False, entity[1:] == entity[:-1])[: len(kept)]
    before = np.arange(len(kept), dtype=np.int32) - 1
    columns["after"] = np.where(follows & chained, before, -1).astype(np.int32)
    return Drawn(**columns)


def _added(world: World, pathways: Pathways, name: str, title: str, live: Flags) -> Drawn:
    """Draw the cases that a shock brings on top of the usual ones, as a process of their own."""
    case_type, shock = pathways.case_types[name], world.context.shocks[title]
    assert isinstance(case_type.demand, RandomDemand | AreaDemand)
    entity, rate = expected(world, name, case_type.demand, live)
    first, years, mean = _exposure(world, shock)
    extra = shock.demand_multiplier.central - 1.0
    where, ordinal = events(world, f"shock:{title}:{name}", entity, rate * extra * mean)
    ordinal += np.int32(ADDED + list(world.context.shocks).index(title) * IN_FLIGHT)
    drawn = world.streams.uniform(f"time:{name}", world.uid[where], ordinal)
    growth = world.context.demand_growth_per_year.central
    time = (first + arrival(drawn, growth, years) * years) / world.years
    opens = np.floor(time * world.calendar.horizon).astype(np.int64)
    rows, number = len(where), list(pathways.case_types).index(name)
    return Drawn(
        case_type=constant(number, rows, np.int16),
        entity=where,
        ordinal=ordinal,
        opens=opens,
        due=opens + clock(world, case_type),
        initial=constant(0, rows, np.bool_),
        after=constant(-1, rows, np.int32),
        gap=constant(-1, rows, np.int64),
    )


def _exposure(world: World, spell: Spell) -> tuple[float, float, float]:
    """Return the start and length of a spell within the run, and its demand, in years.

    Demand is in years at the first day's rate, which growth multiplies.
    """
    first = spell.starts_after_months.central / 12.0
    last = first + spell.lasts_months.central / 12.0
    years = max(min(last, world.years) - first, 0.0)
    growth = world.context.demand_growth_per_year.central
    return first, years, (1 + growth) ** first * growth_years(growth, years)


def _joined(table: Drawn, more: Drawn) -> Drawn:
    """Put tables of cases that follow on no other together."""
    return Drawn(
        **{
            name: np.concatenate([column, getattr(more, name)])
            for name, column in vars(table).items()
        }
    )
