"""The working calendar: England's working days, and dates to working time and back."""

import csv
import datetime as dt
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.calendar import Calendar, add_years, bank_holidays
from sim.scenario.units import DAY, HOUR, SESSION, milliseconds

ROOT = Path(__file__).parent.parent
STARTS = st.dates(dt.date(2004, 1, 1), dt.date(2035, 12, 31))
YEARS = st.floats(0.05, 3.9, allow_nan=False)


def test_a_working_day_is_seven_and_a_half_hours():
    assert milliseconds(7.5) == DAY == 2 * SESSION
    assert milliseconds(1) == HOUR
    assert milliseconds(0.1) == 360_000


def test_the_frozen_table_is_what_the_holidays_package_says():
    made = runpy.run_path(str(ROOT / "tools" / "freeze_bank_holidays.py"))["bank_holidays"]()
    with (ROOT / "sim" / "scenario" / "bank_holidays.csv").open(encoding="utf-8") as file:
        frozen = [(row["date"], row["name"]) for row in csv.DictReader(file)]
    assert frozen == [(day.isoformat(), name) for day, name in made]


@pytest.mark.parametrize(
    ("date", "worked"),
    [
        ("2013-03-29", False),  # Good Friday
        ("2013-04-01", False),  # Easter Monday, the day the new bodies took over
        ("2013-04-02", True),
        ("2013-04-06", False),  # a Saturday
        ("2012-05-28", True),  # the spring holiday moved to June for the jubilee
        ("2012-06-05", False),
        ("2022-09-19", False),
        ("2020-12-28", False),  # substitute for Boxing Day on a Saturday
    ],
)
def test_known_days(date, worked):
    assert np.is_busday(np.datetime64(date), holidays=bank_holidays()) == worked
    calendar = Calendar.england(dt.date.fromisoformat(date), 1)
    assert (calendar.calendar_day_of[0] == 0) == worked


def test_a_start_on_a_holiday_waits_for_the_first_working_day():
    calendar = Calendar.england(dt.date(2013, 4, 1), 1)
    assert calendar.calendar_day_of[:5].tolist() == [1, 2, 3, 4, 7]
    assert calendar.working_day_of[:9].tolist() == [0, 0, 1, 2, 3, 4, 4, 4, 5]
    assert calendar.date_of(0) == dt.date(2013, 4, 2)
    assert calendar.working_ms(dt.date(2013, 4, 1)) == 0


def test_england_works_about_253_days_a_year():
    calendar = Calendar.england(dt.date(2013, 4, 1), 5)
    assert calendar.horizon // DAY in range(5 * 252, 5 * 254 + 1)
    assert calendar.working_days_per_year == pytest.approx(253, abs=1)


def test_horizon_of_one_financial_year_is_counted_by_hand():
    # 1 April 2014 to 31 March 2015: 261 weekdays less 8 bank holidays
    assert Calendar.england(dt.date(2014, 4, 1), 1).horizon == 253 * DAY


def test_every_day_is_every_day():
    calendar = Calendar.every_day(dt.date(2015, 1, 1), 2)
    assert calendar.horizon == 731 * DAY
    assert calendar.working_days_per_year == 365.25
    assert (calendar.calendar_day_of == np.arange(len(calendar.calendar_day_of))).all()
    assert (calendar.calendar_day_of == calendar.working_day_of).all()


def test_two_hundred_years_of_textbook():
    assert Calendar.every_day(dt.date(2013, 4, 1), 200).horizon == 73_048 * DAY


@pytest.mark.parametrize(("start", "years"), [("2003-12-31", 1), ("2036-01-01", 5)])
def test_a_run_past_the_bank_holiday_table_is_refused(start, years):
    with pytest.raises(ValueError, match="bank holidays are known from 2004 to 2045"):
        Calendar.england(dt.date.fromisoformat(start), years)


def test_dates_outside_the_calendar_are_refused():
    calendar = Calendar.england(dt.date(2013, 4, 2), 1)
    for ms in (-1, len(calendar.calendar_day_of) * DAY):
        with pytest.raises(ValueError, match="outside the calendar"):
            calendar.date_of(ms)
    for date in (dt.date(2013, 4, 1), dt.date(2030, 1, 1)):
        with pytest.raises(ValueError, match="outside the calendar"):
            calendar.working_ms(date)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2013-04-01", 1, "2014-04-01"),
        ("2016-02-29", 1, "2017-03-01"),
        ("2016-02-29", 4, "2020-02-29"),
        ("2013-04-01", 0.5, "2013-10-01"),
    ],
)
def test_years_are_added_by_the_calendar(start, years, end):
    assert add_years(dt.date.fromisoformat(start), years) == dt.date.fromisoformat(end)


@given(STARTS, YEARS)
def test_the_two_look_ups_are_inverse(start, years):
    calendar = Calendar.england(start, years)
    days, order = calendar.calendar_day_of, calendar.working_day_of
    assert (order[days] == np.arange(len(days))).all()
    offsets = np.arange(len(order))
    assert (days[order] >= offsets).all()
    later = order > 0
    assert (days[order[later] - 1] < offsets[later]).all()


@given(STARTS, YEARS)
def test_the_reach_is_six_years_past_the_horizon(start, years):
    calendar = Calendar.england(start, years)
    assert len(calendar.calendar_day_of) * DAY > calendar.horizon
    end = start + dt.timedelta(days=len(calendar.working_day_of))
    assert (end - add_years(start, years)).days > 6 * 365 - 10


@given(STARTS, st.integers(0, 2000), st.integers(0, DAY - 1))
def test_working_time_and_dates_round_trip(start, day, within):
    calendar = Calendar.england(start, 3)
    ms = min(day, len(calendar.calendar_day_of) - 1) * DAY + within
    assert calendar.working_ms(calendar.date_of(ms)) == ms - within
