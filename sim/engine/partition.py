"""Bodies that cannot affect each other are simulated apart.

Teams and committees are coupled when cases go from each to the other, by whatever
way. What is coupled is one *part*. Where cases only ever go one way between
parts, a *flow*, the part that they come from is simulated first. Parts and flows
are found from the model, never declared. Smaller calendars and queues stay in
the cache; the results are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.model.arrays import BRANCH, MEET, WORK, Flags, Int32, Model
from sim.model.ordering import edges_of

Int = NDArray[np.int64]
Pairs = tuple[Int, Int]
"""From where to where."""


@dataclass(frozen=True)
class Kinds:
    """Entities with the same teams and committees are of one kind here."""

    of: Int
    """Kind of each entity."""
    teams: Int
    """Team, or -1, by (kind of team, kind of entity)."""
    committees: Int
    """Committee, or -1, by (kind of committee, kind of entity)."""


@dataclass(frozen=True)
class Partition:
    """Where everything is simulated. Parts are numbered from 0; flows lead to greater numbers."""

    parts: int
    of_case: Int32
    """Part in which each case opens; ``parts`` for one that cannot open."""
    of_team: Int
    of_committee: Int
    flows: Int
    """From part, to part; shape (flows, 2)."""
    entities: Kinds

    @cached_property
    def bounds(self) -> Int:
        """Return where each part begins and ends when cases are sorted by part."""
        return edges_of(self.of_case, self.parts)

    def only(self, cases: Flags) -> Partition:
        """Return the same parts where only some cases can open."""
        return replace(self, of_case=np.where(cases, self.of_case, np.int32(self.parts)))


def together(model: Model) -> Partition:
    """Return one part that holds everything."""
    sizes = len(model.cases.entity), len(model.teams.kind), len(model.committees.kind)
    cases, teams, committees = (np.zeros(size, dtype=np.int64) for size in sizes)
    nothing = np.zeros((0, 2), dtype=np.int64)
    return Partition(1, cases.astype(np.int32), teams, committees, nothing, kinds(model))


def kinds(model: Model) -> Kinds:
    """Tell apart the entities that have not the same teams and committees."""
    teams, committees = model.teams.of, model.committees.of
    kind = np.zeros(teams.shape[1], dtype=np.int64)
    for actor in (*teams, *committees):
        size = actor.max(initial=-1) + 2
        _, kind = np.unique(kind * size + actor + 1, return_inverse=True)
    _, example = np.unique(kind, return_index=True)
    return Kinds(kind, teams[:, example], committees[:, example])


def partition(model: Model) -> Partition:
    """Find the parts of who works on what, and the flows between them.

    They are the strongly connected components of the graph of teams and
    committees, in a topological order.
    """
    ways = Ways(model)
    size = ways.actors + ways.kinds
    source, target = ways.edges()
    graph = coo_array((np.ones(len(source), np.bool_), (source, target)), (size, size)).tocsr()
    count, label = connected_components(graph, connection="strong")
    edges = label[np.column_stack(graph.nonzero())]
    team, actor = (np.isin(np.arange(count), label[:some]) for some in (ways.teams, ways.actors))
    number = in_order(team, actor, edges[edges[:, 0] != edges[:, 1]])
    flows = np.unique(number[edges], axis=0)
    of_team, of_committee, _ = np.split(number[label], [ways.teams, ways.actors])
    return Partition(
        parts=int(number.max(initial=0)) + 1,
        of_case=number[label[ways.first]].ravel().astype(np.int32)[ways.of_case],
        of_team=of_team,
        of_committee=of_committee,
        flows=flows[flows[:, 0] != flows[:, 1]],
        entities=ways.entities,
    )


def in_order(team: Flags, actor: Flags, edges: Int) -> Int:
    """Give components numbers such that every edge leads to the same or a greater one.

    One without a ``team`` that only one part leads to joins that part: a committee
    is no burden to a calendar. One without any ``actor`` joins the last of them.
    """
    before: dict[int, set[int]] = {component: set() for component in range(len(team))}
    for one, other in edges.tolist():
        before[other].add(one)
    number, parts = np.zeros(len(team), dtype=np.int64), 0
    for component in TopologicalSorter(before).static_order():
        upstream = {int(number[one]) for one in before[component]}
        joins = not team[component] and len(upstream) == 1
        if joins or not actor[component]:
            number[component] = max(upstream, default=0)
        else:
            number[component], parts = parts, parts + 1
    return number


class Ways:
    """From whom to whom cases can go.

    Actors are the teams, then the committees. A case on which nobody here acts
    stands for itself, as if there were one more actor for each kind of entity.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.teams = len(model.teams.kind)
        self.actors = self.teams + len(model.committees.kind)
        self.entities = kinds(model)
        of = self.entities.committees
        self.who = np.concatenate([self.entities.teams, np.where(of < 0, -1, of + self.teams)])
        self.kinds = self.who.shape[1]
        routes = len(model.steps.first) - 1
        self.of_case = model.cases.route * np.int32(self.kinds)
        self.of_case += self.entities.of.astype(np.int32)[model.cases.entity]
        """Place of each case in the table of routes by kinds."""
        self.used = np.zeros((routes, self.kinds), dtype=np.bool_)
        self.used.reshape(-1)[self.of_case] = True
        nobody = self.actors + np.arange(self.kinds)
        self.first, self.last = (np.tile(nobody, (routes, 1)) for _ in range(2))

    def edges(self) -> Pairs:
        """Return from which actor to which actor cases can go."""
        found = [*self._along_routes()]
        later = np.flatnonzero(self.model.cases.after >= 0)
        before = self.model.cases.after[later]
        last, first = self.last.reshape(-1), self.first.reshape(-1)
        found.append((last[self.of_case[before]], first[self.of_case[later]]))
        found += self._sharing_a_condition()
        source, target = (np.concatenate(ends) for ends in zip(*found, strict=True))
        return source, target

    def _sharing_a_condition(self) -> Iterator[Pairs]:
        """Couple those who repair contracts with those on whom it depends what arises.

        Both ways, because what one does about a contract is known to the others at
        once. A repairing case may end with anybody from the first to the last.
        """
        given = self.model.condition
        if given is None or not given.feedback:
            return
        case_type = np.zeros(len(self.used), dtype=np.int64)
        case_type[self.model.cases.route] = self.model.cases.case_type
        arising = self.used & (given.needs[case_type] > 0)[:, None]
        repairing = self.used & (given.repairs.share[case_type] > 0)[:, None]
        for kind in np.flatnonzero(arising.any(axis=0)):
            first, last, repairs = self.first[:, kind], self.last[:, kind], repairing[:, kind]
            who = np.concatenate([first[repairs | arising[:, kind]], last[repairs]])
            yield who, np.roll(who, 1)

    def _along_routes(self) -> Iterator[Pairs]:
        """Give who follows whom on each route, and note who is first and last on it.

        Steps may be skipped: that leads to nobody who is not reached by going on.
        """
        steps = self.model.steps
        size = np.diff(steps.first)
        route = np.repeat(np.arange(len(size)), size)
        actor = self._actors(route)
        until = latest(actor, steps.first[route])
        onward = latest(actor[::-1], len(route) - steps.first[route + 1][::-1])[::-1]
        some = np.flatnonzero(size)
        for table, end in (
            (self.first, onward[steps.first[some]]),
            (self.last, until[steps.first[some + 1] - 1]),
        ):
            table[some] = np.where(end >= 0, end, table[some])
        goes_on = np.flatnonzero(route[:-1] == route[1:])
        yield between(until[goes_on], actor[goes_on + 1])
        jumps = (steps.kind == BRANCH) & (steps.target >= 0) & (steps.share > 0)
        yield between(until[jumps], onward[(steps.first[route] + steps.target)[jumps]])

    def _actors(self, route: Int) -> Int:
        """Return who acts at each step on each kind of entity, or -1; no case, nobody."""
        step, actor = self.model.steps.kind, self.model.steps.actor
        row = np.where(step == MEET, actor + len(self.model.teams.kinds), actor)
        acts = np.isin(step, (WORK, MEET))
        found = np.full((len(step), self.kinds), -1, dtype=np.int64)
        found[acts] = np.where(self.used[route[acts]], self.who[row[acts]], -1)
        return found


def latest(actor: Int, start: Int) -> Int:
    """Return the latest actor up to each row and from its ``start`` on, or -1."""
    row = np.where(actor >= 0, np.arange(len(actor))[:, None], -1)
    row = np.maximum.accumulate(row, axis=0)
    found = np.take_along_axis(actor, np.maximum(row, 0), axis=0)
    return np.where(row >= start[:, None], found, -1)


def between(source: Int, target: Int) -> Pairs:
    """Return the pairs of which both exist and differ."""
    real = (source >= 0) & (target >= 0) & (source != target)
    return source[real], target[real]


def describe(model: Model, found: Partition) -> str:
    """Say in a sentence or two what a partition is like."""
    cases = np.bincount(found.of_case, minlength=found.parts)
    people = np.bincount(found.of_team[model.staff.team], minlength=found.parts)
    parts = np.count_nonzero((cases > 0) | np.isin(np.arange(found.parts), found.flows))
    if parts < 2:
        return f"Everything is simulated together: {cases.sum():,} cases, {people.sum():,} people."
    most = int(cases.argmax())
    return (
        f"{parts:,} parts are simulated apart; the largest has {cases[most]:,} cases "
        f"and {people[most]:,} people. One-way flows between them: {len(found.flows) or 'none'}."
    )
