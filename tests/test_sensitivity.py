"""Screening and indices against functions whose answers are known, and a small scenario."""

import numpy as np
import pytest
from SALib.test_functions import Ishigami

from sim.experiment.plausible import Factor
from sim.experiment.sensitivity import indices, screening

SEED = 20130401


def factor(name):
    return Factor(name, (), 0.0, 0.5, 1.0)


def test_indices_of_the_ishigami_function():
    """Ishigami and Homma 1990 give them in closed form, for a = 7 and b = 0.1."""

    def answer(quantiles):
        return Ishigami.evaluate(np.pi * (2.0 * quantiles - 1.0))

    found = indices([factor(name) for name in "abc"], answer, 2048, SEED)
    first = 0.5 * (1 + np.pi**4 * 0.1 / 5) ** 2
    second, third = 49 / 8, np.pi**8 * 0.01 * (1 / 18 - 1 / 50)
    whole = first + second + third
    assert found["first"].to_numpy() == pytest.approx(
        np.array([first, second, 0.0]) / whole, abs=0.03
    )
    assert found["total"].to_numpy() == pytest.approx(
        np.array([first + third, second, third]) / whole, abs=0.03
    )
    assert (found["first_half"] < 0.15).all()


def test_screening_of_a_sum_gives_its_weights():
    """The effect of a factor of a linear function is its weight, exactly, and has no spread."""
    weights = np.array([0.0, -3.0, 1.0, 10.0])
    found = screening(
        [factor(name) for name in "abcd"], lambda q: q @ weights, trajectories=5, seed=SEED
    )
    assert found["factor"].tolist() == ["d", "b", "c", "a"]
    assert found["effect"].to_numpy() == pytest.approx([10.0, 3.0, 1.0, 0.0])
    assert found["mean"].to_numpy() == pytest.approx([10.0, -3.0, 1.0, 0.0])
    assert found["spread"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert found["half"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_screening_shows_what_interacts():
    found = screening(
        [factor(name) for name in "ab"], lambda q: q[:, 0] * q[:, 1], trajectories=40, seed=SEED
    )
    assert (found["spread"] > 0.1).all()


def test_an_answer_that_never_moves_has_no_indices():
    found = indices([factor("a")], lambda q: np.ones(len(q)), 8, SEED)
    assert found.loc[0, ["first", "total"]].tolist() == [0.0, 0.0]
