"""The addressed random numbers: known answers, an independent generator, independence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from randomgen import Philox
from scipy import stats

from sim.model.rng import Streams, philox, uids, uniform_of

ONES = 0xFFFFFFFF
WORD = st.integers(0, ONES)
ADDRESS = st.tuples(WORD, WORD, WORD, WORD, WORD, WORD)

KNOWN_ANSWERS = {
    # kat_vectors of Random123: counter, key and result of philox4x32 with ten rounds.
    "zeros": ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": ((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "digits of pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


def on_arrays(function, *arguments):
    """Call a function on int64 arrays of one element; return plain Python numbers."""
    results = function(*(np.array([argument], dtype=np.int64) for argument in arguments))
    many = results if isinstance(results, tuple) else (results,)
    return tuple(result[0].item() for result in many)


def oracle(c0, c1, c2, c3, k0, k1):
    """Return the words of another implementation, which counts up before it draws."""
    counter = sum(word << 32 * place for place, word in enumerate((c0, c1, c2, c3)))
    before = (counter - 1) % 2**128
    generator = Philox(key=k0 | k1 << 32, counter=before, number=4, width=32)
    return tuple(int(word) for word in generator.random_raw(4))


@pytest.mark.parametrize("name", KNOWN_ANSWERS)
def test_known_answers(name):
    address, expected = KNOWN_ANSWERS[name]
    assert philox(*address) == expected
    assert on_arrays(philox, *address) == expected


@given(ADDRESS)
def test_an_independent_generator_agrees(address):
    assert philox(*address) == oracle(*address)


@given(ADDRESS)
def test_integers_and_arrays_agree(address):
    assert on_arrays(philox, *address) == philox(*address)
    assert on_arrays(uniform_of, *address) == (uniform_of(*address),)


@given(ADDRESS)
def test_uniforms_lie_in_the_unit_interval_on_a_grid_of_53_bits(address):
    drawn = uniform_of(*address)
    assert 0 <= drawn < 1
    assert drawn * 2**53 == int(drawn * 2**53)


N = 20_000


def some_uniforms():
    """Neighbouring addresses along each coordinate, and neighbouring streams."""
    uid = uids([f"contract/{number}" for number in range(N)])
    one = np.tile(uid[:1], (N, 1))
    count = np.arange(N)
    streams = Streams(seed=7, replication=0)
    return {
        "by entity": streams.uniform("time:query", uid),
        "by ordinal": streams.uniform("time:query", one, count),
        "by occurrence": streams.uniform("time:query", one, 0, count),
        "other stream": streams.uniform("time:assurance", uid),
        "next replication": Streams(seed=7, replication=1).uniform("time:query", uid),
        "next seed": Streams(seed=8, replication=0).uniform("time:query", uid),
    }


UNIFORMS = some_uniforms()


@pytest.mark.parametrize("name", UNIFORMS)
def test_uniforms_are_uniform(name):
    assert stats.kstest(UNIFORMS[name], "uniform").pvalue > 1e-4


@pytest.mark.parametrize("name", UNIFORMS)
def test_neighbours_are_independent(name):
    drawn = UNIFORMS[name]
    cells, _, _ = np.histogram2d(drawn[:-1:2], drawn[1::2], bins=10, range=[[0, 1], [0, 1]])
    assert stats.chisquare(cells.ravel()).pvalue > 1e-4


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for i, a in enumerate(UNIFORMS) for b in list(UNIFORMS)[:i]]
)
def test_streams_are_independent(one, other):
    assert abs(np.corrcoef(UNIFORMS[one], UNIFORMS[other])[0, 1]) < 4.5 / np.sqrt(N)


def test_a_key_depends_on_seed_replication_and_name_only():
    keys = {
        Streams(seed, replication).key(name)
        for seed in (1, 11)
        for replication in (1, 11)
        for name in ("1", "effort:query", "effort:query ")
    }
    assert len(keys) == 2 * 2 * 3
    assert Streams(1, 2).key("effort:query") == Streams(1, 2).key("effort:query")


def test_drawing_from_one_stream_moves_no_other():
    uid = uids(["a", "b", "c"])
    fresh, used = Streams(5, 0), Streams(5, 0)
    for name in ("added", "added too"):
        used.uniform(name, uid)
    assert np.array_equal(fresh.uniform("kept", uid), used.uniform("kept", uid))


def test_a_draw_is_the_same_alone_and_among_others():
    uid = uids([f"{number}" for number in range(50)])
    streams = Streams(3, 4)
    together = streams.uniform("x", uid, np.arange(50), 2)
    k0, k1 = streams.key("x")
    alone = [uniform_of(int(e0), int(e1), i, 2, k0, k1) for i, (e0, e1) in enumerate(uid)]
    assert together.tolist() == alone


def test_draws_are_pinned():
    """A name must stand for the same words for ever, or every result changes."""
    drawn = Streams(2013, 0).uniform("pin", uids(["contract"]))
    assert drawn.tolist() == [0.32951744443471265]
    assert uids([]).shape == (0, 2)
