"""The order of many numbers is that of NumPy's own sort by several keys."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.model.ordering import order_of


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(0, 3000), values=st.integers(1, 10**6))
def test_it_is_a_stable_sort_by_its_keys(seed, size, values):
    draw = np.random.default_rng(seed)
    first, second = draw.integers(-values, values, (2, size))
    third = draw.integers(0, 2, size)
    assert np.array_equal(order_of(first), np.argsort(first, kind="stable"))
    assert np.array_equal(order_of(first, second, third), np.lexsort((third, second, first)))
