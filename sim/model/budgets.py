"""Which bodies overspend a hard budget, by how much, and the cases that follow.

A body's spending is that of its practices together, each drawn around its budget at an
address that no arrangement changes. So what many small bodies overspend is what one large
body would have evened out.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.model.arrays import Flags, Float, Int
from sim.model.demand import Drawn, World, clock, constant
from sim.model.money import Budgets
from sim.model.population import Population
from sim.scenario.arrangement import Arrangement
from sim.scenario.budgets import OverspendDemand
from sim.scenario.pathway import CONTRACT_TYPES, CaseType, Pathways, overspend

PER = 100_000.0
"""Patients at whose number the spread of spending is given."""

BODIES = 1 << 12
"""Ordinals of one year: more bodies than there are in any cell."""


def budgets_of(
    who: Arrangement, pathways: Pathways, population: Population, world: World
) -> Budgets | None:
    """Return what bodies overspend in each year, or None where budgets are not hard.

    Source of the spread: evidence F76, consortia of 100,000 (about 4% would overspend by
    more than 2%).
    """
    demand = overspend(pathways)
    if who.budgets is None or demand is None:
        return None
    tier = population.estate.tiers[who.budgets.tier]
    gp = np.flatnonzero(population.kind == CONTRACT_TYPES.index("gp"))
    patients = population.estate.patients[population.contracts[gp]].astype(np.float64)
    body = population.body_of(tier)[gp]
    bodies = len(tier.names)
    patients_of = np.bincount(body, patients, bodies)
    over = [
        np.bincount(body, deviations(world, demand, gp, patients, year), bodies)
        for year in range(int(world.years + 1e-9))
    ]
    return Budgets(
        budget=np.asarray(patients_of * demand.spend_gbp_per_head.central, np.float64),
        overspend=np.stack([np.zeros(bodies), *over], axis=1)[:, 1:],
        fails_beyond=who.budgets.fails_beyond_share.central,
        inside=inside_share(body, patients, population.inside[gp], bodies),
        home=homes(population, body, gp, patients, bodies),
    )


def inside_share(body: Int, patients: Float, inside: Flags, bodies: int) -> Float:
    """Return the share of each body's patients who are registered in the area."""
    whole = np.bincount(body, patients, bodies)
    here = np.bincount(body[inside], patients[inside], bodies)
    return np.asarray(np.divide(here, whole, out=np.zeros(bodies), where=whole > 0))


def homes(population: Population, body: Int, gp: Int, patients: Float, bodies: int) -> Int:
    """Return the entity of the cell in which most of each body's patients live, or -1."""
    cell = np.searchsorted(population.cells, population.cell_of[gp])
    cells = len(population.cells)
    weight = np.bincount(body * cells + cell, patients, bodies * cells).reshape(bodies, cells)
    found = len(population.contracts) + weight.argmax(axis=1)
    return np.where(weight.sum(axis=1) > 0, found, -1).astype(np.int64)


def deviations(world: World, demand: OverspendDemand, gp: Int, patients: Float, year: int) -> Float:
    """Return what each practice spends beyond its budget in a year, in GBP; below 0: less."""
    drawn = world.streams.uniform("spend", world.uid[gp], year)
    normal = ndtri(np.maximum(drawn, 1e-16))
    spread = demand.spend_gbp_per_head.central * demand.spend_at_100k_cv.central
    return np.asarray(normal * spread * np.sqrt(PER * patients))


def turnarounds(world: World, number: int, case_type: CaseType, live: Flags) -> Drawn:
    """Return a case for each body and year that fails, opened when the year is over."""
    budgets = world.budgets
    failed = np.zeros((0, 0), dtype=np.bool_) if budgets is None else budgets.failed
    body, year = np.nonzero(failed)
    opens = np.round((year + 1) * 12 * world.month).astype(np.int64)
    home = np.zeros(0, np.int64) if budgets is None else budgets.home[body]
    kept = (opens < world.calendar.horizon) & (home >= 0) & live[home]
    body, year, opens, entity = body[kept], year[kept], opens[kept], home[kept]
    rows = len(body)
    return Drawn(
        case_type=constant(number, rows, np.int16),
        entity=entity.astype(np.int32),
        ordinal=(year * BODIES + body % BODIES).astype(np.int32),
        opens=opens,
        due=opens + clock(world, case_type),
        initial=np.zeros(rows, dtype=np.bool_),
        after=constant(-1, rows, np.int32),
        gap=constant(-1, rows, np.int64),
    )
