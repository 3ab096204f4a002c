"""What every measure starts from: which cases count, since when, and to when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Int16, Int32, Model
from sim.model.jit import shared
from sim.model.ordering import edges_of
from sim.model.phases import phases
from sim.outcomes import dates, members
from sim.outcomes.dates import Months, Windows
from sim.outcomes.jit import fast
from sim.outcomes.members import is_closed
from sim.outcomes.tally import Tally
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
class ByType:
    """Some cases in order of case type."""

    names: tuple[str, ...]
    case: Int32
    """Numbers of the cases."""
    edges: Int
    """Where each type begins, and the end."""

    def places(self) -> list[slice]:
        """Return where the cases of each type are."""
        return [slice(start, end) for start, end in pairwise(self.edges)]


@dataclass(frozen=True)
class View:
    """A run with what all measures share. Arrays have shape (cases,)."""

    tally: Tally

    @property
    def model(self) -> Model:
        """What was run."""
        return self.tally.model

    @cached_property
    def phases(self) -> list[Model]:
        """What held before and after a change of the arrangement, if there was one."""
        return phases(self.model)

    @cached_property
    def team_kinds(self) -> tuple[str, ...]:
        """Names of the kinds of team, each once: two arrangements may use the same."""
        return tuple(dict.fromkeys(self.model.teams.kinds))

    @cached_property
    def lasts(self) -> Float:
        """Share of the run in which each team exists, shape (teams,)."""
        share = np.ones(len(self.model.teams.kind))
        if self.model.change is not None:
            before = min(self.model.change.at / self.model.clock.horizon, 1.0)
            share[:] = 1.0 - before
            share[: self.model.change.teams] = before
        return share

    @cached_property
    def years(self) -> Windows:
        """Years since the start."""
        return dates.years(self.model)

    @cached_property
    def months(self) -> Months:
        """Month ends."""
        return dates.months(self.model)

    @property
    def counted(self) -> Bool:
        """Cases of the area: those that other areas bring to a shared body do not count."""
        return self.tally.counted

    @property
    def since(self) -> Int:
        """When each case was first owed.

        A review that waits for the one before it is owed from its due date,
        though it cannot be opened yet: being slow must not shorten any time. A
        case whose due date counts from the last closing begins when it opens.
        """
        return self.tally.since

    def due(self, case: Int | Int32) -> Int:
        """Return when cases of a cycle fell due; negative when before the start."""
        rolling = self.tally.rolling[case]
        return np.where(rolling, self.tally.opened[case], self.model.cases.due[case])

    @cached_property
    def owed(self) -> Bool:
        """Cases that have arisen by the horizon, opened or not."""
        return np.asarray(members.is_owed(self.since, self.model.clock.horizon))

    @cached_property
    def cohort(self) -> Bool:
        """Cases that times are measured on: arisen in the run, after the warm-up.

        Cases in flight or overdue on the first day are left out, because they
        began at an unknown time under another arrangement.
        """
        warm_up, horizon = self.model.warm_up, self.model.clock.horizon
        return np.asarray(members.in_cohort(self.tally.known, self.since, warm_up, horizon))

    @cached_property
    def is_closed(self) -> Bool:
        """Cases closed (or refused) by the horizon."""
        return np.asarray(members.is_closed(self.tally.closed, self.model.clock.horizon))

    @cached_property
    def is_opened(self) -> Bool:
        """Cases that somebody could work on before the horizon."""
        return np.asarray(members.is_opened(self.tally.opened, self.model.clock.horizon))

    def ends(self, case: Int | Int32) -> Int:
        """Return when cases closed, or the horizon."""
        return members.ends(self.tally.closed[case], self.model.clock.horizon)

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

    @property
    def type_names(self) -> tuple[str, ...]:
        """Every case type, and all together."""
        return (*self.model.types.names, ALL)

    def by_type(self, mask: Bool) -> ByType:
        """Put the cases of a mask in order of case type."""
        names = self.model.types.names
        case: Int32 = np.flatnonzero(mask).astype(np.int32)
        kind = self.model.cases.case_type[case]
        return ByType(names, case[np.argsort(kind, kind="stable")], edges_of(kind, len(names)))


def counts(view: View, case: Int | Int32, group: Int, groups: int) -> Int:
    """Count cases by case type and group, shape (types + 1, groups); the last row is all.

    ``case`` is the numbers of the cases, ``group`` their groups, both of shape
    (chosen,); groups below 0 or from ``groups`` on are left out.
    """
    types = len(view.model.types.names)
    width = np.int64(groups + 2)
    address = view.model.cases.case_type[case] * width + np.clip(group, -1, groups) + 1
    table = np.bincount(address, minlength=types * width).reshape(types, width)[:, 1:-1]
    return np.vstack([table, table.sum(axis=0)]).astype(np.int64)


def by_period(view: View, measure: str, case: Int | Int32, instant: Int) -> Iterator[Row]:
    """Count cases by case type in each year and over all years, by an instant of theirs."""
    table = counts(view, case, view.years.index(instant), len(view.years))
    for name, row in zip(view.type_names, table, strict=True):
        yield from in_years(view, measure, row, case_type=name)


def in_years(view: View, measure: str, values: Int | Float, case_type: str = ALL) -> Iterator[Row]:
    """Give a number for each year and their sum."""
    for period, value in zip(view.years.names, values, strict=True):
        yield Row(measure, float(value), case_type=case_type, period=period)
    yield Row(measure, float(np.sum(values)), case_type=case_type)


def standing(view: View, case: Int32, begun: Int) -> Int:
    """Count cases that have begun and not closed at each month end, and at the horizon.

    ``case`` is the numbers of the cases, ``begun`` has its shape; the result
    (types + 1, months + 1). A case that begins at that very instant does not
    count yet; one that closes then no longer does.
    """
    at = np.append(view.months.ends, view.model.clock.horizon)
    change = np.zeros((len(view.model.types.names), len(at) + 1), dtype=np.int64)
    case_type = np.ascontiguousarray(view.model.cases.case_type)
    fast(count_changes, CHANGES)(case, begun, case_type, view.tally.closed, at, change)
    table = np.cumsum(change[:, :-1], axis=1)
    return np.vstack([table, table.sum(axis=0)])


def count_changes(
    case: Int32, begun: Int, case_type: Int16, closed: Int, at: Int, change: Int
) -> None:
    """Count the cases that begin, less those that close, up to each instant of ``at``.

    ``change`` has shape (types, instants + 1); the last column is for later ones.
    """
    horizon = at[-1]
    for row in range(len(case)):
        which, end = case[row], closed[case[row]]
        change[case_type[which], since(begun[row], at)] += 1
        if is_closed(end, horizon):
            change[case_type[which], since(end - 1, at)] -= 1


@shared
def since(instant: int, at: Int) -> int:
    """Return the first place of ``at`` that lies after an instant, or their number."""
    place = int(max(min(instant * len(at) // at[-1], len(at)), 0))  # as if they were even
    while place > 0 and at[place - 1] > instant:
        place -= 1
    while place < len(at) and at[place] <= instant:
        place += 1
    return place


CHANGES = "void(i4[::1], i8[::1], i2[::1], i8[::1], i8[::1], i8[:,::1])"


def of_group(view: View, group: str) -> Bool:
    """Return the counted cases whose type is of a group."""
    belongs = np.array([name == group for name in view.model.types.groups], dtype=bool)
    return np.asarray(view.counted & belongs[view.model.cases.case_type])
