"""Working time to calendar time, and the windows that results are reported in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Clock, Model
from sim.scenario.units import DAY

Int = NDArray[np.int64]
Float = NDArray[np.float64]

BLOCK = 1 << 16
"""Instants that are turned into dates at once, so that little memory is needed beside them."""

DAYS_PER_MONTH = 365.25 / 12
"""Mean length of a calendar month in days."""


def calendar_days(clock: Clock, instant: Int | int) -> Float:
    """Return calendar days since the start date of instants in working milliseconds.

    Within a working day time runs on evenly; the end of a Friday is the start
    of the next working day. Times before the start, of which no dates are
    known, are stretched by the mean length of a working day.
    """
    every = np.asarray(instant, dtype=np.int64).ravel()
    days = np.empty(len(every))
    for start in range(0, len(every), BLOCK):
        days[start : start + BLOCK] = _days(clock, every[start : start + BLOCK])
    return days.reshape(np.shape(instant))


def _days(clock: Clock, instant: Int) -> Float:
    day, rest = np.divmod(instant, DAY)
    known = clock.calendar_day_of
    found = known.take(day, mode="clip") + rest / DAY
    if (day < 0).any():
        stretch = (known[-1] + 1) / len(known)
        found = np.where(day < 0, (day + rest / DAY) * stretch, found)
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class Windows:
    """Consecutive periods; period i is from ``edges[i]`` to ``edges[i + 1]``."""

    names: tuple[str, ...]
    edges: Int

    def __len__(self) -> int:
        """Return the number of periods."""
        return len(self.names)

    def index(self, instant: Int) -> Int:
        """Return the period of each instant, -1 before the first, ``len`` after the last.

        An edge belongs to the period that it begins, the last edge to the last period.
        """
        found = np.full(len(instant), -1, dtype=np.int16)
        for edge in (*self.edges[:-1], self.edges[-1] + 1):  # few: quicker than a search
            found += instant >= edge
        return found.astype(np.int64)


def years(model: Model) -> Windows:
    """Return "year 1" to "year n" since the start; the last ends with the horizon.

    Years that lie within the warm-up are left out, one that it cuts is clipped.
    """
    clock = model.clock
    count = max(int(np.ceil(model.years - 1e-9)), 1)
    inner = [_instant(clock, 12 * year) for year in range(1, count)]
    edges = np.array([0, *inner, clock.horizon], dtype=np.int64)
    kept = [year for year in range(count) if edges[year + 1] > model.warm_up]
    starts = np.maximum(edges[kept], model.warm_up)
    names = tuple(f"year {year + 1}" for year in kept)
    return Windows(names, np.append(starts, clock.horizon).astype(np.int64))


@dataclass(frozen=True)
class Months:
    """Month ends within the horizon and after the warm-up."""

    names: tuple[str, ...]
    """Such as "2013-04" for the end of April 2013."""
    ends: Int
    """The first working instant of the next month."""


def months(model: Model) -> Months:
    """Return the month ends of a run; none in a run that ends before the first of them."""
    clock = model.clock
    first = np.datetime64(clock.start, "M")
    last = int(calendar_days(clock, clock.horizon) / DAYS_PER_MONTH) + 2
    names = first + np.arange(last)
    day = ((names + 1).astype("datetime64[D]") - np.datetime64(clock.start, "D")).astype(np.int64)
    ends = clock.working_day_of[np.minimum(day, len(clock.working_day_of) - 1)] * DAY
    kept = (ends <= clock.horizon) & (ends > model.warm_up)
    return Months(tuple(str(name) for name in names[kept]), ends[kept])


def _instant(clock: Clock, months_on: int) -> int:
    """Return the first working instant on or after a whole number of months from the start."""
    start = np.datetime64(clock.start, "D")
    month = start.astype("datetime64[M]")
    moved = (month + months_on).astype("datetime64[D]") + (start - month.astype("datetime64[D]"))
    day = int((moved - start).astype(np.int64))
    return int(clock.working_day_of[day]) * DAY
