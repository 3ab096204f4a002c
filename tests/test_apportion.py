"""The stated rules: shares add up, groups are consecutive, marks are even."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.scenario import apportion

WEIGHTS = st.lists(st.integers(0, 60_000), min_size=1, max_size=60)


@given(st.integers(0, 40_000), WEIGHTS)
def test_largest_remainder_is_exact_and_within_one_of_the_quota(total, weights):
    counts = apportion.largest_remainder(total, weights)
    assert counts.sum() == total
    if sum(weights):
        quotas = total * np.array(weights) / sum(weights)
        assert (np.abs(counts - quotas) < 1 + 1e-6).all()


def test_largest_remainder_by_hand():
    # quotas 4.2, 3.9, 1.9: the two seats left go to the remainders 0.9
    assert apportion.largest_remainder(10, [42, 39, 19]).tolist() == [4, 4, 2]


def test_ties_and_no_weights_favour_the_first():
    assert apportion.largest_remainder(4, [1, 1, 1]).tolist() == [2, 1, 1]
    assert apportion.largest_remainder(4, [0, 0, 0]).tolist() == [2, 1, 1]


@given(st.integers(0, 5_000), WEIGHTS)
def test_a_heavier_weight_never_gets_less(total, weights):
    counts = apportion.largest_remainder(total, weights)
    order = np.argsort(weights, kind="stable")
    for light, heavy in itertools.pairwise(order):
        if weights[light] < weights[heavy]:
            assert counts[light] <= counts[heavy]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_nobody_to_share_with(weights):
    with pytest.raises(ValueError, match="cannot share 5"):
        apportion.largest_remainder(5, weights)


@given(st.integers(1, 300), WEIGHTS)
def test_at_least_one(total, weights):
    assume(total >= len(weights))
    counts = apportion.at_least_one(total, weights)
    assert counts.sum() == total
    assert counts.min() >= 1


def test_at_least_one_takes_from_the_rest():
    assert apportion.at_least_one(5, [100, 1, 1]).tolist() == [3, 1, 1]
    with pytest.raises(ValueError, match="2 is too few for 3"):
        apportion.at_least_one(2, [1, 1, 1])


@given(WEIGHTS, st.data())
def test_groups_are_consecutive_and_none_is_empty(weights, data):
    groups = data.draw(st.integers(1, len(weights)))
    group = apportion.consecutive(weights, groups)
    assert group[0] == 0
    assert group[-1] == groups - 1
    assert set(np.diff(group).tolist()) <= {0, 1}


@given(st.lists(st.integers(900, 1100), min_size=40, max_size=80), st.integers(1, 8))
def test_groups_are_of_nearly_equal_weight(weights, groups):
    group = apportion.consecutive(weights, groups)
    sums = np.bincount(group, weights)
    assert np.abs(sums - sum(weights) / groups).max() <= 1100


def test_equal_items_make_equal_groups():
    assert apportion.consecutive([7] * 12, 4).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert apportion.consecutive([0] * 4, 2).tolist() == [0, 0, 1, 1]


def test_a_giant_leaves_no_group_empty():
    assert apportion.consecutive([1, 1, 1_000, 1], 4).tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="cannot cut 2 items into 3 groups"):
        apportion.consecutive([1, 1], 3)


@given(st.integers(1, 200), st.data())
def test_marks_are_as_many_as_asked_and_even(n, data):
    chosen = data.draw(st.integers(0, n))
    marks = apportion.spread(chosen, n)
    assert marks.sum() == chosen
    running = np.cumsum(marks) - np.arange(1, n + 1) * chosen / n
    assert np.abs(running).max() <= 1


@given(st.integers(1, 120), st.integers(0, 900_000))
def test_list_sizes_add_up(n, total):
    sizes = apportion.list_sizes((0, 50, 100), (1_000, 6_000, 20_000), n, total)
    assert len(sizes) == n
    assert sizes.sum() == total


def test_list_sizes_keep_the_distribution_and_mix_neighbours():
    sizes = apportion.list_sizes((0, 100), (0, 1_000), 100, 50_000)
    assert sorted(sizes.tolist()) == [5 + 10 * k for k in range(100)]
    first, second = sizes[:50].mean(), sizes[50:].mean()
    assert abs(first - second) < 50
