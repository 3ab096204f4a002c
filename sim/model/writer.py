"""The steps of one case type on one kind of contract, in one of its variants.

Each stage becomes a step or several; what takes a case out of its way, a
*detour*, becomes more of them, or other effort. Which cases take which detours
is drawn when they are built (``sim.model.ways``), so a route holds no chance but
that of the pathway's own branches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.model.arrays import (
    ALWAYS_VISIT,
    BRANCH,
    DONE,
    IF_VISIT,
    MEET,
    NO_TRAVEL,
    REFUSED,
    WAIT,
    WORK,
)
from sim.model.path import ENGAGED, IMPROVISED, INCOMPLETE, MISFIT, REFERRED, SETTLED, Path
from sim.scenario.pathway import Branch, Decide, Wait, Work
from sim.scenario.units import milliseconds

VISITS = {"never": NO_TRAVEL, "by_share": IF_VISIT, "always": ALWAYS_VISIT}

REFERRAL = "referred upward"
INFORMATION = "wait for information"
COORDINATION = "coordinate partners"
AGREEMENT = "wait for partners"
PEERS = "settle among peers"
"""Stages that no pathway has, as reports name them."""


@dataclass(frozen=True)
class Step:
    """One step, with the neutral value of what its kind does not use."""

    kind: int
    stage: int
    actor: int = -1
    role: int = -1
    effort: int = 0
    days: int = 0
    share: float = 0.0
    target: int = 0
    most: int = 0
    visit: int = NO_TRAVEL
    stream: str = ""
    """What draws whether a branch is taken."""


@dataclass
class RouteWriter:
    """Writes the steps of a path for the cases that ``marks`` set apart."""

    path: Path
    names: list[str]
    """Names of the case type's stages; those of detours are added to them."""
    marks: frozenset[str] = frozenset()
    steps: list[Step] = field(default_factory=list)
    first_of: dict[str, int] = field(default_factory=dict)

    def write(self) -> list[Step]:
        """Return the steps, with every jump resolved to a step of this route."""
        for number in range(len(self.path.case_type.stages)):
            self._stage(number)
            if number == self.path.lead and SETTLED in self.marks:
                self._peers()
                break
            self._after(number)
        return [self._resolve(step) for step in self.steps]

    # Stages

    def _stage(self, number: int) -> None:
        """Write a stage; whoever jumps to it comes to where it was last written."""
        stage = self.path.case_type.stages[number]
        self.first_of[stage.name] = len(self.steps)
        match stage:
            case Work():
                team = self.path.team(stage.name)
                self._work(number, team, stage.hours.central, stage.by, stage.visit)
            case Wait():
                self._wait(number, stage.calendar_days.central)
            case Decide():
                self._decide(number, stage)
            case Branch():
                self._jump(number, stage.share.central, 0)

    def _work(
        self, number: int, team: str, hours: float, by: Mapping[str, float], visit: str = "never"
    ) -> None:
        who = self.path.who
        scale = hours * self._multiplier(team) / sum(by.values())
        for role, weight in by.items():
            self.steps.append(
                Step(
                    WORK,
                    number,
                    actor=list(who.teams).index(team),
                    role=list(who.workforce.roles).index(role),
                    effort=milliseconds(scale * weight),
                    visit=VISITS[visit],
                )
            )

    def _multiplier(self, team: str) -> float:
        """Return what the arrangement makes of a team's effort on such cases."""
        path, who = self.path, self.path.who
        multiplier = who.effort_multiplier(team)
        if path.shared:
            multiplier *= who.partners.friction_effort_multiplier.central
        if ENGAGED in self.marks:
            multiplier *= who.clinical_leadership.redesign_effort_multiplier.central
        if IMPROVISED in self.marks and team == path.lead_team:
            multiplier *= who.coverage.improvised_effort_multiplier.central
        return multiplier

    def _wait(self, number: int, days: float) -> None:
        self.steps.append(Step(WAIT, number, days=round(days)))

    def _decide(self, number: int, stage: Decide) -> None:
        team, decides = self.path.team(stage.name), self.path.decides(stage.name)
        if decides in self.path.who.committees:
            self._work(number, team, stage.paper_hours.central, stage.by)
            committee = list(self.path.who.committees).index(decides)
            self.steps.append(Step(MEET, number, actor=committee))
        else:
            self._work(number, team, stage.hours.central, stage.by)
        if REFERRED in self.marks and self.path.may_refer(stage.name):
            self._refer()
        if self.path.refused(stage) > 0:
            self._jump(number, self.path.refused(stage), REFUSED)

    def _jump(self, number: int, share: float, target: int) -> None:
        stage = self.path.case_type.stages[number]
        stream = f"branch:{self.path.name}:{stage.name}"
        most = stage.most_times if isinstance(stage, Branch) else 1
        self.steps.append(
            Step(BRANCH, number, share=share, target=target, most=most, stream=stream)
        )

    def _resolve(self, step: Step) -> Step:
        stages = self.path.case_type.stages
        stage = stages[step.stage] if step.kind == BRANCH else None
        if not isinstance(stage, Branch):
            return step
        # What this route lacks comes after the peers have settled the case.
        return replace(step, target=self.first_of.get(stage.to, DONE))

    # Detours

    def _after(self, number: int) -> None:
        """Write the detours that begin when a stage is done."""
        if number == self.path.lead:
            if INCOMPLETE in self.marks:
                days = self.path.who.data.wait_calendar_days.central
                self._wait(self._named(INFORMATION), days)
                self._stage(number)
            self._coordinate()
        if number == self.path.longest and MISFIT in self.marks:
            self._stage(number)

    def _coordinate(self) -> None:
        """Bring the partners together, where any are concerned."""
        partners = self.path.who.partners
        many = partners.bodies.central * self.path.case_type.partner_factor.central
        hours = many * partners.coordination_hours.central
        days = many * partners.coordination_calendar_days.central
        if hours > 0:
            self._work(self._named(COORDINATION), self.path.lead_team, hours, partners.by)
        if days > 0:
            self._wait(self._named(AGREEMENT), days)

    def _refer(self) -> None:
        referral = self.path.who.referral
        assert referral.team is not None
        self._work(self._named(REFERRAL), referral.team, referral.hours.central, referral.by)

    def _peers(self) -> None:
        leaders = self.path.who.clinical_leadership
        if leaders.settling_hours.central > 0:
            hours, number = leaders.settling_hours.central, self._named(PEERS)
            self._work(number, self.path.lead_team, hours, leaders.by)

    def _named(self, name: str) -> int:
        """Return the number of a stage that the pathway lacks."""
        own = len(self.path.case_type.stages)
        if name not in self.names[own:]:
            self.names.append(name)
        return self.names.index(name, own)
