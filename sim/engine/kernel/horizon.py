"""The end of a run: what is in hand when the clock stops, on the kernel's memory."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import entry, integers, lean
from sim.engine.kernel.journey import hand_over
from sim.engine.kernel.office import book, leave
from sim.engine.log import OPEN


@lean
def book_all(m: Any, work: Any) -> bool:
    """Book the packets in hand; say whether there was room."""
    horizon, first = m[at.HORIZON], m[at.PEOPLE]
    for officer in range(first, first + m[at.STAFF] * at.OFFICER_COLUMNS, at.OFFICER_COLUMNS):
        case = m[officer + at.ITEM]
        if case >= 0:
            if m[at.PACKETS] >= m[at.ROOM_PACKETS]:
                return False
            book(m, work, officer, case, horizon)
            m[officer + at.ITEM] = -1
    return True


@lean
def close_all(m: Any, rows: Any) -> bool:
    """Hand over the cases that are open; say whether there was room."""
    horizon = m[at.HORIZON]
    for case in range(m[at.SLOTS], m[at.UNUSED_SLOT], at.CASE_COLUMNS):
        if m[case + at.NUMBER] < 0:
            continue
        if m[at.ROWS] >= m[at.ROOM_ROWS]:
            return False
        if m[case + at.STATE] > 0:
            leave(m, case, horizon)
        hand_over(m, rows, case, OPEN, horizon)
        m[case + at.NUMBER] = -1
    return True


@entry("boolean(int64[::1], int64[::1], int64[::1])")
def stop(memory: Any, work: Any, rows: Any) -> bool:
    """Book the packets in hand when the clock stops, and hand over the open cases.

    Says whether it is through; if not, it needs room and is called again.
    """
    m = integers(memory)
    return book_all(m, integers(work)) and close_all(m, integers(rows))
