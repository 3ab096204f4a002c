"""The compiled engine: the same behaviour as the reference engine, by Numba.

On the same model both write the same log, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel import loop
from sim.engine.kernel.given import Beforehand, Given
from sim.engine.kernel.pack import Memory, pack
from sim.engine.log import Log
from sim.engine.partition import partition, together
from sim.engine.stream import CASE_COLUMNS, MEETING_COLUMNS, WORK_COLUMNS, Keep, Sink
from sim.model.arrays import Model

Int = NDArray[np.int64]

PIECE = 16_384
"""Rows that are handed over at once: few enough to stay in the cache."""


@dataclass(frozen=True)
class Ready:
    """A model packed for the kernel, and what is known beforehand by part."""

    model: Model
    memory: Memory
    parts: Iterable[Given]


def run(model: Model, *, apart: bool = True) -> Log:
    """Run the model from its first instant until just before the horizon.

    Bodies that share nothing are simulated ``apart``, which changes no result.
    """
    log = Keep(model)
    stream(model, log, apart=apart)
    return log.log()


def stream(model: Model, sink: Sink, *, apart: bool = True) -> None:
    """Run the model and hand over what happens to a sink, without keeping it."""
    simulate(prepare(model, apart=apart), sink)


def prepare(model: Model, *, apart: bool = True) -> Ready:
    """Pack a model; its parts are laid out one at a time, as they are simulated."""
    memory = pack(model)
    parts = partition(model) if apart else together(model)
    return Ready(model, memory, Beforehand(model, memory, parts))


def simulate(ready: Ready, sink: Sink, piece: int = PIECE) -> None:
    """Move the cases; hand over what happens in pieces of so many rows."""
    output = Output(ready, sink, piece)
    for part in ready.parts:
        output.simulate(part)
    output.flush()


class Output:
    """The tables that the kernel works on, and writes to, part after part."""

    def __init__(self, ready: Ready, sink: Sink, piece: int) -> None:
        committees, staff, memory = ready.model.committees, ready.model.staff, ready.memory
        self.memory, self.sink = memory, sink
        self.agenda = np.empty(int(committees.agenda.max(initial=1)), dtype=np.int64)
        room = loop.ROOM + 4 * len(self.agenda)
        self.heap = np.empty((1024 + room, at.EVENT_COLUMNS), dtype=np.int64)
        self.rows = np.empty((piece + room, len(CASE_COLUMNS)), dtype=np.int64)
        self.work = np.empty((piece + room, len(WORK_COLUMNS)), dtype=np.int64)
        self.ends = staff.shift_end
        people = np.argsort(memory.rank)
        address = memory.officers.address(np.arange(len(people)))
        self.officers = np.column_stack([address, staff.mark[people], people])

    def simulate(self, part: Given) -> None:
        """Run one part to the horizon."""
        m = self.memory.m
        m[[at.OPENING, at.SHIFT, at.MEETING, at.PENDING, at.HOLE, at.SITTINGS]] = 0
        m[at.FREE_SLOT], m[at.UNUSED_SLOT] = -1, m[at.SLOTS]
        sittings = np.empty((len(part.meetings), len(MEETING_COLUMNS)), dtype=np.int64)
        while status := loop.simulate(
            self.memory.m,
            self.memory.x,
            self.heap,
            part.cases,
            part.cases.view(np.float64),
            self.officers,
            part.shifts,
            self.ends,
            part.meetings,
            self.work,
            self.rows,
            sittings,
            self.agenda,
        ):
            self.make_room(status)
        while loop.stop(self.memory.m, self.work, self.rows):
            self.flush()
        self.sink.meetings(sittings[: self.memory.m[at.SITTINGS]])

    def make_room(self, status: int) -> None:
        """Hand over the rows, or enlarge what the kernel works on."""
        m = self.memory.m
        if status == at.ROWS_FULL:
            self.flush()
        elif m[at.FREE_SLOT] < 0 and m[at.UNUSED_SLOT] + at.CASE_COLUMNS > len(m):
            self.memory.grow()
        else:
            self.heap = np.concatenate([self.heap, np.empty_like(self.heap)])

    def flush(self) -> None:
        """Hand over the rows."""
        m = self.memory.m
        self.sink.work(self.work[: m[at.PACKETS]])
        self.sink.cases(self.rows[: m[at.ROWS]])
        m[at.PACKETS] = m[at.ROWS] = 0
