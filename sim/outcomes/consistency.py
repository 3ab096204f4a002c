"""Consistency: whether areas, rural and small practices get the same service.

Shares inside the clock are adjusted for case mix by indirect standardisation:
what a group's cases achieved, over what the same case types achieve overall,
times the overall share. What is left is not explained by which cases a group
has, though chance is part of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.clocks import Clocks
from sim.outcomes.view import Bool, Float, Int, Row, View
from sim.scenario.pathway import CONTRACT_TYPES

FEWEST_CASES = 10
"""Areas with fewer cases are left out: their share would be chance."""

SMALL_LIST = 5000
"""A practice with fewer patients is small (as in evidence F32 and F38)."""


def consistency(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield every measure of consistency and fairness in the clocks of resolution."""
    if not len(clock.case):
        return
    yield from between_cells(view, clock)
    rural = view.model.entities.rural
    yield from gap(view, clock, "rural_gap", rural, ~rural)
    practice = view.model.entities.kind == CONTRACT_TYPES.index("gp")
    small = view.model.entities.patients < SMALL_LIST
    yield from gap(view, clock, "small_gap", practice & small, practice & ~small)


def adjusted_shares(view: View, clock: Clocks, group: Int, groups: int) -> tuple[Float, Int]:
    """Return each group's case-mix-adjusted share inside the clock, and its cases.

    ``group`` has shape (entities,), below 0 for those of no group. The standard is
    all cases. A group of which nothing is expected gets the overall share.
    """
    group = group[view.model.cases.entity[clock.case]]
    case_type = view.model.cases.case_type[clock.case]
    met = clock.met.astype(np.float64)
    types = len(view.model.types.names)
    total = np.bincount(case_type, minlength=types)
    standard = np.bincount(case_type, weights=met, minlength=types) / np.maximum(total, 1)
    member = np.flatnonzero(group >= 0)
    where = group[member]
    expected = np.bincount(where, weights=standard[case_type][member], minlength=groups)
    observed = np.bincount(where, weights=met[member], minlength=groups)
    ratio = np.divide(observed, expected, out=np.ones(groups), where=expected > 0)
    overall = met.mean() if met.size else np.nan
    return ratio * overall, np.bincount(where, minlength=groups).astype(np.int64)


def between_cells(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield the spread between areas (weighted by cases) and the worst area."""
    entities = view.model.entities
    share, cases = adjusted_shares(view, clock, entities.cell, len(entities.cell_names))
    enough = cases >= FEWEST_CASES
    if not enough.any():
        return
    share, weight = share[enough], cases[enough]
    mean = np.average(share, weights=weight)
    spread = float(np.sqrt(np.average((share - mean) ** 2, weights=weight)))
    yield Row("in_clock_share_spread", spread)
    yield Row("in_clock_share_worst_area", float(share.min()))


def gap(view: View, clock: Clocks, measure: str, one: Bool, other: Bool) -> Iterator[Row]:
    """Yield the adjusted share of one set of entities less that of the other."""
    label: NDArray[np.int64] = np.where(one, 0, np.where(other, 1, -1)).astype(np.int64)
    share, cases = adjusted_shares(view, clock, label, 2)
    if cases.min() > 0:
        yield Row(measure, float(share[0] - share[1]))
