"""Teams and individuals: who works where, and when each person is there for casework.

A person's presence is a pattern of half-day sessions: part-time days off are a
fixed rhythm, leave comes in weeks spread over the year, sickness in spells, and
blocks for everything but casework in a rhythm of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.model.arrays import Flags, Float, Int, Staff
from sim.model.elementary import log1p
from sim.model.lending import Loan, lend
from sim.model.rhythm import rhythm
from sim.model.rng import Streams, uids
from sim.model.roster import roster
from sim.model.turnover import Holding, Turnover
from sim.scenario.arrangement import Arrangement, Team, Workforce
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import CONTRACT_TYPES

SMALLEST_POST = 0.005
"""A remainder of WTE below this is not worth a post."""

WEEK = 5
"""Leave is taken in blocks of five working days."""

DAYS_PER_YEAR = 365.25

BLOCK = 32
"""People whose sessions are drawn at a time, so that these stay in the cache."""


@dataclass(frozen=True)
class Unit:
    """One team: a team kind at one body."""

    kind: int
    tier: str
    body: int
    name: str
    wte: float


def body_sizes(estate: Estate, tier: TierMap, sized_by: str) -> Float:
    """Return each body's share of a tier's staff over the whole estate, shape (bodies,).

    Patients are those registered with GPs; without any GP, those of all contracts.
    """
    gp = estate.contract_type == CONTRACT_TYPES.index("gp")
    match sized_by:
        case "patients":
            weight = np.where(gp | ~gp.any(), estate.patients, 0).astype(float)
        case "contracts":
            weight = np.ones(len(estate.ids))
        case _:
            return np.full(len(tier.names), 1.0 / len(tier.names))
    size = np.bincount(tier.body_of, weights=weight, minlength=len(tier.names))
    return np.asarray(size / size.sum(), dtype=np.float64)


def bodies_inside(estate: Estate, tier: TierMap) -> list[int]:
    """Return the bodies of a tier that have a contract in the area."""
    return [int(body) for body in np.unique(tier.body_of[estate.inside])]


def bodies_of(estate: Estate, team: Team) -> list[int]:
    """Return the bodies whose teams of one kind serve the area, or cover for those that do."""
    tier = estate.tiers[team.tier]
    if team.covers_within is None:
        return bodies_inside(estate, tier)
    near = wider(tier, estate.tiers[team.covers_within])
    return np.flatnonzero(np.isin(near, near[bodies_inside(estate, tier)])).tolist()


def wider(tier: TierMap, around: TierMap) -> Int:
    """Return the body of a wider tier that most contracts of each body are in, or -1; (bodies,)."""
    pairs = tier.body_of.astype(np.int64) * len(around.names) + around.body_of
    shape = len(tier.names), len(around.names)
    weight = np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
    return np.where(weight.any(axis=1), weight.argmax(axis=1), -1).astype(np.int64)


def units_of(estate: Estate, kind: int, team: Team, multiplier: float) -> list[Unit]:
    """Return the teams of one kind that serve the area, with their WTE."""
    tier = estate.tiers[team.tier]
    total = team.wte.central * len(tier.names) * multiplier
    sizes = body_sizes(estate, tier, team.sized_by)
    return [
        Unit(kind, team.tier, body, tier.names[body], total * float(sizes[body]))
        for body in bodies_of(estate, team)
    ]


def posts(wte: float) -> list[float]:
    """Split WTE into whole-time people and one part-time remainder."""
    whole_time = int(wte + SMALLEST_POST)
    rest = wte - whole_time
    return [1.0] * whole_time + ([rest] if rest > SMALLEST_POST else [])


def leave(days_per_year: float, years: float, days: int, drawn: Float) -> Flags:
    """Return the days on leave, shape (people, days): one week in each equal stretch of them.

    ``drawn`` (people, weeks) places each week; it has at least ``leave_weeks`` of them.
    """
    weeks = leave_weeks(days_per_year, years)
    edges = np.linspace(0, days, weeks + 1)
    room = np.maximum(np.diff(edges) - WEEK, 0.0)
    start = np.minimum((edges[:-1] + drawn[:, :weeks] * (room + 1)).astype(np.int64), days - 1)
    return stretches(start, start + WEEK, days)


def stretches(start: Int, end: Int, days: int) -> Flags:
    """Return the days that lie in any stretch of each person, which have shape (people, each)."""
    person = np.arange(len(start))[:, None] * (days + 1)
    size = len(start) * (days + 1)
    begun, ended = (
        np.bincount((person + np.minimum(edge, days)).ravel(), minlength=size)
        for edge in (start, end)
    )
    return np.cumsum((begun - ended).reshape(-1, days + 1)[:, :-1], axis=1) > 0


def leave_weeks(days_per_year: float, years: float) -> int:
    """Return the weeks of leave within the horizon."""
    return round(days_per_year * years / WEEK)


def sickness(share: float, spell: float, days: int, drawn: Float, lengths: Float) -> Flags:
    """Return the days off sick, shape (people, days): a spell per ``spell / share`` days.

    ``drawn`` places each spell and ``lengths`` gives its length, which is
    geometric, by inverse transform; both have ``sick_spells`` columns.
    """
    number = np.arange(sick_spells(share, spell, days))
    every = spell / share if share > 0 else 0.0
    start = ((number + drawn) * every).astype(np.int64)
    stay = 1.0 - 1.0 / max(spell, 1.0)
    more = log1p(-lengths) / math.log(stay) if stay > 0 else np.zeros_like(lengths)
    return stretches(start, start + 1 + more.astype(np.int64), days)


def sick_spells(share: float, spell: float, days: int) -> int:
    """Return how many spells can begin within the horizon."""
    return int(np.ceil(days * share / spell)) if share > 0 else 0


@dataclass(frozen=True)
class Rota:
    """Draws the presence of individuals over a horizon of whole working days."""

    workforce: Workforce
    days: int
    years: float
    streams: Streams
    loans: tuple[Loan, ...] = ()
    begins: int = 0
    """Session in which an arrangement takes over from another one."""

    def sessions(self, uid: Int, wte: Float, casework: Float) -> Flags:
        """Return the half-day sessions in which people do casework, shape (people, 2 * days).

        ``casework`` is the share of each one's time that goes to cases.
        """
        force, days = self.workforce, self.days
        share, spell = force.sickness_share.central, force.sickness_spell_working_days.central
        holiday, spells = force.leave_working_days.central, sick_spells(share, spell, days)
        counts = {
            "leave": leave_weeks(holiday, self.years),
            "sick": spells,
            "spell": spells,
            "rhythm": 2,
        }
        weeks, sick, length, phase = (self._draw(name, uid, many) for name, many in counts.items())
        away = leave(holiday, self.years, days, weeks) | sickness(share, spell, days, sick, length)
        there = rhythm(np.ones((len(uid), 2 * days), dtype=np.bool_), wte, phase[:, 0])
        return rhythm(there & ~np.repeat(away, 2, axis=1), casework, phase[:, 1])

    def _draw(self, stream: str, uid: Int, count: int) -> Float:
        """Draw some numbers for each person, shape (people, count)."""
        turns = np.tile(np.arange(count), len(uid))
        drawn = self.streams.uniform(f"staff:{stream}", np.repeat(uid, count, axis=0), turns)
        return drawn.reshape(len(uid), count)


def employ(arrangement: Arrangement, units: list[Unit], casework: Float, rota: Rota) -> Staff:
    """Fill every team's posts, and draw who holds them when and each one's shifts.

    ``casework`` is the share of time for cases by team and role, shape (units, roles).
    A successor takes over the post's rhythm of leave and other absences.
    """
    roles = list(arrangement.workforce.roles)
    kinds = list(arrangement.teams.items())
    team: list[int] = []
    role: list[int] = []
    wte: list[float] = []
    names: list[str] = []
    for number, unit in enumerate(units):
        kind, rules = kinds[unit.kind]
        for role_name, share in rules.mix.items():
            for post, part in enumerate(posts(unit.wte * share)):
                team.append(number)
                role.append(roles.index(role_name))
                wte.append(part)
                names.append(f"{unit.tier}/{unit.name}/{kind}/{role_name}/{post}")
    addresses, parts = uids(names), np.array(wte, dtype=np.float64)
    where = np.array(team, dtype=np.int64), np.array(role, dtype=np.int64)
    tiers = np.array([unit.tier for unit in units], dtype=str)[where[0]]
    changes = Turnover(arrangement.workforce, 2 * rota.days, rota.years, rota.streams, rota.begins)

    def presence() -> Iterator[tuple[Flags, Holding | None]]:
        for start in range(0, max(len(parts), 1), BLOCK):
            some = slice(start, start + BLOCK)
            there = rota.sessions(addresses[some], parts[some], casework[where][some])
            there = lend(there, addresses[some], tiers[some], rota.loans, rota.streams)
            yield there, changes.holding(addresses[some])

    return Staff(
        team=where[0],
        role=where[1],
        mark=rota.streams.marks("staff", addresses),
        **roster(presence()),
        casework_share=casework,
        wte=parts,
    )
