"""Committees, on the kernel's memory.

The readable statement of the same rules is ``sim.engine.committee``. A docket
is a chain of cases in order of readiness, tie mark and number. It shares its
link with the waiting heaps: a case is never in both.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.ahead import ask_for_behind, foresee, forget
from sim.engine.kernel.effort import comes_up
from sim.engine.kernel.heaps import goes_first
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.office import enter, leave
from sim.engine.kernel.traits import type_of
from sim.model.rules import happens, has_quorum

DECIDED, NO_QUORUM, SENT_BACK = range(3)


@lean
def table_item(m: Any, case: int, committee: int, now: int) -> None:
    """Put a case on the docket."""
    enter(m, case, at.COMMITTEE, now)
    m[case + at.CONFLICTS] &= ~at.LOW_HALF
    ready(m, case, committee, now)


@lean
def ready(m: Any, case: int, committee: int, time: int) -> None:
    """Insert a case into the docket by the time at which its papers were ready.

    New papers usually belong at the end, and deferred items near the front.
    """
    m[case + at.KEY] = time
    m[case + at.KEY2] = 0
    earlier, later = m[committee + at.DOCKET_END], -1
    if earlier >= 0 and not goes_first(m, earlier, case):
        earlier, later = -1, m[committee + at.DOCKET]
        while goes_first(m, later, case):
            earlier, later = later, m[later + at.SIBLING]
    m[case + at.SIBLING] = later
    if earlier >= 0:
        m[earlier + at.SIBLING] = case
    else:
        m[committee + at.DOCKET] = case
    if later < 0:
        m[committee + at.DOCKET_END] = case
        foresee(m, committee, case)


@lean
def present(m: Any, x: Any, committee: int, number: int) -> tuple[int, int]:
    """Draw who attends: the GP members as bits of a number, and how many others."""
    kind = m[committee + at.C_KIND]
    gps, others = m[kind + at.K_GPS], m[kind + at.K_OTHERS]
    share = x[m[kind + at.K_ODDS]]
    if share >= 1.0:
        return (1 << gps) - 1, others
    e0, e1 = m[committee + at.C_UID0], m[committee + at.C_UID1]
    k0, k1 = m[kind + at.K_ATTENDANCE0], m[kind + at.K_ATTENDANCE1]
    bits, rest = 0, 0
    for member in range(gps + others):
        if happens(share, e0, e1, number, member, k0, k1):
            if member < gps:
                bits |= 1 << member
            else:
                rest += 1
    return bits, rest


@lean
def count_bits(bits: int) -> int:
    """Return how many members a number stands for."""
    count = 0
    while bits > 0:
        count += bits & 1
        bits >>= 1
    return count


@lean
def free_members(m: Any, x: Any, kind: int, case: int, bits: int) -> int:
    """Return how many of the GP members present have no interest in a case."""
    share = x[m[kind + at.K_ODDS] + 2 + type_of(m, case)]
    k0, k1 = m[kind + at.K_CONFLICT0], m[kind + at.K_CONFLICT1]
    free = 0
    for member in range(m[kind + at.K_GPS]):
        if (bits >> member) & 1 == 1 and not comes_up(m, share, case, member, k0, k1):
            free += 1
    return free


@lean
def result_of(m: Any, x: Any, kind: int, case: int, gps_free: int, others: int) -> int:
    """Decide an item, unless conflicts break the quorum or it needs more information."""
    co_opted = m[case + at.CONFLICTS] & at.LOW_HALF >= m[kind + at.K_CO_OPT]
    quorum, quorum_gp = m[kind + at.K_QUORUM], m[kind + at.K_QUORUM_GP]
    if not co_opted and not has_quorum(gps_free, others, quorum, quorum_gp):
        return NO_QUORUM
    share = x[m[kind + at.K_ODDS] + 1]
    k0, k1 = m[kind + at.K_DEFERRAL0], m[kind + at.K_DEFERRAL1]
    if comes_up(m, share, case, m[case + at.HEARD] >> at.HALF, k0, k1):
        return SENT_BACK
    return DECIDED


@lean
def defer(m: Any, committee: int, case: int, result: int, now: int) -> None:
    """Return a deferred item to the docket: it keeps its place or needs new papers."""
    time = m[case + at.KEY]
    m[case + at.HEARD] += at.A_DEFERRAL
    if result == NO_QUORUM:
        m[case + at.CONFLICTS] += at.A_LOST_QUORUM
    else:
        time = now
    ready(m, case, committee, time)


@seldom
def meet(m: Any, x: Any, agenda: Any, sittings: Any, committee: int, now: int) -> int:
    """Hold a meeting; put items decided into ``agenda``, return how many."""
    kind = m[committee + at.C_KIND]
    bits, others = present(m, x, committee, m[committee + at.C_HELD])
    m[committee + at.C_HELD] += 1
    there = count_bits(bits)
    quorate = has_quorum(there, others, m[kind + at.K_QUORUM], 0)
    size = m[committee + at.C_AGENDA] if quorate else 0
    waiting, considered = summon(m, agenda, committee, size, now - m[kind + at.K_DEADLINE])
    decided, no_quorum, recusals = 0, 0, 0
    for place in range(considered):
        case = agenda[place]
        free = free_members(m, x, kind, case, bits)
        recusals += there - free
        m[case + at.HEARD] += at.A_MEETING
        m[case + at.CONFLICTS] += (there - free) * at.A_RECUSAL
        result = result_of(m, x, kind, case, free, others)
        if result == DECIDED:
            leave(m, case, now)
            agenda[decided] = case
            decided += 1
        else:
            no_quorum += 1 if result == NO_QUORUM else 0
            defer(m, committee, case, result, now)
    row = m[at.SITTINGS] * at.SITTING_COLUMNS
    m[at.SITTINGS] += 1
    sittings[row + 0], sittings[row + 1] = m[committee + at.C_NUMBER], now
    sittings[row + 2], sittings[row + 3] = waiting, considered
    sittings[row + 4], sittings[row + 5] = decided, no_quorum
    sittings[row + 6], sittings[row + 7] = recusals, 1 if quorate else 0
    return decided


@lean
def summon(m: Any, agenda: Any, committee: int, size: int, latest: int) -> tuple[int, int]:
    """Take the oldest items whose papers were in time; return how many wait and how many come."""
    forget(m, committee)
    item = m[committee + at.DOCKET]
    considered = 0
    while item >= 0 and considered < size and m[item + at.KEY] <= latest:
        agenda[considered] = item
        ask_for_behind(m, item)
        considered += 1
        item = m[item + at.SIBLING]
    m[committee + at.DOCKET] = item
    if item < 0:
        m[committee + at.DOCKET_END] = -1
    waiting = considered
    while item >= 0 and m[item + at.KEY] <= latest:
        waiting += 1
        item = m[item + at.SIBLING]
    return waiting, considered
