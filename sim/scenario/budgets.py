"""Hard budgets: bodies answer for what their practices' patients cost, and may fail by it."""

from __future__ import annotations

from typing import Literal

from sim.scenario.quantity import Amount, Frozen, Share


class OverspendDemand(Frozen):
    """A case for each year in which a body overspends so far that it fails.

    Spending on the patients of a practice varies by chance from year to year, the less
    the more there are: its standard deviation over its mean is
    ``spend_at_100k_cv`` × √(100,000 / patients). It is the same in every arrangement;
    which bodies fail depends on how practices are put together. A case belongs to the area
    in which most of the body's patients live, and opens when the year's accounts are closed.
    Where an arrangement sets no ``budgets``, no case arises.
    """

    kind: Literal["overspend"] = "overspend"
    spend_gbp_per_head: Amount
    """A year's budget for a registered patient, for all care that is paid from it."""
    spend_at_100k_cv: Amount
    """Of a year's spending on 100,000 patients."""


class Budgets(Frozen):
    """The bodies of a tier have hard budgets: what they overspend is not made good by others."""

    tier: str
    fails_beyond_share: Share
    """A body fails in a year in which it spends more than its budget by this share."""
