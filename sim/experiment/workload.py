"""Expected hours of work: how much each stage of each case type takes in a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.scenario.authority import AREA, Key, routes
from sim.scenario.estate import Estate
from sim.scenario.pathway import (
    CONTRACT_TYPES,
    AreaDemand,
    CycleDemand,
    Decide,
    Pathways,
    RandomDemand,
    Work,
)

Hours = Mapping[Key, float]
"""Hours in a year by case type, contract type and stage, over the whole estate."""

RARE = 1e-3
"""Cases in a year of a type of which nothing says beforehand how often it arises."""


def expected_hours(pathways: Pathways, estate: Estate) -> Hours:
    """Return a year's hours of every stage on which somebody acts.

    Every case goes once through every stage; a decision takes its paper or the officer's
    time, whichever is longer. Good enough to say which team does most of some work.
    """
    counts = np.bincount(estate.contract_type, minlength=len(CONTRACT_TYPES))
    contracts = dict(zip(CONTRACT_TYPES, counts.tolist(), strict=True))
    people = float(estate.population.sum())
    found: dict[Key, float] = {}
    for case, kind in routes(pathways):
        cases = max(_cases(pathways, case, kind, contracts.get(kind, 0), people), RARE)
        for stage in pathways.case_types[case].stages:
            if isinstance(stage, Work):
                found[case, kind, stage.name] = cases * stage.hours.central
            elif isinstance(stage, Decide):
                hours = max(stage.hours.central, stage.paper_hours.central)
                found[case, kind, stage.name] = cases * hours
    return found


def _cases(pathways: Pathways, case: str, kind: str, contracts: int, people: float) -> float:
    """Return how many cases of a type arise in a year on contracts of a kind."""
    demand = pathways.case_types[case].demand
    if isinstance(demand, RandomDemand) and kind != AREA:
        rates = {name: rate.central for name, rate in demand.per_contract_year.items()}
        return contracts * rates.get(kind, 0.0)  # type: ignore[call-overload, no-any-return]
    if isinstance(demand, AreaDemand):
        return people / 100_000 * demand.per_100k_year.central
    if isinstance(demand, CycleDemand):
        return contracts * 12.0 / demand.cycle_months.central
    return 0.0
