"""Mutual cover: teams of neighbouring bodies whose staff help each other out.

Everybody keeps body, post, shifts and contracts. What is joined is the team: the staff
of all bodies in the same wider body take from one queue, and a case that a neighbour
takes up crosses no boundary.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Committees, Staff, Teams
from sim.model.governance import wte_of
from sim.model.people import Unit, wider
from sim.scenario.arrangement import Arrangement
from sim.scenario.estate import Estate

Int = NDArray[np.int64]


def covering(
    who: Arrangement,
    estate: Estate,
    units: list[Unit],
    teams: Teams,
    staff: Staff,
    committees: Committees,
) -> tuple[Teams, Staff, Committees]:
    """Join the teams that cover for each other; without any, everything stays as it is.

    ``teams`` and ``staff`` are by unit: one team for each kind and body.
    """
    if all(team.covers_within is None for team in who.teams.values()):
        return teams, staff, committees
    pool = pools(who, estate, units)
    first = np.unique(pool, return_index=True)[1]
    body = neighbours(who, estate, units, teams)
    joined = replace(
        teams,
        kind=teams.kind[first],
        body=body[teams.body[first]],
        of=np.where(teams.of >= 0, pool[teams.of], teams.of),
    )
    weight = wte_of(who, units) + 1e-12
    part = weight / _sums(pool, weight)[pool]  # exactly 1 where nobody is joined
    share = _sums(pool, staff.casework_share * part)
    crew = replace(staff, team=pool[staff.team], casework_share=share)
    return joined, crew, replace(committees, body=body[committees.body])


def pools(who: Arrangement, estate: Estate, units: list[Unit]) -> Int:
    """Return the number of the team that each unit is part of, in the order of the units."""
    kinds = list(who.teams.values())
    group = {
        (kind, body): around
        for kind, team in enumerate(kinds)
        if team.covers_within
        for body, around in enumerate(
            wider(estate.tiers[team.tier], estate.tiers[team.covers_within]).tolist()
        )
    }
    keys = [(u.kind, u.tier, group.get((u.kind, u.body), -1 - u.body)) for u in units]
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([number[key] for key in keys], dtype=np.int64)


def neighbours(who: Arrangement, estate: Estate, units: list[Unit], teams: Teams) -> Int:
    """Return by body number the one that it shares with those that it covers for."""
    shared = np.arange(len(teams.body_names))
    pool = pools(who, estate, units)
    for number in range(int(pool.max(initial=-1)) + 1):
        members = teams.body[pool == number]
        shared[members] = shared[members].min()
    return shared


def _sums(pool: Int, table: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.zeros((int(pool.max(initial=-1)) + 1, table.shape[1]))
    np.add.at(total, pool, table)
    return total
