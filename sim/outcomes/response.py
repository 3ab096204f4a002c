"""Responsiveness: time to first response and to resolution, clocks, where time goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.outcomes import clocks
from sim.outcomes.clocks import Clocks
from sim.outcomes.survival import kaplan_meier, quantile, restricted_mean
from sim.outcomes.view import ALL, Bool, Float, Row, View, counts
from sim.scenario.units import DAY

QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
COMPONENTS = ("queue", "work", "committee", "outside", "handoff")


def response(view: View) -> Iterator[Row]:
    """Yield every measure of responsiveness."""
    resolution = clocks.resolution(view)
    yield from first_responses(view)
    yield from resolution_times(view)
    yield from shares(view, "response_in_clock_share", clocks.response(view))
    yield from shares(view, "resolution_in_clock_share", resolution)
    yield from breaches(view, resolution)
    yield from volumes(view)
    yield from elapsed(view)
    yield from problems(view, resolution)


def first_responses(view: View) -> Iterator[Row]:
    """Yield the median working days to the first piece of work."""
    answered, when = clocks.first_response(view)
    days = (when - view.since) / DAY
    for name, chosen in view.by_type(view.cohort):
        if chosen.any():
            curve = kaplan_meier(days[chosen], answered[chosen])
            value = quantile(curve, 0.5, view.followed_working_days)
            yield Row("response_days_median", value, case_type=name)


def resolution_times(view: View) -> Iterator[Row]:
    """Yield quantiles and restricted means of calendar days to resolution."""
    days = view.calendar_days(view.ends) - view.calendar_days(view.since)
    limit = view.followed_days
    for name, chosen in view.by_type(view.cohort):
        if not chosen.any():
            continue
        curve = kaplan_meier(days[chosen], view.is_closed[chosen])
        for label, share in QUANTILES.items():
            value = quantile(curve, share, limit)
            yield Row(f"resolution_days_{label}", value, case_type=name)
        mean = restricted_mean(curve, limit)
        yield Row("resolution_days_restricted_mean", mean, case_type=name)


def shares(view: View, measure: str, clock: Clocks) -> Iterator[Row]:
    """Yield the share of cases inside their clock, of those whose clock ran out."""
    for name, chosen in view.by_type(clock.ran_out):
        if chosen.any():
            yield Row(measure, float(clock.met[chosen].mean()), case_type=name)


def breaches(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield the number of cases that missed their clock, by the year in which it ran out."""
    table = counts(view, clock.missed, run_out_year(view, clock), len(view.years))
    for name, row in zip((*view.model.types.names, ALL), table, strict=True):
        yield Row("breaches", float(row.sum()), case_type=name)
    for period, value in zip(view.years.names, table[-1], strict=True):
        yield Row("breaches", float(value), period=period)


def run_out_year(view: View, clock: Clocks) -> NDArray[np.int64]:
    """Return the index of the year in which each clock ran out (of those that did)."""
    edges = view.calendar_days(view.years.edges)
    year = np.searchsorted(edges, np.nan_to_num(clock.deadline), side="right") - 1
    return np.clip(year, 0, len(view.years) - 1).astype(np.int64)


def volumes(view: View) -> Iterator[Row]:
    """Yield cases opened, closed and still open: opened = closed + open.

    Cases in flight on the first day count as opened on it.
    """
    opened = view.counted & view.is_opened & (view.log.cases.opened >= view.model.warm_up)
    states = {
        "cases_opened": opened,
        "cases_closed": opened & view.is_closed,
        "cases_open": opened & ~view.is_closed,
    }
    for measure, mask in states.items():
        for name, chosen in view.by_type(mask):
            yield Row(measure, float(np.count_nonzero(chosen)), case_type=name)


def elapsed(view: View) -> Iterator[Row]:
    """Yield mean working days per opened case in each component of its elapsed time.

    Cases that are still open count with their time up to the horizon.
    """
    opened = view.cohort & view.is_opened
    for component in COMPONENTS:
        days: Float = getattr(view.log.cases, component) / DAY
        for name, chosen in view.by_type(opened):
            if chosen.any():
                measure = f"elapsed_days_{component}"
                yield Row(measure, float(days[chosen].mean()), case_type=name)


def problems(view: View, clock: Clocks) -> Iterator[Row]:
    """Yield the share of contracts that had a case late: the practices' view of the service."""
    contracts = view.contracts
    if not contracts.any():
        return
    year = run_out_year(view, clock)
    for index, period in enumerate(view.years.names):
        share = _met_a_problem(view, clock.missed & (year == index), contracts)
        yield Row("practices_with_problem_share", share, period=period)
    share = _met_a_problem(view, clock.missed, contracts)
    yield Row("practices_with_problem_share", share)


def _met_a_problem(view: View, missed: Bool, contracts: Bool) -> float:
    hit = np.zeros(len(contracts), dtype=bool)
    hit[view.model.cases.entity[missed]] = True
    return float(hit[contracts].mean())
