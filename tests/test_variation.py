import numpy as np
import pytest
from scipy.stats import binom, norm

from sim.outcomes.variation import (
    funnel_limits,
    inflated_limits,
    over_dispersion,
    xmr,
)


def test_funnel_limits_lie_between_the_whole_numbers_that_hold_the_tail():
    cases = np.array([20, 100, 1000])
    low, high = funnel_limits(0.8, cases, 0.95)
    for n, a, b in zip(cases, low * cases, high * cases, strict=True):
        assert binom.cdf(np.floor(a), n, 0.8) <= 0.05
        assert binom.cdf(np.floor(a) - 1, n, 0.8) <= 0.025 <= binom.cdf(np.ceil(a), n, 0.8)
        assert binom.cdf(np.floor(b) - 1, n, 0.8) <= 0.975 <= binom.cdf(np.ceil(b), n, 0.8)


def test_funnel_limits_of_many_cases_are_those_of_the_normal_distribution():
    low, high = funnel_limits(0.3, np.array([100_000]), 0.998)
    half = norm.ppf(0.999) * np.sqrt(0.3 * 0.7 / 100_000)
    assert low[0] == pytest.approx(0.3 - half, abs=2e-5)
    assert high[0] == pytest.approx(0.3 + half, abs=2e-5)
    assert inflated_limits(0.3, np.array([100_000]), 0.998, 1.0)[0][0] == pytest.approx(0.3 - half)
    assert inflated_limits(0.3, np.array([100_000]), 0.998, 4.0)[0][0] == pytest.approx(
        0.3 - 2 * half
    )


def test_limits_stay_shares_where_they_touch_the_ends():
    for target in (0.0, 0.02, 1.0):
        low, high = funnel_limits(target, np.array([5, 50]), 0.998)
        assert (low >= 0).all()
        assert (high <= 1).all()
        assert (low <= high).all()


def test_chance_alone_is_not_over_dispersed_but_real_differences_are():
    rng = np.random.default_rng(1)
    cases = rng.integers(200, 800, 200)
    chance = rng.binomial(cases, 0.7) / cases
    real = rng.binomial(cases, np.clip(rng.normal(0.7, 0.1, 200), 0, 1)) / cases
    assert over_dispersion(0.7, cases, chance) == 1.0
    z = np.var((real - 0.7) / np.sqrt(0.21 / cases))
    assert 0.5 * z < over_dispersion(0.7, cases, real) < z  # winsorised


def test_two_areas_say_nothing_about_dispersion():
    assert over_dispersion(0.5, np.array([100, 100]), np.array([0.1, 0.9])) == 1.0


def test_process_limits_by_hand():
    found = xmr(np.array([10.0, 12.0, 11.0, 13.0]))
    assert found.mean == 11.5
    assert (found.low, found.high) == pytest.approx((11.5 - 2.66 * 5 / 3, 11.5 + 2.66 * 5 / 3))
    assert not found.special.any()


def test_what_lies_outside_and_runs_of_seven_are_special():
    spike = np.append(np.tile([0.45, 0.55], 10), 1.0)
    assert list(np.flatnonzero(xmr(spike).special)) == [20]
    shifted = np.append(np.tile([0.3, 0.1], 7), [0.9, 0.7] * 3 + [0.9])
    assert xmr(shifted).special.all()  # 14 below, then 7 above
    six = np.append(np.tile([0.6, 0.4], 3), [0.55] * 6)
    assert not xmr(six).special.any()


def test_a_single_value_has_no_limits():
    found = xmr(np.array([0.5]))
    assert np.isnan([found.low, found.high]).all()
    assert not found.special.any()
