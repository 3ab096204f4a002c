"""Who will finish next: a winner tree over the people of a part.

A leaf is the instant at which a person finishes the packet in hand, packed with
the place of that person, so that most comparisons are one operation. A winner
tree needs one pass from leaf to root for each change (Knuth, The Art of Computer
Programming 3, section 5.4.1). Leaves are not tied to people: whoever starts a
packet first when one has ended has the leaf of that one, so that one pass does for
both.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel.jit import lean, lesser, seldom
from sim.engine.kernel.layout import (
    ITEM,
    JUST_DONE,
    LEAF,
    LEAVES,
    MARK,
    NUMBER,
    OFFICER_BITS,
    PEOPLE,
    TREE,
)

LEAF_BITS = 20
LEAF_MASK = (1 << LEAF_BITS) - 1
IDLE = 1 << 62
"""Later than every instant. Idle leaves differ, so that they never seem to tie."""
LATEST = (1 << 42) - 1
"""The last instant that a leaf can say; what ends later ends then, which is past every horizon."""


@lean
def idle(leaf: int) -> int:
    """Return what stands at a leaf without a packet."""
    return IDLE + (leaf << LEAF_BITS) + leaf


@lean
def set_leaf(m: Any, leaf: int, value: int) -> None:
    """Change a leaf and play its matches up to the root."""
    tree = m[TREE]
    i = m[LEAVES] + leaf
    m[tree + i] = value
    while i > 1:
        other = m[tree + (i ^ 1)]
        i >>= 1
        if (value ^ other) >> LEAF_BITS == 0:
            value = winner_of_tie(m, value, other)
        else:
            value = lesser(other, value)
        m[tree + i] = value


@lean
def enter_leaf(m: Any, leaf: int, value: int) -> None:
    """Put a packet at an idle leaf, and play it against those who won on the way to the root.

    Where it wins nothing else can have, so that no match waits for the one below.
    """
    tree = m[TREE]
    i = m[LEAVES] + leaf
    m[tree + i] = value
    while i > 1:
        i >>= 1
        other = m[tree + i]
        if (value ^ other) >> LEAF_BITS == 0:
            m[tree + i] = winner_of_tie(m, value, other)
        else:
            m[tree + i] = lesser(other, value)


@lean
def instant(leaf: int) -> int:
    """Return when the packet ends that stands at a leaf, or at the root."""
    return leaf >> LEAF_BITS


@lean
def person(m: Any, leaf: int) -> int:
    """Return the officer whose place stands at a leaf, or at the root."""
    return m[PEOPLE] + ((leaf & LEAF_MASK) << OFFICER_BITS)


@seldom
def winner_of_tie(m: Any, one: int, other: int) -> int:
    """Return which of two packets that finish at the same instant goes first."""
    a, b = m[person(m, one) + ITEM], m[person(m, other) + ITEM]
    if m[a + MARK] != m[b + MARK]:
        return one if m[a + MARK] < m[b + MARK] else other
    return one if m[a + NUMBER] < m[b + NUMBER] else other


@lean
def finish_at(m: Any, officer: int, time: int) -> None:
    """Note when a person will finish the packet in hand."""
    leaf, done = m[officer + LEAF], m[JUST_DONE]
    value = (min(time, LATEST) << LEAF_BITS) + ((officer - m[PEOPLE]) >> OFFICER_BITS)
    if done < 0:
        enter_leaf(m, leaf, value)
        return
    m[JUST_DONE] = -1
    ended = m[done + LEAF]
    m[done + LEAF] = leaf
    m[officer + LEAF] = ended
    set_leaf(m, ended, value)


@lean
def rest(m: Any) -> None:
    """Note that the packet that has just ended is in nobody's hand, if its leaf was not taken."""
    done = m[JUST_DONE]
    if done >= 0:
        m[JUST_DONE] = -1
        set_leaf(m, m[done + LEAF], idle(m[done + LEAF]))
