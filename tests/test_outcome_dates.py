"""Calendar time of instants, and the years and months that results are given for."""

import datetime as dt

import numpy as np
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.dates import Windows, calendar_days, months, years
from sim.scenario.units import DAY


def test_every_day_a_working_day_is_a_calendar_day():
    clock = toy.model().clock
    assert calendar_days(clock, toy.ms(12.25)) == 12.25
    assert calendar_days(clock, toy.ms(-3.5) - 1 + 1) == pytest.approx(-3.5)


def test_weekends_and_bank_holidays_pass_in_calendar_days():
    """Monday 1 April 2013 was Easter Monday, so work starts on Tuesday 2 April."""
    clock = toy.model(weekdays=True).clock
    assert calendar_days(clock, 0) == 1.0
    assert calendar_days(clock, toy.ms(3.5)) == 4.5, "noon on Friday 5 April"
    assert calendar_days(clock, toy.ms(4)) == 7.0, "the first instant of Monday 8 April"


def test_before_the_start_a_working_year_is_a_calendar_year():
    clock = toy.model(weekdays=True, years=3).clock
    a_year = clock.horizon // 3
    assert calendar_days(clock, -a_year) == pytest.approx(-365.25, abs=2)


@given(st.lists(st.integers(-400 * DAY, 1500 * DAY), min_size=2, max_size=20))
def test_calendar_time_never_runs_backwards(instants):
    clock = toy.model(weekdays=True, years=2).clock
    days = calendar_days(clock, np.array(sorted(instants)))
    assert (np.diff(days) >= 0).all()


def test_years_run_from_the_start():
    windows = years(toy.model(years=3))
    assert windows.names == ("year 1", "year 2", "year 3")
    assert list(windows.edges // DAY) == [0, 365, 730, 1096], "2016 has a 29 February"


def test_part_of_a_year_ends_with_the_horizon():
    windows = years(toy.model(years=1.5))
    assert windows.names == ("year 1", "year 2")
    assert windows.edges[-1] == toy.model(years=1.5).clock.horizon


def test_a_run_that_starts_on_leap_day_has_years_too():
    windows = years(toy.model(start=dt.date(2012, 2, 29), years=2))
    assert list(windows.edges // DAY) == [0, 366, 731]


def test_years_before_the_warm_up_are_left_out_and_one_is_clipped():
    windows = years(toy.model(years=3, warm_up=400))
    assert windows.names == ("year 2", "year 3")
    assert list(windows.edges // DAY) == [400, 730, 1096]


def test_the_last_instant_belongs_to_the_last_year():
    windows = Windows(("a", "b"), np.array([0, 10, 20]))
    assert list(windows.index(np.array([-1, 0, 9, 10, 19, 20, 21]))) == [-1, 0, 0, 1, 1, 1, 2]


def test_months_end_where_the_next_begins():
    ends = months(toy.model(years=1))
    assert ends.names[0] == "2013-04"
    assert ends.names[-1] == "2014-03"
    assert len(ends.names) == 12
    assert list(ends.ends[:2] // DAY) == [30, 61]
    assert ends.ends[-1] == toy.model(years=1).clock.horizon


def test_months_end_on_working_days():
    """1 June 2013 was a Saturday: May ends with the first instant of Monday 3 June."""
    model = toy.model(weekdays=True)
    ends = months(model)
    may = ends.ends[ends.names.index("2013-05")]
    assert calendar_days(model.clock, may) == (dt.date(2013, 6, 3) - dt.date(2013, 4, 1)).days


def test_a_start_within_a_month_makes_a_short_first_month():
    ends = months(toy.model(start=dt.date(2013, 4, 20), years=0.25))
    assert ends.names == ("2013-04", "2013-05", "2013-06")
    assert ends.ends[0] == toy.ms(11)


def test_months_before_the_warm_up_are_left_out():
    assert months(toy.model(warm_up=31)).names[0] == "2013-05"


def test_a_run_shorter_than_a_month_has_no_month_end():
    assert months(toy.model(years=0.05)).names == ()
