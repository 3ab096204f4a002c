"""Whether anybody here acts on a case: on its type at all, and on its own way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.arrays import MEET, WORK, Flags, Int
from sim.model.demand import Drawn
from sim.model.routes import ENTITY_KINDS, Routes
from sim.model.ways import Ways
from sim.scenario.pathway import CycleDemand, Pathways


@dataclass(frozen=True)
class Acting:
    """The kinds of team, then those of committee, and where they act."""

    ways: Ways
    standard: Int
    """The standard route of each route."""
    on: Flags
    """Whether a kind acts on a route, shape (routes, kinds of actor)."""
    here: Flags
    """Whether the one in charge of an entity is in the model, shape (entities, kinds of actor)."""
    inside: Flags

    @classmethod
    def of(
        cls, routes: Routes, ways: Ways, team_of: Int, committee_of: Int, inside: Flags
    ) -> Acting:
        """Collect who acts on which route, and on whose cases."""
        steps = routes.steps
        route = np.repeat(np.arange(len(routes.standard)), np.diff(steps.first))
        on = np.zeros((len(routes.standard), len(team_of) + len(committee_of)), dtype=np.bool_)
        works, meets = steps.kind == WORK, steps.kind == MEET
        on[route[works], steps.actor[works]] = True
        on[route[meets], len(team_of) + steps.actor[meets]] = True
        here = np.concatenate([team_of, committee_of]).T >= 0
        return cls(ways, routes.standard, on, here, inside)

    def live(self, pathways: Pathways) -> Flags:
        """Return by (case type, entity) whether anybody here may act on such a case.

        On the entities of the area somebody always does.
        """
        types = len(pathways.case_types)
        standard = len(self.ways.first_variant)
        may = np.zeros((standard, self.on.shape[1]), dtype=np.bool_)
        np.logical_or.at(may, self.standard, self.on)
        blocks = may.reshape(-1, types, len(ENTITY_KINDS), self.on.shape[1])
        of_kind = np.swapaxes(blocks[self.ways.block, :, self.ways.kind], 0, 1)
        return _with_first_reviews(pathways, self.inside | (of_kind & self.here).any(axis=2))

    def on_cases(self, drawn: Drawn) -> Flags | None:
        """Return the cases on whose way somebody here acts; None where that is all of them.

        Those of the area always are among them; cycles stay whole.
        """
        others = np.flatnonzero(~self.inside[drawn.entity])
        if not self.ways.turns or not len(others) or (drawn.after >= 0).any():
            return None
        entity = drawn.entity[others]
        route = self.ways.route(entity, drawn.case_type[others], drawn.ordinal[others])
        kept = np.ones(len(drawn.entity), dtype=np.bool_)
        kept[others] = (self.on[route] & self.here[entity]).any(axis=1)
        return kept


@dataclass(frozen=True)
class Line:
    """One arrangement after another: who acts on a case in any of them."""

    each: list[Acting]

    @property
    def inside(self) -> Flags:
        """Entities of the area."""
        return self.each[0].inside

    def live(self, pathways: Pathways) -> Flags:
        """Return by (case type, entity) whether anybody here may ever act on such a case."""
        return np.asarray(np.logical_or.reduce([one.live(pathways) for one in self.each]))

    def ours(self, drawn: Drawn) -> Drawn:
        """Leave out cases from elsewhere on whose way nobody here ever acts."""
        found = [one.on_cases(drawn) for one in self.each]
        acted = [kept for kept in found if kept is not None]
        if len(acted) < len(found):
            return drawn
        kept = np.logical_or.reduce(acted)
        return Drawn(**{name: column[kept] for name, column in vars(drawn).items()})


def _with_first_reviews(pathways: Pathways, live: Flags) -> Flags:
    """Keep a cycle whole: also where only the review that stands in for its first is live."""
    names = list(pathways.case_types)
    for number, case_type in enumerate(pathways.case_types.values()):
        demand = case_type.demand
        if isinstance(demand, CycleDemand) and demand.first:
            live[number] |= live[names.index(demand.first.case_type)]
    return live
