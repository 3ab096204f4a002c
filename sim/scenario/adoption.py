"""Adoption: not every body takes up what it is given."""

from __future__ import annotations

from sim.scenario.quantity import Frozen, Share


class Adoption(Frozen):
    """A share of the bodies of a tier adopts what rows of the authority table give it.

    A row with ``where_adopted`` holds for the contracts of those that do; for the others
    the table is read without it. Who adopts is drawn for each body, and is the same in
    every arrangement: who does so at a share also does at every higher one. Staff stay
    where the teams' WTE put them, whoever does the work.
    """

    tier: str
    share: Share
