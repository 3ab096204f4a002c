"""The condition of contracts built from a scenario, with the draws that can be drawn beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.condition import FAILING, SOUND, STRUGGLING, Condition, Luck
from sim.model.demand import World, events
from sim.scenario.condition import ClosingDemand, SupportDemand
from sim.scenario.pathway import CONTRACT_TYPES, Demand, Pathways, RandomDemand
from sim.scenario.quantity import Amount

Int = NDArray[np.int64]

CONDITIONS = {"struggling": STRUGGLING, "failing": FAILING}


def condition_of(world: World, pathways: Pathways) -> Condition | None:
    """Return how contracts come to struggle and fail; None where the scenario does not say."""
    given = pathways.condition
    if given is None:
        return None
    applies = np.isin(world.kind, [CONTRACT_TYPES.index(kind) for kind in given.contracts])
    entity, closing = closings(world, np.flatnonzero(applies), given.closing_per_year.central)
    return Condition(
        applies=applies,
        key=world.streams.keys(["condition"])[0],
        to_struggling=mean_time(world, given.struggling_per_year),
        to_failing=mean_time(world, given.failing_per_year),
        struggling=given.struggling_share.central,
        failing=given.failing_share.central,
        first_closing=np.searchsorted(entity, np.arange(len(world.kind) + 1)),
        closing=closing,
        detects=luck(world, pathways, "detect"),
        repairs=luck(world, pathways, "repair"),
        feedback=given.feedback,
        needs=np.array([needed(one.demand) for one in pathways.case_types.values()]),
        closes=np.array([one.demand.kind == "closing" for one in pathways.case_types.values()]),
    )


def needed(demand: Demand) -> int:
    """Return the condition that a contract must have reached for a case to arise."""
    if isinstance(demand, ClosingDemand):
        return FAILING
    if isinstance(demand, SupportDemand):
        return STRUGGLING
    needs = demand.needs if isinstance(demand, RandomDemand) else None
    return CONDITIONS[needs] if needs else SOUND


def mean_time(world: World, rate: Amount) -> float:
    """Return the mean time to an event at a yearly rate, in milliseconds; infinite for none."""
    return 12.0 * world.month / rate.central if rate.central > 0 else np.inf


def closings(world: World, entity: Int, per_year: float) -> tuple[Int, Int]:
    """Draw when contracts close if they are failing just then: entity and instant, in order.

    The points of a Poisson process; those at which a contract fails make the
    exponential time to its closing (thinning).
    """
    rate = np.full(len(entity), per_year * world.years)
    where, ordinal = events(world, "count:closing", entity, rate)
    drawn = world.streams.uniform("time:closing", world.uid[where], ordinal)
    when = np.floor(drawn * world.calendar.horizon).astype(np.int64)
    order = np.lexsort((when, where))
    return where[order].astype(np.int64), when[order]


def luck(world: World, pathways: Pathways, what: str) -> Luck:
    """Return the share of each case type that ``what`` ("detect" or "repair") happens to."""
    types = pathways.case_types
    return Luck(
        share=np.array([getattr(t, f"{what}_share").central for t in types.values()]),
        key=world.streams.keys([f"{what}:{name}" for name in types]),
    )
