"""The scenario: arrangements × contexts on an estate, with run controls."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_serializer

from sim.scenario.arrangement import Arrangement
from sim.scenario.context import Context
from sim.scenario.pathway import Pathways
from sim.scenario.quantity import Amount, Frozen, Positive, amount, positive

SCHEMA_VERSION = 1

MOST_YEARS = 200.0
"""Engines tell instants apart up to some 220 years of working days of 7.5 hours."""

MOST_REPLICATIONS = 100_000
"""More is a slip of the finger, and would fill the memory before the first has run."""


MOST_CONTRACTS = 1_000_000
"""Of a type; the whole of England has 38,000 of all types."""


class Run(Frozen):
    """Run controls."""

    start: dt.date
    years: Annotated[float, Field(gt=0, le=MOST_YEARS)]
    replications: Annotated[int, Field(ge=2, le=MOST_REPLICATIONS)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    warm_up_months: Annotated[float, Field(ge=0)] = 0.0
    """Only for stationary scenarios: earlier cases are left out of the measures."""
    calendar: Literal["england", "every_day"] = "england"
    ranking: Literal["priority_due", "priority_fifo", "fifo"] = "priority_due"
    """What a free officer takes next."""


class Compare(Frozen):
    """The base, the one primary measure, and the smallest difference that matters."""

    base: str
    primary: str
    case_type: str = "all"
    smallest_difference: Annotated[float, Field(ge=0)] = 0.0
    precision: Annotated[float, Field(ge=0)] = 0.0
    """Half-width that the intervals of the primary measure are to have, in its unit.

    0: half of the smallest difference that matters.
    """
    rebalanced: bool = False
    """Compare a third time: base's money for all, shared between teams by their load.

    Half as many replications more; they show whether a verdict rests on a badly split
    staffing guess.
    """

    @property
    def wanted_precision(self) -> float:
        """Return the half-width to aim at; 0 where none is stated and none follows."""
        return self.precision or self.smallest_difference / 2.0


class Tier(Frozen):
    """A tier without a look-up: ``bodies`` groups of equal population (synthetic)."""

    bodies: Annotated[int, Field(ge=1)]
    source: str = "assumption"


class Travel(Frozen):
    """Journey time from the distance to a contract in a body's footprint.

    Mean distance = 2/3 of the footprint's radius × circuity; minutes are
    interpolated in the table.
    """

    distance_km: list[float] = [0.0, 1000.0]
    minutes: list[float] = [0.0, 0.0]
    circuity_factor: Positive = positive(1.3)
    rural_speed_factor: Positive = positive(1.0)
    land_area_km2: Positive = positive(130279.0)
    rural_land_share: Amount = amount(0.5)
    """Share of the land on which rural contracts stand."""


class EstateChoice(Frozen):
    """Which contracts: facts of a year, or a file, or a uniform textbook estate."""

    title: str = ""
    source: Literal["facts", "file", "uniform"]
    facts: str | None = None
    """Facts: name of the estate's tables in the library, such as ``england-2014-15``."""
    file: str | None = None
    """File: a CSV written by ``sim estate import``, beside the file that names it or where the
    command is given; other contracts come from ``facts``."""
    contracts: dict[str, Annotated[int, Field(ge=0, le=MOST_CONTRACTS)]] = {}
    """National count per contract type (facts) or the count itself (uniform)."""
    contract_sources: dict[str, str] = {}
    tiers: dict[str, Tier] = {}
    area_team: str | None = None
    ccgs: list[str] | None = None
    icb: str | None = None
    region: str | None = None
    travel: Travel = Travel()

    @field_serializer("file", when_used="json")
    def _without_folder(self, file: str | None) -> str | None:
        """Leave out where the list lies, which changes no result; its content is told apart."""
        return None if file is None else Path(file).name


class Scenario(Frozen):
    """Everything that a run depends on."""

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    name: str
    title: str
    description: str = ""
    run: Run
    compare: Compare
    estate: EstateChoice
    pathways: Pathways
    contexts: Annotated[dict[str, Context], Field(min_length=1)]
    arrangements: Annotated[dict[str, Arrangement], Field(min_length=1)]

    @property
    def changes(self) -> list[dt.date]:
        """The dates within the run on which one arrangement takes the place of another."""
        found = (one.transition for one in self.arrangements.values() if one.transition)
        return sorted({change.date for change in found if change.date > self.run.start})

    def line(self, arrangement: str) -> list[Arrangement]:
        """Return the arrangements that hold one after the other in the run, the one itself last.

        What it takes the place of on the first day holds for no time and is left out.
        """
        who = self.arrangements[arrangement]
        if who.transition is None or who.transition.date <= self.run.start:
            return [who]
        return [self.arrangements[who.transition.replaces], who]
