"""What one arrangement brings to a model: its teams and people, committees, steps and rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model import meetings
from sim.model.arrays import Committees, Int, Rules, Staff, Teams
from sim.model.demand import World
from sim.model.lending import Loan, loans
from sim.model.mutual import covering
from sim.model.people import Rota, employ
from sim.model.plan import Draft
from sim.model.population import Population
from sim.model.portfolio import assign_portfolios, initial_knowledge
from sim.model.routes import Routes
from sim.model.ways import Ways
from sim.scenario.arrangement import Arrangement
from sim.scenario.context import EVERY
from sim.scenario.estate import Estate
from sim.scenario.schema import Scenario
from sim.scenario.units import DAY, SESSION


@dataclass(frozen=True)
class Setting:
    """What every arrangement meets, and the bodies of all tiers that any of them needs."""

    scenario: Scenario
    estate: Estate
    population: Population
    world: World
    bodies: dict[tuple[str, int], int]


@dataclass(frozen=True)
class Furnished:
    """The part of a model that is an arrangement's own."""

    routes: Routes
    ways: Ways
    teams: Teams
    staff: Staff
    committees: Committees
    rules: Rules

    @property
    def acting(self) -> tuple[Routes, Ways, Int, Int]:
        """Who acts on which route, and on whose cases."""
        return self.routes, self.ways, self.teams.of, self.committees.of


def furnish(setting: Setting, draft: Draft) -> Furnished:
    """Return what an arrangement brings, with the staff of its teams."""
    world, population, bodies = setting.world, setting.population, setting.bodies
    who, units, team_of, streams = draft.who, draft.units, draft.team_of, world.streams
    begins = round(takes_over(who, world) / SESSION)
    away = (*loans(world.context, world.month), *dip(who, begins, world.month))
    rota = Rota(who.workforce, world.calendar.horizon // DAY, world.years, streams, away, begins)
    staff = employ(who, units, draft.casework, rota)
    tiers = setting.estate.tiers
    teams = Teams(
        kinds=tuple(who.teams),
        roles=tuple(who.workforce.roles),
        kind=np.array([unit.kind for unit in units], dtype=np.int64),
        body=np.array([bodies[unit.tier, unit.body] for unit in units], dtype=np.int64),
        body_names=tuple(tiers[tier].names[body] for tier, body in bodies),
        of=team_of,
        travel=draft.travel,
        known_at=initial_knowledge(who, population, team_of, streams, 12 * world.month),
        named=assign_portfolios(who, population, team_of, staff, streams),
        cover=cover(who),
    )
    committees = meetings.convene(who, setting.scenario.pathways, population, world, bodies)
    teams, staff, committees = covering(who, setting.estate, units, teams, staff, committees)
    routes = draft.routes.drawn_by(streams)
    ways = Ways.of(routes, world, population, who)
    return Furnished(routes, ways, teams, staff, committees, rules_of(who, world))


def takes_over(who: Arrangement, world: World) -> int:
    """Return the instant from which an arrangement holds: that of its transition, or the first."""
    return world.calendar.working_ms(who.transition.date) if who.transition else 0


def dip(who: Arrangement, begins: int, month: float) -> tuple[Loan, ...]:
    """Return the time that a change takes from everybody's work once it has come about.

    Productivity dips in a reorganisation for 6 to 18 months (F97).
    """
    change = who.transition
    if change is None or not change.dip_share.central:
        return ()
    ends = begins + round(change.dip_months.central * month / SESSION)
    return (Loan("transition", (EVERY,), begins, ends, change.dip_share.central),)


def cover(who: Arrangement) -> NDArray[np.float64]:
    """Return the effort factor by (own role, role covered); 0 where it may not."""
    roles = list(who.workforce.roles)
    table = np.eye(len(roles))
    for role, others in who.substitution.items():
        for other, factor in others.items():
            table[roles.index(other), roles.index(role)] = factor
    return table


def rules_of(who: Arrangement, world: World) -> Rules:
    """Return the numbers of the mechanisms.

    What is in flight on the first day comes from another body where the arrangement takes
    over from one on that day.
    """
    change = who.transition
    first = change is not None and change.date <= world.calendar.start
    inherited = round(change.handover_working_days.central * DAY) if change and first else -1
    return Rules(
        unknown_extra=who.knowledge.unknown_effort_multiplier.central - 1.0,
        half_life=round(who.knowledge.half_life_months.central * world.month),
        team_memory=who.knowledge.team_memory_share.central,
        portfolio=who.dispatch.mode == "portfolio",
        fallback=round(who.dispatch.fallback_working_days.central * DAY),
        handoff_delay=round(who.handoffs.delay_working_days.central * DAY),
        handoff_extra=who.handoffs.effort_share.central,
        inherited=inherited,
    )
