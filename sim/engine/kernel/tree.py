"""Who will finish next: a winner tree over the people of a part.

A leaf is the instant at which a person finishes the packet in hand, packed with
the place of that person, so that most comparisons are one operation without a
branch. A winner tree needs one pass from leaf to root for each change (Knuth,
The Art of Computer Programming 3, section 5.4.1). Leaves are not tied to people:
whoever starts a packet first when one has ended has the leaf of that one, so that
one pass does for both.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel.heaps import first_if_any
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.layout import (
    ITEM,
    JUST_DONE,
    LEAF,
    LEAVES,
    MARK,
    NUMBER,
    O_PLACE,
    OFFICER_COLUMNS,
    PEOPLE,
    TREE,
)

LEAF_BITS = 20
LEAF_MASK = (1 << LEAF_BITS) - 1
NORMAL = 1 << 61
"""Added to every leaf: read as real numbers, lesser ones might count as nothing."""
IDLE = 1 << 62
"""Later than every instant. Idle leaves differ, so that they never seem to tie."""
LATEST = (1 << 41) - 1
"""The last instant that a leaf can say; what ends later ends then, which is past every horizon."""


@lean
def idle(leaf: int) -> int:
    """Return what stands at a leaf without a packet."""
    return IDLE + (leaf << LEAF_BITS) + leaf


@lean
def set_leaf(m: Any, x: Any, leaf: int, value: int) -> None:
    """Change a leaf and play its matches up to the root.

    Numbers from ``NORMAL`` on have the same order when their bits are read as real
    numbers, of which processors find the lesser in one step and without a branch.
    """
    tree = m[TREE]
    i = m[LEAVES] + leaf
    m[tree + i] = value
    first = x[tree + i]
    while i > 1:
        other = i ^ 1
        if (m[tree + i] ^ m[tree + other]) >> LEAF_BITS == 0:
            m[tree + (i >> 1)] = winner_of_tie(m, m[tree + i], m[tree + other])
            first = x[tree + (i >> 1)]
        else:
            second = x[tree + other]
            first = first if first < second else second
            x[tree + (i >> 1)] = first
        i >>= 1


@lean
def instant(leaf: int) -> int:
    """Return when the packet ends that stands at a leaf, or at the root."""
    return (leaf - NORMAL) >> LEAF_BITS


@lean
def person(m: Any, leaf: int) -> int:
    """Return the officer whose place stands at a leaf, or at the root."""
    return m[PEOPLE] + (leaf & LEAF_MASK) * OFFICER_COLUMNS


@seldom
def winner_of_tie(m: Any, one: int, other: int) -> int:
    """Return which of two packets that finish at the same instant goes first."""
    a, b = m[person(m, one) + ITEM], m[person(m, other) + ITEM]
    if m[a + MARK] != m[b + MARK]:
        return one if m[a + MARK] < m[b + MARK] else other
    return one if m[a + NUMBER] < m[b + NUMBER] else other


@lean
def finish_at(m: Any, x: Any, officer: int, time: int) -> None:
    """Note when a person will finish the packet in hand."""
    leaf, done = m[officer + LEAF], first_if_any(m[JUST_DONE], officer)
    m[JUST_DONE] = -1
    ended = m[done + LEAF]
    m[done + LEAF] = leaf
    m[officer + LEAF] = ended
    end = min(time, LATEST)
    set_leaf(m, x, ended, NORMAL + (end << LEAF_BITS) + m[officer + O_PLACE])


@lean
def rest(m: Any, x: Any) -> None:
    """Note that the packet that has just ended is in nobody's hand, if its leaf was not taken."""
    done = m[JUST_DONE]
    if done >= 0:
        m[JUST_DONE] = -1
        set_leaf(m, x, m[done + LEAF], idle(m[done + LEAF]))
