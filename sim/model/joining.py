"""One arrangement after another: what both bring, joined under common numbers.

The teams, committees, people and steps of the earlier one come first and keep their
numbers. Roles are known by name.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import Any, TypeVar

import numpy as np

from sim.model.arrays import MEET, WORK, Committees, Float, Int, Staff, Steps, Teams
from sim.model.furnish import Furnished
from sim.model.phases import meeting, there
from sim.model.routes import ENTITY_KINDS, Routes
from sim.model.rules import FOREVER

Record = TypeVar("Record", Steps, Staff, Committees)


def join(earlier: Furnished, later: Furnished, at: int) -> tuple[Furnished, Float]:
    """Let one arrangement end and the other begin at an instant.

    Returns what both bring, with the rules of the earlier one, and the cover that holds
    in the later one. Its routes follow those of the earlier one.
    """
    roles = tuple(dict.fromkeys((*earlier.teams.roles, *later.teams.roles)))
    role = np.array([roles.index(name) for name in later.teams.roles], dtype=np.int64)
    both = Furnished(
        routes=_routes(earlier, later, role),
        ways=earlier.ways,
        teams=_teams(earlier, later, roles, role),
        staff=_staff(there(earlier.staff, 0, at), there(later.staff, at, FOREVER), roles, role),
        committees=_committees(
            meeting(earlier.committees, 0, at), meeting(later.committees, at, FOREVER)
        ),
        rules=earlier.rules,
    )
    return both, _cover(later.teams, roles)


def _routes(earlier: Furnished, later: Furnished, role: Int) -> Routes:
    """Return the routes of both; ``Routes`` is otherwise that of the earlier arrangement."""
    one, other = earlier.routes.steps, later.routes.steps
    actor = other.actor.copy()
    actor[other.kind == WORK] += len(earlier.teams.kinds)
    actor[other.kind == MEET] += len(earlier.committees.kinds)
    stages, stage = _stages(earlier.routes, later.routes)
    moved = replace(
        other,
        first=other.first[1:] + len(one.kind),
        actor=actor,
        role=np.where(other.role < 0, -1, role[other.role]),
        stage=stage,
    )
    return replace(earlier.routes, steps=_one_after_the_other(one, moved), stages=stages)


def _stages(earlier: Routes, later: Routes) -> tuple[tuple[tuple[str, ...], ...], Int]:
    """Return the names of the stages of both by case type, and those of the later steps.

    The pathway's own stages are the same; what an arrangement adds is known by name.
    """
    names, numbers = [], []
    for own, theirs in zip(earlier.stages, later.stages, strict=True):
        pairs = zip(own, theirs, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        every = [*own, *(name for name in theirs[same:] if name not in own[same:])]
        names.append(tuple(every))
        place = [*range(same), *(every.index(name, same) for name in theirs[same:])]
        numbers.append(np.array(place, dtype=np.int64))
    route = np.repeat(np.arange(len(later.standard)), np.diff(later.steps.first))
    standard = later.standard % (len(names) * len(ENTITY_KINDS))
    case_type = (standard // len(ENTITY_KINDS))[route].tolist()
    stage = [numbers[t][s] for t, s in zip(case_type, later.steps.stage.tolist(), strict=True)]
    return tuple(names), np.array(stage, dtype=np.int64)


def _teams(earlier: Furnished, later: Furnished, roles: tuple[str, ...], role: Int) -> Teams:
    one, other = earlier.teams, later.teams
    people = len(earlier.staff.team)
    named = np.full((len(other.kinds), len(roles), other.of.shape[1]), -1, dtype=np.int64)
    named[:, role] = _beyond(other.named, people)
    before = np.full((len(one.kinds), len(roles), one.of.shape[1]), -1, dtype=np.int64)
    before[:, : len(one.roles)] = one.named
    return Teams(
        kinds=one.kinds + other.kinds,
        roles=roles,
        kind=np.concatenate([one.kind, other.kind + len(one.kinds)]),
        body=np.concatenate([one.body, other.body]),
        body_names=one.body_names,
        of=np.concatenate([one.of, _beyond(other.of, len(one.kind))]),
        travel=np.concatenate([one.travel, other.travel]),
        known_at=np.concatenate([one.known_at, other.known_at]),
        named=np.concatenate([before, named]),
        cover=_cover(one, roles),
    )


def _cover(teams: Teams, roles: tuple[str, ...]) -> Float:
    """Return who may cover for whom, among more roles than the teams have."""
    cover = np.eye(len(roles))
    place = [roles.index(name) for name in teams.roles]
    cover[np.ix_(place, place)] = teams.cover
    return cover


def _staff(one: Staff, other: Staff, roles: tuple[str, ...], role: Int) -> Staff:
    moved = replace(
        other,
        team=other.team + len(one.casework_share),
        role=role[other.role],
        first_shift=other.first_shift[1:] + len(one.shift_start),
        vacant_post=other.vacant_post + len(one.team),
        casework_share=_for_all(other.casework_share, len(roles), role),
    )
    own = np.arange(one.casework_share.shape[1])
    wide = replace(one, casework_share=_for_all(one.casework_share, len(roles), own))
    return _one_after_the_other(wide, moved)


def _for_all(table: Float, roles: int, role: Int) -> Float:
    """Give a table by role, of which ``role`` are known, a column for every role."""
    wide = np.ones((len(table), roles))
    wide[:, role] = table
    return wide


def _committees(one: Committees, other: Committees) -> Committees:
    moved = replace(
        other,
        kind=other.kind + len(one.kinds),
        of=_beyond(other.of, len(one.kind)),
        first_meeting=other.first_meeting[1:] + len(one.meeting),
    )
    return _one_after_the_other(one, moved)


def _beyond(numbers: Int, already: int) -> Int:
    """Count numbers on from those that there are already; -1 stays."""
    return np.where(numbers < 0, -1, numbers + already)


def _one_after_the_other(one: Record, other: Record) -> Record:
    """Join two records, column by column."""
    pairs = {name: (column, getattr(other, name)) for name, column in vars(one).items()}
    joined: Record = replace(one, **{name: _joined(*pair) for name, pair in pairs.items()})
    return joined


def _joined(one: Any, other: Any) -> Any:  # noqa: ANN401 - a column of any kind, or names
    if isinstance(one, bool):
        return one or other
    return one + other if isinstance(one, tuple) else np.concatenate([one, other])
