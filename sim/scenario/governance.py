"""Governance overhead: the staff time that every body and every meeting takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.quantity import Amount, Frozen, Share, amount, share


class Governance(Frozen):
    """Time of a body's own staff for boards, plans, returns and audits, whatever its size.

    The hours of a body and of its committees' meetings are shared out between its
    teams. What is not casework (1 - ``casework_share``) contains them up to
    ``contained_share``, so that they do not count twice; the rest is taken from
    casework. A team of two thus loses more to a board than a team of twenty.
    """

    body_hours_per_year: Amount = amount(0.0)
    """By each body with a team, beside its committees' meetings."""
    contained_share: Share = share(1.0)
    """Of the time for everything but casework: as much may be governance."""
    least_casework_share: Share = share(0.05)
    """Nobody is left with less time for cases than this, unless nobody had more before."""
    weights: dict[str, Annotated[float, Field(ge=0)]] = {}
    """``weights.senior = 3.0``: a senior gives three times the hours of others; 0: none."""
