"""Quality: contracts that struggle and fail, for how long unnoticed, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.log import UNSET
from sim.outcomes.spells import GONE, REPAIRED, Spells, spells
from sim.outcomes.view import ALL, Bool, Float, Int, Row, View, in_years


def condition(view: View) -> Iterator[Row]:
    """Yield every measure of the condition of contracts, if it is followed."""
    given = view.model.condition
    if given is None or not (view.contracts & given.applies).any():
        return
    found = spells(view, given)
    yield from standing(view, found)
    yield from months(view, found)
    yield from turns(view, found)


def standing(view: View, found: Spells) -> Iterator[Row]:
    """Yield the shares of contracts that struggle and that fail, at year ends and at the end."""
    contracts = len(np.unique(found.entity))
    periods = [*zip(view.years.names, view.years.edges[1:].tolist(), strict=True)]
    for period, end in [*periods, (ALL, view.model.clock.horizon)]:
        failing = _lasts(found.fails, found, end)
        poor = _lasts(found.struggles, found, end)
        yield Row("contracts_struggling_share", (poor - failing) / contracts, period=period)
        yield Row("contracts_failing_share", failing / contracts, period=period)


def _lasts(since: Int, found: Spells, end: int) -> int:
    """Count the spells in which something that began before an instant goes on up to it."""
    return int(np.count_nonzero((since < end) & (found.ends >= end)))


def months(view: View, found: Spells) -> Iterator[Row]:
    """Yield months for which contracts were failing, and those until anybody noticed."""
    unseen = np.where(found.noticed == UNSET, found.ends, found.noticed)
    yield from in_years(view, "failing_months", _months(view, found.fails, found.ends))
    yield from in_years(view, "failing_unnoticed_months", _months(view, found.fails, unseen))


def _months(view: View, start: Int, end: Int) -> Float:
    """Add up what stretches of time have of each year, in months."""
    edges = view.years.edges
    within = np.clip(end[:, None], edges[:-1], edges[1:]) - np.clip(
        start[:, None], edges[:-1], edges[1:]
    )
    total = np.maximum(within, 0).sum(axis=0)
    return np.asarray(total * (view.run_months / view.model.clock.horizon))


def turns(view: View, found: Spells) -> Iterator[Row]:
    """Yield detections, repairs, closings and the patients of contracts that closed."""
    patients = view.model.entities.patients[found.entity]
    gone, one = found.ending == GONE, np.ones(len(found.entity), dtype=np.int64)
    yield from _in_years(view, "contracts_noticed", found.noticed, found.noticed != UNSET, one)
    yield from _in_years(view, "contracts_repaired", found.ends, found.ending == REPAIRED, one)
    yield from _in_years(view, "closures_unplanned", found.ends, gone, one)
    yield from _in_years(view, "closures_unplanned_patients", found.ends, gone, patients)


def _in_years(view: View, measure: str, time: Int, chosen: Bool, weight: Int) -> Iterator[Row]:
    """Add up a weight over some spells by the year of an instant of theirs."""
    year = view.years.index(time[chosen])
    within = (year >= 0) & (year < len(view.years))
    total = np.bincount(year[within], weight[chosen][within], minlength=len(view.years))
    return in_years(view, measure, total)
