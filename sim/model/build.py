"""Build the model: a scenario's arrangement and context as arrays, for one replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.model import cases, rules
from sim.model.acting import Acting, Line
from sim.model.arrays import Cases, CaseTypes, Change, Clock, Float, Model
from sim.model.costs import Price, mean_cost, price
from sim.model.demand import World
from sim.model.drift import condition_of
from sim.model.furnish import Furnished, Setting, furnish
from sim.model.people import Unit, bodies_inside, units_of
from sim.model.population import Population, describe, populate
from sim.model.rng import Streams, uids
from sim.model.transition import hard_budgets, shares_of_run, take_over, with_files
from sim.scenario.arrangement import Arrangement
from sim.scenario.calendar import Calendar
from sim.scenario.context import Context
from sim.scenario.estate import Estate
from sim.scenario.pathway import Pathways
from sim.scenario.schema import Run, Scenario
from sim.scenario.units import HOUR

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
    line = scenario.line(arrangement)
    employed = employers(scenario, estate, arrangement, context, wte_scale)
    population = populate(estate, tiers_of(line))
    setting = set_up(scenario, line, context, replication, population, employed)
    world, condition = setting.world, condition_of(setting.world, scenario.pathways)
    each = [furnish(setting, *one) for one in zip(line, employed, strict=True)]
    acting = Line([Acting.of(*one.acting, population.inside) for one in each])
    every_case, last_review = cases.draw_cases(world, scenario.pathways, line[0], acting, condition)
    whole, change = joined(setting, line, each, every_case)
    return Model(
        clock=clock_of(scenario, world.calendar),
        steps=whole.routes.steps,
        teams=whole.teams,
        staff=whole.staff,
        committees=whole.committees,
        rules=whole.rules,
        cases=every_case,
        entities=describe(population, last_review),
        types=case_types(scenario.pathways, whole.routes.stages),
        money=mean_cost(prices(scenario, estate, arrangement, context, wte_scale)),
        years=scenario.run.years,
        warm_up=round(scenario.run.warm_up_months * world.month),
        condition=condition,
        budgets=world.budgets,
        change=change,
    )


def tiers_of(line: list[Arrangement]) -> set[str]:
    """Return the tiers at which an arrangement of a line has anybody."""
    tiers = {team.tier for who in line for team in who.teams.values()}
    tiers |= {committee.tier for who in line for committee in who.committees.values()}
    tiers |= {who.budgets.tier for who in line if who.budgets}
    covers = {team.covers_within for who in line for team in who.teams.values()}
    return tiers | {tier for tier in covers if tier}


def set_up(
    scenario: Scenario,
    line: list[Arrangement],
    context: str,
    replication: int,
    population: Population,
    employed: list[list[Unit]],
) -> Setting:
    """Return what the arrangements of a line meet, one after the other."""
    streams = Streams(scenario.run.seed, replication)
    world = world_of(scenario, context, population, calendar_of(scenario.run), streams)
    world = replace(world, budgets=hard_budgets(line, scenario.pathways, population, world))
    units = [unit for one in employed for unit in one]
    bodies = number_bodies(population.estate, tiers_of(line), units)
    return Setting(scenario, population.estate, population, world, bodies)


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


def joined(
    setting: Setting, line: list[Arrangement], each: list[Furnished], every_case: Cases
) -> tuple[Furnished, Change | None]:
    """Return what an arrangement brings, after that of the one that it replaces, if any."""
    transition = line[-1].transition
    if transition is None:
        return each[0], None
    if len(line) == 1:
        return with_files(setting, transition, each[0]), None
    return take_over(setting, line[-1], transition, each[0], each[1], every_case)


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
    """Return what each arrangement of a line costs in a year; no draw changes it."""
    line, calendar = scenario.line(arrangement), calendar_of(scenario.run)
    until = shares_of_run(line, calendar)
    employed = employers(scenario, estate, arrangement, context, wte_scale)
    return [
        Price(share, who, price(who, estate, units, scenario.pathways))
        for share, who, units in zip(until, line, employed, strict=True)
    ]


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
