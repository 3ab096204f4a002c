"""Who works and what they work on: officers, and cases at one step."""

from __future__ import annotations

import simpy

from sim.engine.order import Clock
from sim.model.arrays import NEVER

Rank = tuple[int, int, int, int]


class Item:
    """One case at one step, waiting for work or being worked on."""

    def __init__(
        self, clock: Clock, case: int, step: int, team: int, entity: int, burden: float, rest: int
    ) -> None:
        self.case = case
        self.step = step
        self.team = team
        self.entity = entity
        self.burden = burden
        """Extra effort that a hand-off puts on it."""
        self.rest = rest
        """Work that another team left to do on this step, 0 if none has begun it."""
        self.done = simpy.Event(clock)
        self.left = -1
        """Milliseconds still to do; -1 until an officer first takes it up."""
        self.travel = 0
        self.rank: Rank = (0, 0, 0, 0)
        self.waiting = False
        self.common = False
        """Anybody may take it up, not only the named officer."""

    def __lt__(self, other: Item) -> bool:
        """Order a queue."""
        return self.rank < other.rank


class Officer:
    """One person, and where they are in their shifts."""

    def __init__(self, number: int, team: int, role: int, mark: int) -> None:
        self.number = number
        self.team = team
        self.role = role
        self.mark = mark
        self.on_duty = False
        self.item: Item | None = None
        self.since = 0
        self.left_at = 0
        """End of the latest shift: work after it is time owed."""
        self.owed = 0
        self.joined = NEVER
        """When the occupant of the post came; NEVER for who was there at the start."""
        self.pace = 1.0
        """Effort of the occupant over that of an experienced colleague."""
        self.portfolio: list[Item] = []
