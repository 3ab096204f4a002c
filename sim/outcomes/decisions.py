"""Decisions of committees, refusals, and redesign schemes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.log import CLOSED, REFUSED_OUTCOME, UNSET
from sim.model.arrays import MEET
from sim.outcomes.dates import DAYS_PER_MONTH
from sim.outcomes.survival import kaplan_meier, quantile
from sim.outcomes.view import ALL, Bool, Int, Row, View, by_period, of_group
from sim.scenario.units import DAY

REDESIGN = "redesign"


def decisions(view: View) -> Iterator[Row]:
    """Yield every measure of decisions and of redesign."""
    yield from items(view)
    yield from waits(view)
    yield from quorum_failures(view)
    yield from schemes(view)


def items(view: View) -> Iterator[Row]:
    """Yield cases that went to a committee, deferrals, recusals and refusals, by case type."""
    cases = view.log.cases
    numbers: dict[str, Int] = {
        "decision_items": (cases.meetings > 0).astype(np.int64),
        "decision_deferrals": cases.deferrals,
        "recusals": cases.recusals,
        "refusals": (cases.outcome == REFUSED_OUTCOME).astype(np.int64),
    }
    for measure, number in numbers.items():
        for name, chosen in view.by_type(view.counted & view.is_opened):
            yield Row(measure, float(number[chosen].sum()), case_type=name)


def waits(view: View) -> Iterator[Row]:
    """Yield the median working days that a case waits for committees in all.

    Those that wait for one at the horizon are censored.
    """
    cases = view.log.cases
    waiting = _stands_before_a_committee(view)
    concerned = view.cohort & ((cases.meetings > 0) | (cases.committee > 0) | waiting)
    days = cases.committee / DAY
    for name, chosen in view.by_type(concerned):
        if chosen.any():
            curve = kaplan_meier(days[chosen], ~waiting[chosen])
            value = quantile(curve, 0.5, view.followed_working_days)
            yield Row("decision_wait_days_median", value, case_type=name)


def _stands_before_a_committee(view: View) -> Bool:
    """Return the open cases whose current step is a committee's."""
    steps = view.model.steps
    stands = ~view.is_closed & (view.log.cases.step != UNSET)
    waiting = np.zeros(len(stands), dtype=bool)
    route = view.model.cases.route[stands]
    waiting[stands] = steps.kind[steps.first[route] + view.log.cases.step[stands]] == MEET
    return waiting


def quorum_failures(view: View) -> Iterator[Row]:
    """Yield items put off for want of a quorum without conflicts, by kind of committee and year.

    All items of the committees that serve the area count.
    """
    committees, meetings = view.model.committees, view.log.meetings
    serving = np.unique(committees.of[:, view.model.entities.inside])
    year = view.years.index(meetings.time)
    kept = np.isin(meetings.committee, serving) & (year >= 0) & (year < len(view.years))
    kind = committees.kind[meetings.committee[kept]]
    shape = (len(committees.kinds), len(view.years))
    address = kind * shape[1] + year[kept]
    lost = meetings.no_quorum[kept].astype(np.float64)
    table = np.bincount(address, weights=lost, minlength=shape[0] * shape[1]).reshape(shape)
    for name, row in zip((*committees.kinds, ALL), (*table, table.sum(axis=0)), strict=True):
        yield Row("quorum_failures", float(row.sum()), body=name)
        for period, value in zip(view.years.names, row, strict=True):
            yield Row("quorum_failures", float(value), body=name, period=period)


def schemes(view: View) -> Iterator[Row]:
    """Yield redesign schemes completed, and the median months that one takes."""
    redesign = of_group(view, REDESIGN)
    done = redesign & view.is_closed & (view.log.cases.outcome == CLOSED)
    if REDESIGN not in view.model.types.groups:
        return
    rows = by_period(view, "schemes_completed", done, view.ends)
    yield from (row for row in rows if row.case_type == ALL)
    begun = redesign & view.cohort
    if not begun.any():
        return
    days = view.calendar_days(view.ends) - view.calendar_days(view.since)
    curve = kaplan_meier(days[begun] / DAYS_PER_MONTH, view.is_closed[begun])
    limit = view.followed_days / DAYS_PER_MONTH
    yield Row("scheme_lead_months_median", quantile(curve, 0.5, limit))
