"""What an audit of a run notes down."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sim.engine.log import NOT_OPENED, UNSET
from sim.model.arrays import Model

COUNTS = (
    "queue",
    "work",
    "committee",
    "outside",
    "handoff",
    "travel",
    "relearn",
    "crossings",
    "meetings",
    "deferrals",
    "recusals",
    "jumps",
    "left",
)


class AuditError(AssertionError):
    """The packets of work contradict the model."""


def require(condition: bool, *what: object) -> None:
    """Raise an audit error unless a condition holds."""
    if not condition:
        raise AuditError(*what)


@dataclass(frozen=True)
class Packet:
    """A packet of work in the log."""

    staff: int
    step: int
    start: int
    end: int
    travel: int


@dataclass
class Stint:
    """One case at one step: when it joined the queue, and the packets it got."""

    case: int
    step: int
    team: int
    joined: int
    model: Model
    """What holds when it joins."""
    ends: int
    """When that ends to hold."""
    packets: list[Packet] = field(default_factory=list)
    done: bool = False
    moves: bool = False
    """Whether the case left for the later arrangement before this was done."""

    def waits(self, horizon: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of time in which it waited for an officer."""
        since = self.joined
        for packet in self.packets:
            yield since, packet.start
            since = packet.end
        until = min(horizon, self.ends)
        if not self.done and since < until:
            yield since, until


@dataclass
class Story:
    """What the log must say about a case."""

    closed: int = UNSET
    outcome: int = NOT_OPENED
    responded: int = UNSET
    step: int = UNSET
    count: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
