"""Cases on their way, on the kernel's memory: stages, hand-offs and branches.

The readable statement of the same rules is ``sim.engine.reference``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.condition import arises, repair
from sim.engine.kernel.effort import comes_up
from sim.engine.kernel.handing import free_slot, pass_on, receive, release, send
from sim.engine.kernel.heaps import push
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.meetings import table_item
from sim.engine.kernel.office import enter, join
from sim.engine.kernel.traits import kind_of, number_of, route_of, successor_of, visit_of
from sim.engine.log import CLOSED, NOT_OPENED, OPEN, REFUSED_OUTCOME, UNSET
from sim.engine.order import CASE
from sim.model.arrays import (
    DESK,
    ELSEWHERE,
    IF_VISIT,
    MEET,
    NOBODY,
    REFUSED,
    WAIT,
    WORK,
)
from sim.model.rules import (
    FOREVER,
    day_of,
    handed_over,
    opening,
    rounds_to_nothing,
    working_instant,
)


@seldom
def resume_at(m: Any, heap: Any, case: int, time: int) -> None:
    """Let a case move on at an instant."""
    order = (CASE << at.CLASS_SHIFT) + m[case + at.MARK]
    push(m, heap, time, order, m[case + at.NUMBER], case)


@lean
def open_case(m: Any, x: Any, given: Any, row: int, now: int) -> int:
    """Give a case a slot, which begins with what is given of it; return the slot.

    One that does not arise ends at once, and leaves nothing behind but its successor.
    """
    case = free_slot(m)
    for column in range(at.GIVEN_COLUMNS):
        m[case + column] = given[row + column]
    for column in range(at.GIVEN_COLUMNS, at.CASE_COLUMNS):
        m[case + column] = 0
    m[case + at.OPENED] = now
    m[case + at.RESPONDED] = UNSET
    m[case + at.AT] = m[m[at.ROUTES] + route_of(m, case)]
    m[case + at.BODY] = NOBODY
    if now == 0 and m[at.INHERITED] == 1:
        m[case + at.BODY] = at.MOVED - ELSEWHERE
    m[case + at.WAITS_FOR] = m[case + at.IN_PORTFOLIO] = -1
    if m[at.CONDITION] >= 0 and not arises(m, x, case, now):
        m[case + at.AT] = m[m[at.CONDITION] + at.D_UNOPENED]
    return case


@lean
def advance(
    m: Any, x: Any, heap: Any, given: Any, rows: Any, sent: Any, case: int, now: int
) -> None:
    """Take a case through its steps until it has to wait for something."""
    step = m[case + at.AT]
    while True:
        m[case + at.HERE] = step
        kind = m[step + at.S_KIND]
        if kind == at.END:
            outcome = m[step + at.S_TARGET]
            break
        if kind in (WORK, MEET):
            if begins(m, x, heap, sent, case, step, kind, now):
                return
        elif kind == WAIT:
            m[case + at.AT] = step + at.STEP_COLUMNS
            wait(m, heap, case, m[step + at.S_DAYS], now)
            return
        elif jumps(m, x, case, step):
            step = m[step + at.S_TARGET]
            if step < 0:
                outcome = REFUSED_OUTCOME if step == REFUSED else CLOSED
                break
            continue
        step += at.STEP_COLUMNS
    shut(m, x, heap, given, rows, sent, case, now, outcome)


@seldom
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
def begins(m: Any, x: Any, heap: Any, sent: Any, case: int, step: int, kind: int, now: int) -> bool:
    """Begin a step of work or a decision; return whether it takes time, here or in another part."""
    actor = m[m[step + at.S_OF] + kind_of(m, case)]
    if kind == WORK:
        factor = x[case + at.FACTOR + m[step + at.S_FACTOR]]
        skipped = m[step + at.S_VISIT] == IF_VISIT and visit_of(m, case) == DESK
        if skipped or rounds_to_nothing(m[step + at.S_EFFORT] * factor):
            m[case + at.TODO] = 0
            return False
    if actor < 0:
        m[case + at.BODY] = ELSEWHERE
        m[case + at.TODO] = 0
        return False
    if crosses(m, heap, case, m[actor + at.A_BODY], now):
        m[case + at.AT] = step
        return True
    if m[actor + at.A_PART] != m[at.PART]:
        m[case + at.AT] = step
        pass_on(m, sent, case, m[actor + at.A_PART])
        return True
    m[case + at.AT] = step + at.STEP_COLUMNS
    if kind == WORK:
        join(m, x, case, actor, now)
    else:
        table_item(m, case, actor, now)
    return True


@lean
def crosses(m: Any, heap: Any, case: int, body: int, now: int) -> bool:
    """Cross to another body if need be; return whether that delays the case."""
    before = m[case + at.BODY]
    m[case + at.BODY] = body
    if (before == NOBODY) | (before == body):  # one branch that is easy to guess, not two
        return False
    arrives = now + m[at.HANDOFF_DELAY]
    if before < ELSEWHERE:  # it comes with a change
        if at.MOVED - before == body:
            return False
        arrives = handed_over(now, m[at.CHANGES_AT], m[at.HANDOVER])
    m[case + at.PASSED] += at.A_CROSSING
    m[case + at.EXTRA] |= at.HANDED_ON
    if arrives == now:
        return False
    enter(m, case, at.HANDOFF, now)
    resume_at(m, heap, case, arrives)
    return True


@seldom
def jumps(m: Any, x: Any, case: int, step: int) -> bool:
    """Say whether a branch is taken, by a draw at (case, step, jumps so far)."""
    shift, often = 4 * m[step + at.S_BRANCH], m[case + at.PASSED] & at.LOW_HALF
    if (m[case + at.TAKEN] >> shift) & 15 >= m[step + at.S_MOST]:
        return False
    share, k0, k1 = x[m[step + at.S_SHARE]], m[step + at.S_KEY0], m[step + at.S_KEY1]
    if not comes_up(m, share, case, often, k0, k1):
        return False
    m[case + at.TAKEN] += 1 << shift
    m[case + at.PASSED] += at.A_JUMP
    return True


@lean
def shut(
    m: Any, x: Any, heap: Any, given: Any, rows: Any, sent: Any, case: int, now: int, outcome: int
) -> None:
    """Close a case, and let the next one of its cycle open in its time."""
    successor = successor_of(m, case)
    if outcome != NOT_OPENED:
        hand_over(m, rows, case, outcome, now)
    if m[at.CONDITION] >= 0 and outcome == CLOSED:
        repair(m, x, case, now)
    release(m, case)
    if successor >= 0:
        row = (successor - m[at.FIRST_CASE]) * at.GIVEN_COLUMNS
        if 0 <= row < m[at.CASES]:
            let_open(m, heap, given, row, now)
        else:
            send(m, sent, successor)


@seldom
def let_open(m: Any, heap: Any, given: Any, row: int, now: int) -> None:
    """Let a case whose predecessor has closed open in its time."""
    opens, gap = given[row + at.G_OPENS], -1
    if given[row + at.TRAITS] & at.WITH_GAP:
        gap = opens
    order = (CASE << at.CLASS_SHIFT) + given[row + at.MARK]
    push(m, heap, opening(now, opens, gap), order, given[row + at.NUMBER], -1 - row)


@seldom
def take_receipt(m: Any, heap: Any, given: Any, receipts: Any, row: int, now: int) -> int:
    """Let an event of another part have its effect here; return the case that moves on, or -1."""
    meaning = receipts[row + at.MEANING]
    if meaning == at.A_CASE:
        return receive(m, receipts, row)
    if meaning != at.A_CAUSE:
        let_open(m, heap, given, (meaning - m[at.FIRST_CASE]) * at.GIVEN_COLUMNS, now)
    return -1


@lean
def hand_over(m: Any, rows: Any, case: int, outcome: int, now: int) -> None:
    """Write down what happened to a case that closes, or is open when the clock stops.

    What it did not do anything else in it has spent in queues.
    """
    row = m[at.ROWS] * at.LOGGED_COLUMNS
    m[at.ROWS] += 1
    rows[row + at.L_NUMBER] = number_of(m, case)
    rows[row + at.L_OPENED] = m[case + at.OPENED]
    rows[row + at.L_RESPONDED] = m[case + at.RESPONDED]
    queued = now - m[case + at.OPENED]
    for column in range(at.WORKED, at.TRAVEL):
        queued -= m[case + column]
    rows[row + at.L_QUEUE] = queued
    for column in range(at.RELEARN + 1 - at.WORKED):
        rows[row + at.L_WORKED + column] = m[case + at.WORKED + column]
    passed, heard = m[case + at.PASSED], m[case + at.HEARD]
    rows[row + at.L_CROSSINGS], rows[row + at.L_JUMPS] = passed >> at.HALF, passed & at.LOW_HALF
    rows[row + at.L_MEETINGS], rows[row + at.L_DEFERRALS] = heard >> at.HALF, heard & at.LOW_HALF
    rows[row + at.L_RECUSALS] = m[case + at.CONFLICTS] >> at.HALF
    closed, step = now, UNSET
    if outcome == OPEN:
        closed, step = UNSET, m[m[case + at.HERE] + at.S_PLACE]
    rows[row + at.L_CLOSED], rows[row + at.L_OUTCOME] = closed, outcome
    rows[row + at.L_STEP], rows[row + at.L_LEFT] = step, max(m[case + at.TODO], 0)
