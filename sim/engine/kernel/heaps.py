"""Queues inside the kernel's memory: pending events, and cases that wait.

The pairing heap is that of Fredman, Sedgewick, Sleator and Tarjan (Algorithmica
1, 1986); its links are columns of the case, so a queue needs no memory of its
own and a case can leave from its middle.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.layout import (
    CLASS,
    EVENT_COLUMNS,
    HOLE,
    KEY,
    KEY2,
    KEY_OF,
    MARK,
    MEANING,
    NUMBER,
    PENDING,
    TIME,
)


@lean
def before(heap: Any, i: int, time: int, order: int, key: int) -> bool:
    """Say whether a pending event comes before another that is not in the table."""
    if heap[i * EVENT_COLUMNS + TIME] != time:
        return heap[i * EVENT_COLUMNS + TIME] < time
    if heap[i * EVENT_COLUMNS + CLASS] != order:
        return heap[i * EVENT_COLUMNS + CLASS] < order
    return heap[i * EVENT_COLUMNS + KEY_OF] < key


@lean
def earlier_child(heap: Any, child: int, last: int) -> int:
    """Return the earlier of two siblings, of which the second may not exist.

    Instants rarely tie, so the choice is arithmetic and not a branch that the
    processor would have to guess.
    """
    second = child + 1
    if second >= last:
        return child
    a, b = heap[child * EVENT_COLUMNS + TIME], heap[second * EVENT_COLUMNS + TIME]
    if a == b:
        first = before(
            heap,
            child,
            b,
            heap[second * EVENT_COLUMNS + CLASS],
            heap[second * EVENT_COLUMNS + KEY_OF],
        )
        return child if first else second
    return child + int(b < a)


@lean
def put(heap: Any, i: int, time: int, order: int, key: int, meaning: int) -> None:
    """Write an event into a row of the calendar."""
    heap[i * EVENT_COLUMNS + TIME] = time
    heap[i * EVENT_COLUMNS + CLASS] = order
    heap[i * EVENT_COLUMNS + KEY_OF] = key
    heap[i * EVENT_COLUMNS + MEANING] = meaning


@lean
def copy_row(heap: Any, to: int, source: int) -> None:
    """Copy one event over another."""
    for column in range(EVENT_COLUMNS):
        heap[to * EVENT_COLUMNS + column] = heap[source * EVENT_COLUMNS + column]


@lean
def push(m: Any, heap: Any, time: int, order: int, key: int, meaning: int) -> None:
    """Add an event to the calendar (a binary heap); the caller has made room.

    It takes the place of the event at hand, if nothing has taken that yet: most
    events set off another, so one pass through the heap does for both.
    """
    if m[HOLE] == 1:
        m[HOLE] = 0
        sink(heap, m[PENDING], time, order, key, meaning)
        return
    i = m[PENDING]
    m[PENDING] = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        if before(heap, parent, time, order, key):
            break
        copy_row(heap, i, parent)
        i = parent
    put(heap, i, time, order, key, meaning)


@lean
def sink(heap: Any, last: int, time: int, order: int, key: int, meaning: int) -> None:
    """Let an event sink from the top of the calendar to its place."""
    i = 0
    while True:
        child = 2 * i + 1
        if child >= last:
            break
        child = earlier_child(heap, child, last)
        if not before(heap, child, time, order, key):
            break
        copy_row(heap, i, child)
        i = child
    put(heap, i, time, order, key, meaning)


@lean
def close_hole(m: Any, heap: Any) -> None:
    """Remove the event at hand from the calendar, if no other has taken its place."""
    if m[HOLE] == 1:
        m[HOLE] = 0
        last = m[PENDING] - 1
        m[PENDING] = last
        if last > 0:
            time, order = heap[last * EVENT_COLUMNS + TIME], heap[last * EVENT_COLUMNS + CLASS]
            sink(
                heap,
                last,
                time,
                order,
                heap[last * EVENT_COLUMNS + KEY_OF],
                heap[last * EVENT_COLUMNS + MEANING],
            )


@lean
def goes_first(m: Any, a: int, b: int) -> bool:
    """Say whether case a is ranked before case b."""
    if m[a + KEY] != m[b + KEY]:
        return m[a + KEY] < m[b + KEY]
    if m[a + KEY2] != m[b + KEY2]:
        return m[a + KEY2] < m[b + KEY2]
    if m[a + MARK] != m[b + MARK]:
        return m[a + MARK] < m[b + MARK]
    return m[a + NUMBER] < m[b + NUMBER]


@lean
def first_if_any(one: int, other: int) -> int:
    """Return the first of two places unless it is -1, else the second, without a branch."""
    return one ^ ((one ^ other) & (one >> 63))


@lean
def meld(m: Any, a: int, b: int, link: int) -> int:
    """Join two pairing heaps; ``link`` is the first of their three link columns."""
    if a < 0:
        return b
    if b < 0:
        return a
    change = (a ^ b) & -int(goes_first(m, b, a))  # swap without a branch that is hard to guess
    a ^= change
    b ^= change
    child = m[a + link]
    m[b + link + 1] = child
    m[first_if_any(child, a) + link + 2] = b  # nobody reads whom a root is below
    m[b + link + 2] = a
    m[a + link] = b
    return a


@lean
def enqueue(m: Any, root: int, case: int, link: int) -> int:
    """Add a case to a pairing heap; return the new root."""
    m[case + link] = -1
    m[case + link + 1] = -1
    m[case + link + 2] = -1
    return meld(m, root, case, link)


@lean
def merge_children(m: Any, case: int, link: int) -> int:
    """Return the children of a case as one heap, by the two-pass rule."""
    pairs = -1
    child = m[case + link]
    while child >= 0:
        second = m[child + link + 1]
        rest = -1
        if second >= 0:
            rest = m[second + link + 1]
            m[second + link + 1] = -1
        m[child + link + 1] = -1
        pair = meld(m, child, second, link)
        m[pair + link + 1] = pairs
        pairs = pair
        child = rest
    root = -1
    while pairs >= 0:
        rest = m[pairs + link + 1]
        m[pairs + link + 1] = -1
        root = meld(m, root, pairs, link)
        pairs = rest
    if root >= 0:
        m[root + link + 2] = -1
    return root


@lean
def withdraw(m: Any, root: int, case: int, link: int) -> int:
    """Take a case out of a pairing heap; return the new root."""
    if root == case:
        return merge_children(m, case, link)
    return cut_out(m, root, case, link)


@seldom
def cut_out(m: Any, root: int, case: int, link: int) -> int:
    """Take a case out of the midst of a pairing heap; return the new root."""
    children = merge_children(m, case, link)
    parent, sibling = m[case + link + 2], m[case + link + 1]
    if m[parent + link] == case:
        m[parent + link] = sibling
    else:
        m[parent + link + 1] = sibling
    if sibling >= 0:
        m[sibling + link + 2] = parent
    return meld(m, root, children, link)
