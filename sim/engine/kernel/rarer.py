"""Events other than the end of a packet and the opening of a case, which are most of all."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.ahead import ask_for_later
from sim.engine.kernel.handing import note, note_case
from sim.engine.kernel.heaps import close_hole
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.journey import advance, open_case, take_receipt
from sim.engine.kernel.known import (
    FALLING,
    MEETING_DAY,
    PENDING,
    RECEIPT,
    SHIFT,
    rank_of,
    shift_class,
)
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import fall_back, leave, take_next
from sim.engine.kernel.shifts import come_or_go
from sim.engine.kernel.tree import person
from sim.engine.order import ARRIVE, CASE


@seldom
def be_there(m: Any, x: Any, officer: int, now: int) -> None:
    """Let a person whose time owed is over take up work."""
    m[officer + at.LEFT_AT] = at.ON_DUTY
    take_next(m, x, officer, now)


@lean
def resume(m: Any, x: Any, heap: Any, given: Any, now: int) -> int:
    """Let the first event of the calendar happen; return the case that moves on, or -1."""
    kind = heap[at.CLASS] >> at.CLASS_SHIFT
    meaning = heap[at.MEANING]
    m[at.HOLE] = 1
    if kind == ARRIVE:
        be_there(m, x, meaning, now)
        return -1
    if meaning < 0:
        return open_case(m, x, given, -1 - meaning, now)
    leave(m, meaning, now)
    return meaning


@lean
def begin(
    m: Any,
    x: Any,
    heap: Any,
    beforehand: Any,
    posts: Any,
    work: Any,
    sittings: Any,
    agenda: Any,
    source: int,
    now: int,
) -> int:
    """Let an event happen; put the cases that move on into ``agenda``, return how many."""
    given, shifts, meetings, receipts = beforehand
    if source == MEETING_DAY:
        return meet(m, x, agenda, sittings, meetings[m[at.MEETING] + at.MEANING], now)
    case = -1
    if source == PENDING:
        case = resume(m, x, heap, given, now)
    elif source == FALLING:
        fall_back(m, x, m[at.FIRST_TO_FALL], now)
    elif source == SHIFT:
        shift = shifts[m[at.SHIFT]]
        who, kind = person(m, shift), shift_class(shift)
        come_or_go(m, x, heap, work, posts, who, kind, now)
    else:
        case = take_receipt(m, heap, given, receipts, m[at.RECEIPT], now)
    agenda[0] = case
    return 1 if case >= 0 else 0


@lean
def depth(m: Any, sent: Any, beforehand: Any, source: int, case: int, now: int) -> int:
    """Note an event that may move cases; return how deep in a cascade it is."""
    if source in (MEETING_DAY, RECEIPT):
        order, key = rank_of(m, beforehand, source)
        return note(m, sent, now, order, key)
    return note_case(m, sent, now, CASE, case)


@lean
def go_on(m: Any, heap: Any, source: int) -> None:
    """Go on to the next event of a source."""
    if source == PENDING:
        close_hole(m, heap)
    elif source == SHIFT:
        m[at.SHIFT] += 1
    elif source == MEETING_DAY:
        m[at.MEETING] += at.EVENT_COLUMNS
    elif source == RECEIPT:
        m[at.RECEIPT] += at.SENT_COLUMNS


@seldom
def happen(
    m: Any,
    x: Any,
    heap: Any,
    beforehand: Any,
    posts: Any,
    work: Any,
    rows: Any,
    sittings: Any,
    sent: Any,
    agenda: Any,
    source: int,
    now: int,
) -> bool:
    """Let a rarer event happen; return whether it may have taken much room."""
    items = begin(m, x, heap, beforehand, posts, work, sittings, agenda, source, now)
    much = source == MEETING_DAY
    if m[at.FLOWS] > 0 and (
        (items > 0 or source == RECEIPT) and depth(m, sent, beforehand, source, agenda[0], now) > 1
    ):
        much = True
    for place in range(items):
        ask_for_later(m, agenda, place, items)
        advance(m, x, heap, beforehand[0], rows, sent, agenda[place], now)
    go_on(m, heap, source)
    return much
