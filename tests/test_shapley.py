"""Shapley values of random games: the axioms, every order by hand, and closed forms."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiment.shapley import shapley

numbers = st.floats(-100, 100, allow_subnormal=False)


@st.composite
def games(draw, fewest=1, most=5):
    players = draw(st.integers(fewest, most))
    return draw(arrays(np.float64, (1 << players, 2), elements=numbers))


def players_of(game):
    return len(game).bit_length() - 1


def by_every_order(game):
    """The definition: what each player adds when it comes, averaged over all orders."""
    players = players_of(game)
    orders = list(permutations(range(players)))
    parts = np.zeros((players, *game.shape[1:]))
    for order in orders:
        there = 0
        for player in order:
            parts[player] += game[there | 1 << player] - game[there]
            there |= 1 << player
    return parts / len(orders)


def swapped(row, one, other):
    """The same coalition with two players changed for each other."""
    bits = (row >> one & 1, row >> other & 1)
    kept = row & ~(1 << one | 1 << other)
    return kept | bits[0] << other | bits[1] << one


@given(games())
def test_it_is_the_mean_over_every_order(game):
    assert shapley(game) == pytest.approx(by_every_order(game), abs=1e-9)


@given(games(most=7))
def test_parts_add_up(game):
    assert shapley(game).sum(axis=0) == pytest.approx(game[-1] - game[0], abs=1e-9)


@given(games(fewest=2), st.data())
def test_players_who_do_the_same_get_the_same(game, data):
    one, other = data.draw(st.permutations(range(players_of(game))))[:2]
    alike = (game + game[[swapped(row, one, other) for row in range(len(game))]]) / 2
    parts = shapley(alike)
    assert parts[one] == pytest.approx(parts[other], abs=1e-9)


@given(games(), st.data())
def test_a_player_who_does_nothing_gets_nothing(game, data):
    player = data.draw(st.integers(0, players_of(game) - 1))
    without = game[[row & ~(1 << player) for row in range(len(game))]]
    assert (shapley(without)[player] == 0).all()


@given(arrays(np.float64, st.integers(1, 7), elements=numbers))
def test_where_players_add_up_each_gets_its_own(own):
    rows = range(1 << len(own))
    game = np.array([sum(x for n, x in enumerate(own) if row >> n & 1) for row in rows])
    assert shapley(game) == pytest.approx(own, abs=1e-9)


def test_two_players_share_what_they_achieve_together():
    assert shapley(np.array([1.0, 3.0, 6.0, 20.0])) == pytest.approx([8.0, 11.0])


def test_the_glove_game():
    """One left glove and two right ones: a pair is worth one (2/3, 1/6, 1/6)."""
    worth = np.array([float(row & 1 and row & 6) for row in range(8)]) > 0
    assert shapley(worth.astype(float)) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_a_game_without_players_has_no_parts():
    assert shapley(np.zeros((1, 3))).shape == (0, 3)


def test_every_coalition_is_needed():
    with pytest.raises(ValueError, match="2\\*\\*players"):
        shapley(np.zeros(6))
