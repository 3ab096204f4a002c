"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.kernel import layout as at
from sim.engine.kernel.heaps import grown, pop, push
from sim.engine.kernel.jit import entry, lean
from sim.engine.kernel.journey import advance, move_on
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import book, fall_back, finish, leave, not_free, take_next, write
from sim.engine.log import OPEN, UNSET
from sim.engine.order import ARRIVE, FINISH
from sim.model.rules import FOREVER

ROOM = 64
"""Rows kept free in growing tables, beyond what one meeting can set off."""

NOTHING, PENDING, OPENING, SHIFT, MEETING_DAY = range(5)
"""Where the next event comes from."""

BACK = -1
"""Meaning of an ARRIVE event when the time owed has been taken back."""


@lean
def sooner(table: Any, row: int, now: int, order: int, key: int) -> bool:
    """Say whether an event of a table comes before another."""
    if table[row, at.TIME] != now:
        return table[row, at.TIME] < now
    if table[row, at.CLASS] != order:
        return table[row, at.CLASS] < order
    return table[row, at.KEY_OF] < key


@lean
def pending(
    m: Any, x: Any, heap: Any, work: Any, kind: int, key: int, meaning: int, now: int
) -> None:
    """Let one event happen that could not be known beforehand."""
    if kind == FINISH:
        case = finish(m, x, heap, work, meaning, now)
        if case >= 0:
            advance(m, x, heap, case, now)
    elif kind == ARRIVE:
        arrive(m, x, heap, work, key, meaning, now)
    elif meaning == at.RESUME:
        move_on(m, x, heap, key, now)
    elif meaning == m[key + at.SERIAL]:
        fall_back(m, x, heap, key, now)


@lean
def change_shift(
    m: Any, x: Any, heap: Any, work: Any, kind: int, officer: int, end: int, now: int
) -> None:
    """Let a person come on duty or go."""
    if kind == ARRIVE:
        arrive(m, x, heap, work, officer, end, now)
    else:
        m[officer + at.ON_DUTY] = 0
        m[officer + at.LEFT_AT] = now
        not_free(m, officer)


@lean
def hold(m: Any, x: Any, heap: Any, agenda: Any, committee: int, row: int, now: int) -> None:
    """Hold a meeting and let the items decided move on, in the order of the agenda."""
    for place in range(meet(m, x, agenda, committee, row, now)):
        leave(m, agenda[place], now)
        advance(m, x, heap, agenda[place], now)


@lean
def arrive(m: Any, x: Any, heap: Any, work: Any, officer: int, end: int, now: int) -> None:
    """Come on duty, after taking back any time owed."""
    if end != BACK:
        if m[officer + at.ITEM] >= 0:
            m[officer + at.OWED] += now - m[officer + at.LEFT_AT]
            m[officer + at.ON_DUTY] = 1
            return
        owed = min(m[officer + at.OWED], end - now)
        m[officer + at.OWED] -= owed
        if owed > 0:
            until = min(now + owed, m[at.HORIZON])
            write(m, work, officer, UNSET, UNSET, now, until, 0)
            if now + owed < end:
                order = (ARRIVE << at.CLASS_SHIFT) + m[officer + at.O_MARK]
                push(m, heap, now + owed, order, officer, BACK)
            return
    m[officer + at.ON_DUTY] = 1
    take_next(m, x, heap, officer, now)


@entry(
    "int64[:,::1](int64[::1], float64[::1], int64[:,::1], int64[:,::1], int64[:,::1],"
    " int64[:,::1], int64)"
)
def simulate(
    m: Any, x: Any, openings: Any, shifts: Any, meetings: Any, work: Any, largest: int
) -> Any:
    """Run the clock to the horizon; return the work log, which may have been moved.

    ``openings``, ``shifts`` and ``meetings`` are events known beforehand, in
    order. The meaning of a shift is its end; that of a meeting its row in the
    log. ``largest`` is the longest agenda.
    """
    heap = np.empty((1024, at.EVENT_COLUMNS), np.int64)
    agenda = np.empty(largest, np.int64)
    room = ROOM + 4 * largest
    m[at.PENDING] = 0
    opening = shift = meeting = 0
    while True:
        if m[at.PENDING] + room > heap.shape[0]:
            heap = grown(heap, m[at.PENDING], room)
        if m[at.PACKETS] + ROOM > work.shape[0]:
            work = grown(work, m[at.PACKETS], ROOM)
        source, now, order, key = NOTHING, FOREVER, 0, 0
        if m[at.PENDING] > 0:
            source = PENDING
            now, order, key = heap[0, at.TIME], heap[0, at.CLASS], heap[0, at.KEY_OF]
        if opening < openings.shape[0] and sooner(openings, opening, now, order, key):
            source = OPENING
            now, order = openings[opening, at.TIME], openings[opening, at.CLASS]
            key = openings[opening, at.KEY_OF]
        if shift < shifts.shape[0] and sooner(shifts, shift, now, order, key):
            source = SHIFT
            now, order = shifts[shift, at.TIME], shifts[shift, at.CLASS]
            key = shifts[shift, at.KEY_OF]
        if meeting < meetings.shape[0] and sooner(meetings, meeting, now, order, key):
            source = MEETING_DAY
            now, order = meetings[meeting, at.TIME], meetings[meeting, at.CLASS]
            key = meetings[meeting, at.KEY_OF]
        if source == NOTHING or now >= m[at.HORIZON]:
            return work
        if source == PENDING:
            meaning = heap[0, at.MEANING]
            pop(m, heap)
            pending(m, x, heap, work, order >> at.CLASS_SHIFT, key, meaning, now)
        elif source == OPENING:
            opening += 1
            move_on(m, x, heap, key, now)
        elif source == SHIFT:
            shift += 1
            change_shift(
                m, x, heap, work, order >> at.CLASS_SHIFT, key, shifts[shift - 1, at.MEANING], now
            )
        else:
            meeting += 1
            hold(m, x, heap, agenda, key, meetings[meeting - 1, at.MEANING], now)


@entry("int64[:,::1](int64[::1], int64[:,::1], int64, int64, int64, int64)")
def stop(m: Any, work: Any, cases: int, officers: int, first_case: int, first_officer: int) -> Any:
    """Book the packets in hand when the clock stops, and what is left to do."""
    horizon = m[at.HORIZON]
    work = grown(work, m[at.PACKETS], officers)
    for number in range(officers):
        officer = first_officer + number * at.OFFICER_COLUMNS
        case = m[officer + at.ITEM]
        if case >= 0:
            book(m, work, officer, case, horizon)
            m[case + at.LEFT] = m[case + at.TODO] - (horizon - m[officer + at.STARTED])
    for number in range(cases):
        case = first_case + number * at.CASE_COLUMNS
        if m[case + at.IN_POOL] >= 0 or m[case + at.IN_PORTFOLIO] >= 0:
            m[case + at.LEFT] = max(m[case + at.TODO], 0)
        if m[case + at.OUTCOME] == OPEN and m[case + at.STATE] >= 0:
            leave(m, case, horizon)
    return work
