"""The activity return: counts in the shape of a planner's own return."""

from __future__ import annotations

from collections.abc import Iterator

from sim.outcomes.view import Row, View, by_period


def activity(view: View) -> Iterator[Row]:
    """Yield cases opened and closed in each year, as a planner's own return counts them.

    Cases in flight on the first day count when they close, not as opened.
    """
    cases = view.log.cases
    began = view.counted & view.is_opened & ~view.model.cases.initial
    yield from by_period(view, "activity_opened", began, cases.opened)
    yield from by_period(view, "activity_closed", view.counted & view.is_closed, cases.closed)
