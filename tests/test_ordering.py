"""The order of many numbers is that of NumPy's own sort by several keys."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.model.ordering import edges_of, order_by_group, order_of


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(0, 3000),
    values=st.integers(1, 10**6) | st.integers(2**50, 2**62),
)
def test_it_is_a_stable_sort_by_its_keys(seed, size, values):
    draw = np.random.default_rng(seed)
    first, second = draw.integers(-values, values, (2, size))
    third = draw.integers(0, 2, size)
    assert np.array_equal(order_of(first), np.argsort(first, kind="stable"))
    assert np.array_equal(order_of(first, second, third), np.lexsort((third, second, first)))


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(0, 3000),
    groups=st.integers(1, 30),
    in_runs=st.booleans(),
)
def test_by_group_it_is_a_stable_sort_by_group_and_keys(seed, size, groups, in_runs):
    draw = np.random.default_rng(seed)
    group = draw.integers(0, groups + 1, size)  # the last of which is of no group
    first, second = draw.integers(-40, 40, (2, size))
    order = order_by_group(group, groups, first, second, in_runs=in_runs)
    edges = edges_of(group, groups)
    assert np.array_equal(order[: edges[-1]], np.lexsort((second, first, group))[: edges[-1]])
    assert sorted(order) == list(range(size))
    assert edges.tolist() == [int((group < which).sum()) for which in range(groups + 1)]
