"""When the time of each case came, and whether it then arose, retold from the cases that closed."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from audit_meetings import comes_up
from audit_records import require

from sim.engine.log import CLOSED, NOT_OPENED, UNSET, Log
from sim.model import rules
from sim.model.arrays import Model


class Arising:
    """Retells from a log how contracts declined and were repaired.

    What happens at the instant at which a case's time comes may come before or after it.
    """

    def __init__(self, model: Model, log: Log) -> None:
        self.model, self.log = model, log
        given = model.condition
        self.given = given if given is not None and given.feedback else None
        self.turn = [*self._turns()]
        """When each case's time came, the horizon if it did not."""
        if self.given is not None:
            self.repairs, self.closings = self._happenings()

    def _turns(self) -> Iterator[int]:
        """Yield the turn of each case; one that did not arise lets the next go at once."""
        cases, facts, never = self.model.cases, self.log.cases, self.model.clock.horizon
        ends: list[int] = []
        for case, before in enumerate(cases.after.tolist()):
            turn, gap = int(cases.opens[case]), int(cases.gap[case])
            if before >= 0:
                turn = ends[before] + gap if gap >= 0 else max(turn, ends[before])
                turn = turn if ends[before] < never else never
            closed = int(facts.closed[case])
            open_still = facts.opened[case] != UNSET and closed == UNSET
            ends.append(never if open_still else turn if closed == UNSET else closed)
            yield min(turn, never)

    def _happenings(self) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
        """Return when each contract was to be repaired, and when it closed."""
        cases, facts, given = self.model.cases, self.log.cases, self.given
        repairs, closings = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
        for case, case_type in enumerate(cases.case_type.tolist()):
            entity, luck = int(cases.entity[case]), given.repairs
            if given.closes[case_type] and facts.opened[case] != UNSET:
                closings[entity].add(int(facts.opened[case]))
            address = [*self.model.entities.uid[entity], cases.ordinal[case], 0]
            share, key = float(luck.share[case_type]), luck.key[case_type]
            if facts.outcome[case] == CLOSED and comes_up(share, address, key):
                repairs[entity].add(int(facts.closed[case]))
        return repairs, closings

    def states(self, entity: int, now: int) -> set[int]:
        """Return the conditions that a contract had at an instant."""
        since, spell = 0, 0
        repairs, closings = self.repairs[entity], self.closings[entity]
        for time in sorted(time for time in repairs | closings if time < now):
            if time in closings or self._state(entity, time, since, spell) > 0:
                since, spell = time, spell + 1
        found = {self._state(entity, now, since, spell)}
        if now in repairs | closings:
            found.add(self._state(entity, now, now, spell + 1))
        return found

    def _state(self, entity: int, now: int, since: int, spell: int) -> int:
        given, uid = self.given, self.model.entities.uid[entity].tolist()
        means = given.to_struggling, given.to_failing, given.struggling, given.failing
        struggles, fails = rules.decline(since, spell, *means, *uid, *given.key.tolist())
        return sum(now >= time for time in (struggles, fails))

    def check(self) -> None:
        """Require that each case whose time came arose, if it could, and no other did."""
        cases, opened = self.model.cases, self.log.cases.opened
        for case, turn in enumerate(self.turn):
            came = turn < self.model.clock.horizon
            require(opened[case] in (UNSET, turn), "opened at another time", case)
            require(came or opened[case] == UNSET, "opened before its time", case)
            if came:
                may = {True}
                if self.given is not None and self.given.needs[cases.case_type[case]] > 0:
                    needs = self.given.needs[cases.case_type[case]]
                    may = {state >= needs for state in self.states(int(cases.entity[case]), turn)}
                require((opened[case] != UNSET) in may, "arose though it should not, or not", case)

    @property
    def passed_over(self) -> np.ndarray:
        """Cases whose time came and that did not arise."""
        came = np.array(self.turn, dtype=np.int64) < self.model.clock.horizon
        return came & (self.log.cases.outcome == NOT_OPENED)
