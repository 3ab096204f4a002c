"""Memory asked for before it is needed, where more cases are open than the cache holds.

Nothing here has an effect on results: places may be guesses, or those of cases that
have closed meanwhile.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean, soon
from sim.engine.kernel.tree import person

PLACES = 4
"""How many cases of an agenda are asked for at a time; each takes five lines."""


@lean
def are_many(m: Any) -> bool:
    """Say whether more cases have been open at once than the cache holds."""
    return m[at.UNUSED_SLOT] > m[at.BEYOND_CACHE]


@lean
def ask_for(m: Any, case: int) -> None:
    """Ask for the slot of a case."""
    for line in range(0, at.CASE_COLUMNS, at.LINE):
        soon(m, case + line)


@lean
def ask_for_runner_up(m: Any) -> None:
    """Ask for the case that lost only the last match of the winner tree: it may be next."""
    if are_many(m) and m[at.LEAVES] > 1:
        root = m[at.TREE] + 1
        ask_for(m, m[person(m, m[root + 1] ^ m[root + 2] ^ m[root]) + at.ITEM])


@lean
def ask_for_later(m: Any, agenda: Any, place: int, items: int) -> None:
    """Ask for an item that comes up a few places later."""
    if place + PLACES < items and are_many(m):
        ask_for(m, agenda[place + PLACES])


@lean
def foresee(m: Any, committee: int, case: int) -> None:
    """Let an earlier case of a docket know the one that is put at the end.

    A docket is a chain, of which memory would be asked for only link by link.
    """
    if are_many(m):
        latest = committee + at.C_LATEST + m[committee + at.C_TURN]
        m[committee + at.C_TURN] = (m[committee + at.C_TURN] + 1) & (at.LATEST - 1)
        m[case + at.SOME_BEHIND] = case
        if m[latest] >= 0:
            m[m[latest] + at.SOME_BEHIND] = case
        m[latest] = case


@lean
def forget(m: Any, committee: int) -> None:
    """Note that the cases on a docket may leave it."""
    for place in range(at.LATEST):
        m[committee + at.C_LATEST + place] = -1


@lean
def ask_for_behind(m: Any, case: int) -> None:
    """Ask for what a meeting reads first of a case some places behind on the docket."""
    behind = m[case + at.SOME_BEHIND]
    for column in (at.KEY, at.SINCE, at.HEARD):
        soon(m, behind + column)
