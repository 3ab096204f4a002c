"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.ahead import ask_for_later, ask_for_runner_up
from sim.engine.kernel.falling import fall_rank, falls_at, falls_first
from sim.engine.kernel.handing import note, note_case
from sim.engine.kernel.heaps import close_hole
from sim.engine.kernel.jit import entry, integers, lean, reals, seldom
from sim.engine.kernel.journey import advance, open_case, take_receipt
from sim.engine.kernel.known import (
    FALLING,
    FINISHING,
    MEETING_DAY,
    NOTHING,
    OPENING,
    PENDING,
    RECEIPT,
    SHIFT,
    first_known,
    next_opening,
    rank_of,
    shift_class,
    sooner,
)
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import fall_back, finish, leave, take_next
from sim.engine.kernel.shifts import come_or_go
from sim.engine.kernel.tree import instant, person, rest
from sim.engine.order import ARRIVE, CASE, FINISH


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
def precedes(
    m: Any,
    heap: Any,
    given: Any,
    shifts: Any,
    meetings: Any,
    receipts: Any,
    known: int,
    source: int,
) -> bool:
    """Say whether an event known beforehand precedes the first of the others at its instant."""
    order, key = rank_of(m, given, shifts, meetings, receipts, known)
    if source == PENDING:
        return sooner(order, key, heap[at.CLASS], heap[at.KEY_OF])
    if source == FALLING:
        own, own_key = fall_rank(m)
        return sooner(order, key, own, own_key)
    case = m[person(m, m[m[at.TREE] + 1]) + at.ITEM]
    own = (FINISH << at.CLASS_SHIFT) + m[case + at.MARK]
    return sooner(order, key, own, m[case + at.NUMBER])


@seldom
def noted(
    m: Any,
    sent: Any,
    given: Any,
    shifts: Any,
    meetings: Any,
    receipts: Any,
    source: int,
    case: int,
    now: int,
) -> int:
    """Note the event at hand, which moves cases; return how deep in a cascade it is."""
    if source in (MEETING_DAY, RECEIPT):
        order, key = rank_of(m, given, shifts, meetings, receipts, source)
        return note(m, sent, now, order, key)
    kind = FINISH if source == FINISHING else CASE
    return note_case(m, sent, now, kind, case)


@lean
def tidy_up(m: Any, x: Any, heap: Any, source: int) -> None:
    """Take the event at hand from where it stood, when all that it set off has happened."""
    if source == FINISHING:
        rest(m, x)
    elif source == PENDING:
        close_hole(m, heap)
    elif source == SHIFT:
        m[at.SHIFT] += 1
    elif source == MEETING_DAY:
        m[at.MEETING] += at.EVENT_COLUMNS
    elif source == RECEIPT:
        m[at.RECEIPT] += at.SENT_COLUMNS


@lean
def run(
    m: Any,
    x: Any,
    heap: Any,
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
    """Let one event happen after the other."""
    m[at.OPENING] = next_opening(m, given, m[at.OPENING])
    root = m[at.TREE] + 1
    known, known_source = -1, NOTHING
    left = budget(m)
    while left > 0:
        left -= 1
        if known < 0:
            known, known_source = first_known(m, given, shifts, meetings, receipts)
        source, now = FINISHING, instant(m[root])
        if m[at.PENDING] > 0 and comes_first(heap, now):
            source, now = PENDING, heap[at.TIME]
        if m[at.FIRST_TO_FALL] >= 0 and falls_first(m, heap, source, now):
            source, now = FALLING, falls_at(m)
        if known < now or (
            known == now
            and precedes(m, heap, given, shifts, meetings, receipts, known_source, source)
        ):
            source, now = known_source, known
        if now >= m[at.HORIZON]:
            return True
        items = 1
        if source == FINISHING:
            ask_for_runner_up(m)
            case = finish(m, x, work, person(m, m[root]), now)
        elif source == PENDING:
            case = resume(m, x, heap, given, now)
        elif source == FALLING:
            fall_back(m, x, m[at.FIRST_TO_FALL], now)
            case = -1
        elif source == OPENING:
            case = open_case(m, x, given, m[at.OPENING], now)
            m[at.OPENING] = next_opening(m, given, m[at.OPENING] + at.GIVEN_COLUMNS)
        elif source == SHIFT:
            shift = shifts[m[at.SHIFT]]
            who, kind = person(m, shift), shift_class(shift)
            come_or_go(m, x, heap, work, ends, since, paces, who, kind, now)
            case = -1
        elif source == RECEIPT:
            case = take_receipt(m, heap, given, receipts, m[at.RECEIPT], now)
        else:
            items = meet(m, x, agenda, sittings, meetings[m[at.MEETING] + at.MEANING], now)
            case = agenda[0] if items > 0 else -1
            left = 0
        if m[at.FLOWS] > 0 and (
            (case >= 0 or source == RECEIPT)
            and noted(m, sent, given, shifts, meetings, receipts, source, case, now) > 1
        ):
            left = 0
        place = 1
        while case >= 0:
            advance(m, x, heap, given, rows, sent, case, now)
            if place >= items:
                break
            case = agenda[place]
            ask_for_later(m, agenda, place, items)
            place += 1
        tidy_up(m, x, heap, source)
        if source > PENDING:
            known = -1
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
        integers(given),
        integers(shifts),
        integers(ends),
        integers(since),
        reals(paces),
        integers(meetings),
        integers(receipts),
        integers(work),
        integers(rows),
        integers(sittings),
        integers(sent),
        integers(agenda),
    )
