"""Routes: the stages of each case type once the authority table has said who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

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
    Steps,
)
from sim.model.rng import Streams
from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import AREA, Assignment, contracts_of
from sim.scenario.pathway import CONTRACT_TYPES, Branch, CaseType, Decide, Pathways, Wait, Work
from sim.scenario.units import milliseconds

ENTITY_KINDS: tuple[str, ...] = (*CONTRACT_TYPES, AREA)
"""A case belongs to a contract of some type or to an area (a cell)."""

VISITS = {"never": NO_TRAVEL, "by_share": IF_VISIT, "always": ALWAYS_VISIT}

Assignments = Mapping[tuple[str, str, str], Assignment]


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
    key: tuple[int, int] = (0, 0)


@dataclass
class RouteWriter:
    """Writes the steps of one case type on one kind of entity."""

    name: str
    entity_kind: str
    case_type: CaseType
    arrangement: Arrangement
    assignments: Assignments
    streams: Streams
    steps: list[Step] = field(default_factory=list)
    first_of: dict[str, int] = field(default_factory=dict)

    def write(self) -> list[Step]:
        """Return the steps, with every jump resolved to a step of this route."""
        for number, stage in enumerate(self.case_type.stages):
            self.first_of[stage.name] = len(self.steps)
            match stage:
                case Work():
                    self._work(number, stage.name, stage.hours.central, stage.by, stage.visit)
                case Wait():
                    days = round(stage.calendar_days.central)
                    self.steps.append(Step(WAIT, number, days=days))
                case Decide():
                    self._decide(number, stage)
                case Branch():
                    self.steps.append(self._jump(number, stage.name, stage.share.central, 0))
        return [self._resolve(step) for step in self.steps]

    def _work(
        self, number: int, name: str, hours: float, by: Mapping[str, float], visit: str
    ) -> None:
        team = self.assignments[self.name, self.entity_kind, name].team
        scale = hours * self.arrangement.procedures.effort_multiplier.central / sum(by.values())
        for role, weight in by.items():
            self.steps.append(
                Step(
                    WORK,
                    number,
                    actor=list(self.arrangement.teams).index(team),
                    role=list(self.arrangement.workforce.roles).index(role),
                    effort=milliseconds(scale * weight),
                    visit=VISITS[visit],
                )
            )

    def _decide(self, number: int, stage: Decide) -> None:
        decides = self.assignments[self.name, self.entity_kind, stage.name].decides
        if decides in self.arrangement.committees:
            self._work(number, stage.name, stage.paper_hours.central, stage.by, "never")
            committee = list(self.arrangement.committees).index(decides)
            self.steps.append(Step(MEET, number, actor=committee))
        else:
            self._work(number, stage.name, stage.hours.central, stage.by, "never")
        if stage.refuse_share.central > 0:
            self.steps.append(self._jump(number, stage.name, stage.refuse_share.central, REFUSED))

    def _jump(self, number: int, name: str, share: float, target: int) -> Step:
        key = self.streams.key(f"branch:{self.name}:{name}")
        stage = self.case_type.stages[number]
        most = stage.most_times if isinstance(stage, Branch) else 1
        return Step(BRANCH, number, share=share, target=target, most=most, key=key)

    def _resolve(self, step: Step) -> Step:
        stage = self.case_type.stages[step.stage]
        if step.kind != BRANCH or not isinstance(stage, Branch):
            return step
        target = DONE if stage.to == "end" else self.first_of[stage.to]
        return Step(**{**vars(step), "target": target})


def write_routes(
    pathways: Pathways, arrangement: Arrangement, assignments: Assignments, streams: Streams
) -> Steps:
    """Write every route. Route ``case type * len(ENTITY_KINDS) + kind`` may be empty."""
    routes: list[list[Step]] = []
    for name, case_type in pathways.case_types.items():
        kinds = contracts_of(pathways, name)
        for kind in ENTITY_KINDS:
            writer = RouteWriter(name, kind, case_type, arrangement, assignments, streams)
            routes.append(writer.write() if kind in kinds else [])
    flat = [step for route in routes for step in route]
    lengths = [len(route) for route in routes]

    def column(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.array([getattr(step, name) for step in flat], dtype=np.int64)

    return Steps(
        first=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        kind=column("kind"),
        stage=column("stage"),
        actor=column("actor"),
        role=column("role"),
        effort=column("effort"),
        other=np.zeros(len(flat), dtype=np.int64),
        days=column("days"),
        share=np.array([step.share for step in flat], dtype=np.float64),
        target=column("target"),
        most=column("most"),
        visit=column("visit"),
        key=column("key").reshape(len(flat), 2),
    )
