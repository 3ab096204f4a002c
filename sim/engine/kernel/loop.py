"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.heaps import close_hole, push
from sim.engine.kernel.jit import entry, lean
from sim.engine.kernel.journey import advance, hand_over, open_case
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import book, fall_back, finish, leave, not_free, take_next, write
from sim.engine.log import UNSET
from sim.engine.order import ARRIVE, CASE, FINISH
from sim.model.rules import FOREVER

ROOM = 64
"""Rows kept free in every table, beyond what one meeting can set off."""

NOTHING, PENDING, OPENING, SHIFT, MEETING_DAY = range(5)
"""Where the next event comes from."""


@lean
def sooner(
    time: int, order: int, key: int, other_time: int, other_order: int, other_key: int
) -> bool:
    """Say whether one event comes before another."""
    if time != other_time:
        return time < other_time
    if order != other_order:
        return order < other_order
    return key < other_key


@lean
def pending(
    m: Any, x: Any, heap: Any, given: Any, reals: Any, work: Any, kind: int, now: int
) -> int:
    """Let the first event of the calendar happen; return the case that moves on, or -1."""
    number, meaning = heap[0, at.KEY_OF], heap[0, at.MEANING]
    m[at.HOLE] = 1
    if kind == FINISH:
        return finish(m, x, heap, work, meaning, now)
    if kind == ARRIVE:
        m[meaning + at.ON_DUTY] = 1
        take_next(m, x, heap, meaning, now)
        return -1
    if meaning < 0:
        return open_case(m, x, given, reals, -1 - meaning, now)
    case, serial = meaning // at.SERIALS, meaning % at.SERIALS
    if serial == 0:
        leave(m, case, now)
        return case
    if m[case + at.NUMBER] == number and m[case + at.SERIAL] == serial:
        fall_back(m, x, heap, case, now)
    return -1


@lean
def arrive(m: Any, x: Any, heap: Any, work: Any, officer: int, end: int, now: int) -> None:
    """Come on duty, after taking back any time owed."""
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
            push(m, heap, now + owed, order, m[officer + at.O_NUMBER], officer)
        return
    m[officer + at.ON_DUTY] = 1
    take_next(m, x, heap, officer, now)


@lean
def go(m: Any, officer: int, now: int) -> None:
    """Go off duty; a packet in hand is still finished."""
    m[officer + at.ON_DUTY] = 0
    m[officer + at.LEFT_AT] = now
    not_free(m, officer)


@lean
def next_opening(given: Any, row: int) -> int:
    """Return the first case from a row on that waits for no other."""
    while row < given.shape[0] and given[row, at.G_TRAITS] & at.FOLLOWS:
        row += 1
    return row


@lean
def room(m: Any, heap: Any, work: Any, rows: Any, largest: int) -> int:
    """Say whether there is room for what one event can set off."""
    if m[at.PACKETS] + ROOM > work.shape[0] or m[at.ROWS] + ROOM + largest > rows.shape[0]:
        return at.ROWS_FULL
    if m[at.PENDING] + ROOM + 4 * largest > heap.shape[0]:
        return at.NO_ROOM
    if m[at.FREE_SLOT] < 0 and m[at.UNUSED_SLOT] + at.CASE_COLUMNS > m.shape[0]:
        return at.NO_ROOM
    return at.FINISHED


@entry(
    "int64(int64[::1], float64[::1], int64[:,::1], int64[:,::1], float64[:,::1], int64[:,::1],"
    " int64[::1], int64[::1], int64[:,::1], int64[:,::1], int64[:,::1], int64[:,::1], int64[::1])"
)
def simulate(
    m: Any,
    x: Any,
    heap: Any,
    given: Any,
    reals: Any,
    officers: Any,
    shifts: Any,
    ends: Any,
    meetings: Any,
    work: Any,
    rows: Any,
    sittings: Any,
    agenda: Any,
) -> int:
    """Run the clock to the horizon, or until a table is full; say which.

    Called again with more room it goes on where it stopped. ``given`` holds the
    cases, ``shifts`` and ``meetings`` the events known beforehand, in order;
    ``officers`` the people by rank (address, mark, number); ``ends`` when each
    shift ends. ``work``, ``rows`` and ``sittings`` take the packets of work, the
    closed cases and the meetings; ``agenda`` has room for the longest one.
    """
    opening = next_opening(given, m[at.OPENING])
    shift, meeting = m[at.SHIFT], m[at.MEETING]
    while True:
        close_hole(m, heap)
        status = room(m, heap, work, rows, agenda.shape[0])
        source, now, order, key, who = NOTHING, FOREVER, 0, 0, 0
        if m[at.PENDING] > 0:
            source = PENDING
            now, order, key = heap[0, at.TIME], heap[0, at.CLASS], heap[0, at.KEY_OF]
        if opening < given.shape[0] and given[opening, at.G_OPENS] <= now:
            own = (CASE << at.CLASS_SHIFT) + given[opening, at.G_MARK]
            number = given[opening, at.G_NUMBER] >> at.HALF
            if sooner(given[opening, at.G_OPENS], own, number, now, order, key):
                source, now, order, key = OPENING, given[opening, at.G_OPENS], own, number
        if shift < shifts.shape[0] and shifts[shift] >> at.SHIFT_TIME <= now:
            rank = shifts[shift] & ((1 << at.RANK_BITS) - 1)
            kind = (shifts[shift] >> at.RANK_BITS) & 1
            own = (kind << at.CLASS_SHIFT) + officers[rank, 1]
            if sooner(shifts[shift] >> at.SHIFT_TIME, own, officers[rank, 2], now, order, key):
                source, now, order, key = SHIFT, shifts[shift] >> at.SHIFT_TIME, own, 0
                who = officers[rank, 0]
        if meeting < meetings.shape[0] and meetings[meeting, at.TIME] <= now:
            time, own = meetings[meeting, at.TIME], meetings[meeting, at.CLASS]
            if sooner(time, own, meetings[meeting, at.KEY_OF], now, order, key):
                source, now, who = MEETING_DAY, time, meetings[meeting, at.MEANING]
        if source == NOTHING or now >= m[at.HORIZON] or status != at.FINISHED:
            m[at.OPENING], m[at.SHIFT], m[at.MEETING] = opening, shift, meeting
            return status
        moving = 1
        if source == PENDING:
            kind = order >> at.CLASS_SHIFT
            agenda[0] = pending(m, x, heap, given, reals, work, kind, now)
            moving = 1 if agenda[0] >= 0 else 0
        elif source == OPENING:
            agenda[0] = open_case(m, x, given, reals, opening, now)
            opening = next_opening(given, opening + 1)
        elif source == SHIFT:
            shift += 1
            moving = 0
            if order >> at.CLASS_SHIFT == ARRIVE:
                end = ends[m[who + at.NEXT_SHIFT]]
                m[who + at.NEXT_SHIFT] += 1
                arrive(m, x, heap, work, who, end, now)
            else:
                go(m, who, now)
        else:
            meeting += 1
            moving = meet(m, x, agenda, sittings, who, now)
        for place in range(moving):
            advance(m, x, heap, given, rows, agenda[place], now)


@entry("int64(int64[::1], int64[:,::1], int64[:,::1])")
def stop(m: Any, work: Any, rows: Any) -> int:
    """Book the packets in hand when the clock stops, and hand over the open cases.

    Says whether it is through; if not, it needs room and is called again.
    """
    horizon = m[at.HORIZON]
    for case in range(m[at.SLOTS], m[at.UNUSED_SLOT], at.CASE_COLUMNS):
        if m[case + at.NUMBER] < 0:
            continue
        if m[at.PACKETS] >= work.shape[0] or m[at.ROWS] >= rows.shape[0]:
            return at.ROWS_FULL
        if m[case + at.STATE] == at.WORKED:
            officer = m[case + at.OFFICER]
            book(m, work, officer, case, horizon)
            m[case + at.LEFT] = m[case + at.TODO] - (horizon - m[officer + at.STARTED])
        elif m[case + at.IN_POOL] >= 0 or m[case + at.IN_PORTFOLIO] >= 0:
            m[case + at.LEFT] = max(m[case + at.TODO], 0)
        leave(m, case, horizon)
        hand_over(m, rows, case)
        m[case + at.NUMBER] = -1
    return at.FINISHED
