"""A validation target: what was observed, and what the model must be asked for it.

Targets are data (``evidence/targets.toml`` in the library of scenarios). Each has
checks, which can be run, and gaps, which cannot yet or never will be.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.evidence.transformations import Across, Transformation, Versus
from sim.scenario.pathway import CONTRACT_TYPES, ContractType
from sim.scenario.quantity import Frozen

Label = Literal["independent", "input check", "out of scope"]
"""Independent: no parameter that the result follows from was set by what was observed.
Input check: one was, or both follow from the same assumptions. Out of scope: the model
is not meant to give it."""

Tier = Literal["area_team", "region"]
"""Tiers whose bodies a check can go through one by one."""


class Row(Frozen):
    """What checks and gaps have in common."""

    what: str
    label: Label
    observed: str
    """What was seen, in words."""
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    """Ids of ``sources.csv``, or ``derived``, ``assumption``."""
    why: str = ""
    """Where the range comes from and what the check does not show; why there is a gap."""


class Gap(Row):
    """What was observed and the model cannot give."""

    missing: tuple[str, ...] = ()
    """Mechanisms that the model would need; empty where it is not meant to have them."""


class Rows(Frozen):
    """Which rows of the measures are added up."""

    measure: str
    case_types: Annotated[tuple[str, ...], Field(min_length=1)] = ("all",)
    body: str = "all"
    """A kind of team or committee."""
    role: str = "all"
    period: str = "all"


class Other(Frozen):
    """The arrangement that another is set against."""

    arrangement: str
    by: Versus
    settings: tuple[str, ...] = ()
    """Changes on this side only, beside those of the question."""


class Question(Frozen):
    """What the model is asked, and the range that its answer is set against."""

    scenario: str
    settings: tuple[str, ...] = ()
    """Changes of the scenario, as ``--set`` takes them."""
    arrangement: str
    context: str = "baseline"
    value: Rows | None = None
    """None for what the estate alone gives."""
    over: Rows | None = None
    """What a ``ratio`` is divided by."""
    transformation: Transformation = "value"
    contracts: tuple[ContractType, ...] = CONTRACT_TYPES
    """Contracts that ``per_contract_year`` and ``contracts_per_body`` count."""
    tier: str = ""
    """Bodies that ``contracts_per_body`` counts."""
    committee: str = ""
    """Committee whose meetings ``per_meeting`` counts."""
    versus: Other | None = None
    each: Tier | None = None
    """Take the bodies of a tier one by one and put their values together ``across`` them."""
    across: Across | None = None
    divide_by: Annotated[float, Field(gt=0)] = 1.0
    """Turns the unit of the measure into ``unit``."""
    unit: str
    low: float | None = None
    high: float | None = None
    """The range of a hit, in ``unit``; without either the model's value is only shown."""


class Check(Row, Question):
    """A question to which the answer was observed."""

    rests_on: Annotated[tuple[str, ...], Field(min_length=1)]
    """Key paths of the scenario's values that the answer follows from, as ``sim show`` has them."""


class Target(Frozen):
    """One validation target."""

    title: str
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def rows(self) -> list[Check | Gap]:
        """Return checks, then gaps."""
        return [*self.checks, *self.gaps]


Targets = dict[str, Target]
"""Targets by id, in the order of the file."""
