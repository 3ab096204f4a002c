"""Paths: a case type on one kind of contract, under an arrangement, and what may befall it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import Assignment
from sim.scenario.pathway import CaseType, Decide, Work, lead, longest

Assignments = Mapping[tuple[str, str, str], Assignment]

REDESIGN = "redesign"
"""The group of case types that engaged clinicians speed."""

MARKS = ("referred", "misfit", "incomplete", "settled", "engaged", "improvised")
"""What sets some cases of a type apart."""

REFERRED, MISFIT, INCOMPLETE, SETTLED, ENGAGED, IMPROVISED = MARKS


@dataclass(frozen=True)
class Path:
    """A case type on one kind of contract or on an area, and who acts on its stages."""

    name: str
    kind: str
    case_type: CaseType
    who: Arrangement
    assignments: Assignments

    def team(self, stage: str) -> str:
        """Return the team that works on a stage, or prepares its decision."""
        return self.assignments[self.name, self.kind, stage].team

    def decides(self, stage: str) -> str:
        """Return who decides a stage: ``officer`` or a committee."""
        return self.assignments[self.name, self.kind, stage].decides

    def refused(self, stage: Decide) -> float:
        """Return the share that this arrangement refuses; the draw is the same in all."""
        own = self.who.refuse_share.get(self.name, {})
        return own.get(stage.name, stage.refuse_share).central

    def may_refer(self, stage: str) -> bool:
        """Say whether the decision of a stage may be referred upward."""
        referral = self.who.referral
        here = self.team(stage) != referral.team
        return here and self.decides(stage) in referral.after

    @cached_property
    def lead(self) -> int | None:
        """Number of the first stage that somebody works on."""
        return lead(self.case_type)

    @cached_property
    def lead_team(self) -> str:
        """The team that is first to work on such a case; empty if none ever does."""
        return "" if self.lead is None else self.team(self.case_type.stages[self.lead].name)

    @cached_property
    def longest(self) -> int | None:
        """Number of the stage that is done again where procedures do not fit."""
        return longest(self.case_type)

    @property
    def shared(self) -> bool:
        """Whether two bodies share the responsibility for such cases."""
        return self.name in self.who.partners.shared_cases

    def chances(self) -> dict[str, float]:
        """Return for each mark the share of cases that have it, where the place allows it."""
        shares = (
            self._referred(),
            self._misfit(),
            self._incomplete(),
            self._settled(),
            self._engaged(),
            self._improvised(),
        )
        return dict(zip(MARKS, shares, strict=True))

    def _referred(self) -> float:
        decisions = (s.name for s in self.case_type.stages if isinstance(s, Decide))
        referral = self.who.referral
        if referral.hours.central == 0 or not any(map(self.may_refer, decisions)):
            return 0.0
        return min(1.0, referral.share.central * self.case_type.risk_factor.central)

    def _misfit(self) -> float:
        if self.longest is None:
            return 0.0
        return self.who.misfit_share(self.team(self.case_type.stages[self.longest].name))

    def _incomplete(self) -> float:
        works = self.lead is not None and isinstance(self.case_type.stages[self.lead], Work)
        return self.who.data.rework_share.central if works else 0.0

    def _settled(self) -> float:
        may = self.case_type.peers and self.lead is not None
        return self.who.clinical_leadership.settled_share.central if may and self._led() else 0.0

    def _engaged(self) -> float:
        multiplier = self.who.clinical_leadership.redesign_effort_multiplier.central
        return float(self.case_type.group == REDESIGN and multiplier != 1 and self._led())

    def _led(self) -> bool:
        return self.who.clinical_leadership.engaged_share.central > 0

    def _improvised(self) -> float:
        coverage = self.who.coverage
        differs = coverage.improvised_effort_multiplier.central != 1
        somewhere = coverage.process_share.central < 1
        return float(self.lead is not None and differs and somewhere)
