"""A model with a change, as the two models that hold before and after it.

Both have the teams, steps and cases of the whole, under the same numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Cases, Change, Committees, Int, Model, Staff
from sim.model.rules import FOREVER


def phases(model: Model) -> list[Model]:
    """Return the model itself, or what holds before and what holds after its change."""
    change = model.change
    if change is None:
        return [model]
    both = [_between(model, 0, change.at), later(model, change)]
    return both[:1] if change.at >= model.clock.horizon else both


def later(model: Model, change: Change) -> Model:
    """Return the model that holds from the change on."""
    model = _between(model, change.at, FOREVER)
    teams = replace(model.teams, cover=change.cover)
    return replace(model, rules=change.rules, teams=teams, cases=_later_cases(model.cases, change))


def _later_cases(cases: Cases, change: Change) -> Cases:
    """Return what the later arrangement makes of the cases."""
    other = change.factor if cases.other_factor is cases.factor else cases.other_factor
    return replace(
        cases, route=change.route, factor=change.factor, other_factor=other, visit=change.visit
    )


def _between(model: Model, start: int, end: int) -> Model:
    """Return a model in which people are there and committees meet only between two instants."""
    staff, committees = there(model.staff, start, end), meeting(model.committees, start, end)
    return replace(model, staff=staff, committees=committees)


def there(staff: Staff, start: int, end: int) -> Staff:
    """Return people with as much of their shifts as lies between two instants."""
    begins, ends = np.maximum(staff.shift_start, start), np.minimum(staff.shift_end, end)
    kept = begins < ends
    vacant, filled = np.maximum(staff.vacant_start, start), np.minimum(staff.vacant_end, end)
    empty = vacant < filled
    return replace(
        staff,
        first_shift=_edges(staff.first_shift, kept),
        shift_start=begins[kept],
        shift_end=ends[kept],
        shift_since=staff.shift_since[kept],
        shift_effort=staff.shift_effort[kept],
        vacant_post=staff.vacant_post[empty],
        vacant_start=vacant[empty],
        vacant_end=filled[empty],
    )


def meeting(committees: Committees, start: int, end: int) -> Committees:
    """Return committees that meet on those of their dates that lie between two instants."""
    kept = (committees.meeting >= start) & (committees.meeting < end)
    first = _edges(committees.first_meeting, kept)
    return replace(committees, first_meeting=first, meeting=committees.meeting[kept])


def _edges(edges: Int, kept: NDArray[np.bool_]) -> Int:
    """Return where groups of rows begin when only some rows are kept."""
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return np.asarray(before[edges], dtype=np.int64)
