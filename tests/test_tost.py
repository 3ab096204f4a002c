"""Equivalence tests against numbers that others have published, and by simulation."""

import numpy as np
import pytest

from sim.regression.tost import PValues, Sample, holm, needed, tost

CLINIC = (
    [2.84, 2.51, 2.41, 2.95, 3.14, 3.79, 4.14, 3.85, 3.02, 3.45, 5.37, 3.81, 4.19, 3.16, 3.84],
    [2.60, 2.82, 2.18, 3.46, 4.01, 3.04, 3.47, 4.06, 2.91, 3.59, 4.51, 3.16, 3.86, 3.31, 3.02],
)
"""First variable of the example data ``clinic`` in the tests of statsmodels (test_tost.py)."""


def sample(values):
    return Sample(np.mean(values), np.std(values, ddof=1), len(values))


def test_as_the_r_package_equivalence_has_it():
    """tost(clinic$var1[1:15], clinic$var1[16:30], eps=0.6) in R, as statsmodels quotes it."""
    one, other = map(sample, CLINIC)
    assert tost(one, other, 0.6).within == pytest.approx(0.04853083976236974, rel=1e-9)
    assert tost(other, one, 0.6).within == pytest.approx(0.04853083976236974, rel=1e-9)


def test_a_published_example():
    """Lakens (2017), after Moery and Calin-Jageman (2016): t(182) = -2.69, p = 0.004."""
    margin = 0.43 * np.sqrt((0.95**2 + 0.83**2) / 2)
    found = tost(Sample(5.25, 0.95, 95), Sample(5.22, 0.83, 89), margin)
    assert found.within == pytest.approx(0.004, abs=0.0005)
    assert found.beyond == 1.0


def test_beyond_the_margin_is_the_same_test_turned_round():
    far, near = Sample(13.0, 2.0, 30), Sample(10.0, 2.0, 30)
    found, moved = tost(far, near, 1.0), tost(Sample(12.0, 2.0, 30), near, 0.0)
    assert found.within > 0.99
    assert found.beyond == pytest.approx(moved.beyond) == pytest.approx(tost(near, far, 1.0).beyond)
    assert 1e-4 < found.beyond < 1e-3


def test_what_does_not_vary_needs_no_test():
    fixed = Sample(10.0, 0.0, 5)
    assert tost(Sample(10.5, 0.0, 5), fixed, 0.5) == PValues(0.0, 1.0)
    assert tost(Sample(10.6, 0.0, 5), fixed, 0.5) == PValues(1.0, 0.0)


def test_holm_by_hand():
    """Sorted 0.005, 0.01, 0.03, 0.04 against 0.05/4, 0.05/3, 0.05/2, 0.05: two hold."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == [True, False, False, True]
    assert holm([0.04, 0.001]).tolist() == [True, True]
    assert holm([]).tolist() == []


@pytest.mark.parametrize(("shift", "verdict"), [(0.0, "within"), (3.0, "beyond")])
def test_so_many_replications_do(shift, verdict):
    """With as many as advised, about 4 checks in 5 decide; with a third of them, far fewer."""
    pinned, found = Sample(10.0, 2.0, 5), Sample(10.0 + shift, 2.0, 5)
    advised = needed(found, pinned, 1.5, tests=1)

    def decided(count):
        rng = np.random.default_rng(1)
        drawn = rng.normal([[[10.0 + shift]], [[10.0]]], 2.0, (2, 300, count))
        tests = [tost(sample(a), sample(b), 1.5) for a, b in zip(*drawn, strict=True)]
        return np.mean([getattr(test, verdict) <= 0.05 for test in tests])

    assert 0.75 < decided(advised) < 0.93
    assert decided(advised // 3) < 0.5


def test_no_number_decides_at_the_margin():
    pinned = Sample(10.0, 2.0, 5)
    assert needed(Sample(11.5, 2.0, 5), pinned, 1.5, tests=1) is None
    assert needed(pinned, pinned, 0.0, tests=1) is None
