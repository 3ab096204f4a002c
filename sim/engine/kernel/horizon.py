"""The end of a run: what is in hand when the clock stops, on the kernel's memory."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import entry, integers, lean
from sim.engine.kernel.journey import hand_over
from sim.engine.kernel.office import book, leave


@lean
def close_all(m: Any, work: Any, rows: Any) -> bool:
    """Go through the slots of the cases that are open."""
    horizon = m[at.HORIZON]
    for case in range(m[at.SLOTS], m[at.UNUSED_SLOT], at.CASE_COLUMNS):
        if m[case + at.NUMBER] < 0:
            continue
        if m[at.PACKETS] >= m[at.ROOM_PACKETS] or m[at.ROWS] >= m[at.ROOM_ROWS]:
            return False
        if m[case + at.STATE] == at.WORKED:
            officer = m[case + at.OFFICER]
            book(m, work, officer, case, horizon)
            m[case + at.LEFT] = m[case + at.TODO] - (horizon - m[officer + at.STARTED])
        elif m[case + at.IN_POOL] >= 0 or m[case + at.IN_PORTFOLIO] >= 0:
            m[case + at.LEFT] = max(m[case + at.TODO], 0)
        leave(m, case, horizon)
        m[case + at.STEP] = m[m[case + at.HERE] + at.S_PLACE]
        hand_over(m, rows, case)
        m[case + at.NUMBER] = -1
    return True


@entry("boolean(int64[::1], int64[::1], int64[::1])")
def stop(memory: Any, work: Any, rows: Any) -> bool:
    """Book the packets in hand when the clock stops, and hand over the open cases.

    Says whether it is through; if not, it needs room and is called again.
    """
    return close_all(integers(memory), integers(work), integers(rows))
