"""What no draw changes: an arrangement, or a line of them, planned once for all replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.model.arrays import Float, Int
from sim.model.costs import Price, mean_cost, price
from sim.model.governance import casework_shares
from sim.model.money import Money
from sim.model.people import Unit, bodies_inside, units_of
from sim.model.population import Population, populate
from sim.model.routes import Routes, write_routes
from sim.scenario.arrangement import Arrangement
from sim.scenario.calendar import Calendar
from sim.scenario.context import Context
from sim.scenario.estate import Estate
from sim.scenario.schema import Run, Scenario
from sim.scenario.travel import travel_minutes
from sim.scenario.units import HOUR


@dataclass(frozen=True)
class Draft:
    """What one arrangement brings to every replication alike."""

    who: Arrangement
    units: list[Unit]
    casework: Float
    """Share of time for cases by team and role, shape (units, roles)."""
    team_of: Int
    """Team by (team kind, entity), or -1 where none of them serves the area."""
    travel: Int
    """Milliseconds of travel of one visit by (team kind, entity)."""
    routes: Routes
    """Without the keys of the streams that draw branches."""


@dataclass(frozen=True)
class Plan:
    """An arrangement in a context, after the one that it replaces, if any."""

    scenario: Scenario
    estate: Estate
    context: Context
    calendar: Calendar
    population: Population
    bodies: dict[tuple[str, int], int]
    drafts: list[Draft]
    money: Money

    @property
    def line(self) -> list[Arrangement]:
        """The arrangements, one after the other."""
        return [draft.who for draft in self.drafts]


def plan(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    wte_scale: float | Sequence[float] = 1.0,
) -> Plan:
    """Plan an arrangement in a context; ``wte_scale`` is that of ``sim.model.build.build``."""
    line, calendar = scenario.line(arrangement), calendar_of(scenario.run)
    employed = employers(scenario, estate, arrangement, context, wte_scale)
    population = populate(estate, tiers_of(line))
    units = [unit for one in employed for unit in one]
    drafts = [
        draft(scenario, population, calendar, who, hired)
        for who, hired in zip(line, employed, strict=True)
    ]
    return Plan(
        scenario=scenario,
        estate=estate,
        context=scenario.contexts[context],
        calendar=calendar,
        population=population,
        bodies=number_bodies(estate, tiers_of(line), units),
        drafts=drafts,
        money=mean_cost(prices(scenario, estate, arrangement, context, wte_scale)),
    )


def draft(
    scenario: Scenario,
    population: Population,
    calendar: Calendar,
    who: Arrangement,
    units: list[Unit],
) -> Draft:
    """Plan one arrangement of a line, with whom it employs."""
    return Draft(
        who=who,
        units=units,
        casework=casework_shares(who, units, calendar.working_days_per_year),
        team_of=teams_of(who, population, units),
        travel=travel_times(scenario, who, population),
        routes=write_routes(scenario.pathways, who),
    )


def tiers_of(line: list[Arrangement]) -> set[str]:
    """Return the tiers at which an arrangement of a line has anybody."""
    tiers = {team.tier for who in line for team in who.teams.values()}
    tiers |= {committee.tier for who in line for committee in who.committees.values()}
    tiers |= {who.budgets.tier for who in line if who.budgets}
    covers = {team.covers_within for who in line for team in who.teams.values()}
    return tiers | {tier for tier in covers if tier}


def employers(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    wte_scale: float | Sequence[float],
) -> list[list[Unit]]:
    """Return the teams of each arrangement of a line and whom they employ, kind by kind.

    ``wte_scale`` is for the last of them.
    """
    world, line = scenario.contexts[context], scenario.line(arrangement)
    cut = line[-1].transition.wte_multiplier.central if line[-1].transition else 1.0
    scales = [np.ones(1)] * (len(line) - 1) + [np.multiply(wte_scale, cut)]
    return [hire(estate, who, world, scale) for who, scale in zip(line, scales, strict=True)]


def hire(estate: Estate, who: Arrangement, world: Context, scale: Float) -> list[Unit]:
    """Return the teams of an arrangement, the WTE of all or of each kind scaled."""
    scales = np.broadcast_to(scale, len(who.teams)).tolist()
    return [
        unit
        for kind, (team, one) in enumerate(zip(who.teams.values(), scales, strict=True))
        for unit in units_of(estate, kind, team, world.wte_multiplier_of(team.tier) * one)
    ]


def prices(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    wte_scale: float | Sequence[float] = 1.0,
) -> list[Price]:
    """Return what each arrangement of a line costs in a year."""
    line, calendar = scenario.line(arrangement), calendar_of(scenario.run)
    until = shares_of_run(line, calendar)
    employed = employers(scenario, estate, arrangement, context, wte_scale)
    return [
        Price(share, who, price(who, estate, units, scenario.pathways))
        for share, who, units in zip(until, line, employed, strict=True)
    ]


def shares_of_run(line: list[Arrangement], calendar: Calendar) -> list[float]:
    """Return the share of the run that each arrangement of a line lasts."""
    transition = line[-1].transition
    if transition is None or len(line) == 1:
        return [1.0]
    share = min(calendar.working_ms(transition.date) / calendar.horizon, 1.0)
    return [share, 1.0 - share]


def calendar_of(run: Run) -> Calendar:
    """Return the working calendar of a run."""
    make = Calendar.england if run.calendar == "england" else Calendar.every_day
    return make(run.start, run.years)


def number_bodies(estate: Estate, tiers: set[str], units: list[Unit]) -> dict[tuple[str, int], int]:
    """Give a number to each body that serves the area, tier by tier, then to other employers."""
    found = [
        (name, body) for name in sorted(tiers) for body in bodies_inside(estate, estate.tiers[name])
    ]
    every = dict.fromkeys([*found, *((unit.tier, unit.body) for unit in units)])
    return {body: number for number, body in enumerate(every)}


def teams_of(who: Arrangement, population: Population, units: list[Unit]) -> Int:
    """Return the team by (team kind, entity), or -1 where none of them serves the area."""
    of = np.full((len(who.teams), population.size), -1, dtype=np.int64)
    for kind, team in enumerate(who.teams.values()):
        tier = population.estate.tiers[team.tier]
        number = np.full(len(tier.names), -1, dtype=np.int64)
        number[[u.body for u in units if u.kind == kind]] = [
            place for place, u in enumerate(units) if u.kind == kind
        ]
        of[kind] = number[population.body_of(tier)]
    return of


def travel_times(scenario: Scenario, who: Arrangement, population: Population) -> Int:
    """Return the travel of one visit by (team kind, entity), in milliseconds.

    There and back, shared between the visits of a day.
    """
    travel = np.zeros((len(who.teams), population.size), dtype=np.int64)
    trips = 2.0 / who.visits.visits_per_day.central
    for kind, team in enumerate(who.teams.values()):
        minutes = travel_minutes(population.estate, scenario.estate.travel, team.tier)
        there = minutes[population.contracts] * trips * (HOUR / 60)
        travel[kind, : len(population.contracts)] = np.floor(there + 0.5)
    return travel
