"""What an estate is built from: areas (CCGs, parts of an ICB) and their practices."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario.errors import Fault, ScenarioError
from sim.scenario.estate import Fact


class EstateError(ScenarioError):
    """An estate that cannot be built, or a data file that cannot be read.

    ``key`` is the key within the scenario's ``estate`` table, ``""`` for a data file.
    """

    def __init__(self, problem: str, *, key: str = "", file: str = "", nearest: str = "") -> None:
        self.key = key
        fault = Fault(file=file or "estate", key=key, problem=problem, nearest=nearest)
        super().__init__([fault])


@dataclass(frozen=True)
class Practice:
    """One GP contract. ``place`` (0 to 1) orders the contracts within their area."""

    id: str
    patients: int
    rural: bool
    place: float


@dataclass(frozen=True)
class Area:
    """The smallest area of the facts, on which area-level work arises.

    ``published`` counts contracts of other types where the facts have them.
    """

    code: str
    name: str
    parent_code: str
    parent: str
    region: str
    practices: tuple[Practice, ...]
    published: Mapping[str, int] = field(default_factory=dict)

    @property
    def patients(self) -> int:
        """Registered patients of all practices."""
        return sum(practice.patients for practice in self.practices)

    @property
    def rural_share(self) -> float:
        """Share of the GP contracts that are rural."""
        return sum(p.rural for p in self.practices) / max(len(self.practices), 1)


@dataclass(frozen=True)
class RealTier:
    """Where the bodies of a tier come from; ``synthetic`` for a stated rule."""

    source: str
    synthetic: bool = False


@dataclass(frozen=True)
class Facts:
    """Areas of England with their practices, in an order that keeps neighbours together.

    ``cell_tier`` names the tier of the areas, ``parent_tier`` the tier that
    holds them, within which synthetic bodies are cut. ``per_parent`` gives
    published numbers of bodies (tier, parent's name) whose members are unknown;
    ``joined`` names the body (tier, parent's name) that each whole parent is part of.
    """

    title: str
    cell_tier: str
    parent_tier: str
    areas: tuple[Area, ...]
    tiers: Mapping[str, RealTier]
    facts: tuple[Fact, ...]
    per_parent: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    joined: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    synthetic: bool = True


def in_order(areas: Iterable[Area]) -> tuple[Area, ...]:
    """Sort areas by region, parent and code, so that neighbours stand together."""
    return tuple(sorted(areas, key=lambda area: (area.region, area.parent_code, area.code)))


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV table with a header, UTF-8."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
