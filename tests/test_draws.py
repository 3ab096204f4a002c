"""Draws of many numbers at once: compiled, by NumPy and one by one, they are the same bits."""

import builtins
import importlib
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import pdtr
from scipy.stats import poisson

from sim.model import jit, rng
from sim.model.poisson import exact, numbers

WORDS = st.integers(0, 0xFFFFFFFF)
COUNTS = st.integers(0, 2**31 - 1)
ADDRESSES = st.lists(st.tuples(WORDS, WORDS, COUNTS, COUNTS, WORDS, WORDS), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def by_numpy():
    """Rules as they are where there is no Numba."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jit, "register_jitable", None)
        yield jit.element_by_element


@pytest.mark.parametrize(("rule", "places"), [("uniform", range(6)), ("mark", range(6))])
@given(addresses=ADDRESSES)
def test_compiled_draws_are_those_of_numpy_and_of_plain_numbers(by_numpy, rule, places, addresses):
    scalar, many = getattr(rng, f"{rule}_of"), getattr(rng, f"{rule}s_of")
    columns = [np.array([address[place] for address in addresses]) for place in places]
    expected = [scalar(*numbers) for numbers in zip(*(c.tolist() for c in columns), strict=True)]
    assert many(*columns).tolist() == expected
    assert by_numpy(scalar, None, float)(*columns).tolist() == expected
    assert many(*columns[:2], *(column[0] for column in columns[2:])).tolist() == [
        scalar(*pair, *(column[0].item() for column in columns[2:]))
        for pair in zip(columns[0].tolist(), columns[1].tolist(), strict=True)
    ]


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_narrow_ordinals_draw_the_same(by_numpy, dtype):
    uid, ordinal = rng.uids(["a", "b", "c"]), np.array([0, 5, 1 << 24], dtype=dtype)
    expected = [
        rng.uniform_of(*map(int, u), int(i), 0, 3, 4) for u, i in zip(uid, ordinal, strict=True)
    ]
    key = np.array([[3, 4]])
    assert rng.uniforms(key, uid, ordinal).tolist() == expected
    plain = by_numpy(rng.uniform_of, None, float)
    assert plain(uid[:, 0], uid[:, 1], ordinal, 0, key[:, 0], key[:, 1]).tolist() == expected


def test_a_key_for_each_address_draws_what_each_stream_draws():
    uid, streams = rng.uids(["a", "b", "c"]), rng.Streams(1, 2)
    which = np.array([1, 0, 1])
    keys = streams.keys(["tie:x", "tie:y"])[which]
    x, y = streams.marks("x", uid, 7), streams.marks("y", uid, 7)
    assert rng.marks(keys, uid, 7).tolist() == np.where(which == 0, x, y).tolist()
    drawn = [streams.uniform(f"tie:{name}", uid, 7) for name in "xy"]
    assert rng.uniforms(keys, uid, 7).tolist() == np.where(which == 0, *drawn).tolist()


def test_without_numba_the_model_draws_the_same(monkeypatch):
    uid = rng.uids(["a", "b", "c"])
    compiled = rng.Streams(1, 2).uniform("x", uid, 3), rng.Streams(1, 2).marks("x", uid, 3)
    real = builtins.__import__

    def without_numba(name, *rest):
        if name.split(".")[0] == "numba":
            raise ImportError(name)
        return real(name, *rest)

    for name in ("sim.model.jit", "sim.model.kept", "sim.model.rng"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without_numba)
    plain = importlib.import_module("sim.model.rng")
    assert plain.uniforms_of is not rng.uniforms_of
    assert sys.modules["sim.model.jit"].register_jitable is None
    found = plain.Streams(1, 2).uniform("x", uid, 3), plain.Streams(1, 2).marks("x", uid, 3)
    assert np.array_equal(found, compiled)


MEANS = st.one_of(st.just(0.0), st.floats(1e-12, 1e-3), st.floats(1e-3, 5.0), st.floats(5.0, 400.0))
SIZES = st.integers(1, 400)


def scipys(drawn, mean):
    """Return what SciPy's inverse gives; of a mean of nothing, nothing."""
    found = np.zeros(len(mean))
    found[mean > 0] = poisson.ppf(drawn[mean > 0], mean[mean > 0])
    return found.tolist()


def on_steps(mean, number, away):
    """Return draws on, or ``away`` doubles beside, a step of the distribution."""
    step = pdtr(number, mean)
    return np.clip(step + away * np.spacing(step), 2.0**-53, 1 - 2.0**-53)


@given(
    means=st.lists(MEANS, min_size=1, max_size=5),
    seed=st.integers(0, 2**32),
    size=SIZES,
    share=st.sampled_from([0.0, 0.5]),
)
def test_poisson_numbers_are_those_of_scipy(means, seed, size, share):
    draw = np.random.default_rng(seed)
    mean = draw.choice(means, size)
    steps = on_steps(mean, draw.poisson(mean), draw.integers(-3, 4, size))
    drawn = np.where(draw.random(size) < share, steps, draw.random(size) + 2.0**-54)
    assert numbers(drawn, mean).tolist() == scipys(drawn, mean)
    assert exact(drawn, mean).tolist() == scipys(drawn, mean)


@given(arrays.arrays(float, SIZES, elements=st.floats(2.0**-53, 1 - 2.0**-53)), MEANS)
def test_poisson_numbers_of_any_draw_are_those_of_scipy(drawn, mean):
    same = np.full(len(drawn), mean)
    assert numbers(drawn, same).tolist() == scipys(drawn, same)


def test_many_poisson_numbers_of_few_means_are_those_of_scipy():
    """The table is used, over most of the unit interval."""
    draw = np.random.default_rng(5)
    mean = draw.choice([0.0, 0.02, 0.7, 3.3, 12.0, 61.0], 200_000)
    drawn = draw.random(len(mean)) + 2.0**-54
    assert numbers(drawn, mean).tolist() == scipys(drawn, mean)


def test_the_lowest_and_highest_draws_and_none_at_all():
    ends = np.array([0.0, 2.0**-53, 1 - 2.0**-53] * 40)
    found = numbers(ends, np.full(len(ends), 2.0))
    assert found[:3].tolist() == [0, 0, int(poisson.ppf(1 - 2.0**-53, 2.0))]
    assert numbers(np.zeros(0), np.zeros(0)).tolist() == []
