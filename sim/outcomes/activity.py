"""The activity return: counts in the shape of a planner's own return."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.outcomes.view import Row, View, by_period


def activity(view: View) -> Iterator[Row]:
    """Yield cases opened and closed in each year, as a planner's own return counts them.

    Cases in flight on the first day count when they close, not as opened.
    """
    began = np.flatnonzero(view.counted & view.is_opened & ~view.model.cases.initial)
    yield from by_period(view, "activity_opened", began, view.tally.opened[began])
    ended = np.flatnonzero(view.counted & view.is_closed)
    yield from by_period(view, "activity_closed", ended, view.tally.closed[ended])
