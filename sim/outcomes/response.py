"""Responsiveness: time to first response and to resolution, clocks, where time goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.outcomes import clocks
from sim.outcomes.casebook import COHORT, SINCE_WARM_UP
from sim.outcomes.clocks import Clocks
from sim.outcomes.still_open import days_to_end
from sim.outcomes.survival import curves, quantile, restricted_mean
from sim.outcomes.view import Bool, ByType, Float, Int, Row, View, counts
from sim.scenario.units import DAY

QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
COMPONENTS = ("queue", "work", "committee", "outside", "handoff")


def response(view: View, resolution: Clocks) -> Iterator[Row]:
    """Yield every measure of responsiveness that is no time."""
    yield from shares(view, "response_in_clock_share", clocks.response(view))
    yield from shares(view, "resolution_in_clock_share", resolution)
    yield from breaches(view, resolution)
    yield from volumes(view)
    yield from elapsed(view)
    yield from problems(view, resolution)


def times(view: View) -> Iterator[Row]:
    """Yield the times from being owed to the first piece of work, and to resolution."""
    cohort = view.by_type(view.cohort)
    yield from first_responses(view, cohort)
    yield from resolution_times(view, cohort)


def first_responses(view: View, cohort: ByType) -> Iterator[Row]:
    """Yield the median working days to the first piece of work."""
    answered, when = clocks.first_response(view, cohort.case)
    days = (when - view.since[cohort.case]) / DAY
    for name, curve in curves(cohort, days, answered):
        value = quantile(curve, 0.5, view.followed_working_days)
        yield Row("response_days_median", value, case_type=name)


def resolution_times(view: View, cohort: ByType) -> Iterator[Row]:
    """Yield quantiles and restricted means of calendar days to resolution."""
    case, limit = cohort.case, view.followed_days
    days = days_to_end(view, case)
    for name, curve in curves(cohort, days, view.is_closed[case]):
        for label, share in QUANTILES.items():
            value = quantile(curve, share, limit)
            yield Row(f"resolution_days_{label}", value, case_type=name)
        mean = restricted_mean(curve, limit)
        yield Row("resolution_days_restricted_mean", mean, case_type=name)


def shares(view: View, measure: str, clock: Clocks) -> Iterator[Row]:
    """Yield the share of cases inside their clock, of those whose clock ran out."""
    table = counts(view, clock.case, clock.met.astype(np.int64), 2)
    for name, (missed, met) in zip(view.type_names, table, strict=True):
        if missed + met > 0:
            yield Row(measure, float(met / (missed + met)), case_type=name)


def breaches(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield the number of cases that missed their clock, by the year in which it ran out."""
    missed, deadline = clock.missed()
    table = counts(view, missed, run_out_year(view, deadline), len(view.years))
    for name, row in zip(view.type_names, table, strict=True):
        yield Row("breaches", float(row.sum()), case_type=name)
        for period, value in zip(view.years.names, row, strict=True):
            yield Row("breaches", float(value), case_type=name, period=period)


def run_out_year(view: View, deadline: Float) -> NDArray[np.int64]:
    """Return the index of the year in which clocks ran out by the horizon."""
    edges = view.calendar_days(view.years.edges)
    year = np.searchsorted(edges, deadline, side="right") - 1
    return np.clip(year, 0, len(view.years) - 1).astype(np.int64)


def volumes(view: View) -> Iterator[Row]:
    """Yield cases opened, closed and still open: opened = closed + open.

    Cases in flight on the first day count as opened on it.
    """
    opened, closed = (view.tally.total(name, SINCE_WARM_UP) for name in ("cases", "closed"))
    states = {"cases_opened": opened, "cases_closed": closed, "cases_open": opened - closed}
    for measure, numbers in states.items():
        for name, number in zip(view.type_names, numbers, strict=True):
            yield Row(measure, float(number), case_type=name)


def elapsed(view: View) -> Iterator[Row]:
    """Yield mean working days per opened case in each component of its elapsed time.

    Cases that are still open count with their time up to the horizon.
    """
    cases = view.tally.total("cases", COHORT)
    for component in COMPONENTS:
        total = view.tally.total(component, COHORT)
        for name, number, spent in zip(view.type_names, cases, total, strict=True):
            if number > 0:
                days = float(spent / number / DAY)
                yield Row(f"elapsed_days_{component}", days, case_type=name)


def problems(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield the share of contracts that had a case late: the practices' view of the service."""
    contracts = view.contracts
    if not contracts.any():
        return
    missed, deadline = clock.missed()
    year = run_out_year(view, deadline)
    for index, period in enumerate(view.years.names):
        share = _met_a_problem(view, missed[year == index], contracts)
        yield Row("practices_with_problem_share", share, period=period)
    share = _met_a_problem(view, missed, contracts)
    yield Row("practices_with_problem_share", share)


def _met_a_problem(view: View, missed: Int, contracts: Bool) -> float:
    hit = np.zeros(len(contracts), dtype=bool)
    hit[view.model.cases.entity[missed]] = True
    return float(hit[contracts].mean())
