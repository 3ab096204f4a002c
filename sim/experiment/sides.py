"""The two sides of an attribution: what each arrangement says, and who does what in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.experiment.workload import Hours
from sim.scenario.arrangement import Arrangement, Team
from sim.scenario.authority import OFFICER, Assignment, Key, resolve
from sim.scenario.pathway import Pathways

Plain = dict[str, Any]
"""An arrangement, or a part of it, as a scenario file could hold it."""


def most(parts: Iterable[tuple[str, float]]) -> str | None:
    """Return the name whose parts add up to most, the first of equals; None where none is given."""
    found: dict[str, float] = {}
    for name, part in parts:
        found[name] = found.get(name, 0.0) + part
    return max(found, key=found.__getitem__, default=None)


@dataclass(frozen=True)
class World:
    """What both arrangements meet: the work, and the bodies of each tier."""

    pathways: Pathways
    hours: Hours
    bodies: Mapping[str, int]
    """Number of bodies by tier, over the whole estate."""


@dataclass(frozen=True)
class Side:
    """One of the two arrangements, with who does what."""

    who: Arrangement
    world: World

    @cached_property
    def plain(self) -> Plain:
        """The arrangement as plain data; nothing in it may be changed."""
        return self.who.model_dump(mode="json", by_alias=True)

    @cached_property
    def assigned(self) -> dict[Key, Assignment]:
        """Who acts on each stage, where everything is adopted."""
        return resolve(self.who, self.world.pathways)

    def busiest(self, keys: Iterable[Key]) -> str | None:
        """Return the team that does most of the work of some stages; None where there are none."""
        return most((self.assigned[key].team, self.world.hours[key]) for key in keys)

    def work_of(self, team: str) -> list[Key]:
        """Return the stages that a team does."""
        return [key for key, who in self.assigned.items() if who.team == team]

    def like(self, team: str, own: Side) -> Team:
        """Return the team here that does most of what ``team`` does in ``own``.

        Where that does nothing: the one of its name, else the one that does most of all.
        """
        if own is self:
            return self.who.teams[team]
        namesake = team if team in self.who.teams else None
        name = self.busiest(own.work_of(team)) or namesake or self.busiest(self.assigned)
        return self.who.teams[name or next(iter(self.who.teams))]

    def tier_of(self, committee: str, own: Side) -> str:
        """Return where most of what a committee decides in ``own`` is decided here."""
        if own is self:
            return self.who.committees[committee].tier
        keys = [key for key, who in own.assigned.items() if who.decides == committee]
        hours = self.world.hours
        if tier := most((self._decides_at(self.assigned[key]), hours[key]) for key in keys):
            return tier
        near = self.who.committees.get(committee)
        return near.tier if near else own.who.committees[committee].tier

    def _decides_at(self, who: Assignment) -> str:
        placed = self.who.teams[who.team] if who.decides == OFFICER else None
        return (placed or self.who.committees[who.decides]).tier

    @property
    def wte(self) -> dict[str, float]:
        """WTE of each kind of team, all bodies of the estate together."""
        bodies = self.world.bodies
        return {name: one.wte.central * bodies[one.tier] for name, one in self.who.teams.items()}
