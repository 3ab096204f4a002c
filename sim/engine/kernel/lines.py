"""What is given of a case, written to one cache line: small numbers share a word."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import from_dtype, types

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import entry
from sim.model.arrays import CASE_DTYPES

COLUMNS = (
    "entity",
    "case_type",
    "route",
    "ordinal",
    "mark",
    "opens",
    "after",
    "gap",
    "due",
    "priority",
    "factor",
    "other_factor",
    "visit",
)
"""The columns of cases that are read."""


def _read(kind: Any) -> types.Array:
    """Return the type of an array that is only read, whatever its strides."""
    return types.Array(from_dtype(np.dtype(kind)), 1, "A", readonly=True)


@entry(
    types.void(
        types.int64[:, ::1],
        types.float64[:, ::1],
        *map(_read, (np.int32, np.int64, np.int32)),
        *(_read(CASE_DTYPES[name]) for name in COLUMNS),
    )
)
def fill(
    rows: Any,
    factors: Any,
    chosen: Any,
    kind: Any,
    successor: Any,
    entity: Any,
    case_type: Any,
    route: Any,
    ordinal: Any,
    mark: Any,
    opens: Any,
    after: Any,
    gap: Any,
    due: Any,
    priority: Any,
    factor: Any,
    other_factor: Any,
    visit: Any,
) -> None:
    """Fill the rows (chosen, ``GIVEN_COLUMNS``) of the cases with the numbers in ``chosen``.

    ``factors`` is the memory of ``rows`` read as real numbers. ``kind`` (entities) is the
    kind of each entity, ``successor`` (cases) the place of the case that waits for each,
    plus 1; the other columns are those of cases.
    """
    for row in range(len(chosen)):
        case = chosen[row]
        follows, with_gap = after[case] >= 0, after[case] >= 0 and gap[case] >= 0
        rows[row, at.G_OPENS] = gap[case] if with_gap else opens[case]
        rows[row, at.MARK] = mark[case]
        rows[row, at.DUE] = due[case]
        rows[row, at.NUMBER] = (np.int64(case) << at.HALF) + entity[case]
        traits = kind[entity[case]] << at.KIND_SHIFT
        traits += np.int64(route[case]) << at.ROUTE_SHIFT
        traits += np.int64(case_type[case]) << at.TYPE_SHIFT
        traits += np.int64(priority[case]) << at.PRIORITY_SHIFT
        traits += np.int64(visit[case]) << at.VISIT_SHIFT
        traits += follows * at.FOLLOWS + with_gap * at.WITH_GAP
        rows[row, at.TRAITS] = traits
        rows[row, at.LINKS] = (np.int64(ordinal[case]) << at.HALF) + successor[case]
        factors[row, at.FACTOR] = factor[case]
        factors[row, at.FACTOR2] = other_factor[case]
