"""Routes: every path with its variants, one for each way in which its cases may differ.

The standard route of case type t on kind of entity k is t * len(ENTITY_KINDS) + k.
Where bodies may not have adopted what the authority table gives them, a second block of
standard routes of the same order is for the contracts of those that have not.
The others follow behind the last standard one: those of a path lie together, in
the order of a code with one bit for each mark that its cases may have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.model.arrays import Float, Int, Steps
from sim.model.path import MARKS, Assignments, Path
from sim.model.rng import Streams
from sim.model.writer import RouteWriter, Step
from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import AREA, contracts_of, resolve
from sim.scenario.pathway import CONTRACT_TYPES, Pathways

ENTITY_KINDS: tuple[str, ...] = (*CONTRACT_TYPES, AREA)
"""A case belongs to a contract of some type or to an area (a cell)."""


@dataclass(frozen=True)
class Routes:
    """The steps of all routes, and by which chances a case takes which route."""

    steps: Steps
    types: tuple[str, ...]
    paths: tuple[Path | None, ...]
    """Of each standard route; None where no such case arises."""
    stages: tuple[tuple[str, ...], ...]
    """Names of stages by case type: the pathway's, then those of detours."""
    chances: dict[str, Float]
    """By mark, the share of cases of each standard route that have it."""
    first_variant: Int
    """Of each standard route, the number of its first other variant."""
    standard: Int
    """The standard route of each route."""
    streams: tuple[str, ...]
    """Name of the stream that draws each step; nothing for those that none draws."""

    def drawn_by(self, streams: Streams) -> Routes:
        """Return the routes with the keys of a replication's streams."""
        drawn = [number for number, name in enumerate(self.streams) if name]
        key = np.zeros((len(self.streams), 2), dtype=np.int64)
        key[drawn] = streams.keys([self.streams[number] for number in drawn])
        return replace(self, steps=replace(self.steps, key=key))

    def bits(self) -> dict[str, Int]:
        """Return by mark its bit in the code of a variant, by standard route; 0 for none."""
        place = np.zeros(len(self.first_variant), dtype=np.int64)
        found = {}
        for mark, share in self.chances.items():
            found[mark] = np.where(share > 0, 1 << place, 0)
            place += share > 0
        return found


def write_routes(pathways: Pathways, arrangement: Arrangement) -> Routes:
    """Write every route. A standard route may be empty: no such case arises."""
    blocks = (True, False) if arrangement.partly_adopted else (True,)
    tables = [resolve(arrangement, pathways, adopted=adopted) for adopted in blocks]
    paths = [path for table in tables for path in every_path(pathways, arrangement, table)]
    names = {name: [s.name for s in one.stages] for name, one in pathways.case_types.items()}
    nothing: list[list[Step]] = [[]]
    written = [
        [RouteWriter(path, names[path.name], marks).write() for marks in variants(path)]
        if path
        else nothing
        for path in paths
    ]
    others = np.array([len(each) - 1 for each in written])
    routes = [each[0] for each in written] + [one for each in written for one in each[1:]]
    return Routes(
        steps=join(routes),
        types=tuple(names),
        paths=tuple(paths),
        stages=tuple(map(tuple, names.values())),
        chances=chances_of(paths),
        first_variant=len(paths) + np.cumsum(others) - others,
        standard=np.concatenate([np.arange(len(paths)), np.repeat(np.arange(len(paths)), others)]),
        streams=tuple(step.stream for route in routes for step in route),
    )


def chances_of(paths: list[Path | None]) -> dict[str, Float]:
    """Return by mark the share of cases of each path that have it; no mark that none has."""
    shares = {mark: np.zeros(len(paths)) for mark in MARKS}
    for number, path in enumerate(paths):
        for mark, share in path.chances().items() if path else ():
            shares[mark][number] = share
    return {mark: share for mark, share in shares.items() if share.any()}


def variants(path: Path) -> Iterator[frozenset[str]]:
    """Give every set of marks that a case may have, in the order of its code: none first."""
    marks = [mark for mark, share in path.chances().items() if share > 0]
    for code in range(1 << len(marks)):
        yield frozenset(mark for place, mark in enumerate(marks) if code >> place & 1)


def every_path(
    pathways: Pathways, arrangement: Arrangement, assignments: Assignments
) -> Iterator[Path | None]:
    """Give the path of every standard route, None where no such case arises."""
    for name, case_type in pathways.case_types.items():
        kinds = contracts_of(pathways, name)
        for kind in ENTITY_KINDS:
            path = Path(name, kind, case_type, arrangement, assignments)
            yield path if kind in kinds else None


def join(routes: list[list[Step]]) -> Steps:
    """Put routes one behind the other, as arrays; no stream draws them yet."""
    flat = [step for route in routes for step in route]
    lengths = [len(route) for route in routes]

    def column(name: str) -> Int:
        return np.array([getattr(step, name) for step in flat], dtype=np.int64)

    return Steps(
        first=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        kind=column("kind"),
        stage=column("stage"),
        actor=column("actor"),
        role=column("role"),
        effort=column("effort"),
        other=np.zeros(len(flat), dtype=np.int64),
        days=column("days"),
        share=np.array([step.share for step in flat], dtype=np.float64),
        target=column("target"),
        most=column("most"),
        visit=column("visit"),
        key=np.zeros((len(flat), 2), dtype=np.int64),
    )
