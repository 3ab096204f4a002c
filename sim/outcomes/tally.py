"""The tally: takes what happens row by row, and keeps only what measures need.

Per case five times and an outcome; the rest is added up, in whole numbers, so
that neither the order of rows nor how they are cut into pieces changes a bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import NOT_OPENED, UNSET, Log
from sim.engine.stream import MEETING_COLUMNS, feed
from sim.model.arrays import Model
from sim.outcomes import casebook, members
from sim.outcomes.casebook import ANY, COUNTED, LEVELS, SUMMED
from sim.outcomes.dates import years
from sim.outcomes.jit import fast
from sim.outcomes.timesheet import Timesheet

Int = NDArray[np.int64]


class Tally:
    """A sink that adds up one run of a model. Arrays have shape (cases,)."""

    def __init__(self, model: Model) -> None:
        count = len(model.cases.entity)
        self.model = model
        self.counted = members.counted(model)
        self.known = self.counted & ~model.cases.initial
        """Counted, and not there on the first day."""
        self.rolling = members.rolling(model)
        opens = model.cases.opens
        self.since = np.where(self.rolling, UNSET, opens) if self.rolling.any() else opens
        """When each case was first owed; see ``View.since``."""
        self.opened = np.full(count, UNSET, np.int64)
        self.responded = self.opened.copy()
        self.closed = self.opened.copy()
        self.committee = np.zeros(count, np.int64)
        """Waiting for committees."""
        self.outcome = np.full(count, NOT_OPENED, np.int8)
        self.on_agenda = np.zeros(count, np.bool_)
        self.timesheet = Timesheet(model, self.counted)
        shape = (len(LEVELS), len(model.types.names), len(SUMMED) + len(COUNTED))
        self._sums = np.zeros(shape, np.int64)
        self._open: list[Int] = []
        self._case_type = np.require(model.cases.case_type, np.int16, ["C", "W"])
        self._years = years(model)
        self._serving = np.unique(model.committees.of[:, model.entities.inside])
        self.quorum_failures = np.zeros((len(model.committees.kinds), len(self._years)), np.int64)
        """Items put off, by kind of committee and year; of those that serve the area."""

    def cases(self, rows: Int) -> None:
        """Take cases; see ``Sink``."""
        still_open = fast(casebook.keep, casebook.SIGNATURE)(
            np.require(rows, np.int64, ["C", "W"]),
            self.model.warm_up,
            self.model.clock.horizon,
            *(self.counted, self.known, self.rolling, self._case_type),
            *(self.since, self.opened, self.responded, self.closed, self.committee),
            *(self.outcome, self.on_agenda, self._sums),
        )
        if still_open:
            closed = members.is_closed(rows[:, casebook.CLOSED_AT], self.model.clock.horizon)
            columns = [casebook.NUMBER, casebook.STEP, casebook.LEFT]
            self._open.append(rows[np.flatnonzero(~closed)][:, columns])

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
        by_type = self._sums[level:, :, (*SUMMED, *COUNTED).index(name)].sum(axis=0)
        return np.append(by_type, by_type.sum())

    def still_open(self) -> Int:
        """Return number, step and work left of the cases open at the horizon."""
        return np.concatenate([np.zeros((0, 3), np.int64), *self._open])


def tallied(model: Model, log: Log) -> Tally:
    """Return the tally of a whole log."""
    tally = Tally(model)
    feed(log, tally)
    return tally
