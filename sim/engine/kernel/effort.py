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
def file_of(m: Any, kind: int, entity: int) -> int:
    """Return the file that a kind of team has of an entity."""
    return m[at.FILES] + (kind * m[at.ENTITIES] + entity) * m[at.FILE_COLUMNS]


@lean
def known_to(m: Any, x: Any, officer: int, file: int, now: int) -> float:
    """Return how well the officer at hand knows this contract, from 0 to 1.

    What was handled before the officer joined, nobody here knows any more.
    """
    start = m[file + at.F_KNOWN_AT]
    own = m[m[officer + at.SAW] + m[file + at.F_PLACE]]
    if own == NEVER and m[file + at.F_NAMED + m[m[officer + at.POOL] + at.P_ROLE]] == officer:
        own = start
    team = m[file + at.F_TEAM_SAW]
    if team == NEVER:
        team = start
    lost = own == NEVER or own < m[officer + at.JOINED]
    mine = 0.0 if lost else memory(now - own, m[at.HALF_LIFE])
    ours = 0.0 if team == NEVER else memory(now - team, m[at.HALF_LIFE])
    return familiarity(mine, ours, x[at.TEAM_MEMORY])


@lean
def put_in_order(m: Any, x: Any, kind: int, entity: int) -> float:
    """Complete the file of an entity if need be; return the extra effort of that."""
    cell = m[at.INCOMPLETE] + kind * m[at.ENTITIES] + entity
    extra = x[cell]
    x[cell] = 0.0
    return extra


@lean
def step_of(m: Any, x: Any, case: int, step: int) -> tuple[int, float]:
    """Return the mean effort of a step and the factor of a case."""
    return m[step + at.S_EFFORT], x[case + at.FACTOR + m[step + at.S_FACTOR]]


@lean
def estimate(m: Any, x: Any, case: int) -> None:
    """Note what a step takes if nothing adds to it.

    Mostly nothing does; then all is ready when somebody takes it up, and who finishes
    next need not wait for it.
    """
    if m[case + at.TODO] < 0:
        m[case + at.EXTRA] |= at.LEFT_OVER
    else:
        mean, factor = step_of(m, x, case, m[case + at.HERE])
        m[case + at.TODO] = -1 - effort(mean, factor, 0.0, 1.0, 0.0, 1.0)


@lean
def size_up(m: Any, x: Any, officer: int, case: int, step: int, now: int) -> None:
    """Settle the effort of a step when an officer first takes it up."""
    hours = -1 - m[case + at.TODO]
    if m[at.ALIKE] == 0 or m[case + at.EXTRA] != 0:
        hours = adapt(m, x, officer, case, step, hours, now)
    if m[step + at.S_VISIT] != NO_TRAVEL and visit_of(m, case) == IN_PERSON and m[at.FILES] >= 0:
        m[officer + at.TRIP] = m[file_of(m, m[step + at.S_ACTOR], entity_of(m, case)) + at.F_TRAVEL]
        hours += m[officer + at.TRIP]
    m[case + at.TODO] = hours


@lean
def adapt(m: Any, x: Any, officer: int, case: int, step: int, hours: int, now: int) -> int:
    """Return what a step takes this officer that takes so many ``hours`` if nothing adds to it."""
    entity, kind = entity_of(m, case), m[step + at.S_ACTOR]
    cover = x[at.HEAD + m[m[officer + at.POOL] + at.P_ROLE] * m[at.ROLES] + m[step + at.S_ROLE]]
    crossing = x[at.HANDOFF_EXTRA] if m[case + at.EXTRA] & at.HANDED_ON else 0.0
    extra, pace = x[at.UNKNOWN_EXTRA], x[officer + at.PACE]
    if m[at.INCOMPLETE] >= 0:
        crossing += put_in_order(m, x, kind, entity)
    mean, factor = step_of(m, x, case, step)
    if m[case + at.EXTRA] & at.LEFT_OVER:
        mean, factor = hours, 1.0
    known = 1.0
    if m[at.KNOWLEDGE] == 1:
        known = known_to(m, x, officer, file_of(m, kind, entity), now)
    hours = effort(mean, factor, extra, known, crossing, cover, pace)
    m[case + at.RELEARN] += hours - effort(mean, factor, 0.0, 1.0, crossing, cover)
    m[case + at.EXTRA] = 0
    return hours


@lean
def remember(m: Any, officer: int, case: int, now: int) -> None:
    """Note that an officer, and the team, have handled a contract."""
    if m[at.KNOWLEDGE] == 1:
        file = file_of(m, m[m[case + at.HERE] + at.S_ACTOR], entity_of(m, case))
        m[m[officer + at.SAW] + m[file + at.F_PLACE]] = now
        m[file + at.F_TEAM_SAW] = now
