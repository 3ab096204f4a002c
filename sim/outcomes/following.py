"""Cases followed one by one, so that the same case can be found again in another run.

A case is known by its contract (or cell), its case type and its ordinal, which do not
depend on the arrangement. Only opening and closing are kept of each, so that England
fits into memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.engine.stream import CASE_COLUMNS
from sim.model.arrays import Entities, Model
from sim.outcomes import dates, members

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_AT = [CASE_COLUMNS.index(name) for name in ("number", "opened", "closed")]


class Follow:
    """A sink that keeps when each case was opened and closed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.opened = np.full(len(model.cases.entity), UNSET, np.int64)
        self.closed = self.opened.copy()

    def cases(self, rows: Int) -> None:
        """Take cases; see ``Sink``."""
        number, opened, closed = (rows[:, column] for column in _AT)
        self.opened[number], self.closed[number] = opened, closed

    def work(self, rows: Int) -> None:
        """Take no notice of work."""

    def meetings(self, rows: Int) -> None:
        """Take no notice of meetings."""


@dataclass(frozen=True)
class Followed:
    """The cases that times are measured on, each array of shape (cases,).

    These are the cases of the area that arose in the run after its warm-up, without
    those that were there on the first day; as in ``View.cohort``.
    """

    entities: Entities
    types: tuple[str, ...]
    entity: Int
    case_type: Int
    ordinal: Int
    days: Float
    """Calendar days from being owed to being closed, or to the end of the run."""
    closed: Bool


def followed(sink: Follow) -> Followed:
    """Return the cases of a run that its sink has followed to the end."""
    model = sink.model
    clock = model.clock
    known = members.counted(model) & ~model.cases.initial
    since = np.where(members.rolling(model), sink.opened, model.cases.opens)
    cohort = members.in_cohort(known, since, model.warm_up, clock.horizon)
    case = np.flatnonzero(cohort)
    closed = np.asarray(members.is_closed(sink.closed[case], clock.horizon))
    ends = np.where(closed, sink.closed[case], clock.horizon)
    return Followed(
        entities=model.entities,
        types=model.types.names,
        entity=model.cases.entity[case].astype(np.int64),
        case_type=model.cases.case_type[case].astype(np.int64),
        ordinal=model.cases.ordinal[case].astype(np.int64),
        days=dates.calendar_days(clock, ends) - dates.calendar_days(clock, since[case]),
        closed=closed,
    )


class Matched(NamedTuple):
    """Places of the same cases in two runs, and of those that only one of them has."""

    first: Int
    second: Int
    only_first: Int
    only_second: Int


def match(first: Followed, second: Followed) -> Matched:
    """Find the same cases in two runs of the same replication, whatever order they are in."""
    one, other = _keys(first, second)
    _, here, there = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    alone = [
        np.flatnonzero(~np.isin(mine, theirs, assume_unique=True))
        for mine, theirs in ((one, other), (other, one))
    ]
    return Matched(here.astype(np.int64), there.astype(np.int64), *alone)


def _keys(first: Followed, second: Followed) -> list[Int]:
    """Give every case of both runs a number, the same for the same case."""
    both = (first, second)
    uids = np.concatenate([run.entities.uid for run in both])
    rank = np.unique(uids, axis=0, return_inverse=True)[1].ravel()
    ranks = np.split(rank, [len(first.entities.uid)])
    most = 1 + max(int(run.ordinal.max(initial=0)) for run in both)
    return [
        (place[run.entity] * len(run.types) + run.case_type) * most + run.ordinal
        for place, run in zip(ranks, both, strict=True)
    ]
