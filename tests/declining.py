"""Hand-made models of which the condition of contracts is followed; times in working days."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import toy

from sim.model.arrays import Model
from sim.model.condition import Condition, Luck
from sim.model.rng import words

KEY = words("condition")
NEVER = float("inf")


def luck(share: list[float]) -> Luck:
    """Return an effect that a share of the cases of each type have."""
    keys = [words(f"luck {number}") for number in range(len(share))]
    return Luck(np.array(share), np.array(keys, dtype=np.int64))


def with_condition(
    model: Model,
    *,
    to_struggling: float = NEVER,
    to_failing: float = NEVER,
    struggling: float = 0.0,
    failing: float = 0.0,
    closing: dict[int, list[float]] | None = None,
    detects: list[float] | None = None,
    repairs: list[float] | None = None,
    **more: Any,
) -> Model:
    """Follow the condition of every contract; ``closing`` says by entity when it may close."""
    entities, types = len(model.entities.kind), len(model.types.names)
    points = [(closing or {}).get(entity, []) for entity in range(entities)]
    return replace(
        model,
        condition=Condition(
            applies=np.ones(entities, dtype=bool),
            key=np.array(KEY, dtype=np.int64),
            to_struggling=to_struggling * toy.ms(1),
            to_failing=to_failing * toy.ms(1),
            struggling=struggling,
            failing=failing,
            first_closing=np.cumsum([0, *map(len, points)]),
            closing=np.array([toy.ms(day) for some in points for day in some], dtype=np.int64),
            detects=luck(detects or [0.0] * types),
            repairs=luck(repairs or [0.0] * types),
            **more,
        ),
    )
