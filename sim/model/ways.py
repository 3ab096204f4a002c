"""Ways: which variant of its route each case takes.

Drawn when cases are built, at addresses that no arrangement changes: a case that is
referred where a tenth are is also referred where a fifth are. No draw of the
engine is moved by it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from sim.model import rng
from sim.model.arrays import Flags, Float, Int, Int16, Int32
from sim.model.demand import World
from sim.model.path import ENGAGED, IMPROVISED, SETTLED
from sim.model.population import Population
from sim.model.routes import ENTITY_KINDS, Routes
from sim.scenario.arrangement import Arrangement

CHUNK = 1 << 14
"""Cases drawn at a time: what is needed for a moment then stays in the cache."""


@dataclass(frozen=True)
class Turn:
    """One reason for another route than the standard one."""

    bit: Int
    """In the code of a variant, by standard route; 0 where no case has this reason."""
    share: Float
    """Of cases, by standard route."""
    here: Flags
    """Whether the place allows it, by (case type, entity)."""
    key: Int
    """Stream by case type, shape (types, 2)."""

    def code(self, uid: Int, entity: Int32, case_type: Int16, ordinal: Int32, route: Int32) -> Int:
        """Draw for cases on a standard route; return the bit of each, or 0."""
        share = self.share.take(route)
        rows = np.flatnonzero(share)
        rows = rows[self.here[case_type[rows], entity[rows]]]
        key, who = self.key.take(case_type[rows], axis=0), uid.take(entity[rows], axis=0)
        rows = rows[rng.uniforms(key, who, ordinal[rows]) < share[rows]]
        code = np.zeros(len(route), dtype=np.int64)
        code[rows] = self.bit[route[rows]]
        return code


@dataclass(frozen=True)
class Ways:
    """How the cases of an arrangement go."""

    uid: Int
    kind: Int32
    """Kind of each entity, as an index into ENTITY_KINDS."""
    block: Int32
    """Which block of standard routes is for each entity: 1 where its body has not adopted."""
    block_size: int
    first_variant: Int
    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, routes: Routes, world: World, population: Population, who: Arrangement) -> Ways:
        """Draw what depends on the place, and collect the chances of the rest."""
        shape = len(routes.stages), population.size
        bits = routes.bits()
        turns = tuple(
            Turn(
                bit=bits[mark],
                share=share,
                here=np.broadcast_to(_here(mark, routes, world, population, who), shape),
                key=world.streams.keys([f"{mark}:{name}" for name in routes.types]),
            )
            for mark, share in routes.chances.items()
        )
        kind, size = world.kind.astype(np.int32), len(routes.types) * len(ENTITY_KINDS)
        block = unadopted(world, population, who).astype(np.int32)
        return cls(world.uid, kind, block, size, routes.first_variant, turns)

    def route(self, entity: Int32, case_type: Int16, ordinal: Int32) -> Int32:
        """Return the route of each case."""
        route = case_type * np.int32(len(ENTITY_KINDS)) + self.kind[entity]
        if self.block.any():
            route += self.block[entity] * np.int32(self.block_size)
        for start in range(0, len(route) if self.turns else 0, CHUNK):
            rows = slice(start, start + CHUNK)
            which = entity[rows], case_type[rows], ordinal[rows], route[rows]
            codes = [turn.code(self.uid, *which) for turn in self.turns]
            code = np.sum(codes, axis=0)
            other = np.flatnonzero(code)
            route[start + other] = self.first_variant[route[start + other]] + code[other] - 1
        return route


def _here(
    mark: str, routes: Routes, world: World, population: Population, who: Arrangement
) -> Flags:
    """Return where cases may have a mark, in a shape that spreads to (case type, entity)."""
    if mark in (ENGAGED, SETTLED):
        return engaged(world, who)
    if mark == IMPROVISED:
        return improvised(routes, world, population, who)
    return np.ones(1, dtype=np.bool_)


def engaged(world: World, who: Arrangement) -> Flags:
    """Return the entities in cells with engaged clinicians, the same cells in every arrangement."""
    drawn = world.streams.uniform("engaged", world.cell_uid)
    share = who.clinical_leadership.engaged_share.central
    return np.asarray((drawn < share)[world.cell])


def unadopted(world: World, population: Population, who: Arrangement) -> Flags:
    """Return the entities whose body has not adopted what the authority table gives it."""
    if not who.partly_adopted or who.adoption is None:
        return np.zeros(population.size, dtype=np.bool_)
    tier = who.adoption.tier
    bodies = population.estate.tiers[tier]
    drawn = world.streams.uniform("adoption", rng.uids([f"{tier}/{n}" for n in bodies.names]))
    return np.asarray((drawn >= who.adoption.share.central)[population.body_of(bodies)])


def improvised(routes: Routes, world: World, population: Population, who: Arrangement) -> Flags:
    """Return by (case type, entity) whether the body that leads on the case has no process."""
    kinds, types = len(ENTITY_KINDS), len(routes.types)
    found = np.zeros((types, population.size), dtype=np.bool_)
    elsewhere = unadopted(world, population, who)
    body_of = functools.cache(lambda tier: population.body_of(population.estate.tiers[tier]))

    @functools.cache
    def lacking(name: str, tier: str) -> Flags:
        """Return whose body at a tier has no process for a case type, by entity."""
        names = population.estate.tiers[tier].names
        uid = rng.uids([f"{tier}/{body}" for body in names])
        drawn = world.streams.uniform(f"process:{name}", uid)
        return np.asarray((drawn >= who.coverage.process_share.central)[body_of(tier)])

    for number, path in enumerate(routes.paths):
        if path is None or path.lead is None:
            continue
        block, number = divmod(number, types * kinds)
        rows = np.flatnonzero((world.kind == number % kinds) & (elsewhere == block))
        found[number // kinds, rows] = lacking(path.name, who.teams[path.lead_team].tier)[rows]
    return found
