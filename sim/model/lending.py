"""Staff lent to other work for a time: part of their sessions are taken out of the rota."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Flags
from sim.model.rhythm import rhythm
from sim.model.rng import Streams
from sim.scenario.context import EVERY, Context
from sim.scenario.units import SESSION


@dataclass(frozen=True)
class Loan:
    """One redeployment, with its first session and the first after it."""

    name: str
    tiers: tuple[str, ...]
    first: int
    last: int
    share: float

    def takes(self, tier: str) -> bool:
        """Say whether teams of a tier lend staff."""
        return EVERY in self.tiers or tier in self.tiers


def loans(context: Context, month: float) -> tuple[Loan, ...]:
    """Return the redeployments of a context; ``month`` in working milliseconds."""
    found = []
    for name, one in context.redeployments.items():
        start = one.starts_after_months.central
        ends = (start, start + one.lasts_months.central)
        first, last = (round(end * month / SESSION) for end in ends)
        found.append(Loan(name, tuple(one.tiers), first, last, one.staff_share.central))
    return tuple(found)


def lend(
    sessions: Iterable[Flags],
    uid: NDArray[np.int64],
    tiers: list[str],
    agreed: tuple[Loan, ...],
    streams: Streams,
) -> Iterator[Flags]:
    """Give each person's sessions of casework without those that are lent.

    The lent ones are spread evenly over a person's own sessions, from a phase
    that is drawn, so that teams do not lend everybody on the same day.
    """
    phases = [streams.uniform(f"staff:lent:{loan.name}", uid) for loan in agreed]
    for person, present in enumerate(sessions):
        for loan, phase in zip(agreed, phases, strict=True):
            if loan.takes(tiers[person]):
                span = present[loan.first : loan.last]
                span[span] = ~rhythm(loan.share, phase[person], int(span.sum()))
        yield present
