"""The least number that suffices, against trying every number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.search import NEIGHBOURS, search, together

LOWEST, HIGHEST = 5, 200
START = (30, 40, 50, 60, 100)


def find(enough, tried=None):
    def attempt(pairs):
        if tried is not None:
            tried.extend(number for _, number in pairs)
        return [enough(number) for _, number in pairs]

    return together({"one": search(START, LOWEST, HIGHEST)}, attempt)["one"]


@pytest.mark.parametrize("least", range(LOWEST, HIGHEST + 1))
def test_where_more_is_better_it_is_the_first_of_all(least):
    tried = []
    found = find(lambda number: number >= least, tried)
    assert (found.least, found.below) == (least, ())
    assert len(tried) == len(set(tried)) == found.tried < 20


def test_nothing_may_suffice():
    assert find(lambda number: False).least is None
    assert find(lambda number: number < max(START)).least is None


@given(st.sets(st.integers(LOWEST, HIGHEST), max_size=30), st.integers(LOWEST, 190))
def test_uneven_steps_are_told(exceptions, level):
    """Whatever the dents: it suffices, so do its neighbours above; smaller ones are listed."""

    def enough(number):
        return (number >= level) != (number in exceptions)

    tried = []
    found = find(enough, tried)
    if found.least is None:
        assert not enough(HIGHEST)
        return
    assert all(enough(n) for n in tried if n >= found.least)
    near = range(found.least, min(found.least + NEIGHBOURS, HIGHEST) + 1)
    assert {*near} <= {*tried}
    assert found.least == LOWEST or not enough(found.least - 1)
    assert list(found.below) == sorted(n for n in tried if n < found.least and enough(n))


def test_searches_go_side_by_side():
    rounds = []

    def attempt(pairs):
        rounds.append(len(pairs))
        return [number >= level for level, number in pairs]

    searches = {level: search(START, LOWEST, HIGHEST) for level in (7, 55, 199)}
    found = together(searches, attempt)
    assert {level: each.least for level, each in found.items()} == {n: n for n in searches}
    assert rounds[0] == 3 * len(START)
    assert len(rounds) < 12
