"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.kernel import layout as at
from sim.engine.kernel.heaps import earlier, grown, pop, push
from sim.engine.kernel.jit import jit, lean
from sim.engine.kernel.journey import advance, move_on
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import book, fall_back, finish, leave, not_free, take_next, write
from sim.engine.log import OPEN, UNSET
from sim.engine.order import ARRIVE, CASE, FINISH, LEAVE, MEETING

ROOM = 64
"""Rows kept free in growing tables, beyond what one meeting can set off."""

BACK = -1
"""Meaning of an ARRIVE event when the time owed has been taken back."""


@jit
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
    m[at.PENDING] = 0
    opening = shift = meeting = 0
    while True:
        heap = grown(heap, m[at.PENDING], ROOM + 4 * largest)
        work = grown(work, m[at.PACKETS], ROOM)
        source, table, row = 0, heap, 0
        if opening < openings.shape[0]:
            source, table, row = 1, openings, opening
        if shift < shifts.shape[0] and (source == 0 or earlier(shifts, shift, table, row)):
            source, table, row = 2, shifts, shift
        if meeting < meetings.shape[0] and (source == 0 or earlier(meetings, meeting, table, row)):
            source, table, row = 3, meetings, meeting
        if m[at.PENDING] > 0 and (source == 0 or earlier(heap, 0, table, row)):
            source, table, row = 4, heap, 0
        if source == 0 or table[row, at.TIME] >= m[at.HORIZON]:
            return work
        now, order = table[row, at.TIME], table[row, at.CLASS]
        key, meaning = table[row, at.KEY_OF], table[row, at.MEANING]
        if source == 1:
            opening += 1
        elif source == 2:
            shift += 1
        elif source == 3:
            meeting += 1
        else:
            pop(m, heap)
        happen(m, x, heap, work, agenda, order >> at.CLASS_SHIFT, key, meaning, now)


@lean
def happen(
    m: Any,
    x: Any,
    heap: Any,
    work: Any,
    agenda: Any,
    kind: int,
    key: int,
    meaning: int,
    now: int,
) -> None:
    """Let one event happen."""
    if kind == FINISH:
        case = finish(m, x, heap, work, meaning, now)
        if case >= 0:
            advance(m, x, heap, case, now)
    elif kind == CASE:
        if meaning == at.RESUME:
            move_on(m, x, heap, key, now)
        elif meaning == m[key + at.SERIAL]:
            fall_back(m, x, heap, key, now)
    elif kind == ARRIVE:
        arrive(m, x, heap, work, key, meaning, now)
    elif kind == LEAVE:
        m[key + at.ON_DUTY] = 0
        m[key + at.LEFT_AT] = now
        not_free(m, key)
    elif kind == MEETING:
        for place in range(meet(m, x, agenda, key, meaning, now)):
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


@jit
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
