"""Pack the condition of contracts into the kernel's memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.model.arrays import Model

Int = NDArray[np.int64]


def write_condition(
    m: Int, model: Model, rule: int, needs: int, spells: int, unopened: int
) -> None:
    """Write down how contracts decline and what that has to do with each case type.

    ``rule``, ``needs`` and ``spells`` are where these tables begin, ``unopened`` is the
    step at which a case ends that does not arise. No contract was repaired yet.
    """
    given, x = model.condition, m.view(np.float64)
    assert given is not None
    m[rule + at.D_KEY0], m[rule + at.D_KEY1] = given.key
    m[rule + at.D_TYPES], m[rule + at.D_SPELLS], m[rule + at.D_UNOPENED] = needs, spells, unopened
    x[rule + at.D_TO_STRUGGLING], x[rule + at.D_TO_FAILING] = given.to_struggling, given.to_failing
    x[rule + at.D_STRUGGLING], x[rule + at.D_FAILING] = given.struggling, given.failing
    for case_type in range(len(model.types.names)):
        place = needs + case_type * at.NEED_COLUMNS
        m[place + at.N_NEEDS], m[place + at.N_CLOSES] = (
            given.needs[case_type],
            given.closes[case_type],
        )
        m[place + at.N_KEY0], m[place + at.N_KEY1] = given.repairs.key[case_type]
        x[place + at.N_REPAIRS] = given.repairs.share[case_type]
    m[spells : spells + at.SPELL_COLUMNS * len(model.entities.kind)] = 0
