"""How an engine hands over what happened: in rows, piece by piece, to a sink."""

from __future__ import annotations

from dataclasses import fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import NOT_OPENED, UNSET, CaseLog, Log, MeetingLog, WorkLog
from sim.model.arrays import Model

Int = NDArray[np.int64]


CASE_COLUMNS = ("number", *(field.name for field in fields(CaseLog)))
"""Columns of the rows in which engines hand over cases."""

WORK_COLUMNS = tuple(field.name for field in fields(WorkLog))
MEETING_COLUMNS = tuple(field.name for field in fields(MeetingLog))


class Sink(Protocol):
    """Takes what happened, piece by piece, so that no whole log needs to be kept.

    Rows are int64 arrays with the columns above. An engine uses its rows again
    after the call: a sink keeps copies only.
    """

    def cases(self, rows: Int) -> None:
        """Take cases that are closed, or open at the horizon; each one once, in any order.

        Cases that were never opened are not handed over.
        """

    def work(self, rows: Int) -> None:
        """Take packets of work; those of one person come in order of time."""

    def meetings(self, rows: Int) -> None:
        """Take meetings."""


class Keep:
    """A sink that keeps everything, for a log."""

    def __init__(self, model: Model) -> None:
        self._cases = {name: _blank(name, len(model.cases.entity)) for name in CASE_COLUMNS[1:]}
        self._staff = len(model.staff.team)
        self._work: list[Int] = []
        self._meetings: list[Int] = []

    def cases(self, rows: Int) -> None:
        """Keep cases."""
        for place, column in enumerate(self._cases.values()):
            column[rows[:, 0]] = rows[:, place + 1]

    def work(self, rows: Int) -> None:
        """Keep packets of work."""
        self._work.append(rows.copy())

    def meetings(self, rows: Int) -> None:
        """Keep meetings."""
        self._meetings.append(rows.copy())

    def log(self) -> Log:
        """Return the log: cases by number, packets by person and start, meetings by committee.

        The sink is empty afterwards.
        """
        meetings = _joined(self._meetings, len(MEETING_COLUMNS))
        work = _joined(self._work, len(WORK_COLUMNS))
        sittings = meetings[np.lexsort((meetings[:, 1], meetings[:, 0]))]
        order = np.argsort(work[:, 0], kind="stable")
        packets = (work[order, column] for column in range(work.shape[1]))
        return Log(CaseLog(**self._cases), WorkLog(*packets), MeetingLog(*sittings.T))


def feed(log: Log, sink: Sink) -> None:
    """Hand a log over to a sink."""
    opened = np.flatnonzero(log.cases.outcome != NOT_OPENED)
    columns = (getattr(log.cases, name)[opened] for name in CASE_COLUMNS[1:])
    sink.cases(np.column_stack([opened, *columns]))
    sink.work(np.column_stack([getattr(log.work, name) for name in WORK_COLUMNS]))
    sink.meetings(np.column_stack([getattr(log.meetings, name) for name in MEETING_COLUMNS]))


def _blank(name: str, size: int) -> Int:
    """Return a column of cases that were never opened."""
    unset = ("opened", "responded", "closed", "step")
    value = NOT_OPENED if name == "outcome" else UNSET if name in unset else 0
    return np.full(size, value, dtype=np.int64)


def _joined(pieces: list[Int], columns: int) -> Int:
    """Join pieces and let go of each, so that little more memory is needed than they take."""
    rows = np.empty((sum(map(len, pieces)), columns), dtype=np.int64)
    end = len(rows)
    while pieces:
        piece = pieces.pop()
        rows[end - len(piece) : end] = piece
        end -= len(piece)
    return rows
