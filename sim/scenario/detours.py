"""What takes a case out of its way: referral, missing information, partners, improvisation, peers.

Blocks of an arrangement. Each leaves every case as it is at its defaults.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import Field, model_validator

from sim.scenario.quantity import Amount, Frozen, Positive, Share, amount, positive, refusal, share

Weights = dict[str, Annotated[float, Field(gt=0)]]
"""Shares of hours by role, who act in that order."""


class OwnProcedures(Frozen):
    """A team's own procedures, where they are not those of the whole arrangement."""

    effort_multiplier: Positive | None = None
    misfit_share: Share | None = None


class Referral(Frozen):
    """Some decisions go up to another team, which looks at them again and sends them back.

    Every decision on such a case is referred. How unfamiliar a case is to those
    who decide makes no difference here.
    """

    team: str | None = None
    """The team that they are referred to, at a wider tier; what it decides itself stays."""
    after: list[str] = ["officer"]
    """Whose decisions: ``officer``, or committees."""
    share: Share = share(0.0)
    """Of the cases with such a decision, times the ``risk_factor`` of their type, at most 1."""
    hours: Amount = amount(0.0)
    by: Weights = {}

    @model_validator(mode="after")
    def _somebody_looks(self) -> Referral:
        if self.share.central > 0 and self.team is None:
            raise refusal(("team",), "none", "the team that decisions are referred to")
        return _with_roles(self, self.share.central * self.hours.central)


class Data(Frozen):
    """Incomplete information: some cases wait for the rest, and their first work is done again."""

    rework_share: Share = share(0.0)
    wait_calendar_days: Amount = amount(0.0)


class Coverage(Frozen):
    """A proper process for a type of case exists at some bodies; elsewhere it is improvised.

    It is drawn for each case type and each body of the team that first works on it,
    and bears on the work of that team.
    """

    process_share: Share = share(1.0)
    """Of bodies."""
    improvised_effort_multiplier: Positive = positive(1.0)


class Partners(Frozen):
    """Partners and regulators that have to be brought together, and shared responsibilities.

    A case takes ``coordination_hours`` and ``coordination_calendar_days`` for each of
    the ``bodies``, times the ``partner_factor`` of its type, once its first work is done.
    """

    bodies: Amount = amount(0.0)
    """Other bodies whose agreement a case needs here."""
    coordination_hours: Amount = amount(0.0)
    coordination_calendar_days: Amount = amount(0.0)
    by: Weights = {}
    shared_cases: list[str] = []
    """Case types for which two bodies share one responsibility."""
    friction_effort_multiplier: Positive = positive(1.0)
    """Of all work on the shared case types."""

    @model_validator(mode="after")
    def _somebody_coordinates(self) -> Partners:
        return _with_roles(self, self.bodies.central * self.coordination_hours.central)


class ClinicalLeadership(Frozen):
    """Engaged clinicians, in some cells: they speed redesign, and settle concerns among peers.

    Which cells have them is drawn; those with a small draw have them in every arrangement
    with a share that is large enough.
    """

    engaged_share: Share = share(0.0)
    """Of cells."""
    redesign_effort_multiplier: Positive = positive(1.0)
    """Of work on case types of the group ``redesign``, in engaged cells."""
    settled_share: Share = share(0.0)
    """Of the cases that ``peers`` may settle, in engaged cells: done after the first work."""
    settling_hours: Amount = amount(0.0)
    by: Weights = {}

    @model_validator(mode="after")
    def _somebody_settles(self) -> ClinicalLeadership:
        return _with_roles(self, self.settled_share.central * self.settling_hours.central)


Block = TypeVar("Block", Referral, Partners, ClinicalLeadership)


def _with_roles(block: Block, work: float) -> Block:
    if work > 0 and not block.by:
        raise refusal(("by",), "nobody", "the roles that do this work, such as { manager = 1 }")
    return block
