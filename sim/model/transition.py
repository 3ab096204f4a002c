"""Transition: from a date on, one arrangement takes the place of another.

Each part of it is a switch of its own. The structure is the two arrangements; the cut
of staff multiplies the later one's WTE; the skills lost are the contracts that its
teams do not know on the day; files may come over incomplete; open cases take a while
to arrive (docs/model.md, which names the sources).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.model.arrays import NEVER, Cases, Change, Float
from sim.model.budgets import budgets_of
from sim.model.cases import appearance
from sim.model.demand import World
from sim.model.furnish import Furnished, Setting
from sim.model.joining import join
from sim.model.money import Budgets
from sim.model.population import Population
from sim.scenario.arrangement import Arrangement, Transition
from sim.scenario.pathway import CONTRACT_TYPES, Pathways
from sim.scenario.units import DAY


def take_over(
    setting: Setting,
    who: Arrangement,
    transition: Transition,
    earlier: Furnished,
    later: Furnished,
    every_case: Cases,
) -> tuple[Furnished, Change]:
    """Return what both arrangements bring, and how the later one takes over."""
    at = setting.world.calendar.working_ms(transition.date)
    both, cover = join(earlier, informed(later, at), at)
    both = with_files(setting, transition, both, len(earlier.teams.kinds))
    factor, visit = appearance(setting.world, setting.scenario.pathways, who, every_case)
    address = every_case.entity, every_case.case_type, every_case.ordinal
    change = Change(
        at=at,
        teams=len(earlier.teams.kind),
        handover=round(transition.handover_working_days.central * DAY),
        rules=later.rules,
        cover=cover,
        route=later.ways.route(*address) + np.int32(len(earlier.routes.steps.first) - 1),
        factor=factor,
        visit=visit,
    )
    return both, change


def with_files(
    setting: Setting, transition: Transition, teams: Furnished, first: int = 0
) -> Furnished:
    """Return teams whose files came over incomplete in part: those from the first such kind on."""
    incomplete = np.zeros(teams.teams.of.shape)
    incomplete[first:] = incomplete_files(setting, transition)
    if not incomplete.any():
        return teams
    return replace(teams, teams=replace(teams.teams, incomplete=incomplete))


def informed(later: Furnished, at: int) -> Furnished:
    """Let what the later teams know date from the day on which they begin."""
    known = later.teams.known_at
    known = np.where(known == NEVER, NEVER, known + at)
    return replace(later, teams=replace(later.teams, known_at=known))


def incomplete_files(setting: Setting, transition: Transition) -> Float:
    """Draw the contracts whose files come over incomplete; return the extra effort of each."""
    population, streams = setting.population, setting.world.streams
    drawn = streams.uniform("incomplete file", population.uid)
    lacking = (drawn < transition.incomplete_file_share.central) & (
        population.kind < len(CONTRACT_TYPES)
    )
    return np.where(lacking, transition.incomplete_file_effort_share.central, 0.0)


def hard_budgets(
    line: list[Arrangement], pathways: Pathways, population: Population, world: World
) -> Budgets | None:
    """Return what bodies with hard budgets overspend in each year, or None where none has.

    In a line of arrangements the last that has them counts; it answers for the years that
    it ends, so a change within a year leaves that year to the later arrangement.
    """
    who = next((one for one in reversed(line) if one.budgets), line[-1])
    budgets = budgets_of(who, pathways, population, world)
    transition = line[-1].transition
    if budgets is None or transition is None:
        return budgets
    ends = np.arange(1, budgets.overspend.shape[1] + 1) * 12 * world.month
    later = ends > world.calendar.working_ms(transition.date)
    mine = later if who is line[-1] else ~later
    return replace(budgets, overspend=np.where(mine, budgets.overspend, 0.0))
