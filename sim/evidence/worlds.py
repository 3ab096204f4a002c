"""The worlds that checks are about: scenarios with settings, their estates and sizes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.evidence.targets import Question
from sim.evidence.transformations import SIZED, World
from sim.experiment.design import DesignPoint
from sim.model.people import bodies_inside
from sim.scenario.estate import Estate
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario, changed, load
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.values import Value, values


@functools.lru_cache(maxsize=256)
def scenario(name: str, settings: tuple[str, ...] = ()) -> LoadedScenario:
    """Load a scenario once for all checks that ask for it. Raises ``ScenarioError``."""
    return changed(scenario(name), settings) if settings else load(name)


@functools.lru_cache(maxsize=64)
def estate(name: str, settings: tuple[str, ...] = ()) -> Estate:
    """Build a scenario's estate once for all checks that ask for it."""
    return estate_of(scenario(name, settings))


@functools.lru_cache(maxsize=64)
def assumptions(name: str, settings: tuple[str, ...] = ()) -> dict[str, Value]:
    """Return every value of a scenario by its key path."""
    return {value.key: value for value in values(scenario(name, settings))}


@dataclass(frozen=True)
class Place:
    """One arrangement in one context of one scenario: what is run."""

    scenario: str
    settings: tuple[str, ...]
    arrangement: str
    context: str

    def point(self) -> DesignPoint:
        """Return the design point, whose replications any command shares."""
        loaded = scenario(self.scenario, self.settings).scenario
        return DesignPoint.of(loaded, self.arrangement, self.context)


@dataclass(frozen=True)
class Side:
    """An arrangement that a check is about, with changes that the other side does not have."""

    arrangement: str
    settings: tuple[str, ...] = ()


def sides(check: Question) -> list[Side]:
    """Return the arrangement of a check, and the one that it is set against where there is one."""
    other = check.versus
    against = [Side(other.arrangement, other.settings)] if other else []
    return [Side(check.arrangement), *against]


def settings_of(check: Question, own: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the settings of each body that a check goes through, or its own alone."""
    if check.each is None:
        yield own
        return
    for name in estate(check.scenario, own).tiers[check.each].names:
        yield (*own, f"estate.{check.each}={name}")


def places(check: Question, side: Side) -> list[Place]:
    """List what must be run for one side of a check, in the order of its bodies."""
    return [
        Place(check.scenario, settings, side.arrangement, check.context)
        for settings in settings_of(check, (*check.settings, *side.settings))
    ]


def world_of(check: Question, place: Place) -> World:
    """Return the sizes that a check's transformation needs, of the area it is about."""
    if check.transformation not in SIZED:
        return World()
    loaded = scenario(place.scenario, place.settings).scenario
    here = estate(place.scenario, place.settings)
    committees = loaded.arrangements[place.arrangement].committees
    meetings = 0.0
    if check.committee:
        rules = committees[check.committee]
        meetings = _bodies(here, rules.tier) * rules.meetings_per_year.central
    kinds = [CONTRACT_TYPES.index(name) for name in check.contracts]
    return World(
        years=loaded.run.years,
        contracts=int((here.inside & np.isin(here.contract_type, kinds)).sum()),
        bodies=_bodies(here, check.tier) if check.tier else 0,
        meetings_per_year=meetings,
    )


def _bodies(here: Estate, tier: str) -> int:
    return len(bodies_inside(here, here.tiers[tier]))
