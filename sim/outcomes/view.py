"""What every measure starts from: which cases count, since when, and to when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET, Log
from sim.model.arrays import Model
from sim.outcomes import dates
from sim.outcomes.dates import Months, Windows
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.units import DAY

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

ALL = "all"
CELL = len(CONTRACT_TYPES)
"""The kind of an entity that is a cell and not a contract."""


class Row(NamedTuple):
    """One number of the result."""

    measure: str
    value: float
    case_type: str = ALL
    body: str = ALL
    role: str = ALL
    period: str = ALL


@dataclass(frozen=True)
class View:
    """A run with what all measures share. Arrays have shape (cases,)."""

    model: Model
    log: Log

    @cached_property
    def years(self) -> Windows:
        """Years since the start."""
        return dates.years(self.model)

    @cached_property
    def months(self) -> Months:
        """Month ends."""
        return dates.months(self.model)

    @cached_property
    def counted(self) -> Bool:
        """Cases of the area: those that other areas bring to a shared body do not count."""
        cases = self.model.cases
        return np.asarray(~cases.background & self.model.entities.inside[cases.entity])

    @cached_property
    def since(self) -> Int:
        """When each case was first owed.

        A review that waits for the one before it is owed from its due date,
        though it cannot be opened yet: being slow must not shorten any time. A
        case whose due date counts from the last closing begins when it opens.
        """
        cases = self.model.cases
        return np.where(self._follows_closing, self.log.cases.opened, cases.opens)

    @cached_property
    def due(self) -> Int:
        """When each case of a cycle fell due; negative when before the start."""
        return np.where(self._follows_closing, self.log.cases.opened, self.model.cases.due)

    @cached_property
    def owed(self) -> Bool:
        """Cases that have arisen by the horizon, opened or not."""
        return (self.since >= 0) & (self.since < self.model.clock.horizon)

    @property
    def _follows_closing(self) -> Bool:
        cases = self.model.cases
        return (cases.after >= 0) & (cases.gap >= 0)

    @cached_property
    def cohort(self) -> Bool:
        """Cases that times are measured on: arisen in the run, after the warm-up.

        Cases in flight or overdue on the first day are left out, because they
        began at an unknown time under another arrangement.
        """
        late_enough = self.since >= self.model.warm_up
        return np.asarray(self.counted & self.owed & late_enough & ~self.model.cases.initial)

    @cached_property
    def is_closed(self) -> Bool:
        """Cases closed (or refused) by the horizon."""
        closed = self.log.cases.closed
        return np.asarray((closed != UNSET) & (closed <= self.model.clock.horizon))

    @cached_property
    def is_opened(self) -> Bool:
        """Cases that somebody could work on before the horizon."""
        opened = self.log.cases.opened
        return np.asarray((opened != UNSET) & (opened < self.model.clock.horizon))

    @cached_property
    def ends(self) -> Int:
        """When each case closed, or the horizon."""
        return np.where(self.is_closed, self.log.cases.closed, self.model.clock.horizon)

    @cached_property
    def contracts(self) -> Bool:
        """Contracts of the area, shape (entities,)."""
        entities = self.model.entities
        return np.asarray(entities.inside & (entities.kind != CELL))

    def calendar_days(self, instant: Int | int) -> Float:
        """Return calendar days since the start date."""
        return dates.calendar_days(self.model.clock, instant)

    @property
    def followed_days(self) -> float:
        """Half of the run in calendar days: times are measured up to here.

        Cases of the first half are all followed for as long. What lies beyond
        is known from the oldest cases alone, and where a queue grows those are
        the quick ones.
        """
        clock = self.model.clock
        span = self.calendar_days(clock.horizon) - self.calendar_days(self.model.warm_up)
        return float(span) / 2.0

    @property
    def followed_working_days(self) -> float:
        """Half of the run in working days."""
        return (self.model.clock.horizon - self.model.warm_up) / DAY / 2.0

    @property
    def run_months(self) -> float:
        """Calendar months from the start to the horizon."""
        return float(self.calendar_days(self.model.clock.horizon)) / dates.DAYS_PER_MONTH

    def by_type(self, mask: Bool) -> Iterator[tuple[str, Bool]]:
        """Give each case type, and all together, the cases of a mask."""
        case_type = self.model.cases.case_type
        for number, name in enumerate(self.model.types.names):
            yield name, mask & (case_type == number)
        yield ALL, mask


def counts(view: View, mask: Bool, group: Int, groups: int) -> Int:
    """Count cases by case type and group, shape (types + 1, groups); the last row is all.

    ``group`` has shape (cases,); groups below 0 or from ``groups`` on are left out.
    """
    types = len(view.model.types.names)
    kept = mask & (group >= 0) & (group < groups)
    address = view.model.cases.case_type[kept] * groups + group[kept]
    table = np.bincount(address, minlength=types * groups).reshape(types, groups)
    return np.vstack([table, table.sum(axis=0)]).astype(np.int64)


def by_period(view: View, measure: str, mask: Bool, instant: Int) -> Iterator[Row]:
    """Count cases by case type in each year and over all years, by an instant of theirs."""
    table = counts(view, mask, view.years.index(instant), len(view.years))
    for name, row in zip((*view.model.types.names, ALL), table, strict=True):
        yield from in_years(view, measure, row, case_type=name)


def in_years(view: View, measure: str, values: Int | Float, case_type: str = ALL) -> Iterator[Row]:
    """Give a number for each year and their sum."""
    for period, value in zip(view.years.names, values, strict=True):
        yield Row(measure, float(value), case_type=case_type, period=period)
    yield Row(measure, float(np.sum(values)), case_type=case_type)


def standing(view: View, mask: Bool, begun: Int, ends: Int) -> Int:
    """Count cases that have begun and not ended at each month end, and at the horizon.

    Shape (types + 1, months + 1). A case that begins at that very instant does
    not count yet; one that ends then no longer does.
    """
    at = np.append(view.months.ends, view.model.clock.horizon)
    came = counts(view, mask, np.searchsorted(at, begun, side="right"), len(at))
    gone = mask & view.is_closed
    went = counts(view, gone, np.searchsorted(at, ends, side="left"), len(at))
    return np.asarray(np.cumsum(came - went, axis=1), dtype=np.int64)


def of_group(view: View, group: str) -> Bool:
    """Return the counted cases whose type is of a group."""
    belongs = np.array([name == group for name in view.model.types.groups], dtype=bool)
    return np.asarray(view.counted & belongs[view.model.cases.case_type])
