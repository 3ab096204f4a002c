"""The working calendar: which days are worked, and working time to dates and back.

Working time counts whole milliseconds from the first working day on or after
the start; a working day has ``DAY`` of them. England works on weekdays that
are not bank holidays.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sim.scenario.units import DAY

DAYS_PER_YEAR = 365.25
"""Mean length of a calendar year in days."""

REACH_YEARS = 6
"""Years past the horizon that the calendar covers, for waits that end after it."""


@dataclass(frozen=True)
class Calendar:
    """Working days from a start date to some years past the horizon.

    ``calendar_day_of[w]`` is the days from ``start`` to working day w (above 0
    for w = 0 when ``start`` itself is not worked). ``working_day_of[d]`` is the
    first working day on or after ``start`` + d days. ``horizon`` is the working
    time within the years asked for, in milliseconds.
    """

    start: dt.date
    calendar_day_of: NDArray[np.int64]
    working_day_of: NDArray[np.int64]
    horizon: int

    @classmethod
    def england(cls, start: dt.date, years: float) -> Calendar:
        """Weekdays less England's bank holidays.

        Raises:
            ValueError: The years go beyond the frozen table of bank holidays.
        """
        closed = bank_holidays()
        first, last = closed[0].astype(object).year, closed[-1].astype(object).year
        end = add_years(start, years + REACH_YEARS)
        if start.year < first or end.year > last:
            raise ValueError(
                f"bank holidays are known from {first} to {last}, but a run of {years:g} years"
                f" from {start} needs them until {end} ({REACH_YEARS} years past its end);"
                ' choose other dates or calendar = "every_day"'
            )
        days = _days(start, end)
        return _from_mask(start, years, np.is_busday(days, holidays=closed))

    @classmethod
    def every_day(cls, start: dt.date, years: float) -> Calendar:
        """Every day is worked (for textbook scenarios)."""
        end = add_years(start, years + REACH_YEARS)
        return _from_mask(start, years, np.ones(len(_days(start, end)), dtype=np.bool_))

    @property
    def working_days_per_year(self) -> float:
        """Mean number of working days in a year, over the whole reach."""
        return len(self.calendar_day_of) * DAYS_PER_YEAR / len(self.working_day_of)

    def date_of(self, ms: int) -> dt.date:
        """Return the date of an instant of working time.

        Raises:
            ValueError: The instant is before the start or past the reach.
        """
        day = int(ms) // DAY
        if not 0 <= day < len(self.calendar_day_of):
            raise ValueError(f"working day {day} is outside the calendar that starts {self.start}")
        return self.start + dt.timedelta(days=int(self.calendar_day_of[day]))

    def working_ms(self, date: dt.date) -> int:
        """Return when the first working day on or after a date begins, in milliseconds.

        Raises:
            ValueError: The date is before the start or past the reach.
        """
        day = (date - self.start).days
        if not 0 <= day < len(self.working_day_of):
            raise ValueError(f"{date} is outside the calendar that starts {self.start}")
        return int(self.working_day_of[day]) * DAY


def add_years(start: dt.date, years: float) -> dt.date:
    """Add whole years by the calendar (29 February becomes 1 March) and the rest in days.

    Raises:
        ValueError: That is past the last year that dates can have.
    """
    whole = int(years)
    if start.year + years >= dt.MAXYEAR:
        raise ValueError(f"a run from {start} needs dates past the year {dt.MAXYEAR}")
    try:
        moved = start.replace(year=start.year + whole)
    except ValueError:
        moved = dt.date(start.year + whole, 3, 1)
    return moved + dt.timedelta(days=round((years - whole) * DAYS_PER_YEAR))


@cache
def bank_holidays() -> NDArray[np.datetime64]:
    """Return England's bank holidays on weekdays, frozen in ``bank_holidays.csv``."""
    table = files("sim.scenario").joinpath("bank_holidays.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return np.array([row["date"] for row in rows], dtype="datetime64[D]")


def _days(start: dt.date, end: dt.date) -> NDArray[np.datetime64]:
    return np.arange(np.datetime64(start), np.datetime64(end))


def _from_mask(start: dt.date, years: float, worked: NDArray[np.bool_]) -> Calendar:
    """Count the worked days; the reach ends with the last of them."""
    calendar_day_of = np.flatnonzero(worked).astype(np.int64)
    reach = int(calendar_day_of[-1]) + 1
    worked_before = np.concatenate(([0], np.cumsum(worked[: reach - 1], dtype=np.int64)))
    length = (add_years(start, years) - start).days
    horizon = int(np.count_nonzero(worked[:length])) * DAY
    return Calendar(start, calendar_day_of, worked_before, horizon)
