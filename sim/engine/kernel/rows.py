"""The rows of the tables that say what a model is made of, nothing having happened yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.files import slots_of
from sim.engine.kernel.tables import Table
from sim.engine.log import CLOSED, NOT_OPENED
from sim.engine.partition import Partition
from sim.model.arrays import BRANCH, MEET, NEVER, WORK, Model, Steps

Int = NDArray[np.int64]


def step_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per step, an END behind each route, and one for cases that do not arise.

    Branches of a route are numbered for their counters.
    """
    steps = model.steps
    count, routes = len(steps.kind), len(steps.first) - 1
    route = np.repeat(np.arange(routes), np.diff(steps.first))
    row = np.arange(count) + route
    start = steps.first[route]
    target = tables["steps"].address(start + route + np.maximum(steps.target, 0))
    of_teams, of_committees = tables["team_of"], tables["committee_of"]
    of = np.where(steps.kind == WORK, of_teams.first, of_committees.first)
    acts = np.isin(steps.kind, (WORK, MEET))
    columns = {
        at.S_KIND: steps.kind,
        at.S_NUMBER: np.arange(count),
        at.S_ACTOR: steps.actor,
        at.S_OF: np.where(acts, of + steps.actor * of_teams.columns, -1),
        at.S_ROLE: steps.role,
        at.S_EFFORT: steps.effort,
        at.S_DAYS: steps.days,
        at.S_TARGET: np.where(steps.target < 0, steps.target, target),
        at.S_MOST: steps.most,
        at.S_VISIT: steps.visit,
        at.S_KEY0: steps.key[:, 0],
        at.S_KEY1: steps.key[:, 1],
        at.S_BRANCH: branch_numbers(steps),
        at.S_SHARE: tables["shares"].first + np.arange(count),
        at.S_PLACE: np.arange(count) - start,
        at.S_FACTOR: steps.other,
    }
    rows = np.full((count + routes + 1, at.STEP_COLUMNS), at.END, dtype=np.int64)
    rows[:, at.S_TARGET] = CLOSED
    rows[-1, at.S_TARGET] = NOT_OPENED
    for place, values in columns.items():
        rows[row, place] = values
    return rows


def branch_numbers(steps: Steps) -> Int:
    """Return the number of each branch among those of its route."""
    branch = (steps.kind == BRANCH).astype(np.int64)
    before = np.cumsum(branch) - branch
    return before - before[np.repeat(steps.first[:-1], np.diff(steps.first))]


def officer_rows(model: Model, tables: dict[str, Table], leaf: Int) -> Int:
    """Return one row per officer, everybody off duty."""
    staff, roles = model.staff, len(model.teams.roles)
    slots = slots_of(model)
    table = np.full((len(staff.team), at.OFFICER_COLUMNS), -1, dtype=np.int64)
    table[:, at.O_NUMBER] = np.arange(len(staff.team))
    table[:, at.O_MARK] = staff.mark
    table[:, at.POOL] = tables["pools"].address(staff.team * roles + staff.role)
    table[:, at.SAW] = tables["officer_saw"].first + np.cumsum(slots) - slots
    table[:, at.NEXT_SHIFT] = staff.first_shift[:-1]
    table[:, [at.STARTED, at.LEFT_AT, at.OWED]] = 0
    table[:, at.LEAF] = leaf
    table[:, at.JOINED] = NEVER
    table.view(np.float64)[:, at.PACE] = 1.0
    return table


def pool_rows(model: Model) -> Int:
    """Return one row per team and role, with nobody free and nothing waiting."""
    teams, roles = len(model.teams.kind), len(model.teams.roles)
    table = np.full((teams * roles, at.POOL_COLUMNS), -1, dtype=np.int64)
    table[:, at.P_ROLE] = np.tile(np.arange(roles), teams)
    return table


def team_rows(model: Model, tables: dict[str, Table], parts: Partition) -> Int:
    """Return one row per team."""
    first = np.arange(len(model.teams.kind)) * len(model.teams.roles)
    return np.column_stack([model.teams.body, parts.of_team, tables["pools"].address(first)])


def committee_rows(model: Model, tables: dict[str, Table], parts: Partition) -> Int:
    """Return one row per committee, with an empty docket."""
    every = model.committees
    columns = {
        at.A_BODY: every.body,
        at.A_PART: parts.of_committee,
        at.C_NUMBER: np.arange(len(every.kind)),
        at.C_KIND: tables["kinds"].address(every.kind),
        at.C_MARK: every.mark,
        at.C_UID0: every.uid[:, 0],
        at.C_UID1: every.uid[:, 1],
        at.DOCKET: np.full(len(every.kind), -1),
        at.DOCKET_END: np.full(len(every.kind), -1),
        at.C_AGENDA: every.agenda,
        at.C_HELD: np.zeros(len(every.kind), np.int64),
        at.C_TURN: np.zeros(len(every.kind), np.int64),
        at.C_LATEST: np.full((len(every.kind), at.LATEST), -1),
    }
    return np.column_stack([columns[place] for place in range(at.C_LATEST + 1)])


def kind_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per kind of committee."""
    every = model.committees
    keys = [every.attendance_key, every.conflict_key, every.deferral_key]
    columns = [every.deadline, every.gps, every.others, every.quorum]
    columns += [every.quorum_gp, every.co_opt_after, *(key[:, i] for key in keys for i in (0, 1))]
    columns.append(tables["odds"].address(np.arange(len(every.kinds))))
    return np.column_stack(columns)
