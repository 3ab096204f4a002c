"""What parts hand on to parts further down, and its order when it is received."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.order import FOLLOW_UP
from sim.engine.partition import Partition

Int = NDArray[np.int64]

NOTHING: Int = np.zeros((0, at.SENT_COLUMNS), dtype=np.int64)


class Post:
    """Keeps what was sent until its part is simulated.

    Rows have the columns of ``sent`` (see ``sim.engine.kernel.layout``). A sending
    is the events of its cascade that lead to it, and last the row with its meaning.
    """

    def __init__(self, parts: Partition) -> None:
        self.bounds = parts.bounds
        self.receivers = parts.flows[:, 1]
        self.waiting: dict[int, list[Int]] = {}

    def send(self, rows: Int, sender: int) -> None:
        """Take what a part has sent; ``RuntimeError`` if the partition knows no such flow."""
        last = np.flatnonzero(rows[:, at.MEANING] != at.A_CAUSE)
        meaning, to = rows[last, at.MEANING], rows[last, at.S_PART]
        opens_in = np.searchsorted(self.bounds, meaning, side="right") - 1
        to = np.where(meaning == at.A_CASE, to, opens_in)
        if to.min() <= sender or not np.isin(to, self.receivers).all():
            raise RuntimeError("a case goes where no flow leads")
        row_to = np.repeat(to, np.diff(last, prepend=-1))
        for part in np.unique(to).tolist():
            self.waiting.setdefault(part, []).append(rows[row_to == part])

    def receive(self, part: int) -> Int:
        """Return what was sent to a part, in the order in which it happens."""
        sent = self.waiting.pop(part, None)
        return in_order(np.concatenate(sent)) if sent else NOTHING


def in_order(rows: Int) -> Int:
    """Return sendings in order, each event once.

    A cascade happens at the place of its first event; what that has sent comes
    before what its later events have sent, and so on. Of several sendings of one
    event all but the first are consequences of it, and come at once.
    """
    last = np.flatnonzero(rows[:, at.MEANING] != at.A_CAUSE)
    length = np.diff(last, prepend=-1)
    order, shared = by_cascade(rows, last, length)
    last, length = last[order], length[order]
    new = np.arange(length.max()) >= np.minimum(shared, length - 1)[:, None]
    new &= np.arange(length.max()) < length[:, None]
    sending, level = np.nonzero(new)
    ordered = rows[(last - length + 1)[sending] + level]
    again = np.cumsum(new.sum(axis=1))[shared >= length] - 1
    ordered[again, at.CLASS] = FOLLOW_UP[0] << at.CLASS_SHIFT
    return ordered


def by_cascade(rows: Int, last: Int, length: Int) -> tuple[Int, Int]:
    """Return the order of sendings, and how many events each then shares with the one before.

    ``last`` is the last row of each sending and ``length`` its number of rows.
    """
    sending = np.repeat(np.arange(len(last)), length)
    level = np.arange(len(rows)) - (last - length + 1)[sending]
    cascade = np.full((len(last), length.max(), 2), -1, dtype=np.int64)
    cascade[sending, level] = rows[:, [at.CLASS, at.KEY_OF]]
    time = rows[last, at.TIME]
    order = np.lexsort([*cascade.reshape(len(last), -1).T[::-1], time])
    cascade, time = cascade[order], time[order]
    same = (cascade[1:] == cascade[:-1]).all(axis=2) & (time[1:] == time[:-1])[:, None]
    shared = np.logical_and.accumulate(same, axis=1).sum(axis=1)
    return order, np.concatenate([[0], shared])
