"""The condition of contracts, where it decides which cases arise, on the kernel's memory.

The readable statement of the same rules is ``sim.engine.condition``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.effort import comes_up
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.traits import entity_of, type_of
from sim.model.condition import SOUND
from sim.model.rules import condition, decline


@lean
def state(m: Any, x: Any, entity: int, now: int) -> int:
    """Return the condition of a contract."""
    rule, uid = m[at.CONDITION], m[at.UID] + 2 * entity
    spell = m[rule + at.D_SPELLS] + at.SPELL_COLUMNS * entity
    struggles, fails = decline(
        m[spell + at.SPELL_SINCE],
        m[spell + at.SPELL_NUMBER],
        x[rule + at.D_TO_STRUGGLING],
        x[rule + at.D_TO_FAILING],
        x[rule + at.D_STRUGGLING],
        x[rule + at.D_FAILING],
        m[uid],
        m[uid + 1],
        m[rule + at.D_KEY0],
        m[rule + at.D_KEY1],
    )
    return condition(now, struggles, fails)


@lean
def begin_spell(m: Any, entity: int, now: int) -> None:
    """Begin a new spell with a sound contract."""
    spell = m[m[at.CONDITION] + at.D_SPELLS] + at.SPELL_COLUMNS * entity
    m[spell + at.SPELL_SINCE] = now
    m[spell + at.SPELL_NUMBER] += 1


@lean
def need_of(m: Any, case: int) -> int:
    """Return the address of what the condition has to do with a case's type."""
    return m[m[at.CONDITION] + at.D_TYPES] + at.NEED_COLUMNS * type_of(m, case)


@seldom
def arises(m: Any, x: Any, case: int, now: int) -> bool:
    """Say whether a case arises whose time has come."""
    need, entity = need_of(m, case), entity_of(m, case)
    if m[need + at.N_NEEDS] == SOUND:
        return True
    if state(m, x, entity, now) < m[need + at.N_NEEDS]:
        return False
    if m[need + at.N_CLOSES] == 1:
        begin_spell(m, entity, now)
    return True


@seldom
def repair(m: Any, x: Any, case: int, now: int) -> None:
    """Let a case that is closed repair its contract, if it is one that does."""
    need, entity = need_of(m, case), entity_of(m, case)
    k0, k1 = m[need + at.N_KEY0], m[need + at.N_KEY1]
    if comes_up(m, x[need + at.N_REPAIRS], case, 0, k0, k1) and state(m, x, entity, now) != SOUND:
        begin_spell(m, entity, now)
