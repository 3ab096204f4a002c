"""Shifts: when people are there, and who then holds the post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Flags, settled
from sim.model.turnover import Holding
from sim.scenario.units import SESSION

Int = NDArray[np.int64]

NOTHING = np.zeros(0, dtype=np.int64)


def shifts(sessions: Flags, breaks: Flags | None = None) -> tuple[Int, Int]:
    """Join neighbouring sessions to shifts; return their first and last edges, in sessions.

    Edge e lies before session e. ``breaks`` (sessions + 1) are edges at which a
    shift ends and another one begins.
    """
    there = np.concatenate([[False], sessions, [False]])
    edge = there[1:] != there[:-1]
    if breaks is not None:
        edge |= breaks
    return np.flatnonzero(edge & there[1:]), np.flatnonzero(edge & there[:-1])


def roster(sessions: Iterable[Flags], holdings: Sequence[Holding] | None) -> dict[str, Any]:
    """Return the columns of ``Staff`` on shifts and vacancies.

    ``sessions`` says when each person would be there; without ``holdings``
    everybody was there at the start and stays.
    """
    if holdings is None:
        times = [shifts(there) for there in sessions]
        columns = settled(sum(len(start) for start, _ in times))
    else:
        times, since, effort = [], [], []
        for there, post in zip(sessions, holdings, strict=True):
            start, end = shifts(there & post.filled, post.breaks)
            times.append((start, end))
            since.append(post.since[start])
            effort.append(post.effort[start])
        columns = {
            "shift_since": np.concatenate([NOTHING, *since]),
            "shift_effort": np.concatenate([np.zeros(0), *effort]),
            **vacancies(holdings),
            "turnover": True,
        }
    counts = [len(start) for start, _ in times]
    return {
        "first_shift": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "shift_start": np.concatenate([NOTHING, *(start for start, _ in times)]) * SESSION,
        "shift_end": np.concatenate([NOTHING, *(end for _, end in times)]) * SESSION,
        **columns,
    }


def vacancies(holdings: Sequence[Holding]) -> dict[str, Int]:
    """Return which posts stand vacant, from when to when."""
    found = [post.vacancies() for post in holdings]
    return {
        "vacant_post": np.repeat(np.arange(len(found)), [len(start) for start, _ in found]),
        "vacant_start": np.concatenate([NOTHING, *(start for start, _ in found)]),
        "vacant_end": np.concatenate([NOTHING, *(end for _, end in found)]),
    }
