"""What is known of a contract: the files of teams, and what officers remember, as first laid out.

All that a kind of team knows of an entity stands in one row, so that it is one way
to memory and not five.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.mechanisms import knows
from sim.model.arrays import NEVER, Model

Int = NDArray[np.int64]


def files_of(model: Model, named: Int, columns: int) -> Int:
    """Return a file by (kind of team, entity); ``named`` are addresses of named officers."""
    teams = model.teams
    files = np.empty((*teams.of.shape, columns), dtype=np.int64)
    files[..., at.F_KNOWN_AT], files[..., at.F_TEAM_SAW] = teams.known_at, NEVER
    files[..., at.F_PLACE], files[..., at.F_TRAVEL] = places(model), teams.travel
    for role in range(len(teams.roles)):
        files[..., at.F_NAMED + role] = named[:, role]
    return files


def slots_of(model: Model) -> Int:
    """Return the entities that each officer can remember: those of the team, shape (staff,)."""
    members = np.zeros(len(model.teams.kind), dtype=np.int64)
    for team in model.teams.of:
        members += np.bincount(team[team >= 0], minlength=len(members))
    return members[model.staff.team] * knows(model)


def places(model: Model) -> Int:
    """Return the place of each entity among those of its team, by (kind, entity)."""
    place = np.zeros(model.teams.of.shape, dtype=np.int64)
    for kind, team in enumerate(model.teams.of):
        order = np.argsort(team, kind="stable")
        ranked = team[order]
        place[kind, order] = np.arange(len(team)) - np.searchsorted(ranked, ranked)
    return place
