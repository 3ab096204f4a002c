"""What an officer makes of a case: effort, local knowledge and luck, on the kernel's memory.

The readable statement of the same rules is ``sim.engine.office``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean
from sim.engine.kernel.traits import entity_of, ordinal_of, visit_of
from sim.model.arrays import IN_PERSON, NEVER, NO_TRAVEL
from sim.model.rules import effort, familiarity, happens, memory


@lean
def comes_up(m: Any, share: float, case: int, k: int, k0: int, k1: int) -> bool:
    """Say whether a chance comes up for a case, by a draw at its address."""
    if share <= 0.0:  # spares a look at the address
        return False
    uid = m[at.UID] + 2 * entity_of(m, case)
    return happens(share, m[uid], m[uid + 1], ordinal_of(m, case), k, k0, k1)


@lean
def named_officer(m: Any, kind: int, role: int, entity: int) -> int:
    """Return the named officer of an entity in a role of a kind of team, or -1."""
    return m[m[at.NAMED] + (kind * m[at.ROLES] + role) * m[at.ENTITIES] + entity]


@lean
def known_to(m: Any, x: Any, officer: int, kind: int, entity: int, now: int) -> float:
    """Return how well the officer at hand knows this contract, from 0 to 1.

    What was handled before the officer joined, nobody here knows any more.
    """
    cell = kind * m[at.ENTITIES] + entity
    start = m[m[at.KNOWN_AT] + cell]
    own = m[m[officer + at.SAW] + m[m[at.PLACE] + cell]]
    if own == NEVER and named_officer(m, kind, m[officer + at.O_ROLE], entity) == officer:
        own = start
    team = m[m[at.TEAM_SAW] + cell]
    if team == NEVER:
        team = start
    lost = own == NEVER or own < m[officer + at.JOINED]
    mine = 0.0 if lost else memory(now - own, m[at.HALF_LIFE])
    ours = 0.0 if team == NEVER else memory(now - team, m[at.HALF_LIFE])
    return familiarity(mine, ours, x[at.TEAM_MEMORY])


@lean
def size_up(m: Any, x: Any, officer: int, case: int, step: int, now: int) -> None:
    """Settle the effort of a step when an officer first takes it up."""
    role, entity = m[officer + at.O_ROLE], entity_of(m, case)
    cover = x[at.HEAD + role * m[at.ROLES] + m[step + at.S_ROLE]]
    crossing = x[at.HANDOFF_EXTRA] if m[case + at.CROSSED] == 1 else 0.0
    mean, factor = m[step + at.S_EFFORT], x[case + at.FACTOR + m[step + at.S_FACTOR]]
    extra, pace = x[at.UNKNOWN_EXTRA], x[officer + at.PACE]
    hours = effort(mean, factor, extra, 1.0, crossing, cover)
    if m[at.KNOWLEDGE] == 1 or pace != 1.0:
        expert, known = hours, 1.0
        if m[at.KNOWLEDGE] == 1:
            known = known_to(m, x, officer, m[step + at.S_ACTOR], entity, now)
        hours = effort(mean, factor, extra, known, crossing, cover, pace)
        m[case + at.RELEARN] += hours - expert
    m[case + at.CROSSED] = 0
    travels = m[step + at.S_VISIT] != NO_TRAVEL and visit_of(m, case) == IN_PERSON
    if travels and m[at.TRAVEL_TIMES] >= 0:
        m[case + at.TRIP] = m[m[at.TRAVEL_TIMES] + m[step + at.S_ACTOR] * m[at.ENTITIES] + entity]
    m[case + at.TODO] = hours + m[case + at.TRIP]


@lean
def remember(m: Any, officer: int, case: int, now: int) -> None:
    """Note that an officer, and the team, have handled a contract."""
    if m[at.KNOWLEDGE] == 1:
        cell = m[m[case + at.HERE] + at.S_ACTOR] * m[at.ENTITIES] + entity_of(m, case)
        m[m[officer + at.SAW] + m[m[at.PLACE] + cell]] = now
        m[m[at.TEAM_SAW] + cell] = now
