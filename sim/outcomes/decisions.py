"""Decisions of committees, refusals, and redesign schemes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.log import CLOSED, UNSET
from sim.model.arrays import MEET
from sim.outcomes.casebook import OPENED
from sim.outcomes.dates import DAYS_PER_MONTH
from sim.outcomes.survival import curves, kaplan_meier, quantile
from sim.outcomes.view import ALL, Bool, Row, View, by_period, of_group
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
    numbers = {
        "decision_items": "items",
        "decision_deferrals": "deferrals",
        "recusals": "recusals",
        "refusals": "refused",
    }
    for measure, counted in numbers.items():
        totals = view.tally.total(counted, OPENED)
        for name, number in zip(view.type_names, totals, strict=True):
            yield Row(measure, float(number), case_type=name)


def waits(view: View) -> Iterator[Row]:
    """Yield the median working days that a case waits for committees in all.

    Those that wait for one at the horizon are censored.
    """
    tally, waiting = view.tally, _stands_before_a_committee(view)
    cases = view.by_type(view.cohort & (tally.on_agenda | (tally.committee > 0) | waiting))
    days, done = tally.committee[cases.case] / DAY, ~waiting[cases.case]
    for name, curve in curves(cases, days, done):
        value = quantile(curve, 0.5, view.followed_working_days)
        yield Row("decision_wait_days_median", value, case_type=name)


def _stands_before_a_committee(view: View) -> Bool:
    """Return the open cases whose current step is a committee's."""
    steps = view.model.steps
    case, step, _ = view.tally.still_open().T
    case, step = case[step != UNSET], step[step != UNSET]
    waiting = np.zeros(len(view.counted), dtype=bool)
    waiting[case] = steps.kind[steps.first[view.phases[-1].cases.route[case]] + step] == MEET
    return waiting


def quorum_failures(view: View) -> Iterator[Row]:
    """Yield items put off for want of a quorum without conflicts, by kind of committee and year.

    All items of the committees that serve the area count.
    """
    names, table = np.array(view.model.committees.kinds, dtype=str), view.tally.quorum_failures
    # Two arrangements may use the same name.
    by_name = {name: table[names == name].sum(axis=0) for name in dict.fromkeys(names.tolist())}
    for name, row in {**by_name, ALL: table.sum(axis=0)}.items():
        yield Row("quorum_failures", float(row.sum()), body=name)
        for period, value in zip(view.years.names, row, strict=True):
            yield Row("quorum_failures", float(value), body=name, period=period)


def schemes(view: View) -> Iterator[Row]:
    """Yield redesign schemes completed, and the median months that one takes."""
    if REDESIGN not in view.model.types.groups:
        return
    redesign = of_group(view, REDESIGN)
    done = np.flatnonzero(redesign & view.is_closed & (view.tally.outcome == CLOSED))
    rows = by_period(view, "schemes_completed", done, view.ends(done))
    yield from (row for row in rows if row.case_type == ALL)
    begun = np.flatnonzero(redesign & view.cohort)
    if not len(begun):
        return
    days = view.calendar_days(view.ends(begun)) - view.calendar_days(view.since[begun])
    curve = kaplan_meier(days / DAYS_PER_MONTH, view.is_closed[begun])
    limit = view.followed_days / DAYS_PER_MONTH
    yield Row("scheme_lead_months_median", quantile(curve, 0.5, limit))
