"""The parts of a scenario that are valid by themselves, and how a name is told that none has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.scenario.arrangement import Arrangement
from sim.scenario.context import Context
from sim.scenario.errors import Fault, KeyPath, listed, nearest
from sim.scenario.pathway import Pathways
from sim.scenario.schema import EstateChoice, Run
from sim.scenario.translate import spot
from sim.scenario.tree import Node

TIERS = (
    "nation",
    "region",
    "area_team",
    "ccg",
    "icb",
    "pct",
    "pcn",
    "place",
    "icb_cluster",
    "pod_hub",
)
"""Tiers that an estate built from facts or from a practice-level file may have."""

_MANY = 10
"""More names than this are listed only when none is near."""


@dataclass(frozen=True)
class Parts:
    """The parts of a scenario that are valid by themselves."""

    run: Run | None
    estate: EstateChoice | None
    pathways: Pathways | None
    arrangements: Mapping[str, Arrangement]
    contexts: Mapping[str, Context]

    def tiers(self) -> tuple[str, ...]:
        """Return the tiers that the estate may have."""
        own = self.estate.tiers if self.estate else ()
        return (*dict.fromkeys((*TIERS, *own)),)


def unknown(
    document: Node, path: KeyPath, name: str, known: Iterable[str], what: str
) -> Iterator[Fault]:
    """Yield a fault when a name is not among those that are known."""
    names = [*known]
    if name not in names:
        close, at = nearest(name, names), spot(document, path)
        brief = close and len(names) > _MANY
        expected = what if brief else f"{what}: {listed(names)}"
        yield at.fault(found=f'"{name}"', expected=expected, nearest=close)
