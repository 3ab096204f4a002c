"""Review workload and backlog: due, done, overdue, coverage, the stock-take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import NEVER
from sim.outcomes.dates import DAYS_PER_MONTH
from sim.outcomes.view import ALL, Bool, Float, Int, Row, View, by_period, of_group, standing

REVIEW = "review"
"""Group of the case types that look at a contract as a whole."""


def reviews(view: View) -> Iterator[Row]:
    """Yield every measure of reviews and of the backlog."""
    yield from workload(view)
    yield from coverage(view)
    yield from stocktake(view)
    yield from backlog(view)


def cyclic_types(view: View) -> Bool:
    """Return the case types that fall due by a cycle, or stand in for one that does."""
    types = view.model.types
    return np.asarray(types.is_cycle | (np.array(types.groups) == REVIEW), dtype=np.bool_)


def workload(view: View) -> Iterator[Row]:
    """Yield reviews due, done and overdue.

    Those overdue on the first day are due in the first year. Overdue includes
    reviews that cannot be opened because the one before is not closed.
    """
    cyclic = cyclic_types(view)
    owed = view.counted & view.owed & cyclic[view.model.cases.case_type]
    case = np.flatnonzero(owed).astype(np.int32)
    fell_due = view.due(case)
    due = fell_due if view.model.warm_up else np.maximum(fell_due, 0)
    done = case[view.is_closed[case]]
    overdue = standing(view, case, fell_due)
    rows = [
        *by_period(view, "reviews_due", case, due),
        *by_period(view, "reviews_done", done, view.ends(done)),
        *month_series(view, "reviews_overdue", overdue),
        *_at_the_end(view, "reviews_overdue", overdue),
    ]
    names = {ALL, *np.array(view.model.types.names)[cyclic]}
    yield from (row for row in rows if cyclic.any() and row.case_type in names)


def month_series(view: View, measure: str, table: NDArray[np.int64]) -> Iterator[Row]:
    """Yield a table (types + 1, months + 1) as month-end series; its last column is not one."""
    for name, row in zip(view.type_names, table, strict=True):
        for period, value in zip(view.months.names, row, strict=False):
            yield Row(measure, float(value), case_type=name, period=period)


def _at_the_end(view: View, measure: str, table: NDArray[np.int64]) -> Iterator[Row]:
    for name, row in zip(view.type_names, table, strict=True):
        yield Row(measure, float(row[-1]), case_type=name)


def coverage(view: View) -> Iterator[Row]:
    """Yield, at year ends, contracts reviewed lately and the age of the oldest review."""
    review = of_group(view, REVIEW)
    reviewable = _reviewable(view, review)
    if not reviewable.any():
        return
    done = np.flatnonzero(review & view.is_closed)
    for period, end in zip(view.years.names, view.years.edges[1:], strict=True):
        age = _months_since_review(view, done, int(end))[reviewable]
        for months in (12, 36):
            share = float((age <= months).mean())
            yield Row(f"contracts_reviewed_{months}m_share", share, period=period)
        yield Row("oldest_review_months", float(age.max()), period=period)


def _reviewable(view: View, review: Bool) -> Bool:
    """Return the contracts of the kinds that are reviewed at all."""
    entities = view.model.entities
    kinds = np.unique(entities.kind[view.model.cases.entity[review]])
    return view.contracts & np.isin(entities.kind, kinds)


def _months_since_review(view: View, done: Int, at: int) -> Float:
    """Return the age of each entity's latest of the reviews; infinite where there was none."""
    latest = view.model.entities.last_review.copy()
    ends = view.ends(done)
    past = ends <= at
    np.maximum.at(latest, view.model.cases.entity[done[past]], ends[past])
    never = latest == NEVER
    days = view.calendar_days(at) - view.calendar_days(np.where(never, 0, latest))
    return np.where(never, np.inf, days / DAYS_PER_MONTH)


def stocktake(view: View) -> Iterator[Row]:
    """Yield how far a stock-take is, and the month in which its last case is closed.

    Without one it is made of the reviews that were overdue on the first day.
    """
    once = view.counted & view.model.types.is_once[view.model.cases.case_type]
    if once.any():
        yield from _progress(view, np.flatnonzero(once))
    cases = np.flatnonzero(once if once.any() else overdue_at_start(view))
    if not len(cases):
        return
    done = bool(view.is_closed[cases].all())
    months = float(view.calendar_days(view.ends(cases).max())) / DAYS_PER_MONTH
    yield Row("stocktake_complete_months", months if done else float("nan"))


def overdue_at_start(view: View) -> Bool:
    """Return the reviews that were overdue on the first day."""
    return np.asarray(of_group(view, REVIEW) & view.model.cases.initial)


def _progress(view: View, cases: Int) -> Iterator[Row]:
    """Yield the share of a stock-take that is done at month ends, and at the end of the run.

    How much is done by its date is the share resolved in time, as of any case.
    """
    done, ends = view.is_closed[cases], view.ends(cases)
    for period, end in zip(view.months.names, view.months.ends, strict=True):
        share = float((done & (ends <= end)).mean())
        yield Row("stocktake_done_share", share, period=period)
    yield Row("stocktake_done_share", float(done.mean()))


def backlog(view: View) -> Iterator[Row]:
    """Yield the cases owed at month ends, and how fast they grow.

    Cases owed, not open ones: reviews are not stacked, so where staff cannot keep
    up there is soon one open per contract and no more, however many are due.
    """
    case = np.flatnonzero(view.counted & view.owed).astype(np.int32)
    table = standing(view, case, view.since[case])
    yield from month_series(view, "backlog_cases", table)
    if len(view.months.ends) < 2:
        return
    growth = growth_per_month(table)
    for name, value in zip(view.type_names, growth, strict=True):
        yield Row("backlog_growth_per_month", float(value), case_type=name)


def growth_per_month(owed: NDArray[np.int64]) -> Float:
    """Return the change a month in cases owed, of shape (types + 1, months + 1), by row.

    Over whole years, because some work falls due in one month of the year. From end
    to end, because that is the best estimate of the drift of a random walk, which a
    growing queue is.
    """
    at = owed[:, :-1]
    half = at.shape[1] // 2
    span = half // 12 * 12 or half
    return np.asarray((at[:, -1] - at[:, -1 - span]) / span, dtype=np.float64)
