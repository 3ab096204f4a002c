"""Hard budgets: what bodies overspend, and how many of them fail by it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.outcomes.view import Float, Row, View, in_years


def budgets(view: View) -> Iterator[Row]:
    """Yield failures and the sum beyond budget in each year, if there are hard budgets.

    A body counts as far as its patients are of the area. A year that the run does not
    reach the end of has no accounts yet.
    """
    given = view.model.budgets
    if given is None:
        return
    beyond = np.maximum(given.overspend, 0.0)
    for measure, amount in (("failures", given.failed), ("overspend_gbp", beyond)):
        inside = np.einsum("b,by->y", given.inside, amount)
        yield from in_years(view, f"budget_{measure}", _by_year(view, inside))


def _by_year(view: View, amount: Float) -> Float:
    """Return amounts of whole years since the start for the years that are reported."""
    years = [int(name.removeprefix("year ")) - 1 for name in view.years.names]
    return np.array([amount[year] if year < len(amount) else 0.0 for year in years])
