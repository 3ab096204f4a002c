"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.ahead import ask_for_runner_up
from sim.engine.kernel.falling import fall_rank, falls_at, falls_first
from sim.engine.kernel.handing import note_case
from sim.engine.kernel.jit import entry, integers, lean, reals, seldom
from sim.engine.kernel.journey import advance, open_case
from sim.engine.kernel.known import (
    FALLING,
    FINISHING,
    OPENING,
    PENDING,
    STOPPING,
    first_fixed,
    first_known,
    next_opening,
    rank_of,
    sooner,
)
from sim.engine.kernel.office import finish
from sim.engine.kernel.rarer import happen
from sim.engine.kernel.tree import instant, person, rest
from sim.engine.order import CASE, FINISH


@lean
def comes_first(heap: Any, finish: int) -> bool:
    """Say whether the first event of the calendar precedes the next end of a packet."""
    if heap[at.TIME] != finish:
        return heap[at.TIME] < finish
    return heap[at.CLASS] >> at.CLASS_SHIFT < FINISH


@lean
def budget(m: Any) -> int:
    """Return how many events there is room for, if only the last of them is a meeting.

    An event books one packet and closes one case at most, sets off up to four
    others, opens one case and hands one on, with two rows unless its cascade is
    deeper; a meeting does so for each item of its agenda, with one row.
    """
    slots = (m[at.WORDS] - m[at.UNUSED_SLOT]) // at.CASE_COLUMNS
    events = (m[at.ROOM_PENDING] - m[at.PENDING]) // 4 - m[at.LONGEST]
    closings = m[at.ROOM_ROWS] - m[at.ROWS] - m[at.LONGEST]
    sendings = (m[at.ROOM_SENT] - m[at.SENT] - m[at.LONGEST]) // 2 - m[at.DEPTH] - 2
    return min(m[at.ROOM_PACKETS] - m[at.PACKETS], closings, slots, events, sendings)


@seldom
def precedes(m: Any, heap: Any, beforehand: Any, known: int, source: int) -> bool:
    """Say whether an event known beforehand precedes the first of the others at its instant."""
    order, key = rank_of(m, beforehand, known)
    if source == PENDING:
        return sooner(order, key, heap[at.CLASS], heap[at.KEY_OF])
    if source == FALLING:
        own, own_key = fall_rank(m)
        return sooner(order, key, own, own_key)
    case = m[person(m, m[m[at.TREE] + 1]) + at.ITEM]
    own = (FINISH << at.CLASS_SHIFT) + m[case + at.MARK]
    return sooner(order, key, own, m[case + at.NUMBER])


@lean
def run(
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
) -> bool:
    """Let one event happen after the other.

    Packets that end and cases that open are most of all events. Each has a copy of the
    way that a case takes, so that the processor learns what to expect after it.
    """
    given = beforehand[0]
    m[at.OPENING] = next_opening(m, given, m[at.OPENING])
    root = m[at.TREE] + 1
    fixed, which = first_fixed(m, beforehand)
    known, known_source = first_known(m, beforehand, fixed, which)
    left = budget(m)
    while left > 0:
        left -= 1
        source, now = FINISHING, instant(m[root])
        if m[at.PENDING] > 0 and comes_first(heap, now):
            source, now = PENDING, heap[at.TIME]
        if m[at.FIRST_TO_FALL] >= 0 and falls_first(m, heap, source, now):
            source, now = FALLING, falls_at(m)
        if known < now or (known == now and precedes(m, heap, beforehand, known_source, source)):
            source, now = known_source, known
        if source == FINISHING:
            ask_for_runner_up(m)
            case = finish(m, x, work, person(m, m[root]), now)
            if case >= 0:
                if m[at.FLOWS] > 0 and note_case(m, sent, now, FINISH, case) > 1:
                    left = 0
                advance(m, x, heap, given, rows, sent, case, now)
            rest(m)
        elif source == OPENING:
            case = open_case(m, x, given, m[at.OPENING], now)
            m[at.OPENING] = next_opening(m, given, m[at.OPENING] + at.GIVEN_COLUMNS)
            if m[at.FLOWS] > 0 and note_case(m, sent, now, CASE, case) > 1:
                left = 0
            advance(m, x, heap, given, rows, sent, case, now)
            known, known_source = first_known(m, beforehand, fixed, which)
        elif source == STOPPING:
            return True
        else:
            if happen(
                m, x, heap, beforehand, posts, work, rows, sittings, sent, agenda, source, now
            ):
                left = 0
            if source > OPENING:
                fixed, which = first_fixed(m, beforehand)
                known, known_source = first_known(m, beforehand, fixed, which)
        if left == 0:
            left = budget(m)
    return False


@entry("boolean(" + ", ".join(["int64[::1]"] * 14) + ")")
def simulate(
    memory: Any,
    calendar: Any,
    given: Any,
    shifts: Any,
    ends: Any,
    since: Any,
    paces: Any,
    meetings: Any,
    receipts: Any,
    work: Any,
    rows: Any,
    sittings: Any,
    sent: Any,
    agenda: Any,
) -> bool:
    """Run the clock to the horizon, or until a table is full; say whether it got there.

    Called again with more room it goes on where it stopped. Tables come as flat
    arrays. ``given`` holds the cases, ``shifts``, ``meetings`` and ``receipts`` the
    events known beforehand, in order; ``ends`` when each shift ends, ``since`` and
    ``paces`` since when its occupant has been there and how slow they are (read only
    with ``TURNOVER``). ``work``, ``rows``, ``sittings`` and ``sent`` take the packets
    of work, the closed cases, the meetings and what is handed on; ``calendar`` the
    events that are pending; ``agenda`` has room for the longest one.
    """
    return run(
        integers(memory),
        reals(memory),
        integers(calendar),
        (integers(given), integers(shifts), integers(meetings), integers(receipts)),
        (integers(ends), integers(since), reals(paces)),
        integers(work),
        integers(rows),
        integers(sittings),
        integers(sent),
        integers(agenda),
    )
