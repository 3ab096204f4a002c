"""Who knows which contract: named officers, and what teams know on the first day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import NEVER, Staff
from sim.model.population import Population
from sim.model.rng import Streams
from sim.scenario.arrangement import Arrangement

Int = NDArray[np.int64]


def assign_portfolios(
    who: Arrangement, population: Population, team_of: Int, staff: Staff, streams: Streams
) -> Int:
    """Share each team's entities out between the people of each role, in proportion to WTE.

    Returns the named officer by (team kind, role, entity), -1 where a team has
    nobody in the role. The order of sharing out is drawn, so that portfolios
    mix contract types.
    """
    roles = len(who.workforce.roles)
    named = np.full((len(who.teams), roles, population.size), -1, dtype=np.int64)
    drawn = streams.uniform("portfolio", population.uid)
    for kind in range(len(who.teams)):
        order = np.lexsort((drawn, team_of[kind]))
        teams = team_of[kind][order]
        for team in np.unique(teams[teams >= 0]):
            members = order[teams == team]
            place = (np.arange(len(members)) + 0.5) / len(members)
            for role in range(roles):
                people = np.flatnonzero((staff.team == team) & (staff.role == role))
                if len(people):
                    ends = np.cumsum(staff.wte[people])
                    pick = np.searchsorted(ends / ends[-1], place)
                    named[kind, role, members] = people[np.minimum(pick, len(people) - 1)]
    return named


def initial_knowledge(
    who: Arrangement, population: Population, team_of: Int, streams: Streams, year: float
) -> Int:
    """Return when a team last handled each entity before the start, by (kind, entity).

    A retained contract was handled at some time in the year before; one whose
    knowledge was lost counts as never handled.
    """
    kept = streams.uniform("retained", population.uid) < who.knowledge.retained_share.central
    ago = -np.floor(streams.uniform("handled", population.uid) * year).astype(np.int64) - 1
    return np.where(kept & (team_of >= 0), ago, NEVER)
