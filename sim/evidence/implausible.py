"""How implausible a set of values is for a target, and which targets may rule a set out.

The implausibility is how far the model's answer is from what was observed, over the standard
deviation of all that may lie between them: the observation, the replications and the model
itself (its discrepancy). Sources: Vernon, Goldstein and Bower 2010, Bayesian Analysis 5(4),
doi:10.1214/10-BA524; the cut-off is Pukelsheim's three-sigma rule, 1994, The American
Statistician 48(2), doi:10.1080/00031305.1994.10476030.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np

from sim.evidence.targets import Check, Targets
from sim.experiment.plausible import Float

CUT_OFF = 3.0
"""A set is ruled out where its implausibility for some target is larger."""


def independent(targets: Targets) -> tuple[list[tuple[str, Check]], int]:
    """Return the independent checks that can rule something out, and how many rows cannot."""
    found: list[tuple[str, Check]] = []
    others = 0
    for name, target in targets.items():
        for row in target.rows:
            if row.label != "independent":
                continue
            ranged = isinstance(row, Check) and (row.low is not None or row.high is not None)
            if isinstance(row, Check) and ranged and row.value is not None:
                found.append((name, row))
            else:
                others += 1
    return found, others


def held_out(checks: Sequence[tuple[str, Check]]) -> tuple[bool, ...]:
    """Say which checks are held out: half, rounded down, fixed by a hash of their words.

    It depends on nothing that the model gives, and adding a target moves few others.
    """
    marks = [hashlib.sha256(f"{name} {check.what}".encode()).hexdigest() for name, check in checks]
    chosen = sorted(marks)[: len(marks) // 2]
    return tuple(mark in chosen for mark in marks)


def implausibility(checks: Sequence[Check], answers: Float, discrepancy: float) -> Float:
    """Return how implausible each set is for each check, shape (sets, checks).

    ``answers`` has shape (sets, checks, replications), in the units of the checks. A range is
    taken for a 95% interval of what was observed, four standard deviations wide. Where one end
    is open, what lies beyond the other end counts, with no error of observation.
    """
    count = answers.shape[2]
    with np.errstate(invalid="ignore"):
        mean = answers.mean(axis=2)
        by_set = answers.var(axis=2, ddof=1)
    # Two replications say little of one set's noise: all sets together say more.
    finite = np.isfinite(by_set)
    noise = np.where(finite, by_set, 0.0).sum(axis=0) / np.maximum(1, finite.sum(axis=0)) / count
    found = np.empty_like(mean)
    for place, check in enumerate(checks):
        centre, observed = _observed(check)
        apart = _apart(check, centre, mean[:, place])
        spread = math.sqrt(observed + noise[place] + (discrepancy * abs(centre)) ** 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, place] = np.where(apart == 0, 0.0, apart / spread)
    return np.where(np.isnan(found), np.inf, found)


def _observed(check: Check) -> tuple[float, float]:
    """Return the middle of what was observed, or its one end, and its variance."""
    if check.low is None or check.high is None:
        return float(check.high if check.low is None else check.low), 0.0  # type: ignore[arg-type]
    return (check.low + check.high) / 2, ((check.high - check.low) / 4) ** 2


def _apart(check: Check, centre: float, mean: Float) -> Float:
    if check.low is None:
        return np.maximum(0.0, mean - centre)
    return np.maximum(0.0, centre - mean) if check.high is None else np.abs(mean - centre)
