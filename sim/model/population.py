"""Entities: the contracts and cells that this arrangement's bodies work for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import NEVER, Entities
from sim.model.people import bodies_inside
from sim.model.rng import uids
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import CONTRACT_TYPES

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Population:
    """The entities of a model: contracts of the estate, then cells.

    ``contracts`` and ``cells`` index the estate. Contracts outside the area are
    there only when a body that serves the area also serves them.
    """

    estate: Estate
    contracts: Int
    cells: Int
    inside: NDArray[np.bool_]
    uid: Int

    @property
    def size(self) -> int:
        """Number of entities."""
        return len(self.contracts) + len(self.cells)

    @property
    def cell_of(self) -> Int:
        """Cell of each entity, as an index into the estate's cells."""
        cells = self.estate.tiers[self.estate.cell_tier].body_of
        return np.concatenate([cells[self.contracts], self.cells]).astype(np.int64)

    @property
    def kind(self) -> Int:
        """Contract type of each entity; ``len(CONTRACT_TYPES)`` for a cell."""
        area = np.full(len(self.cells), len(CONTRACT_TYPES))
        return np.concatenate([self.estate.contract_type[self.contracts], area]).astype(np.int64)

    def body_of(self, tier: TierMap) -> Int:
        """Return the body of each entity at a tier; for a cell, where most of it lives."""
        return np.concatenate([tier.body_of[self.contracts], self._home(tier)]).astype(np.int64)

    def actor_of(self, tier: TierMap) -> Int:
        """Return which of the tier's bodies in the area serves each entity, or -1."""
        number = np.full(len(tier.names), -1, dtype=np.int64)
        bodies = bodies_inside(self.estate, tier)
        number[bodies] = np.arange(len(bodies))
        return number[self.body_of(tier)]

    def _home(self, tier: TierMap) -> Int:
        cell = self.estate.tiers[self.estate.cell_tier].body_of.astype(np.int64)
        cells = len(self.estate.population)
        pairs = cell * len(tier.names) + tier.body_of
        weight = np.bincount(pairs, self.estate.patients, minlength=cells * len(tier.names))
        homes: Int = weight.reshape(cells, len(tier.names)).argmax(axis=1)
        return homes[self.cells]


def populate(estate: Estate, tiers: set[str]) -> Population:
    """Choose the entities that bodies at ``tiers`` with work in the area look after."""
    included = estate.inside.copy()
    for name in tiers:
        tier = estate.tiers[name]
        included |= np.isin(tier.body_of, bodies_inside(estate, tier))
    cell = estate.tiers[estate.cell_tier]
    contracts = np.flatnonzero(included)
    cells = np.unique(cell.body_of[included]).astype(np.int64)
    cell_inside = np.isin(cells, cell.body_of[estate.inside])
    names = [estate.ids[i] for i in contracts] + [f"cell/{cell.names[c]}" for c in cells]
    return Population(
        estate=estate,
        contracts=contracts.astype(np.int64),
        cells=cells,
        inside=np.concatenate([estate.inside[contracts], cell_inside]),
        uid=uids(names),
    )


def describe(population: Population, last_review: Int | None = None) -> Entities:
    """Return what measures need to know about the entities."""
    estate, cells = population.estate, population.cells
    nothing = np.full(population.size, NEVER, dtype=np.int64)
    return Entities(
        uid=population.uid,
        kind=population.kind,
        cell=population.cell_of,
        patients=np.concatenate([estate.patients[population.contracts], estate.population[cells]]),
        rural=np.concatenate([estate.rural[population.contracts], np.zeros(len(cells), bool)]),
        inside=population.inside,
        cell_names=estate.tiers[estate.cell_tier].names,
        last_review=nothing if last_review is None else last_review,
    )
