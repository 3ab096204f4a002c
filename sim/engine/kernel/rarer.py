"""Events other than the end of a packet and the opening of a case, which are most of all."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.journey import open_case, take_receipt
from sim.engine.kernel.known import FALLING, MEETING_DAY, PENDING, RECEIPT, SHIFT, shift_class
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import fall_back, leave, take_next
from sim.engine.kernel.shifts import come_or_go
from sim.engine.kernel.tree import person
from sim.engine.order import ARRIVE


@seldom
def be_there(m: Any, x: Any, officer: int, now: int) -> None:
    """Let a person whose time owed is over take up work."""
    m[officer + at.ON_DUTY] = 1
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


@seldom
def happen(
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
    """Let a rarer event happen; return the case that moves on, or -1.

    Of a meeting this is the first of the ``ITEMS`` on its agenda.
    """
    given, shifts, meetings, receipts = beforehand
    if source == PENDING:
        return resume(m, x, heap, given, now)
    if source == FALLING:
        fall_back(m, x, m[at.FIRST_TO_FALL], now)
        return -1
    if source == SHIFT:
        shift = shifts[m[at.SHIFT]]
        who, kind = person(m, shift), shift_class(shift)
        come_or_go(m, x, heap, work, posts, who, kind, now)
        return -1
    if source == RECEIPT:
        return take_receipt(m, heap, given, receipts, m[at.RECEIPT], now)
    m[at.ITEMS] = meet(m, x, agenda, sittings, meetings[m[at.MEETING] + at.MEANING], now)
    return agenda[0] if m[at.ITEMS] > 0 else -1


@seldom
def go_on(m: Any, source: int) -> None:
    """Go on to the next event known beforehand from a source."""
    if source == SHIFT:
        m[at.SHIFT] += 1
    elif source == MEETING_DAY:
        m[at.MEETING] += at.EVENT_COLUMNS
    elif source == RECEIPT:
        m[at.RECEIPT] += at.SENT_COLUMNS
