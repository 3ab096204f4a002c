"""One replication of one arrangement, with all that happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.engines import engine
from sim.engine.log import Log
from sim.experiment.design import settled
from sim.experiment.errors import check_whole
from sim.model.arrays import Model
from sim.model.build import build
from sim.model.rng import uids
from sim.outcomes import areas, clocks, diary, flow, sittings, still_open
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario.errors import Fault, ScenarioError, nearest, quoted
from sim.scenario.estate import Estate
from sim.scenario.schema import Scenario

Int = NDArray[np.int64]


def require(what: str, name: str, known: Mapping[str, object] | list[str]) -> None:
    """Raise ``ScenarioError`` where a name is not known, with the nearest that is."""
    if name not in known:
        expected = f"one of {', '.join(known)}"
        raise ScenarioError([Fault("", 0, what, quoted(name), expected, nearest(name, known))])


@dataclass(frozen=True)
class OneRun:
    """A model, its whole log, and the estate that it was built from."""

    model: Model
    log: Log
    estate: Estate

    @cached_property
    def view(self) -> View:
        """Return what measures start from."""
        return View(tallied(self.model, self.log))

    @cached_property
    def clock(self) -> clocks.Clocks:
        """Return the clocks of resolution that ran out."""
        return clocks.resolution(self.view)

    def areas(self, tier: str = "") -> pd.DataFrame:
        """Return cases in time by neutral area, or by body of a tier (``areas.by_area``)."""
        return areas.by_area(self.view, self.clock, *self._groups(tier))

    def months(self, tier: str = "") -> pd.DataFrame:
        """Return cases in time by area and month (``areas.by_month``)."""
        return areas.by_month(self.view, self.clock, *self._groups(tier))

    def still_open(self, case_type: str) -> pd.DataFrame:
        """Return how many cases are still open after so many days (``still_open.still_open``)."""
        return still_open.still_open(self.view, case_type)

    def sittings(self) -> pd.DataFrame:
        """Return every meeting of a committee (``sittings.sittings``)."""
        return sittings.sittings(self.model, self.log)

    def flow(self, case_type: str) -> pd.DataFrame:
        """Return the passages of cases of a type between stages (``flow.flow``)."""
        counted = np.flatnonzero(self.view.counted)
        return flow.flow(self.model, self.log, case_type, counted)

    def diary(self, team: str, month: str) -> pd.DataFrame:
        """Return what the people of a team did in a month (``diary.diary``)."""
        number = diary.team_names(self.model).index(team)
        return diary.diary(self.model, self.log, number, month)

    def _groups(self, tier: str) -> tuple[Int, tuple[str, ...]]:
        """Return the area of each entity and the names of areas.

        At a tier only contracts have a body; work that arises in an area has none (-1).
        Raises ``ScenarioError`` for a tier that the estate does not have.
        """
        if not tier:
            return self.model.entities.cell, self.model.entities.cell_names
        require("tier", tier, [*self.estate.tiers])
        bodies = self.estate.tiers[tier]
        address = {tuple(uid): i for i, uid in enumerate(uids([*self.estate.ids]).tolist())}
        found = [address.get(tuple(uid), -1) for uid in self.model.entities.uid.tolist()]
        place = np.array(found, dtype=np.int64)
        return np.where(place < 0, -1, bodies.body_of[place]).astype(np.int64), bodies.names


def one_run(
    scenario: Scenario, estate: Estate, arrangement: str, context: str | None, replication: int
) -> OneRun:
    """Run one replication and keep all that happened; it is the one that a run measures.

    ``context`` is by default the first.

    Raises ``ScenarioError`` where the scenario has no such arrangement or context, and
    ``DesignError`` for a replication below 0.
    """
    world = next(iter(scenario.contexts)) if context is None else context
    require("arrangement", arrangement, scenario.arrangements)
    require("context", world, scenario.contexts)
    check_whole(0, replication=replication)
    model = build(settled(scenario), estate, arrangement, world, replication)
    return OneRun(model, engine().run(model), estate)
