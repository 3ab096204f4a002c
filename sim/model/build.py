"""Build the model: a scenario's arrangement and context as arrays, for one replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.model import cases, meetings, rules
from sim.model.acting import Acting
from sim.model.arrays import (
    CaseTypes,
    Clock,
    Model,
    Rules,
    Teams,
)
from sim.model.budgets import budgets_of
from sim.model.costs import price
from sim.model.demand import World
from sim.model.drift import condition_of
from sim.model.governance import casework_shares
from sim.model.lending import loans
from sim.model.money import Money
from sim.model.mutual import covering
from sim.model.people import Rota, Unit, bodies_inside, employ, units_of
from sim.model.population import Population, describe, populate
from sim.model.portfolio import assign_portfolios, initial_knowledge
from sim.model.rng import Streams, uids
from sim.model.routes import write_routes
from sim.model.ways import Ways
from sim.scenario.arrangement import Arrangement
from sim.scenario.calendar import Calendar
from sim.scenario.estate import Estate
from sim.scenario.pathway import Pathways
from sim.scenario.schema import Run, Scenario
from sim.scenario.travel import travel_minutes
from sim.scenario.units import DAY, HOUR

RANKINGS = {
    "priority_due": rules.PRIORITY_DUE,
    "priority_fifo": rules.PRIORITY_FIFO,
    "fifo": rules.FIFO,
}


def build(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    replication: int,
    wte_scale: float | Sequence[float] = 1.0,
) -> Model:
    """Return the arrays of one arrangement in one context and one replication.

    ``wte_scale`` multiplies every team's WTE, or has a factor for each kind of team, for
    comparisons at the same money.
    """
    who = scenario.arrangements[arrangement]
    calendar = calendar_of(scenario.run)
    streams = Streams(scenario.run.seed, replication)
    tiers = {team.tier for team in who.teams.values()}
    tiers |= {committee.tier for committee in who.committees.values()}
    tiers |= {who.budgets.tier} if who.budgets else set()
    tiers |= {team.covers_within for team in who.teams.values() if team.covers_within}
    population = populate(estate, tiers)
    units = employers(scenario, estate, arrangement, context, wte_scale)
    bodies = number_bodies(estate, tiers, units)
    world = world_of(scenario, context, population, calendar, streams)
    world = replace(world, budgets=budgets_of(who, scenario.pathways, population, world))
    staff = employ(
        who,
        units,
        casework_shares(who, units, calendar.working_days_per_year),
        Rota(
            who.workforce,
            calendar.horizon // DAY,
            scenario.run.years,
            streams,
            loans(world.context, world.month),
        ),
    )
    team_of = teams_of(who, population, units)
    routes = write_routes(scenario.pathways, who, streams)
    committees = meetings.convene(who, scenario.pathways, population, world, bodies)
    ways = Ways.of(routes, world, population, who)
    acting = Acting.of(routes, ways, team_of, committees.of, population.inside)
    condition = condition_of(world, scenario.pathways)
    every_case, last_review = cases.draw_cases(world, scenario.pathways, who, acting, condition)
    teams = Teams(
        kinds=tuple(who.teams),
        roles=tuple(who.workforce.roles),
        kind=np.array([unit.kind for unit in units], dtype=np.int64),
        body=np.array([bodies[unit.tier, unit.body] for unit in units], dtype=np.int64),
        body_names=tuple(estate.tiers[tier].names[body] for tier, body in bodies),
        of=team_of,
        travel=travel_times(scenario, who, population),
        known_at=initial_knowledge(who, population, team_of, streams, 12 * world.month),
        named=assign_portfolios(who, population, team_of, staff, streams),
        cover=cover(who),
    )
    teams, staff, committees = covering(who, estate, units, teams, staff, committees)
    return Model(
        clock=clock_of(scenario, calendar),
        steps=routes.steps,
        teams=teams,
        staff=staff,
        committees=committees,
        rules=rules_of(who, world),
        cases=every_case,
        entities=describe(population, last_review),
        types=case_types(scenario.pathways, routes.stages),
        money=price(who, estate, units, scenario.pathways),
        years=scenario.run.years,
        warm_up=round(scenario.run.warm_up_months * world.month),
        condition=condition,
        budgets=world.budgets,
    )


def world_of(
    scenario: Scenario, context: str, population: Population, calendar: Calendar, streams: Streams
) -> World:
    """Return what demand is drawn from."""
    estate = population.estate
    cells = estate.tiers[estate.cell_tier].names
    return World(
        streams=streams,
        calendar=calendar,
        years=scenario.run.years,
        context=scenario.contexts[context],
        uid=population.uid,
        kind=population.kind,
        cell=population.cell_of,
        cell_uid=uids([f"cell/{name}" for name in cells]),
        population=estate.population,
    )


def employers(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    wte_scale: float | Sequence[float],
) -> list[Unit]:
    """Return the teams of an arrangement and whom they employ, team kind by team kind."""
    world, teams = scenario.contexts[context], scenario.arrangements[arrangement].teams
    scales = np.broadcast_to(wte_scale, len(teams)).tolist()
    return [
        unit
        for kind, (team, scale) in enumerate(zip(teams.values(), scales, strict=True))
        for unit in units_of(estate, kind, team, world.wte_multiplier_of(team.tier) * scale)
    ]


def money_of(
    scenario: Scenario,
    estate: Estate,
    arrangement: str,
    context: str,
    wte_scale: float | Sequence[float] = 1.0,
) -> Money:
    """Return what an arrangement costs in a year; no draw changes it."""
    units = employers(scenario, estate, arrangement, context, wte_scale)
    return price(scenario.arrangements[arrangement], estate, units, scenario.pathways)


def calendar_of(run: Run) -> Calendar:
    """Return the working calendar of a run."""
    make = Calendar.england if run.calendar == "england" else Calendar.every_day
    return make(run.start, run.years)


def clock_of(scenario: Scenario, calendar: Calendar) -> Clock:
    """Return the clock that engines read."""
    return Clock(
        start=scenario.run.start.isoformat(),
        horizon=calendar.horizon,
        calendar_day_of=calendar.calendar_day_of,
        working_day_of=calendar.working_day_of,
        packet=round(scenario.pathways.packet_hours.central * HOUR),
        ranking=RANKINGS[scenario.run.ranking],
    )


def number_bodies(estate: Estate, tiers: set[str], units: list[Unit]) -> dict[tuple[str, int], int]:
    """Give a number to each body that serves the area, tier by tier, then to other employers."""
    found = [
        (name, body) for name in sorted(tiers) for body in bodies_inside(estate, estate.tiers[name])
    ]
    every = dict.fromkeys([*found, *((unit.tier, unit.body) for unit in units)])
    return {body: number for number, body in enumerate(every)}


def teams_of(who: Arrangement, population: Population, units: list[Unit]) -> NDArray[np.int64]:
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


def travel_times(scenario: Scenario, who: Arrangement, population: Population) -> NDArray[np.int64]:
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


def cover(who: Arrangement) -> NDArray[np.float64]:
    """Return the effort factor by (own role, role covered); 0 where it may not."""
    roles = list(who.workforce.roles)
    table = np.eye(len(roles))
    for role, others in who.substitution.items():
        for other, factor in others.items():
            table[roles.index(other), roles.index(role)] = factor
    return table


def rules_of(who: Arrangement, world: World) -> Rules:
    """Return the numbers of the mechanisms."""
    return Rules(
        unknown_extra=who.knowledge.unknown_effort_multiplier.central - 1.0,
        half_life=round(who.knowledge.half_life_months.central * world.month),
        team_memory=who.knowledge.team_memory_share.central,
        portfolio=who.dispatch.mode == "portfolio",
        fallback=round(who.dispatch.fallback_working_days.central * DAY),
        handoff_delay=round(who.handoffs.delay_working_days.central * DAY),
        handoff_extra=who.handoffs.effort_share.central,
    )


def case_types(pathways: Pathways, stages: tuple[tuple[str, ...], ...]) -> CaseTypes:
    """Return what measures need to know about the case types."""
    types = pathways.case_types
    nan = float("nan")
    clocks = [t.clock_calendar_days for t in types.values()]
    responses = [t.response_working_days for t in types.values()]
    return CaseTypes(
        names=tuple(types),
        titles=tuple(t.title for t in types.values()),
        groups=tuple(t.group for t in types.values()),
        is_once=np.array([t.demand.kind == "once" for t in types.values()]),
        is_cycle=np.array([t.demand.kind in ("cycle", "follows") for t in types.values()]),
        clock_calendar_days=np.array([c.central if c else nan for c in clocks]),
        response_working_days=np.array([r.central if r else nan for r in responses]),
        stages=stages,
    )
