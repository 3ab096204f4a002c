"""The main loop: the next event, in the total order of ``sim.engine.order``."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.handing import note, note_case
from sim.engine.kernel.heaps import close_hole, push
from sim.engine.kernel.jit import entry, integers, lean, reals
from sim.engine.kernel.journey import advance, open_case, take_receipt
from sim.engine.kernel.meetings import meet
from sim.engine.kernel.office import fall_back, finish, leave, not_free, take_next, write
from sim.engine.kernel.tree import LEAF_BITS, person, rest
from sim.engine.log import UNSET
from sim.engine.order import ARRIVE, CASE, FINISH
from sim.model.rules import FOREVER

NOTHING, FINISHING, PENDING, OPENING, SHIFT, MEETING_DAY, RECEIPT = range(7)
"""Where the next event comes from."""


@lean
def sooner(
    time: int, order: int, key: int, other_time: int, other_order: int, other_key: int
) -> bool:
    """Say whether one event comes before another."""
    if time != other_time:
        return time < other_time
    if order != other_order:
        return order < other_order
    return key < other_key


@lean
def resume(m: Any, x: Any, heap: Any, given: Any, now: int) -> int:
    """Let the first event of the calendar happen; return the case that moves on, or -1."""
    kind = heap[at.CLASS] >> at.CLASS_SHIFT
    number, meaning = heap[at.KEY_OF], heap[at.MEANING]
    m[at.HOLE] = 1
    if kind == ARRIVE:
        m[meaning + at.ON_DUTY] = 1
        take_next(m, x, meaning, now)
        return -1
    if meaning < 0:
        return open_case(m, given, -1 - meaning, now)
    case, serial = meaning // at.SERIALS, meaning % at.SERIALS
    if serial == 0:
        leave(m, case, now)
        return case
    if m[case + at.NUMBER] == number and m[case + at.SERIAL] == serial:
        fall_back(m, x, case, now)
    return -1


@lean
def arrive(m: Any, x: Any, heap: Any, work: Any, officer: int, end: int, now: int) -> None:
    """Come on duty, after taking back any time owed."""
    if m[officer + at.ITEM] >= 0:
        m[officer + at.OWED] += now - m[officer + at.LEFT_AT]
        m[officer + at.ON_DUTY] = 1
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
    m[officer + at.ON_DUTY] = 1
    take_next(m, x, officer, now)


@lean
def go(m: Any, officer: int, now: int) -> None:
    """Go off duty; a packet in hand is still finished."""
    m[officer + at.ON_DUTY] = 0
    m[officer + at.LEFT_AT] = now
    not_free(m, officer)


@lean
def occupy(m: Any, x: Any, officer: int, joined: int, pace: float, now: int) -> None:
    """Note who is in the post. A joiner owes no time, but ends a packet left in hand."""
    if joined != m[officer + at.JOINED]:
        m[officer + at.OWED] = 0
        m[officer + at.LEFT_AT] = now
    m[officer + at.JOINED] = joined
    x[officer + at.PACE] = pace


@lean
def come_or_go(
    m: Any,
    x: Any,
    heap: Any,
    work: Any,
    ends: Any,
    since: Any,
    paces: Any,
    officer: int,
    kind: int,
    now: int,
) -> None:
    """Begin or end a shift."""
    if kind == ARRIVE:
        shift = m[officer + at.NEXT_SHIFT]
        end = ends[shift]
        m[officer + at.NEXT_SHIFT] += 1
        if m[at.TURNOVER] == 1:
            occupy(m, x, officer, since[shift], paces[shift], now)
        arrive(m, x, heap, work, officer, end, now)
    else:
        go(m, officer, now)


@lean
def shift_class(shift: int) -> int:
    """Return whether a person comes or goes."""
    return (shift >> at.PERSON_BITS) & 1


@lean
def comes_first(heap: Any, finish: int) -> bool:
    """Say whether the first event of the calendar precedes the next end of a packet."""
    if heap[at.TIME] != finish:
        return heap[at.TIME] < finish
    return heap[at.CLASS] >> at.CLASS_SHIFT < FINISH


@lean
def precedes(m: Any, heap: Any, source: int, now: int, time: int, order: int, key: int) -> bool:
    """Say whether an event known beforehand precedes the first of the others."""
    if time != now:
        return time < now
    if source == PENDING:
        return sooner(time, order, key, now, heap[at.CLASS], heap[at.KEY_OF])
    case = m[person(m, m[m[at.TREE] + 1]) + at.ITEM]
    own = (FINISH << at.CLASS_SHIFT) + m[case + at.MARK]
    return sooner(time, order, key, now, own, m[case + at.NUMBER])


@lean
def next_opening(m: Any, given: Any, row: int) -> int:
    """Return the first case from a row on that waits for no other."""
    while row < m[at.CASES] and given[row + at.TRAITS] & at.FOLLOWS:
        row += at.GIVEN_COLUMNS
    return row


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


@lean
def first_known(
    m: Any,
    given: Any,
    shifts: Any,
    meetings: Any,
    receipts: Any,
    opening: int,
    shift: int,
    meeting: int,
    receipt: int,
) -> tuple[int, int, int, int, int]:
    """Return the first event known beforehand: instant, order, key, source and who it is about."""
    known, known_order, known_key, source, who = FOREVER, 0, 0, NOTHING, 0
    if opening < m[at.CASES]:
        source, known = OPENING, given[opening + at.G_OPENS]
        known_order = (CASE << at.CLASS_SHIFT) + given[opening + at.MARK]
        known_key = given[opening + at.NUMBER]
    if shift < m[at.SHIFTS] and shifts[shift] >> at.SHIFT_TIME <= known:
        time, order = shifts[shift] >> at.SHIFT_TIME, shift_class(shifts[shift])
        officer = person(m, shifts[shift])
        order = (order << at.CLASS_SHIFT) + m[officer + at.O_MARK]
        key = m[officer + at.O_NUMBER]
        if sooner(time, order, key, known, known_order, known_key):
            known, known_order, known_key, source, who = time, order, key, SHIFT, officer
    if meeting < m[at.MEETINGS_KNOWN] and meetings[meeting + at.TIME] <= known:
        time, order = meetings[meeting + at.TIME], meetings[meeting + at.CLASS]
        key = meetings[meeting + at.KEY_OF]
        if sooner(time, order, key, known, known_order, known_key):
            known, known_order, known_key = time, order, key
            source, who = MEETING_DAY, meetings[meeting + at.MEANING]
    if receipt < m[at.RECEIPTS] and receipts[receipt + at.TIME] <= known:
        time, order = receipts[receipt + at.TIME], receipts[receipt + at.CLASS]
        key = receipts[receipt + at.KEY_OF]
        if sooner(time, order, key, known, known_order, known_key):
            known, known_order, known_key, source = time, order, key, RECEIPT
    return known, known_order, known_key, source, who


@lean
def noted(
    m: Any, sent: Any, source: int, case: int, now: int, known_order: int, known_key: int
) -> int:
    """Note the event at hand, which moves cases; return how deep in a cascade it is."""
    if source in (MEETING_DAY, RECEIPT):
        return note(m, sent, now, known_order, known_key)
    kind = FINISH if source == FINISHING else CASE
    return note_case(m, sent, now, kind, case)


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
    opening = next_opening(m, given, m[at.OPENING])
    shift, meeting, receipt = m[at.SHIFT], m[at.MEETING], m[at.RECEIPT]
    flows = m[at.FLOWS]
    horizon, root = m[at.HORIZON], m[at.TREE] + 1
    known, known_order, known_key, known_source, who = FOREVER, 0, 0, NOTHING, -1
    left = budget(m)
    while left > 0:
        left -= 1
        if who < 0:
            known, known_order, known_key, known_source, who = first_known(
                m, given, shifts, meetings, receipts, opening, shift, meeting, receipt
            )
        source, now = FINISHING, m[root] >> LEAF_BITS
        if m[at.PENDING] > 0 and comes_first(heap, now):
            source, now = PENDING, heap[at.TIME]
        if known <= now and precedes(m, heap, source, now, known, known_order, known_key):
            source, now = known_source, known
        if now >= horizon:
            m[at.RECEIPT] = receipt
            m[at.OPENING], m[at.SHIFT], m[at.MEETING] = opening, shift, meeting
            return True
        moving = 1
        if source == FINISHING:
            officer = person(m, m[root])
            agenda[0] = finish(m, x, work, officer, now)
            moving = 1 if agenda[0] >= 0 else 0
        elif source == PENDING:
            agenda[0] = resume(m, x, heap, given, now)
            moving = 1 if agenda[0] >= 0 else 0
        elif source == OPENING:
            agenda[0] = open_case(m, given, opening, now)
            opening = next_opening(m, given, opening + at.GIVEN_COLUMNS)
        elif source == SHIFT:
            moving = 0
            order = known_order >> at.CLASS_SHIFT
            come_or_go(m, x, heap, work, ends, since, paces, who, order, now)
            shift += 1
        elif source == RECEIPT:
            agenda[0] = take_receipt(m, heap, given, receipts, receipt, now)
            moving = 1 if agenda[0] >= 0 else 0
            receipt += at.SENT_COLUMNS
        else:
            moving = meet(m, x, agenda, sittings, who, now)
            meeting += at.EVENT_COLUMNS
        cascade = 0
        if flows > 0 and (moving > 0 or source == RECEIPT):
            cascade = noted(m, sent, source, agenda[0], now, known_order, known_key)
        for place in range(moving):
            advance(m, x, heap, given, rows, sent, agenda[place], now)
        close_hole(m, heap)
        if source == FINISHING:
            rest(m, officer)
        elif source != PENDING:
            who = -1
        if left == 0 or source == MEETING_DAY or cascade > 1:
            left = budget(m)
    m[at.RECEIPT] = receipt
    m[at.OPENING], m[at.SHIFT], m[at.MEETING] = opening, shift, meeting
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
