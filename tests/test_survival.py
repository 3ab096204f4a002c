"""Kaplan-Meier against published tables, and what censoring must never do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from sim.outcomes.survival import curves, kaplan_meier, quantile, restricted_mean
from sim.outcomes.view import ALL, ByType

# Weeks of remission of leukaemia, 6-mercaptopurine against placebo: Freireich et
# al., Blood 21 (1963) 699-716; the Kaplan-Meier table is in Cox and Oakes,
# Analysis of Survival Data (1984), and Kleinbaum and Klein, Survival Analysis (2012).
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
TREATED_CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def curve_of(finished, censored=()):
    duration = np.array([*finished, *censored], dtype=float)
    return kaplan_meier(duration, np.arange(len(duration)) < len(finished))


def alive_at(curve, time):
    return curve.alive[np.searchsorted(curve.time, time, side="right") - 1]


@pytest.mark.parametrize(
    ("week", "published"),
    [(6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)],
)
def test_survival_of_the_treated_is_as_published(week, published):
    assert alive_at(curve_of(TREATED, TREATED_CENSORED), week) == pytest.approx(published, abs=5e-4)


def test_median_remission_is_as_published():
    assert quantile(curve_of(TREATED, TREATED_CENSORED), 0.5) == 23
    assert quantile(curve_of(PLACEBO), 0.5) == 8


def test_a_quantile_that_is_not_reached_is_not_a_number():
    assert np.isnan(quantile(curve_of(TREATED, TREATED_CENSORED), 0.75))


def test_restricted_mean_of_the_treated_is_as_published():
    """R's survival package prints 23.3 for the mean restricted to 35 weeks."""
    assert restricted_mean(curve_of(TREATED, TREATED_CENSORED), 35) == pytest.approx(23.3, abs=0.05)


def test_restricted_mean_without_censoring_is_the_mean():
    assert restricted_mean(curve_of(PLACEBO), 23) == pytest.approx(np.mean(PLACEBO))
    assert restricted_mean(curve_of(PLACEBO), 10) == pytest.approx(np.minimum(PLACEBO, 10).mean())


def test_survival_is_carried_on_past_the_last_time_seen():
    assert restricted_mean(curve_of([2.0], [4.0]), 10) == pytest.approx(2 + 0.5 * 8)


def test_all_open_is_never_finished():
    curve = curve_of([], [3.0, 4.0])
    assert np.isnan(quantile(curve, 0.1))
    assert restricted_mean(curve, 7.0) == 7.0


def test_a_median_that_is_met_by_a_rounded_product_is_reached():
    """After 12 of 24, one half is left; the product of floats is 0.5000000000000001."""
    curve = curve_of(range(1, 13), range(13, 25))
    assert quantile(curve, 0.5) == 12


def test_those_who_finish_go_before_those_who_are_lost():
    assert alive_at(curve_of([2.0], [2.0]), 2.0) == 0.5


DURATIONS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=30)


@given(DURATIONS, st.data())
def test_closing_fewer_cases_never_looks_faster(cases, data):
    """Cases that are closed are left open until they are lost from sight instead."""
    closed = np.array([float(time) for time, _ in cases])
    lost = closed + np.array([later for _, later in cases])
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(cases), max_size=len(cases))))
    all_closed = kaplan_meier(closed, np.ones(len(cases), dtype=bool))
    fewer = kaplan_meier(np.where(kept, closed, lost), kept)
    for share in (0.1, 0.5, 0.9):
        slower = quantile(fewer, share)
        assert np.isnan(slower) or slower >= quantile(all_closed, share)
    for limit in (5.0, 20.0, 80.0):
        assert restricted_mean(fewer, limit) >= restricted_mean(all_closed, limit) - 1e-9


@given(DURATIONS)
def test_quantiles_are_in_order_and_among_the_closing_times(cases):
    time = np.array([float(a) for a, _ in cases])
    finished = np.array([b % 2 == 0 for _, b in cases])
    curve = kaplan_meier(time, finished)
    reached = [q for q in (quantile(curve, s) for s in (0.1, 0.25, 0.5, 0.75, 0.9)) if q == q]
    assert reached == sorted(reached)
    assert set(reached) <= set(time[finished])


def test_a_quantile_past_the_limit_is_not_reached():
    assert quantile(curve_of(PLACEBO), 0.5, limit=8) == 8
    assert np.isnan(quantile(curve_of(PLACEBO), 0.5, limit=7.9))


@given(DURATIONS)
def test_the_curve_is_that_of_scipy_to_the_bit(cases):
    """At the times at which somebody finishes; at others survival does not change."""
    time = np.array([a / 7 for a, _ in cases])
    finished = np.array([b % 3 > 0 for _, b in cases])
    curve = kaplan_meier(time, finished)
    theirs = ecdf(CensoredData(uncensored=time[finished], right=time[~finished])).sf
    fell = np.isin(theirs.quantiles, time[finished])
    assert np.array_equal(curve.time, theirs.quantiles[fell])
    assert np.array_equal(curve.alive, theirs.probabilities[fell])
    level = np.append(1.0, theirs.probabilities)
    assert (level[1:][~fell] == level[:-1][~fell]).all()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.booleans()), min_size=1),
)
def test_each_type_and_all_together_have_the_curve_of_their_cases(cases):
    kind, duration, finished = (np.array(column) for column in zip(*sorted(cases), strict=True))
    edges = np.searchsorted(kind, np.arange(4))
    by_type = ByType(("a", "b", "c"), np.arange(len(kind), dtype=np.int32), edges)
    found = dict(curves(by_type, duration / 8.0, finished))
    assert set(found) == {ALL, *np.array(["a", "b", "c"])[kind]}
    for name, curve in found.items():
        mine = np.ones_like(finished) if name == ALL else kind == "abc".index(name)
        expected = kaplan_meier(duration[mine] / 8.0, finished[mine])
        assert np.array_equal(curve.time, expected.time)
        assert np.array_equal(curve.alive, expected.alive)
