"""A uniform estate: contracts that are all alike, for textbook scenarios."""

from __future__ import annotations

import numpy as np

from sim.scenario.estate import Estate, TierMap
from sim.scenario.estate_areas import EstateError
from sim.scenario.estate_tiers import NATION, label
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.schema import EstateChoice

PATIENTS = 10_000
"""Patients of every contract."""


def uniform(choice: EstateChoice) -> Estate:
    """Return equal contracts, split into equal bodies on every tier, with one cell.

    Raises:
        EstateError: There are no contracts, or fewer of a type than bodies.
    """
    numbers = {kind: choice.contracts.get(kind, 0) for kind in CONTRACT_TYPES}
    total = sum(numbers.values())
    if not total:
        raise EstateError(
            "a uniform estate needs contracts, such as { gp = 1000 }", key="contracts"
        )
    kind = np.repeat(np.arange(len(CONTRACT_TYPES), dtype=np.int8), list(numbers.values()))
    nation = TierMap((NATION,), np.zeros(total, dtype=np.int32), False, "the nation")
    split = {name: _split(name, tier.bodies, total) for name, tier in choice.tiers.items()}
    return Estate(
        title=choice.title or f"{total:,} contracts, all alike",
        synthetic=True,
        ids=tuple(f"{name.upper()}-{k + 1:05d}" for name, n in numbers.items() for k in range(n)),
        contract_type=kind,
        patients=np.full(total, PATIENTS, dtype=np.int64),
        rural=np.zeros(total, dtype=np.bool_),
        inside=np.ones(total, dtype=np.bool_),
        land_km2=np.full(total, float(choice.travel.land_area_km2) / total),
        tiers={"nation": nation} | split,
        cell_tier="nation",
        population=np.array([PATIENTS * total], dtype=np.int64),
        facts=(),
    )


def _split(name: str, bodies: int, total: int) -> TierMap:
    """Deal the contracts out in turn, so that each body has its share of every type."""
    if bodies > total:
        raise EstateError(f"{bodies} bodies for {total} contracts", key=f"tiers.{name}.bodies")
    names = tuple(f"{label(name)} {k + 1}" for k in range(bodies)) if bodies > 1 else (label(name),)
    body_of = (np.arange(total) % bodies).astype(np.int32)
    return TierMap(
        names, body_of, synthetic=True, source="stated rule: contracts dealt out in turn"
    )
