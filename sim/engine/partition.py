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
    entity, actor = _links(model)
    size = entities + teams + committees
    graph = coo_array((np.ones(len(entity), np.int8), (entity, actor + entities)), (size, size))
    parts, part = connected_components(graph, directed=False)
    numbers: Int = np.asarray(part, dtype=np.int64)
    of_entity, of_team, of_committee = np.split(numbers, [entities, entities + teams])
    return Partition(int(parts), of_entity, of_team, of_committee)


def _links(model: Model) -> tuple[Int, Int]:
    """Return each entity with each team, or committee (numbered after the teams), in its cases."""
    steps, routes = model.steps, len(model.steps.first) - 1
    entity, route = np.divmod(np.unique(model.cases.entity * routes + model.cases.route), routes)
    found: list[tuple[Int, Int]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for place in range(int(np.diff(steps.first).max(initial=0))):
        step = steps.first[route] + place
        here = step < steps.first[route + 1]
        who, at = entity[here], step[here]
        for kind, of, offset in (
            (WORK, model.teams.of, 0),
            (MEET, model.committees.of, len(model.teams.kind)),
        ):
            acts = steps.kind[at] == kind
            actor = of[steps.actor[at[acts]], who[acts]]
            found.append((who[acts][actor >= 0], actor[actor >= 0] + offset))
    entities, actors = zip(*found, strict=True)
    return np.concatenate(entities), np.concatenate(actors)


def together(model: Model) -> Partition:
    """Return one part that holds everything."""
    sizes = len(model.entities.kind), len(model.teams.kind), len(model.committees.kind)
    return Partition(1, *(np.zeros(size, dtype=np.int64) for size in sizes))
