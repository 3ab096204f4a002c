"""Journey time to a contract, from the land that its body covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.estate import Estate
from sim.scenario.schema import Travel


def travel_minutes(estate: Estate, travel: Travel, tier: str) -> NDArray[np.float64]:
    """Return one-way minutes from the base of its body to each contract, shape (contracts,).

    The body's land is taken as a disc with the base in its middle: the mean
    straight distance is 2/3 of the radius, times circuity by road; minutes are
    interpolated in the table, and rural contracts divide by the rural speed
    factor (docs/model.md, which names the sources).
    """
    body_of = estate.tiers[tier].body_of
    footprint = np.bincount(body_of, estate.land_km2, minlength=len(estate.tiers[tier].names))
    km = 2 / 3 * np.sqrt(footprint / np.pi) * float(travel.circuity_factor)
    minutes = np.interp(km, travel.distance_km, travel.minutes)[body_of]
    return np.where(estate.rural, minutes / float(travel.rural_speed_factor), minutes)
