"""Who comes and goes: shifts, time owed and joiners, on the kernel's memory."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.free import is_free, not_free
from sim.engine.kernel.heaps import push
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.office import take_next, write
from sim.engine.log import UNSET
from sim.engine.order import ARRIVE


@lean
def arrive(m: Any, x: Any, heap: Any, work: Any, officer: int, end: int, now: int) -> None:
    """Come on duty, after taking back any time owed."""
    if m[officer + at.ITEM] >= 0:
        m[officer + at.OWED] += now - m[officer + at.LEFT_AT]
        m[officer + at.LEFT_AT] = at.ON_DUTY
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
    m[officer + at.LEFT_AT] = at.ON_DUTY
    take_next(m, x, officer, now)


@lean
def go(m: Any, officer: int, now: int) -> None:
    """Go off duty; a packet in hand is still finished."""
    if is_free(m, officer):
        not_free(m, officer)
    m[officer + at.LEFT_AT] = now


@lean
def occupy(m: Any, x: Any, officer: int, joined: int, pace: float, now: int) -> None:
    """Note who is in the post. A joiner owes no time, but ends a packet left in hand."""
    if joined != m[officer + at.JOINED]:
        m[officer + at.OWED] = 0
        m[officer + at.LEFT_AT] = now
    m[officer + at.JOINED] = joined
    x[officer + at.PACE] = pace


@seldom
def come_or_go(
    m: Any, x: Any, heap: Any, work: Any, posts: Any, officer: int, kind: int, now: int
) -> None:
    """Begin or end a shift."""
    ends, since, paces = posts
    if kind == ARRIVE:
        shift = m[officer + at.NEXT_SHIFT]
        end = ends[shift]
        m[officer + at.NEXT_SHIFT] += 1
        if m[at.TURNOVER] == 1:
            occupy(m, x, officer, since[shift], paces[shift], now)
        arrive(m, x, heap, work, officer, end, now)
    else:
        go(m, officer, now)
