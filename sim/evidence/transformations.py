"""The few ways in which measures become what was observed.

Values are arrays with one number per replication, shape (replications,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

Transformation = Literal[
    "value",
    "complement",
    "ratio",
    "per_year",
    "per_contract",
    "per_contract_year",
    "per_meeting",
    "contracts_per_body",
]
Versus = Literal["difference", "change", "ratio"]
Across = Literal["spread", "variance_to_mean"]


@dataclass(frozen=True)
class World:
    """Sizes of the world that a check is about; 0 for what the check does not need."""

    years: float = 0.0
    contracts: int = 0
    bodies: int = 0
    meetings_per_year: float = 0.0
    """Of all committees of the kind together."""


@dataclass(frozen=True)
class Seen:
    """What a transformation has to work with."""

    value: Float
    over: Float
    """The measure that a ratio is divided by."""
    world: World


def divided(top: Float, bottom: Float) -> Float:
    """Divide; infinite where only the bottom is 0, NaN where both are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top / bottom, dtype=np.float64)


def value(seen: Seen) -> Float:
    """Return the measure as it is."""
    return seen.value


def complement(seen: Seen) -> Float:
    """Return the share of all others: 1 less the measure."""
    return 1.0 - seen.value


def ratio(seen: Seen) -> Float:
    """Return one measure over another."""
    return divided(seen.value, seen.over)


def per_year(seen: Seen) -> Float:
    """Return the yearly mean of what was added up over the run."""
    return seen.value / seen.world.years


def per_contract(seen: Seen) -> Float:
    """Return the measure for each contract of the types that the check names."""
    return seen.value / seen.world.contracts


def per_contract_year(seen: Seen) -> Float:
    """Return the yearly mean for each contract of the types that the check names."""
    return seen.value / (seen.world.years * seen.world.contracts)


def per_meeting(seen: Seen) -> Float:
    """Return the mean for each meeting of the committees that the check names."""
    return seen.value / (seen.world.years * seen.world.meetings_per_year)


def contracts_per_body(seen: Seen) -> Float:
    """Return contracts for each body of a tier, whatever the measure."""
    return np.full_like(seen.value, seen.world.contracts / seen.world.bodies)


TRANSFORMATIONS: dict[Transformation, Callable[[Seen], Float]] = {
    "value": value,
    "complement": complement,
    "ratio": ratio,
    "per_year": per_year,
    "per_contract": per_contract,
    "per_contract_year": per_contract_year,
    "per_meeting": per_meeting,
    "contracts_per_body": contracts_per_body,
}


SIZED: frozenset[Transformation] = frozenset(
    {"per_year", "per_contract", "per_contract_year", "per_meeting", "contracts_per_body"}
)
"""Those that ask for sizes of the world."""


def difference(ours: Float, theirs: Float) -> Float:
    """Return one arrangement's value less the other's, replication by replication."""
    return ours - theirs


def change(ours: Float, theirs: Float) -> Float:
    """Return the change from the other arrangement to this one, as a share of the other's."""
    return divided(ours, theirs) - 1.0


VERSUS: dict[Versus, Callable[[Float, Float], Float]] = {
    "difference": difference,
    "change": change,
    "ratio": divided,
}


def spread(bodies: Float) -> Float:
    """Return the highest less the lowest of shape (bodies, replications), by replication."""
    return np.asarray(bodies.max(axis=0) - bodies.min(axis=0), dtype=np.float64)


def variance_to_mean(bodies: Float) -> Float:
    """Return the variance between bodies over their mean: 1 where only chance differs.

    ``bodies`` holds counts, shape (bodies, replications). NaN with fewer than two
    bodies or where nothing was counted.
    """
    if len(bodies) < 2:
        return np.full(bodies.shape[1], np.nan)
    return divided(bodies.var(axis=0, ddof=1), bodies.mean(axis=0))


ACROSS: dict[Across, Callable[[Float], Float]] = {
    "spread": spread,
    "variance_to_mean": variance_to_mean,
}
