"""Cases that fall to anybody unless their named officers finish them soon enough.

All get the same time for that, so they fall in the order in which they joined
their queues: a chain of cases does for a calendar.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.known import FINISHING, sooner
from sim.engine.order import CASE


@lean
def joined_later(m: Any, case: int, other: int) -> bool:
    """Say whether one case falls after another: joined later, or at once with a later mark."""
    if m[case + at.SINCE] != m[other + at.SINCE]:
        return m[case + at.SINCE] > m[other + at.SINCE]
    if m[case + at.MARK] != m[other + at.MARK]:
        return m[case + at.MARK] > m[other + at.MARK]
    return m[case + at.NUMBER] > m[other + at.NUMBER]


@seldom
def will_fall(m: Any, case: int, now: int) -> None:
    """Give a case that joins its place in the chain: at the end, but for ties."""
    m[case + at.SINCE] = now
    before, behind = m[at.LAST_TO_FALL], -1
    while before >= 0 and joined_later(m, before, case):
        before, behind = m[before + at.FALLS_BEFORE], before
    tie(m, before, case)
    tie(m, case, behind)


@seldom
def will_not_fall(m: Any, case: int) -> None:
    """Take a case out of the chain: it has no named officer to wait for any more."""
    m[case + at.WAITS_FOR] = -1
    tie(m, m[case + at.FALLS_BEFORE], m[case + at.FALLS_NEXT])


@lean
def tie(m: Any, case: int, behind: int) -> None:
    """Let a case, or the head of the chain, be followed by another, or the end."""
    if case >= 0:
        m[case + at.FALLS_NEXT] = behind
    else:
        m[at.FIRST_TO_FALL] = behind
    if behind >= 0:
        m[behind + at.FALLS_BEFORE] = case
    else:
        m[at.LAST_TO_FALL] = case


@lean
def falls_at(m: Any) -> int:
    """Return when the first case of the chain falls."""
    return m[m[at.FIRST_TO_FALL] + at.SINCE] + m[at.FALLBACK]


@lean
def fall_rank(m: Any) -> tuple[int, int]:
    """Return class with tie mark, and key, of that event."""
    case = m[at.FIRST_TO_FALL]
    return (CASE << at.CLASS_SHIFT) + m[case + at.MARK], m[case + at.NUMBER]


@lean
def falls_first(m: Any, heap: Any, source: int, now: int) -> bool:
    """Say whether the fall of a case precedes the first of other events."""
    if falls_at(m) != now or source == FINISHING:
        return falls_at(m) < now
    order, key = fall_rank(m)
    return sooner(order, key, heap[at.CLASS], heap[at.KEY_OF])
