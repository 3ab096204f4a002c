"""Shifts: when people are there, and who then holds the post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Flags, settled
from sim.model.turnover import Holding
from sim.scenario.units import SESSION

Int = NDArray[np.int64]


def shifts(sessions: Flags, breaks: Flags | None = None) -> tuple[Int, Int, Int]:
    """Join neighbouring sessions (people, sessions) to shifts, person by person.

    Return whose they are and their first and last edges, in sessions: edge e lies
    before session e. ``breaks`` (people, sessions + 1) are edges at which a shift
    ends and another one begins.
    """
    there = np.pad(sessions, ((0, 0), (1, 1)))
    edge = there[:, 1:] != there[:, :-1]
    if breaks is not None:
        edge |= breaks
    person, start = np.divmod(np.flatnonzero(edge & there[:, 1:]), edge.shape[1])
    return person, start, np.flatnonzero(edge & there[:, :-1]) % edge.shape[1]


def roster(presence: Iterable[tuple[Flags, Holding | None]]) -> dict[str, Any]:
    """Return the columns of ``Staff`` on shifts and vacancies.

    ``presence`` gives, for some people at a time, when each would be there and
    who holds their posts; without that everybody was there at the start and stays.
    """
    people, found, vacant = 0, [], []
    for there, posts in presence:
        found.append(_worked(there, posts))
        if posts:
            post, start, end = shifts(~posts.filled)
            vacant.append((post + people, start * SESSION, end * SESSION))
        people += len(there)
    count, start, end, *who_then = map(np.concatenate, zip(*found, strict=True))
    columns = settled(len(start))
    if vacant:
        names = "vacant_post", "vacant_start", "vacant_end"
        columns |= dict(zip(("shift_since", "shift_effort"), who_then, strict=True))
        columns |= {"turnover": True}
        columns |= dict(zip(names, map(np.concatenate, zip(*vacant, strict=True)), strict=True))
    first = np.concatenate([[0], np.cumsum(count)])
    return {"first_shift": first, "shift_start": start, "shift_end": end, **columns}


def _worked(there: Flags, posts: Holding | None) -> tuple[NDArray[Any], ...]:
    """Return how many shifts people have, when these are, and who holds the ``posts`` then."""
    if posts:
        there = there & posts.filled
    person, start, end = shifts(there, posts.breaks if posts else None)
    who_then = (posts.since[person, start], posts.effort[person, start]) if posts else ()
    return np.bincount(person, minlength=len(there)), start * SESSION, end * SESSION, *who_then
