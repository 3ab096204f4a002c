"""Build the model: a scenario's arrangement and context as arrays, for one replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.model import cases, rules
from sim.model.acting import Acting, Line
from sim.model.arrays import Cases, CaseTypes, Change, Clock, Model
from sim.model.demand import World
from sim.model.drift import condition_of
from sim.model.furnish import Furnished, Setting, furnish
from sim.model.plan import Plan, plan
from sim.model.population import describe
from sim.model.rng import Streams, uids
from sim.model.transition import hard_budgets, take_over, with_files
from sim.scenario.arrangement import Arrangement
from sim.scenario.calendar import Calendar
from sim.scenario.estate import Estate
from sim.scenario.pathway import Pathways
from sim.scenario.schema import Scenario
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
    return realise(plan(scenario, estate, arrangement, context, wte_scale), replication)


def realise(planned: Plan, replication: int) -> Model:
    """Return the arrays of one replication of what is planned."""
    scenario, population, line = planned.scenario, planned.population, planned.line
    setting = set_up(planned, Streams(scenario.run.seed, replication))
    world, condition = setting.world, condition_of(setting.world, scenario.pathways)
    each = [furnish(setting, draft) for draft in planned.drafts]
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
        money=planned.money,
        years=scenario.run.years,
        warm_up=round(scenario.run.warm_up_months * world.month),
        condition=condition,
        budgets=world.budgets,
        change=change,
    )


def set_up(planned: Plan, streams: Streams) -> Setting:
    """Return what the arrangements of a line meet, one after the other."""
    scenario, population = planned.scenario, planned.population
    world = world_of(planned, streams)
    budgets = hard_budgets(planned.line, scenario.pathways, population, world)
    return Setting(
        scenario, planned.estate, population, replace(world, budgets=budgets), planned.bodies
    )


def world_of(planned: Plan, streams: Streams) -> World:
    """Return what demand is drawn from."""
    estate, population = planned.estate, planned.population
    cells = estate.tiers[estate.cell_tier].names
    return World(
        streams=streams,
        calendar=planned.calendar,
        years=planned.scenario.run.years,
        context=planned.context,
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
