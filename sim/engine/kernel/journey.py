"""Cases on their way, on the kernel's memory: stages, hand-offs and branches.

The readable statement of the same rules is ``sim.engine.reference``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.heaps import push
from sim.engine.kernel.jit import lean
from sim.engine.kernel.meetings import table_item
from sim.engine.kernel.office import enter, join, leave
from sim.engine.log import CLOSED, OPEN, REFUSED_OUTCOME, UNSET
from sim.engine.order import CASE
from sim.model.arrays import (
    BRANCH,
    DESK,
    DONE,
    ELSEWHERE,
    IF_VISIT,
    NOBODY,
    REFUSED,
    WAIT,
    WORK,
)
from sim.model.rules import FOREVER, day_of, happens, whole, working_instant


@lean
def resume_at(m: Any, heap: Any, case: int, time: int) -> None:
    """Let a case move on at an instant."""
    push(m, heap, time, (CASE << at.CLASS_SHIFT) + m[case + at.MARK], case, at.RESUME)


@lean
def move_on(m: Any, x: Any, heap: Any, case: int, now: int) -> None:
    """Open a case, or end its wait or hand-off, and take it as far as it goes."""
    if m[case + at.OPENED] < 0:
        m[case + at.OPENED] = now
        m[case + at.OUTCOME] = OPEN
        m[case + at.AT] = m[case + at.ROUTE]
    else:
        leave(m, case, now)
    advance(m, x, heap, case, now)


@lean
def advance(m: Any, x: Any, heap: Any, case: int, now: int) -> None:
    """Take a case through its steps until it has to wait for something."""
    step = m[case + at.AT]
    while step < m[case + at.ROUTE_END]:
        m[case + at.HERE] = step
        m[case + at.STEP] = m[step + at.S_PLACE]
        kind = m[step + at.S_KIND]
        if kind == BRANCH:
            if jumps(m, x, case, step):
                target = m[step + at.S_TARGET]
                if target in (DONE, REFUSED):
                    shut(m, heap, case, now, REFUSED_OUTCOME if target == REFUSED else CLOSED)
                    return
                step = m[case + at.ROUTE] + target * at.STEP_COLUMNS
                continue
        elif kind == WAIT:
            m[case + at.AT] = step + at.STEP_COLUMNS
            wait(m, heap, case, m[step + at.S_DAYS], now)
            return
        elif begins(m, x, heap, case, step, kind, now):
            return
        step += at.STEP_COLUMNS
    shut(m, heap, case, now, CLOSED)


@lean
def wait(m: Any, heap: Any, case: int, days: int, now: int) -> None:
    """Let calendar time pass that nobody here controls."""
    enter(m, case, at.OUTSIDE, now)
    calendar, working = m[at.CALENDAR_DAY_OF], m[at.WORKING_DAY_OF]
    day = m[calendar + day_of(now)] + days
    end = FOREVER
    if day < m[at.CALENDAR_DAYS]:
        worked = m[working + day]
        end = working_instant(now, worked, m[calendar + worked] == day)
    resume_at(m, heap, case, end)


@lean
def begins(m: Any, x: Any, heap: Any, case: int, step: int, kind: int, now: int) -> bool:
    """Begin a step of work or a decision; return whether it takes time."""
    actor = m[m[step + at.S_OF] + m[case + at.ENTITY]]
    if kind == WORK:
        factor = x[m[at.FACTORS] + m[case + at.NUMBER]]
        skipped = m[step + at.S_VISIT] == IF_VISIT and m[case + at.VISIT] == DESK
        if skipped or whole(m[step + at.S_EFFORT] * factor) == 0:
            return False
    if actor < 0:
        m[case + at.BODY] = ELSEWHERE
        return False
    body = m[actor + at.T_BODY] if kind == WORK else m[actor + at.C_BODY]
    if crosses(m, heap, case, body, now):
        m[case + at.AT] = step
        return True
    m[case + at.AT] = step + at.STEP_COLUMNS
    if kind == WORK:
        join(m, x, heap, case, actor, now)
    else:
        table_item(m, case, actor, now)
    return True


@lean
def crosses(m: Any, heap: Any, case: int, body: int, now: int) -> bool:
    """Cross to another body if need be; return whether that delays the case."""
    before = m[case + at.BODY]
    m[case + at.BODY] = body
    if before in (NOBODY, body):
        return False
    m[case + at.CROSSINGS] += 1
    m[case + at.CROSSED] = 1
    if m[at.HANDOFF_DELAY] == 0:
        return False
    enter(m, case, at.HANDOFF, now)
    resume_at(m, heap, case, now + m[at.HANDOFF_DELAY])
    return True


@lean
def jumps(m: Any, x: Any, case: int, step: int) -> bool:
    """Say whether a branch is taken, by a draw at (case, step, jumps so far)."""
    shift, often = 4 * m[step + at.S_BRANCH], m[case + at.JUMPS]
    if (m[case + at.TAKEN] >> shift) & 15 >= m[step + at.S_MOST]:
        return False
    uid = m[at.UID] + 2 * m[case + at.ENTITY]
    share, ordinal = x[m[step + at.S_SHARE]], m[case + at.ORDINAL]
    k0, k1 = m[step + at.S_KEY0], m[step + at.S_KEY1]
    if not happens(share, m[uid], m[uid + 1], ordinal, often, k0, k1):
        return False
    m[case + at.TAKEN] += 1 << shift
    m[case + at.JUMPS] += 1
    return True


@lean
def shut(m: Any, heap: Any, case: int, now: int, outcome: int) -> None:
    """Close a case, and let the next one of its cycle open in its time."""
    m[case + at.CLOSED] = now
    m[case + at.OUTCOME] = outcome
    m[case + at.STEP] = UNSET
    successor = m[case + at.NEXT]
    if successor >= 0:
        gap = m[successor + at.GAP]
        opens = now + gap if gap >= 0 else max(m[successor + at.OPENS], now)
        resume_at(m, heap, successor, opens)
