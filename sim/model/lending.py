"""Staff lent to other work for a time: part of their sessions are taken out of the rota."""

from __future__ import annotations

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
    sessions: Flags,
    uid: NDArray[np.int64],
    tiers: NDArray[np.str_],
    agreed: tuple[Loan, ...],
    streams: Streams,
) -> Flags:
    """Return people's sessions of casework without those that are lent, (people, sessions).

    The lent ones are spread evenly over a person's own sessions, from a phase
    that is drawn, so that teams do not lend everybody on the same day.
    """
    kept = sessions.copy()
    for loan in agreed:
        phase = streams.uniform(f"staff:lent:{loan.name}", uid)
        lends = np.array([loan.takes(tier) for tier in tiers.tolist()], dtype=np.bool_)
        span = kept[:, loan.first : loan.last]
        span &= ~(rhythm(span, loan.share, phase) & lends[:, None])
    return kept
