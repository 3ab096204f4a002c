"""The estate: every contract, its body at each tier, and where the facts came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Fact:
    """A published table that the estate is built from."""

    title: str
    publisher: str
    date: str
    licence: str


@dataclass(frozen=True)
class TierMap:
    """Which body of one tier each contract belongs to.

    ``body_of`` has shape (contracts,) and indexes ``names``. ``synthetic`` says
    that a stated rule made the groups, because the data lack the tier.
    """

    names: tuple[str, ...]
    body_of: NDArray[np.int32]
    synthetic: bool
    source: str


@dataclass(frozen=True)
class Estate:
    """Contracts as parallel arrays of shape (contracts,).

    ``inside`` marks the area that was asked for. The others stay, because a
    body whose footprint is larger than the area also works for them.
    ``cell_tier`` names the tier on which area-level work arises, the same in
    every arrangement.
    """

    title: str
    synthetic: bool
    ids: tuple[str, ...]
    contract_type: NDArray[np.int8]
    """Index into ``CONTRACT_TYPES``."""
    patients: NDArray[np.int64]
    """Registered patients (GP); for other contracts the share of the area's population."""
    rural: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    land_km2: NDArray[np.float64]
    tiers: dict[str, TierMap]
    cell_tier: str
    population: NDArray[np.int64]
    """Registered patients per cell, shape (cells,)."""
    facts: tuple[Fact, ...]
