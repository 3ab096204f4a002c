"""The one total order of simultaneous events, which both engines follow.

Events at the same instant happen by class, then by a drawn tie mark, then by
key (the person, case or committee), so neither insertion order nor the
numbering of areas decides anything:

1. LEAVE: people go off duty.
2. ARRIVE: people come on duty and take the next case in their queues.
3. FINISH: a packet of work ends. Unfinished work goes back to its queue; the
   freed person takes the next case; if that is another one, whoever is free
   takes up the unfinished work; only then does a finished case move on.
4. CASE: a case opens, a wait or hand-off ends, a portfolio case falls to others.
5. MEETING: a committee meets; its items move on in agenda order.

What an event sets off at the same instant joins this order from there on. So a
contract that is repaired when work on it ends is sound for every case whose time
comes at that instant, and one that a meeting repairs is not yet.
"""

from __future__ import annotations

from typing import Any

import simpy

LEAVE, ARRIVE, FINISH, CASE, MEETING = range(5)

Order = tuple[int, int, int]
"""Class, tie mark, key."""

FOLLOW_UP: Order = (-1, 0, 0)
"""Consequences of the event at hand come before any other event, in turn."""


class Clock(simpy.Environment):
    """SimPy's environment with the total order above in place of insertion order."""

    @property
    def time(self) -> int:
        """The present instant, in whole milliseconds of working time."""
        return int(self.now)

    def schedule(self, event: Any, priority: Any = FOLLOW_UP, delay: Any = 0) -> None:  # noqa: ANN401
        """Put an event on the calendar; SimPy's own events are follow-ups."""
        order = priority if isinstance(priority, tuple) else FOLLOW_UP
        super().schedule(event, order, delay)  # type: ignore[arg-type]

    def at(self, time: int, order: Order) -> simpy.Event:
        """Return an event that happens at an instant of working time."""
        event = simpy.Event(self)
        event._ok = True
        event._value = None
        self.schedule(event, order, time - self.now)
        return event
