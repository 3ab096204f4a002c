"""Who is free, on the kernel's memory: a list for each pool, who has been free longest first.

Its links are columns of the officer, so that anybody can leave from its middle.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean


@lean
def set_free(m: Any, officer: int) -> None:
    """Put an officer at the end of the list of those who are free."""
    pool = m[officer + at.POOL]
    last = m[pool + at.FREE_TAIL]
    m[officer + at.FREE_NEXT] = -1
    m[officer + at.FREE_BEFORE] = last
    if last >= 0:
        m[last + at.FREE_NEXT] = officer
    else:
        m[pool + at.FREE_HEAD] = officer
    m[pool + at.FREE_TAIL] = officer


@lean
def is_free(m: Any, officer: int) -> bool:
    """Say whether an officer is on duty with nothing in hand, and so on the list."""
    return m[officer + at.LEFT_AT] == at.ON_DUTY and m[officer + at.ITEM] < 0


@lean
def not_free(m: Any, officer: int) -> None:
    """Take an officer who is free off the list."""
    pool = m[officer + at.POOL]
    ahead, behind = m[officer + at.FREE_BEFORE], m[officer + at.FREE_NEXT]
    if ahead >= 0:
        m[ahead + at.FREE_NEXT] = behind
    else:
        m[pool + at.FREE_HEAD] = behind
    if behind >= 0:
        m[behind + at.FREE_BEFORE] = ahead
    else:
        m[pool + at.FREE_TAIL] = ahead
