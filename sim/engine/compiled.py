"""The compiled engine: the same behaviour as the reference engine, by Numba.

On the same model both write the same log, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import horizon, loop
from sim.engine.kernel import layout as at
from sim.engine.kernel.bridge import Bridge
from sim.engine.kernel.given import Beforehand, Given
from sim.engine.kernel.pack import Memory, pack
from sim.engine.kernel.post import Post
from sim.engine.log import Log
from sim.engine.partition import Partition, partition, together
from sim.engine.stream import CASE_COLUMNS, MEETING_COLUMNS, WORK_COLUMNS, Keep, Sink
from sim.model.arrays import Model
from sim.model.phases import phases

Int = NDArray[np.int64]

PIECE = 8_192
"""Rows that are handed over at once: few enough to stay in the cache."""

SPARE = 512
"""Tables grow when there is room for what fewer events than this set off."""


@dataclass(frozen=True)
class Ready:
    """A model packed for the kernel, and what is known beforehand by part."""

    model: Model
    memory: Memory
    parts: Iterable[Given]
    partition: Partition
    ends_at: int
    leaving: Bridge | None = None
    """Takes the cases that are open then to a later arrangement."""
    coming: Bridge | None = None
    """Brings those that were open when this arrangement took over."""


def run(model: Model, *, apart: bool = True) -> Log:
    """Run the model from its first instant until just before the horizon.

    Bodies that cannot affect each other are simulated ``apart``, which changes no result.
    """
    log = Keep(model)
    stream(model, log, apart=apart)
    return log.log()


def stream(model: Model, sink: Sink, *, apart: bool = True) -> None:
    """Run the model and hand over what happens to a sink, without keeping it."""
    simulate(prepare(model, apart=apart), sink)


def prepare(model: Model, *, apart: bool = True) -> Ready:
    """Pack a model; its parts are laid out one at a time, as they are simulated.

    Where it has a change, this is what holds before; ``simulate`` prepares the rest.
    """
    earlier, *later = phases(model)
    if not later or model.change is None:
        return _ready(earlier, _parts(earlier, apart))
    bridge = Bridge(earlier, later[0], model.change, apart)
    parts = _parts(earlier, apart).only(bridge.can_open())
    return replace(_ready(earlier, parts), ends_at=model.change.at, leaving=bridge)


def _parts(model: Model, apart: bool) -> Partition:
    return partition(model) if apart else together(model)


def _ready(model: Model, parts: Partition) -> Ready:
    memory = pack(model, parts)
    return Ready(model, memory, Beforehand(model, memory, parts), parts, model.clock.horizon)


def _beyond(bridge: Bridge) -> Ready:
    """Pack what holds after a change, with the cases that are open then."""
    model = bridge.rest()
    parts = _parts(model, bridge.apart)
    memory, begin = pack(model, parts), parts.only(~bridge.begun & ~bridge.not_arisen())
    known = Beforehand(model, memory, begin)
    bridge.lay_out(known, parts.of_case)
    known.receives[bridge.part] = True
    return Ready(model, memory, known, begin, model.clock.horizon, coming=bridge)


def simulate(ready: Ready, sink: Sink, piece: int = PIECE) -> None:
    """Move the cases; hand over what happens in pieces of so many rows."""
    output = Output(ready, sink, piece)
    for part in ready.parts:
        output.simulate(part)
        del part  # before the next is laid out
    output.flush()
    if ready.leaving:
        del output
        simulate(_beyond(ready.leaving), sink, piece)


def shift_columns(ready: Ready) -> tuple[Int, Int, Int]:
    """Return the ends of shifts, and where posts change hands since when and at what pace."""
    staff = ready.model.staff
    if not ready.memory.m[at.TURNOVER]:
        nothing = np.zeros(1, dtype=np.int64)
        return staff.shift_end, nothing, nothing
    pace = np.ascontiguousarray(staff.shift_effort, dtype=np.float64)
    return staff.shift_end, np.ascontiguousarray(staff.shift_since), pace.view(np.int64)


class Output:
    """The tables that the kernel works on, and writes to, part after part."""

    def __init__(self, ready: Ready, sink: Sink, piece: int) -> None:
        self.memory, self.sink = ready.memory, sink
        self.ends, self.since, self.paces = shift_columns(ready)
        self.leaving, self.coming = ready.leaving, ready.coming
        longest = int(ready.model.committees.agenda.max(initial=1))
        self.agenda = np.empty(longest, dtype=np.int64)
        self.calendar = np.empty(4 * (2 * SPARE + longest) * at.EVENT_COLUMNS, dtype=np.int64)
        self.rows = np.empty((piece + longest, len(CASE_COLUMNS)), dtype=np.int64)
        self.work = np.empty((piece, len(WORK_COLUMNS)), dtype=np.int64)
        self.sent = np.empty((piece + longest, at.SENT_COLUMNS), dtype=np.int64)
        self.post = Post(ready.partition)
        m = self.memory.m
        m[at.HORIZON], m[at.LONGEST] = ready.ends_at, longest
        m[at.ROOM_ROWS], m[at.ROOM_PACKETS] = len(self.rows), len(self.work)

    def simulate(self, part: Given) -> None:
        """Run one part to the horizon."""
        self.memory.begin(part.people)
        if self.coming:
            self.go_on(self.coming.put(part.part, self.memory))
        m = self.memory.m
        m[at.ROOM_PENDING] = len(self.calendar) // at.EVENT_COLUMNS
        m[at.CASES], m[at.SHIFTS] = part.cases.size, part.shifts.size
        m[at.PART], m[at.FIRST_CASE] = part.part, part.first
        receipts = self.post.receive(part.part)
        m[at.MEETINGS_KNOWN], m[at.RECEIPTS] = part.meetings.size, receipts.size
        m[at.ROOM_SENT] = len(self.sent)
        sittings = np.empty((len(part.meetings), len(MEETING_COLUMNS)), dtype=np.int64)
        rows, work = self.rows.ravel(), self.work.ravel()
        while not loop.simulate(
            self.memory.m,
            self.calendar,
            part.cases.ravel(),
            part.shifts,
            self.ends,
            self.since,
            self.paces,
            part.meetings.ravel(),
            receipts.ravel(),
            work,
            rows,
            sittings.ravel(),
            self.sent.ravel(),
            self.agenda,
        ):
            self.make_room()
            self.post_what_was_sent(part.part)
        self.post_what_was_sent(part.part)
        if self.leaving:
            self.flush()
            self.sink.work(self.leaving.take(self.memory, self.calendar))
        while not self.leaving and not horizon.stop(self.memory.m, work, rows):
            self.flush()
        self.sink.meetings(sittings[: self.memory.m[at.SITTINGS]])

    def go_on(self, events: Int) -> None:
        """Let cases that are open at the start move on at some events, given in order."""
        while len(self.calendar) < events.size:
            self.calendar = np.concatenate([self.calendar, np.empty_like(self.calendar)])
        self.calendar[: events.size] = events.reshape(-1)
        self.memory.m[at.PENDING] = len(events)

    def make_room(self) -> None:
        """Hand over the rows, and enlarge what the kernel works on where it is full."""
        m = self.memory.m
        if max(m[at.ROWS], m[at.PACKETS]) > len(self.work) // 2:
            self.flush()
        if len(m) - m[at.UNUSED_SLOT] < SPARE * at.CASE_COLUMNS:
            self.memory.grow()
        if (m[at.PENDING] + 4 * (len(self.agenda) + SPARE)) * at.EVENT_COLUMNS > len(self.calendar):
            self.calendar = np.concatenate([self.calendar, np.empty_like(self.calendar)])
            self.memory.m[at.ROOM_PENDING] = len(self.calendar) // at.EVENT_COLUMNS

    def post_what_was_sent(self, part: int) -> None:
        """Hand on what leads to other parts; the cascade of the event at hand stays."""
        m = self.memory.m
        sent, depth = int(m[at.SENT]), int(m[at.DEPTH])
        if sent:
            self.post.send(self.sent[:sent], part)
            self.sent[:depth] = self.sent[sent : sent + depth].copy()
            m[at.SENT] = 0
        if len(self.sent) < len(self.agenda) + 4 * (depth + 2):
            self.sent = np.concatenate([self.sent, np.empty_like(self.sent)])
            m[at.ROOM_SENT] = len(self.sent)

    def flush(self) -> None:
        """Hand over the rows."""
        m = self.memory.m
        self.sink.work(self.work[: m[at.PACKETS]])
        self.sink.cases(self.rows[: m[at.ROWS]])
        if self.leaving:
            self.leaving.note_closed(self.rows[: m[at.ROWS], 0])
        m[at.PACKETS] = m[at.ROWS] = 0
