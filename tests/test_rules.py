"""The rules with numbers in them, against plain restatements of what they mean."""

import datetime as dt
import math
from fractions import Fraction
from itertools import product

import holidays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import rules
from sim.model.rng import uniform_of
from sim.scenario.calendar import Calendar
from sim.scenario.units import DAY

START = dt.date(2013, 4, 1)
ENGLAND = Calendar.england(START, 2)
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2013, 2023))

duration = st.integers(0, 2**50)
share = st.floats(0, 1)
word = st.integers(0, 2**32 - 1)


# Rounding


@given(st.floats(0, 1e12))
def test_whole_is_the_nearest_millisecond_halves_up(x):
    exact = Fraction(x)
    assert rules.whole(x) == math.floor(exact + Fraction(1, 2)) or abs(x) > 2**51


@pytest.mark.parametrize(("x", "ms"), [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, 0), (0.49, 0), (7, 7)])
def test_whole_at_halves(x, ms):
    assert rules.whole(x) == ms
    assert type(rules.whole(x)) is int


# Knowledge


@given(duration, st.integers(1, 2**50))
def test_memory_halves_after_a_half_life_and_only_fades(age, half_life):
    assert rules.memory(0, half_life) == 1
    assert rules.memory(half_life, half_life) == 0.5
    assert rules.memory(3 * half_life, half_life) == 0.25
    assert 0 < rules.memory(age + 1, half_life) <= rules.memory(age, half_life) <= 1


@given(share, share, share)
def test_familiarity_is_the_better_of_own_and_shared(own, team, team_memory):
    known = rules.familiarity(own, team, team_memory)
    assert known == max(own, team * team_memory)
    assert 0 <= known <= 1


@given(st.integers(0, 2**40), st.floats(0, 20), st.floats(0, 2), share, st.floats(0, 1))
def test_effort_with_neutral_mechanisms_is_mean_times_factor(mean, case, extra, m, crossing):
    expected = max(rules.whole(mean * case), 1)
    assert rules.effort(mean, case, 0.0, m, 0.0, 1.0) == expected
    assert rules.effort(mean, case, extra, 1.0, 0.0, 1.0) == expected
    least = rules.effort(mean, case, 0.0, m, 0.0, 1.0)
    assert rules.effort(mean, case, extra, m, crossing, 1.0) >= least


def test_effort_multiplies_its_parts():
    # 1000 ms, twice the mean, 30% extra of which half is known, 10% crossing, slower cover.
    assert rules.effort(1000, 2.0, 0.3, 0.5, 0.1, 1.5) == round(1000 * 2 * 1.15 * 1.1 * 1.5)


# Calendar waits


def is_worked(date):
    return date.weekday() < 5 and date not in BANK_HOLIDAYS


def working_days(count):
    """Return the first working days from the start, by walking the calendar."""
    found, date = [], START
    while len(found) < count:
        if is_worked(date):
            found.append(date)
        date += dt.timedelta(days=1)
    return found


WORKED = working_days(1500)


@given(st.integers(0, 700), st.integers(0, DAY - 1), st.integers(0, 900))
def test_a_calendar_wait_ends_as_date_arithmetic_says(day, time_of_day, days):
    end = WORKED[day] + dt.timedelta(days=days)
    if is_worked(end):
        expected = WORKED.index(end) * DAY + time_of_day
    else:
        expected = next(w for w, date in enumerate(WORKED) if date > end) * DAY
    found = rules.after_days(
        day * DAY + time_of_day, days, ENGLAND.calendar_day_of, ENGLAND.working_day_of
    )
    assert found == expected


def test_a_notice_over_easter():
    maundy_thursday = WORKED.index(dt.date(2014, 4, 17)) * DAY + 1000
    tuesday = WORKED.index(dt.date(2014, 4, 22)) * DAY
    calendar = ENGLAND.calendar_day_of, ENGLAND.working_day_of
    assert rules.after_days(maundy_thursday, 1, *calendar) == tuesday
    assert rules.after_days(maundy_thursday, 5, *calendar) == tuesday + 1000


@given(duration, st.integers(0, 400), st.integers(0, 400))
def test_calendar_waits_keep_order(time, days, more):
    time %= 400 * DAY
    calendar = ENGLAND.calendar_day_of, ENGLAND.working_day_of
    end = rules.after_days(time, days, *calendar)
    assert end >= time
    assert rules.after_days(time, days + more, *calendar) >= end
    assert rules.after_days(time + 1, days, *calendar) >= end
    assert rules.after_days(time, 0, *calendar) == time


def test_a_wait_past_the_calendar_never_ends():
    calendar = ENGLAND.calendar_day_of, ENGLAND.working_day_of
    assert rules.after_days(0, len(ENGLAND.working_day_of), *calendar) == rules.FOREVER
    assert rules.after_days(0, len(ENGLAND.working_day_of) - 2, *calendar) < rules.FOREVER


# Ranking

moment = st.integers(-2, 2) | st.integers(-(2**54), 2**54)
"""Often among few values, so that ties are common; due dates may lie before the start."""

item = st.tuples(st.integers(0, 9), moment, moment, moment)
"""Priority, due, opened, joined."""


@given(item, item)
def test_each_ranking_compares_what_it_says(one, other):
    priority, due, opened, joined = range(4)
    looks_at = {
        rules.PRIORITY_DUE: (priority, due, opened),
        rules.PRIORITY_FIFO: (priority, joined),
        rules.FIFO: (joined,),
    }
    for ranking, columns in looks_at.items():
        first = [one[i] for i in columns] < [other[i] for i in columns]
        assert (rules.rank(ranking, *one) < rules.rank(ranking, *other)) == first


@given(st.sampled_from([rules.PRIORITY_DUE, rules.PRIORITY_FIFO, rules.FIFO]), item)
def test_a_rank_fits_64_bits(ranking, one):
    assert all(-(2**63) <= number < 2**63 for number in rules.rank(ranking, *one))


# Chances


@given(share, st.tuples(word, word, word, word, word, word))
def test_a_chance_comes_up_when_its_uniform_is_below_it(p, address):
    assert rules.happens(p, *address) == (uniform_of(*address) < p)
    assert not rules.happens(0.0, *address)
    assert rules.happens(1.0, *address)


def test_chances_come_up_as_often_as_they_should():
    hits = sum(rules.happens(0.3, 1, 2, ordinal, 0, 3, 4) for ordinal in range(4000))
    assert abs(hits - 1200) < 4 * np.sqrt(4000 * 0.3 * 0.7)


# Quorum


@pytest.mark.parametrize(("gps_free", "others"), [*product(range(4), range(4))])
def test_quorum_truth_table(gps_free, others):
    """Seats are filled one by one; enough of them, and enough GPs, make a quorum."""
    for quorum, quorum_gp in product(range(8), range(5)):
        seats = ["gp"] * gps_free + ["other"] * others
        quorate = len(seats) >= quorum and seats.count("gp") >= quorum_gp
        assert rules.has_quorum(gps_free, others, quorum, quorum_gp) == quorate
