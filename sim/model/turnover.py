"""Who holds each post when: people leave, posts stand vacant, successors come and learn.

A post is filled by one occupant after the other. Times to leaving and to
recruiting are exponential: memoryless, so what is left of a stay or a vacancy
that began before the start has the same distribution as a whole one. Every draw
has an address of its post and its number, so no parameter moves another draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import NEVER, Flags, Float
from sim.model.elementary import log1p
from sim.model.rng import Streams
from sim.scenario.arrangement import Workforce
from sim.scenario.units import SESSION

Int = NDArray[np.int64]

INCUMBENT = -1
"""When those joined who were there at the start."""

WEEKS_PER_YEAR = 365.25 / 7


@dataclass(frozen=True)
class Spells:
    """Stays of people in posts, in half-day sessions from the start; shape (spells,)."""

    post: Int
    joined: Int
    """First session, or INCUMBENT."""
    left: Int
    """First session without them, at most the number of sessions of the run."""


@dataclass(frozen=True)
class Holding:
    """Who holds some posts, by session; shape (posts, sessions)."""

    filled: Flags
    since: Int
    """When the occupant joined, in milliseconds, or NEVER."""
    effort: Float
    """Effort over that of an experienced colleague."""

    @property
    def breaks(self) -> Flags:
        """Return where a session is not like the one before, shape (posts, sessions + 1)."""
        differs = self.since[:, 1:] != self.since[:, :-1]
        differs |= self.effort[:, 1:] != self.effort[:, :-1]
        return np.pad(differs, ((0, 0), (1, 1)))


@dataclass(frozen=True)
class Turnover:
    """Draws who holds posts over a horizon of half-day sessions."""

    workforce: Workforce
    sessions: int
    years: float
    streams: Streams
    begins: int = 0
    """Session in which an arrangement takes over; its posts are as on a first day then."""

    @property
    def happens(self) -> bool:
        """Say whether posts can stand vacant or change hands."""
        force = self.workforce
        first = force.first_year_turnover_per_year
        shares = (force.turnover_per_year, force.vacant_at_start_share, first)
        return any(share is not None and share.central > 0 for share in shares)

    @property
    def year(self) -> float:
        """Sessions in a year."""
        return self.sessions / self.years

    def spells(self, uid: Int) -> Spells:
        """Draw the stays in posts with these addresses, shape (posts, 2), by post and time."""
        posts = np.arange(len(uid))
        share = self.workforce.vacant_at_start_share.central
        vacant = self.streams.uniform("staff:vacant", uid) < share
        came = np.where(vacant, self._recruited(uid, 0), 0.0)
        joined = np.where(vacant, np.ceil(came), INCUMBENT)
        found, number = [], 0
        while len(posts):
            left = self._left(came, self.streams.uniform("staff:stay", uid[posts], 0, number))
            begins, ends = self._dated(joined), self._dated(np.ceil(left))
            found.append((posts, begins, np.minimum(ends, self.sessions)))
            number += 1
            came = left + self._recruited(uid[posts], number)
            later = self._dated(came) < self.sessions
            posts, came = posts[later], came[later]
            joined = np.ceil(came)
        post, begins, ends = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((begins, post))
        columns = (column[order].astype(np.int64) for column in (post, begins, ends))
        return Spells(*columns)

    def _dated(self, time: Float) -> Float:
        """Return sessions from the beginning of the posts as sessions from the start."""
        return np.where(time == INCUMBENT, INCUMBENT, time + self.begins)

    def _recruited(self, uid: Int, number: int) -> Float:
        """Return how long posts stand vacant for the numbered time, in sessions."""
        mean = self.workforce.recruitment_weeks.central * self.year / WEEKS_PER_YEAR
        return -log1p(-self.streams.uniform("staff:vacancy", uid, 0, number)) * mean

    def _left(self, came: Float, drawn: Float) -> Float:
        """Return when people leave who came at some time; infinite where they never do.

        The leaving rate is one number in the first year and another one later, so
        the time is found on the sum of rates, which is a line with one kink.
        """
        later = self.workforce.turnover_per_year.central
        first = self.workforce.first_year_turnover_per_year
        early = later if first is None else first.central
        time = came / self.year
        target = early * np.minimum(time, 1.0) + later * np.maximum(time - 1.0, 0.0)
        target = target - log1p(-drawn)
        soon = target / early if early > 0 else np.inf
        late = 1.0 + (target - early) / later if later > 0 else np.inf
        return np.asarray(np.where(target <= early, soon, late) * self.year)

    def holding(self, uid: Int) -> Holding | None:
        """Return who holds posts with these addresses; None if nobody comes or goes."""
        return self.held(self.spells(uid), len(uid)) if self.happens else None

    def held(self, spells: Spells, posts: int) -> Holding:
        """Return who holds so many posts, from the stays in them."""
        session = np.arange(self.sessions)
        stay = np.full((posts, self.sessions), -1, dtype=np.int64)
        seen = np.flatnonzero(spells.joined < self.sessions)
        np.maximum.at(stay, (spells.post[seen], np.maximum(spells.joined[seen], 0)), seen)
        stay = np.maximum.accumulate(stay, axis=1)
        filled = (stay >= 0) & (session < spells.left[stay])
        come = spells.joined[stay]
        old = ~filled | (come == INCUMBENT)
        learning = self.slowness(np.arange(self.sessions // 2 + 1))
        return Holding(
            filled=filled,
            since=np.where(old, NEVER, come * SESSION),
            effort=np.where(old, 1.0, learning[np.where(old, 0, session // 2 - come // 2)]),
        )

    def slowness(self, days: Int) -> Float:
        """Return a joiner's effort over full productivity, by whole working days since joining.

        Productivity rises in a straight line from that of the first day to 1
        (how long that takes, and the shape, are assumed).
        """
        force = self.workforce
        full = force.full_productivity_months.central * self.year / 2 / 12
        begins = force.joiner_productivity_share.central
        learnt = np.clip(days / full, 0.0, 1.0) if full > 0 else np.ones(len(days))
        return np.asarray(1.0 / (1.0 - (1.0 - begins) * (1.0 - learnt)))
