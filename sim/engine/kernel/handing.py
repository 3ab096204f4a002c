"""Cases handed on from part to part, on the kernel's memory.

A part is simulated after those from which cases flow to it. What they hand on
are events known beforehand here, at their place in the order of
``sim.engine.order``: that of the event that moved a case. If that is set off by
another of the same instant and ranks before it, it cannot come before that one.
So each sending names the *cascade* that it stands in: the events at its instant
of which each set off, by whatever way, the next and ranks behind it.

The rows of ``sent`` from ``SENT`` on are the cascade of the event at hand,
``DEPTH`` events, ready to be sent with what it moves.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.ahead import are_many, ask_for
from sim.engine.kernel.jit import lean, seldom


@lean
def free_slot(m: Any) -> int:
    """Return a slot for a case; the main loop has made sure that there is room."""
    slot = m[at.FREE_SLOT]
    if slot >= 0:
        m[at.FREE_SLOT] = m[slot + at.LINKS]
        if are_many(m):
            ask_for(m, m[at.FREE_SLOT])
        return slot
    slot = m[at.UNUSED_SLOT]
    m[at.UNUSED_SLOT] = slot + at.CASE_COLUMNS
    return slot


@lean
def release(m: Any, case: int) -> None:
    """Let another case have a slot."""
    m[case + at.NUMBER] = -1
    m[case + at.LINKS] = m[at.FREE_SLOT]
    m[at.FREE_SLOT] = case


@lean
def note(m: Any, sent: Any, time: int, order: int, key: int) -> int:
    """Note the event at hand; return how deep in a cascade it is.

    What happens after an event of the same instant, although it ranks before
    that, was set off by it: else it would have happened already.
    """
    if order < 0:  # another effect of the event that was noted last
        return m[at.DEPTH]
    first, depth = m[at.SENT] * at.SENT_COLUMNS, m[at.DEPTH]
    if depth > 0 and sent[first + at.TIME] != time:
        depth = 0
    row = first + depth * at.SENT_COLUMNS
    while row > first and not ranks_behind(sent, row - at.SENT_COLUMNS, order, key):
        row -= at.SENT_COLUMNS
    sent[row + at.TIME], sent[row + at.CLASS], sent[row + at.KEY_OF] = time, order, key
    sent[row + at.MEANING] = at.A_CAUSE
    depth = (row - first) // at.SENT_COLUMNS + 1
    m[at.DEPTH] = depth
    return depth


@lean
def ranks_behind(sent: Any, row: int, order: int, key: int) -> bool:
    """Say whether an event of a cascade ranks behind another of its instant."""
    if sent[row + at.CLASS] != order:
        return sent[row + at.CLASS] > order
    return sent[row + at.KEY_OF] > key


@seldom
def note_case(m: Any, sent: Any, time: int, kind: int, case: int) -> int:
    """Note the event of some class at which a case moves."""
    order = (kind << at.CLASS_SHIFT) + m[case + at.MARK]
    return note(m, sent, time, order, m[case + at.NUMBER])


@seldom
def send(m: Any, sent: Any, meaning: int, part: int = -1) -> int:
    """Send something with the cascade that it stands in; return the address of its row."""
    depth = max(m[at.DEPTH], 1)
    first = m[at.SENT] * at.SENT_COLUMNS
    end = first + depth * at.SENT_COLUMNS
    for row in range(first, end, at.SENT_COLUMNS):  # what else moves at this event needs it too
        for column in range(at.EVENT_COLUMNS):
            sent[row + end - first + column] = sent[row + column]
    last = end - at.SENT_COLUMNS
    sent[last + at.MEANING], sent[last + at.S_PART] = meaning, part
    m[at.SENT] += depth
    return last


@seldom
def pass_on(m: Any, sent: Any, case: int, part: int) -> None:
    """Hand on a case that moves on in another part."""
    row = send(m, sent, at.A_CASE, part)
    for column in range(at.CASE_COLUMNS):
        sent[row + at.S_SLOT + column] = m[case + column]
    release(m, case)


@seldom
def receive(m: Any, receipts: Any, row: int) -> int:
    """Give a case that was handed on a slot; return it."""
    case = free_slot(m)
    for column in range(at.CASE_COLUMNS):
        m[case + column] = receipts[row + at.S_SLOT + column]
    return case
