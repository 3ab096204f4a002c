"""Hand-made models of which the condition of contracts is followed; times in working days."""

from __future__ import annotations

from dataclasses import replace

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
    needs: list[int] | None = None,
    closes: list[bool] | None = None,
    feedback: bool = False,
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
            feedback=feedback,
            needs=np.array(needs or [0] * types),
            closes=np.array(closes or [False] * types),
        ),
    )


def declining(model: Model, seed: int, effects: int = 1) -> Model:
    """Let what becomes of its contracts feed back on any model.

    ``effects`` is how many case types, of those that come first, repair; if there are
    any, the last does as well.
    """
    rng = np.random.default_rng(seed)
    types = len(model.types.names)
    needs = [0] * effects + rng.choice([0, 0, 0, 1, 2], types - effects).tolist()
    needs[-1] = int(rng.integers(1, 3))
    repairs = [0.7] * effects + [0.0] * (types - effects)
    repairs[-1] = 0.5 * (effects > 0)
    return with_condition(
        model,
        to_struggling=float(rng.integers(1, 20)),
        to_failing=float(rng.integers(1, 10)),
        struggling=0.3,
        failing=0.3,
        repairs=repairs,
        needs=needs,
        closes=[need == 2 and bool(rng.random() < 0.5) for need in needs],
        feedback=True,
    )
