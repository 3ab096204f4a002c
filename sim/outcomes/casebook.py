"""Rows of cases are taken apart at once: a few times are kept of each, the rest is added up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import REFUSED_OUTCOME
from sim.engine.stream import CASE_COLUMNS
from sim.model.arrays import Int16
from sim.outcomes.members import in_cohort, is_closed, is_opened

Int = NDArray[np.int64]
Int8 = NDArray[np.int8]
Bool = NDArray[np.bool_]

AT = {name: place for place, name in enumerate(CASE_COLUMNS)}
NUMBER, OPENED_AT, RESPONDED, CLOSED_AT = (
    AT[name] for name in ("number", "opened", "responded", "closed")
)
OUTCOME, COMMITTEE, MEETINGS, STEP, LEFT = (
    AT[name] for name in ("outcome", "committee", "meetings", "step", "left")
)

SUMMED = CASE_COLUMNS[AT["queue"] : AT["recusals"] + 1]
"""Whatever of a case adds up: the time it spent in all ways, and numbers of events."""

COUNTED = ("cases", "closed", "refused", "items")
"""Cases; those closed by the horizon; refused; on an agenda at least once."""

FIRST = AT[SUMMED[0]]
CASES, CLOSED, REFUSED, ITEMS = range(len(SUMMED), len(SUMMED) + len(COUNTED))
"""Columns of sums: what adds up, then counts."""

LEVELS = ANY, OPENED, SINCE_WARM_UP, COHORT = 0, 1, 2, 3
"""Sums are over any cases; over those counted that are opened by the horizon; of
those, after the warm-up; of those, the cohort. Each is part of the one before."""

SIGNATURE = (
    "i8(i8[:,::1], i8, i8, b1[::1], b1[::1], b1[::1], i2[::1], i8[::1],"
    " i8[::1], i8[::1], i8[::1], i8[::1], i1[::1], b1[::1], i8[:,:,::1])"
)


def keep(
    rows: Int,
    warm_up: int,
    horizon: int,
    counted: Bool,
    known: Bool,
    rolling: Bool,
    case_type: Int16,
    since: Int,
    opened: Int,
    responded: Int,
    closed: Int,
    committee: Int,
    outcome: Int8,
    on_agenda: Bool,
    sums: Int,
) -> int:
    """Keep rows in the columns by case, and add them to ``sums`` (levels, types, columns).

    Returns how many of the cases are open at the horizon.
    """
    still_open = 0
    for row in range(len(rows)):
        case, begun, end = rows[row, NUMBER], rows[row, OPENED_AT], rows[row, CLOSED_AT]
        if rolling[case]:
            since[case] = begun
        opened[case], responded[case], closed[case] = begun, rows[row, RESPONDED], end
        committee[case], outcome[case] = rows[row, COMMITTEE], rows[row, OUTCOME]
        on_agenda[case] = rows[row, MEETINGS] > 0
        level = ANY
        if counted[case] and is_opened(begun, horizon):
            level = OPENED + (begun >= warm_up)
            level += in_cohort(known[case], since[case], warm_up, horizon)
        total = sums[level, case_type[case]]
        for column in range(CASES):
            total[column] += rows[row, FIRST + column]
        total[CASES] += 1
        total[REFUSED] += rows[row, OUTCOME] == REFUSED_OUTCOME
        total[ITEMS] += rows[row, MEETINGS] > 0
        if is_closed(end, horizon):
            total[CLOSED] += 1
        else:
            still_open += 1
    return still_open
