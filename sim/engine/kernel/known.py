"""Events known beforehand: when the next of them happens, and where it comes from.

Cases that open, shifts, meetings and what other parts have sent are each in
order, so that a place in each list is all that is needed. The four lists are passed
together, as ``beforehand``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.tree import person
from sim.engine.order import CASE

STOPPING, FINISHING, PENDING, FALLING, OPENING, SHIFT, MEETING_DAY, RECEIPT = range(8)
"""Where the next event comes from; from ``OPENING`` on they are known beforehand, and so is
that the clock stops."""

BEFORE_ALL = -(1 << 62)
"""A class before that of any event: nothing happens at the instant at which the clock stops."""


@lean
def sooner(order: int, key: int, other_order: int, other_key: int) -> bool:
    """Say whether, of two events at one instant, the first comes before the other."""
    return order < other_order or (order == other_order and key < other_key)


@lean
def shift_class(shift: int) -> int:
    """Return whether a person comes or goes."""
    return (shift >> at.PERSON_BITS) & 1


@lean
def next_opening(m: Any, given: Any, row: int) -> int:
    """Return the first case from a row on that waits for no other."""
    while row < m[at.CASES] and given[row + at.TRAITS] & at.FOLLOWS:
        row += at.GIVEN_COLUMNS
    return row


@seldom
def rank_of(m: Any, beforehand: Any, source: int) -> tuple[int, int]:
    """Return class with tie mark, and key, of the next event known beforehand from a source."""
    given, shifts, meetings, receipts = beforehand
    if source == STOPPING:
        return BEFORE_ALL, 0
    if source == OPENING:
        row = m[at.OPENING]
        return (CASE << at.CLASS_SHIFT) + given[row + at.MARK], given[row + at.NUMBER]
    if source == SHIFT:
        shift = shifts[m[at.SHIFT]]
        officer = person(m, shift)
        order = shift_class(shift) << at.CLASS_SHIFT
        return order + m[officer + at.O_MARK], m[officer + at.O_NUMBER]
    if source == MEETING_DAY:
        row = m[at.MEETING]
        return meetings[row + at.CLASS], meetings[row + at.KEY_OF]
    row = m[at.RECEIPT]
    return receipts[row + at.CLASS], receipts[row + at.KEY_OF]


@seldom
def ranks_first(m: Any, beforehand: Any, one: int, other: int) -> bool:
    """Say whether, of events known beforehand at one instant, the first comes first."""
    order, key = rank_of(m, beforehand, one)
    other_order, other_key = rank_of(m, beforehand, other)
    return sooner(order, key, other_order, other_key)


@lean
def first_known(m: Any, beforehand: Any, fixed: int, which: int) -> tuple[int, int]:
    """Return when the first event known beforehand happens, and where it comes from.

    ``fixed`` is when the first of those happens that are not openings.
    """
    if m[at.OPENING] < m[at.CASES]:
        opens = beforehand[0][m[at.OPENING] + at.G_OPENS]
        if opens < fixed or (opens == fixed and ranks_first(m, beforehand, OPENING, which)):
            return opens, OPENING
    return fixed, which


@lean
def first_fixed(m: Any, beforehand: Any) -> tuple[int, int]:
    """Return when the next shift, meeting or receipt is, or the clock stops, and which it is."""
    _, shifts, meetings, receipts = beforehand
    known, source = m[at.HORIZON], STOPPING
    if m[at.SHIFT] < m[at.SHIFTS]:
        time = shifts[m[at.SHIFT]] >> at.SHIFT_TIME
        if time < known:
            known, source = time, SHIFT
    if m[at.MEETING] < m[at.MEETINGS_KNOWN]:
        time = meetings[m[at.MEETING] + at.TIME]
        if time < known or (time == known and ranks_first(m, beforehand, MEETING_DAY, source)):
            known, source = time, MEETING_DAY
    if m[at.RECEIPT] < m[at.RECEIPTS]:
        time = receipts[m[at.RECEIPT] + at.TIME]
        if time < known or (time == known and ranks_first(m, beforehand, RECEIPT, source)):
            known, source = time, RECEIPT
    return known, source
