"""The condition of contracts, where it decides which cases arise.

A contract declines by ``sim.model.rules.decline`` until a case that repairs it is
closed, or until it closes and other contracts, which are sound, look after its
patients. A case that needs a condition arises if the contract has reached it when
the case's time has come.
"""

from __future__ import annotations

from sim.model.arrays import Model
from sim.model.condition import SOUND, Condition
from sim.model.rules import condition, decline, happens


class Watch:
    """Keeps in mind when each contract was last made sound, and how often."""

    def __init__(self, model: Model, given: Condition) -> None:
        self.model = model
        self.given = given
        self.spell: dict[int, tuple[int, int]] = {}
        """Start and number of the present spell, by entity."""

    def arises(self, case: int, now: int) -> bool:
        """Say whether a case arises whose time has come."""
        case_type = self.model.cases.case_type[case]
        needs = int(self.given.needs[case_type])
        if needs == SOUND:
            return True
        entity = int(self.model.cases.entity[case])
        if self.state(entity, now) < needs:
            return False
        if self.given.closes[case_type]:
            self.begin(entity, now)
        return True

    def close(self, case: int, now: int) -> None:
        """Let a case that is closed repair its contract, if it is one that does."""
        cases, luck = self.model.cases, self.given.repairs
        entity, case_type = int(cases.entity[case]), int(cases.case_type[case])
        e0, e1 = map(int, self.model.entities.uid[entity])
        k0, k1 = map(int, luck.key[case_type])
        share, ordinal = float(luck.share[case_type]), int(cases.ordinal[case])
        if happens(share, e0, e1, ordinal, 0, k0, k1) and self.state(entity, now) != SOUND:
            self.begin(entity, now)

    def state(self, entity: int, now: int) -> int:
        """Return the condition of a contract."""
        since, spell = self.spell.get(entity, (0, 0))
        given = self.given
        e0, e1 = map(int, self.model.entities.uid[entity])
        k0, k1 = map(int, given.key)
        means, shares = (given.to_struggling, given.to_failing), (given.struggling, given.failing)
        return condition(now, *decline(since, spell, *means, *shares, e0, e1, k0, k1))

    def begin(self, entity: int, now: int) -> None:
        """Begin a new spell with a sound contract."""
        self.spell[entity] = now, self.spell.get(entity, (0, 0))[1] + 1
