"""What officers and teams know of a contract, and what a step takes them therefore."""

from __future__ import annotations

from sim.engine.order import Clock
from sim.engine.people import Item, Officer
from sim.engine.recorder import Recorder
from sim.model.arrays import IN_PERSON, NEVER, NO_TRAVEL, Model
from sim.model.rules import effort, familiarity, memory


class Knowledge:
    """Who handled which contract when, and which files nobody has put in order yet."""

    def __init__(self, model: Model, clock: Clock, record: Recorder) -> None:
        self.model = model
        self.clock = clock
        self.record = record
        self.officer_saw: dict[tuple[int, int], int] = {}
        self.team_saw: dict[tuple[int, int], int] = {}
        self.incomplete = model.teams.incomplete.copy()
        """Extra effort where nobody has put the file of an entity in order yet."""

    def handled(self, officer: Officer, item: Item) -> None:
        """Remember that an officer has just worked on an entity."""
        now = self.clock.time
        self.officer_saw[officer.number, item.entity] = now
        self.team_saw[item.team, item.entity] = now

    def size_up(self, officer: Officer, item: Item) -> None:
        """Settle the effort of a step when an officer first takes it up."""
        model, case, step = self.model, item.case, item.step
        mean, factor = int(model.steps.effort[step]), model.factor(case, step)
        if item.rest:
            mean, factor = item.rest, 1.0
        cover = float(model.teams.cover[officer.role, model.steps.role[step]])
        extra, known = model.rules.unknown_extra, self._familiarity(officer, item)
        burden = item.burden + self._put_in_order(item)
        hours = effort(mean, factor, extra, known, burden, cover, officer.pace)
        expert = effort(mean, factor, extra, 1.0, burden, cover)
        self.record.relearn[case] += hours - expert
        if model.steps.visit[step] != NO_TRAVEL and model.cases.visit[case] == IN_PERSON:
            item.travel = int(model.teams.travel[model.teams.kind[item.team], item.entity])
        item.left = hours + item.travel

    def _put_in_order(self, item: Item) -> float:
        """Complete the file of an entity if need be; return the extra effort of that."""
        if not self.incomplete.size:
            return 0.0
        place = int(self.model.teams.kind[item.team]), item.entity
        extra, self.incomplete[place] = float(self.incomplete[place]), 0.0
        return extra

    def _familiarity(self, officer: Officer, item: Item) -> float:
        """Return how well the officer at hand knows this contract, from 0 to 1.

        What was handled before the officer joined a predecessor has handled, who took
        that knowledge along; files and colleagues, the team's memory, stay.
        """
        teams, rules = self.model.teams, self.model.rules
        kind = teams.kind[item.team]
        before = int(teams.known_at[kind, item.entity])
        named = int(teams.named[kind, officer.role, item.entity]) == officer.number
        own = self.officer_saw.get((officer.number, item.entity), before if named else NEVER)
        team = self.team_saw.get((item.team, item.entity), before)
        now, half_life = self.clock.time, rules.half_life
        return familiarity(
            0.0 if own == NEVER or own < officer.joined else memory(now - own, half_life),
            0.0 if team == NEVER else memory(now - team, half_life),
            rules.team_memory,
        )
