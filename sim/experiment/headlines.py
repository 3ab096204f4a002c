"""The few measures that a comparison shows first, out of all that are kept."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sim.scenario.schema import Compare

ALL = "all"


class Headline(NamedTuple):
    """A measure for one case type, over everything else."""

    measure: str
    case_type: str = ALL


MEASURES = (
    "resolution_in_clock_share",
    "resolution_days_median",
    "resolution_days_p90",
    "response_days_median",
    "cases_open",
    "reviews_overdue",
    "contracts_reviewed_36m_share",
    "practices_with_problem_share",
    "decision_wait_days_median",
    "schemes_completed",
    "in_clock_share_worst_area",
    "cost_total_gbp",
)
"""In the order in which they are shown, after the scenario's primary measure."""


def primary(compare: Compare) -> Headline:
    """Return the one measure that the scenario declares as decisive."""
    return Headline(compare.primary, compare.case_type)


def headlines(compare: Compare) -> list[Headline]:
    """List what a comparison shows: the primary measure first, each once."""
    return list(dict.fromkeys([primary(compare), *map(Headline, MEASURES)]))


def rows_of(frame: pd.DataFrame, headline: Headline) -> pd.DataFrame:
    """Choose the rows of one headline from measures or comparisons.

    Where a measure is given by period only, the last period counts.
    """
    keep = (frame["measure"] == headline.measure) & (frame["case_type"] == headline.case_type)
    found = frame[keep & (frame["body"] == ALL) & (frame["role"] == ALL)]
    return found[found["period"] == last_period(found["period"])]


def last_period(periods: pd.Series) -> str:
    """Return the whole where there is one, else the last year or month."""
    known = set(periods)
    return ALL if ALL in known else max(known, key=lambda name: (len(name), name), default=ALL)
