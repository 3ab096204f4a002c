"""The tally: takes what happens row by row, and keeps only what measures need.

Per case four times and an outcome; the rest is added up, in whole numbers, so
that neither the order of rows nor how they are cut into pieces changes a bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import NOT_OPENED, REFUSED_OUTCOME, UNSET, Log
from sim.engine.stream import CASE_COLUMNS, MEETING_COLUMNS, feed
from sim.model.arrays import Model
from sim.outcomes.dates import years
from sim.outcomes.members import members
from sim.outcomes.timesheet import Timesheet

Int = NDArray[np.int64]

AT = {name: place for place, name in enumerate(CASE_COLUMNS)}
SUMMED = (
    *("queue", "work", "committee", "outside", "handoff"),
    *("travel", "relearn", "deferrals", "recusals"),
)
COUNTED = ("cases", "closed", "refused", "items")
"""Cases; those closed by the horizon; refused; on an agenda at least once."""

LEVELS = ANY, OPENED, SINCE_WARM_UP, COHORT = 0, 1, 2, 3
"""Sums are over any cases; over those counted that are opened by the horizon; of
those, after the warm-up; of those, the cohort. Each is part of the one before."""


class Tally:
    """A sink that adds up one run of a model. Arrays have shape (cases,)."""

    def __init__(self, model: Model) -> None:
        count, types = len(model.cases.entity), len(model.types.names)
        self.model = model
        self.members = members(model)
        self.since = np.where(self.members.rolling, UNSET, model.cases.opens)
        """When each case was first owed; see ``View.since``."""
        self.opened = np.full(count, UNSET, np.int64)
        self.responded = self.opened.copy()
        self.closed = self.opened.copy()
        self.committee = np.zeros(count, np.int64)
        """Waiting for committees."""
        self.on_agenda = np.zeros(count, np.bool_)
        self.outcome = np.full(count, NOT_OPENED, np.int8)
        self.timesheet = Timesheet(model, self.members.counted)
        self._sums = {name: np.zeros(len(LEVELS) * types, np.int64) for name in (*SUMMED, *COUNTED)}
        self._open: list[Int] = []
        self._years = years(model)
        self._serving = np.unique(model.committees.of[:, model.entities.inside])
        self.quorum_failures = np.zeros((len(model.committees.kinds), len(self._years)), np.int64)
        """Items put off, by kind of committee and year; of those that serve the area."""

    def cases(self, rows: Int) -> None:
        """Take cases; see ``Sink``."""
        case = rows[:, 0]
        rolling = np.flatnonzero(self.members.rolling[case])
        self.since[case[rolling]] = rows[rolling, AT["opened"]]
        for name in ("opened", "responded", "closed", "committee", "outcome"):
            getattr(self, name)[case] = rows[:, AT[name]]
        items = rows[:, AT["meetings"]] > 0
        self.on_agenda[case] = items
        closed = self.members.is_closed(rows[:, AT["closed"]])
        self._open.append(rows[~closed][:, [0, AT["step"], AT["left"]]])
        refused = rows[:, AT["outcome"]] == REFUSED_OUTCOME
        group = self._group(case, rows[:, AT["opened"]])
        for name in SUMMED:
            np.add.at(self._sums[name], group, rows[:, AT[name]])
        for name, chosen in zip(COUNTED[1:], (closed, refused, items), strict=True):
            self._count(name, group[chosen])
        self._count("cases", group)

    def work(self, rows: Int) -> None:
        """Take packets of work; see ``Sink``."""
        self.timesheet.add(rows)

    def meetings(self, rows: Int) -> None:
        """Take meetings; see ``Sink``."""
        committee, time, lost = (
            rows[:, MEETING_COLUMNS.index(name)] for name in ("committee", "time", "no_quorum")
        )
        year = self._years.index(time)
        kept = np.isin(committee, self._serving) & (year >= 0) & (year < len(self._years))
        kind = self.model.committees.kind[committee[kept]]
        np.add.at(self.quorum_failures, (kind, year[kept]), lost[kept])

    def total(self, name: str, level: int = ANY) -> Int:
        """Return a sum by case type, shape (types + 1,); the last is of all types."""
        by_type = self._sums[name].reshape(len(LEVELS), -1)[level:].sum(axis=0)
        return np.append(by_type, by_type.sum())

    def still_open(self) -> Int:
        """Return number, step and work left of the cases open at the horizon."""
        return np.concatenate([np.zeros((0, 3), np.int64), *self._open])

    def _group(self, case: Int, opened: Int) -> Int:
        """Return the group that each case is added up with, by case type."""
        who, model = self.members, self.model
        late = opened >= model.warm_up
        cohort = who.in_cohort(case, self.since[case])
        level = (who.counted[case] & who.is_opened(opened)) * (OPENED + late + cohort)
        return np.asarray(level * len(model.types.names) + model.cases.case_type[case])

    def _count(self, name: str, group: Int) -> None:
        self._sums[name] += np.bincount(group, minlength=len(self._sums[name]))


def tallied(model: Model, log: Log) -> Tally:
    """Return the tally of a whole log."""
    tally = Tally(model)
    feed(log, tally)
    return tally
