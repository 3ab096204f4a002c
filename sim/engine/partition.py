"""Bodies that cannot affect each other are simulated apart.

Two teams or committees are coupled when some contract's cases can reach both.
The connected parts are found from the model, never declared. Smaller calendars
and queues stay in the cache; the results are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.model.arrays import MEET, WORK, Model

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Partition:
    """The part of each entity, team and committee, numbered from 0."""

    parts: int
    of_entity: Int
    of_team: Int
    of_committee: Int


def partition(model: Model) -> Partition:
    """Find the connected parts of who works on what."""
    teams, committees = len(model.teams.kind), len(model.committees.kind)
    entities = len(model.entities.kind)
    rows, nodes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for kind, actor, of, offset in _links(model, teams):
        here = np.flatnonzero((model.entities.kind == kind) & (of[actor] >= 0))
        rows.append(here)
        nodes.append(of[actor][here] + offset)
    left, right = np.concatenate(rows), np.concatenate(nodes) + entities
    size = entities + teams + committees
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    parts, part = connected_components(graph, directed=False)
    numbers: Int = np.asarray(part, dtype=np.int64)
    of_entity, of_team, of_committee = np.split(numbers, [entities, entities + teams])
    return Partition(int(parts), of_entity, of_team, of_committee)


def together(model: Model) -> Partition:
    """Return one part that holds everything."""
    sizes = len(model.entities.kind), len(model.teams.kind), len(model.committees.kind)
    return Partition(1, *(np.zeros(size, dtype=np.int64) for size in sizes))


def _links(model: Model, teams: int) -> list[tuple[int, int, Int, int]]:
    """Return (kind of entity, kind of actor, table of actors, offset) for every step that acts."""
    steps = model.steps
    kinds = (len(steps.first) - 1) // len(model.types.names)
    route = np.repeat(np.arange(len(steps.first) - 1), np.diff(steps.first))
    found: dict[tuple[int, int, int], None] = {}
    for kind, step, actor in zip(route % kinds, steps.kind, steps.actor, strict=True):
        if step in (WORK, MEET):
            found[int(kind), int(step), int(actor)] = None
    of = {WORK: (model.teams.of, 0), MEET: (model.committees.of, teams)}
    return [(kind, actor, *of[step]) for kind, step, actor in found]
