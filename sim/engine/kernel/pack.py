"""Pack a model into the kernel's memory: tables one after the other, rows known by address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.log import NOT_OPENED, UNSET
from sim.engine.partition import Partition
from sim.model.arrays import BRANCH, MEET, NEVER, WORK, Model

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Where a table lies in memory."""

    first: int
    rows: int
    columns: int

    def address(self, row: Int) -> Int:
        """Return the addresses of rows; -1 stays -1."""
        return np.where(row < 0, -1, self.first + row * self.columns)


@dataclass(frozen=True)
class Memory:
    """The packed model: whole numbers, real numbers, and where the tables lie."""

    m: Int
    x: Float
    row: Int
    """Row of each case: those of one part lie together, in their order."""
    cases: Table
    officers: Table
    committees: Table
    meetings: Table


def tables_of(model: Model) -> dict[str, Table]:
    """Lay the tables out one after the other, in this order."""
    teams, roles = len(model.teams.kind), len(model.teams.roles)
    kinds, entities = model.teams.of.shape
    remembered = kinds * knows(model)
    shapes = {
        "head": (1, at.HEAD),
        "cases": (len(model.cases.entity), at.CASE_COLUMNS),
        "steps": (len(model.steps.kind), at.STEP_COLUMNS),
        "officers": (len(model.staff.team), at.OFFICER_COLUMNS),
        "pools": (teams * roles, at.POOL_COLUMNS),
        "teams": (teams, at.TEAM_COLUMNS),
        "committees": (len(model.committees.kind), at.COMMITTEE_COLUMNS),
        "kinds": (len(model.committees.kinds), at.KIND_COLUMNS),
        "meetings": (len(model.committees.meeting), at.MEETING_COLUMNS),
        "uid": (entities, 2),
        "team_of": (kinds, entities),
        "committee_of": (len(model.committees.kinds), entities),
        "travel": (kinds * bool(model.teams.travel.any()), entities),
        "known_at": (remembered, entities),
        "place": (remembered, entities),
        "team_saw": (remembered, entities),
        "named": (kinds * roles * (knows(model) or model.rules.portfolio), entities),
        "calendar_day_of": (len(model.clock.calendar_day_of), 1),
        "working_day_of": (len(model.clock.working_day_of), 1),
        "officer_saw": (slots_of(model).sum(), 1),
    }
    tables, first = {}, 0
    for name, (rows, columns) in shapes.items():
        tables[name] = Table(first, int(rows), columns)
        first += int(rows) * columns
    return tables


def knows(model: Model) -> bool:
    """Say whether local knowledge matters; if not, nobody needs a memory."""
    return model.rules.unknown_extra != 0


def pack(model: Model, parts: Partition) -> Memory:
    """Copy a model into the kernel's memory, nothing having happened yet."""
    tables = tables_of(model)
    last = tables["officer_saw"]
    m = np.empty(last.first + last.rows, dtype=np.int64)
    x = reals(model)
    content = {
        "head": head(model, tables, x),
        "steps": step_rows(model, tables),
        "officers": officer_rows(model, tables),
        "pools": np.array(-1),
        "teams": team_rows(model, tables),
        "committees": committee_rows(model, tables),
        "kinds": kind_rows(model),
        "meetings": np.array(0),
        "uid": model.entities.uid,
        "team_of": tables["teams"].address(model.teams.of),
        "committee_of": tables["committees"].address(model.committees.of),
        "travel": model.teams.travel,
        "known_at": model.teams.known_at,
        "place": places(model),
        "team_saw": np.array(NEVER),
        "named": tables["officers"].address(model.teams.named),
        "calendar_day_of": model.clock.calendar_day_of,
        "working_day_of": model.clock.working_day_of,
        "officer_saw": np.array(NEVER),
    }
    for name, values in content.items():
        rows = view(m, tables[name])
        if rows.size:
            rows[...] = values.reshape(rows.shape) if values.size == rows.size else values
    order = np.argsort(parts.of_entity[model.cases.entity], kind="stable")
    row = np.empty_like(order)
    row[order] = np.arange(len(order))
    write_cases(model, tables, view(m, tables["cases"]), order, row)
    return Memory(
        m, x, row, tables["cases"], tables["officers"], tables["committees"], tables["meetings"]
    )


def view(m: Int, table: Table) -> Int:
    """Return a table in memory as an array of shape (rows, columns)."""
    size = table.rows * table.columns
    return m[table.first : table.first + size].reshape(table.rows, table.columns)


def reals(model: Model) -> Float:
    """Return x: rules, cover, odds by committee kind, shares of steps, factors of cases."""
    rules, committees = model.rules, model.committees
    odds = np.column_stack([committees.attendance, committees.deferral, committees.conflict])
    heads = [rules.unknown_extra, rules.team_memory, rules.handoff_extra]
    parts = [heads, model.teams.cover.ravel(), odds.ravel(), model.steps.share, model.cases.factor]
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])


def odds_at(model: Model) -> int:
    """Return where the odds of committee kinds start in x."""
    return at.COVER + int(model.teams.cover.size)


def shares_at(model: Model) -> int:
    """Return where the shares of steps start in x."""
    kinds, types = model.committees.conflict.shape
    return odds_at(model) + kinds * (types + 2)


def head(model: Model, tables: dict[str, Table], x: Float) -> Int:
    """Return the head of memory."""
    rules, clock = model.rules, model.clock
    values = {
        at.HORIZON: clock.horizon,
        at.PACKET: clock.packet,
        at.RANKING: clock.ranking,
        at.PORTFOLIO_RULE: rules.portfolio,
        at.FALLBACK: rules.fallback,
        at.HANDOFF_DELAY: rules.handoff_delay,
        at.HALF_LIFE: rules.half_life,
        at.KNOWLEDGE: knows(model),
        at.ROLES: len(model.teams.roles),
        at.ENTITIES: len(model.entities.kind),
        at.UID: tables["uid"].first,
        at.TRAVEL_TIMES: tables["travel"].first if tables["travel"].rows else -1,
        at.KNOWN_AT: tables["known_at"].first,
        at.NAMED: tables["named"].first,
        at.PLACE: tables["place"].first,
        at.TEAM_SAW: tables["team_saw"].first,
        at.CALENDAR_DAY_OF: tables["calendar_day_of"].first,
        at.WORKING_DAY_OF: tables["working_day_of"].first,
        at.CALENDAR_DAYS: len(clock.working_day_of),
        at.FACTORS: len(x) - len(model.cases.factor),
        at.PENDING: 0,
        at.PACKETS: 0,
    }
    return np.array([values[place] for place in range(at.HEAD)], dtype=np.int64)


def write_cases(model: Model, tables: dict[str, Table], table: Int, order: Int, row: Int) -> None:
    """Write one row per case, in place: this is by far the largest table.

    ``order`` lists the cases row by row, ``row`` is its inverse.
    """
    cases, steps = model.cases, tables["steps"]
    table[:] = 0
    successor = np.full(len(cases.entity), -1, dtype=np.int64)
    later = np.flatnonzero(cases.after >= 0)
    successor[cases.after[later]] = row[later]
    given = {
        at.NUMBER: np.arange(len(cases.entity)),
        at.ENTITY: cases.entity,
        at.TYPE: cases.case_type,
        at.ROUTE: steps.address(model.steps.first[cases.route]),
        at.ROUTE_END: steps.address(model.steps.first[cases.route + 1]),
        at.ORDINAL: cases.ordinal,
        at.MARK: cases.mark,
        at.OPENS: cases.opens,
        at.NEXT: tables["cases"].address(successor),
        at.GAP: cases.gap,
        at.DUE: cases.due,
        at.PRIORITY: cases.priority,
        at.VISIT: cases.visit,
    }
    for column, values in given.items():
        table[:, column] = values[order]
    for column in (at.OPENED, at.RESPONDED, at.CLOSED, at.STEP):
        table[:, column] = UNSET
    table[:, at.OUTCOME] = NOT_OPENED
    for column in (at.STATE, at.BODY, at.IN_POOL, at.IN_PORTFOLIO):
        table[:, column] = -1


def step_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per step; branches of a route are numbered for their counters."""
    steps = model.steps
    branch = (steps.kind == BRANCH).astype(np.int64)
    before = np.cumsum(branch) - branch
    start = np.repeat(steps.first[:-1], np.diff(steps.first))
    entities = len(model.entities.kind)
    of = np.where(steps.kind == WORK, tables["team_of"].first, tables["committee_of"].first)
    acts = np.isin(steps.kind, (WORK, MEET))
    columns = {
        at.S_KIND: steps.kind,
        at.S_NUMBER: np.arange(len(steps.kind)),
        at.S_ACTOR: steps.actor,
        at.S_OF: np.where(acts, of + steps.actor * entities, -1),
        at.S_ROLE: steps.role,
        at.S_EFFORT: steps.effort,
        at.S_DAYS: steps.days,
        at.S_TARGET: steps.target,
        at.S_MOST: steps.most,
        at.S_VISIT: steps.visit,
        at.S_KEY0: steps.key[:, 0],
        at.S_KEY1: steps.key[:, 1],
        at.S_BRANCH: before - before[start],
        at.S_SHARE: shares_at(model) + np.arange(len(steps.kind)),
        at.S_PLACE: np.arange(len(steps.kind)) - start,
        at.S_PLACE + 1: np.zeros(len(steps.kind), np.int64),
    }
    return np.column_stack([columns[place] for place in range(at.STEP_COLUMNS)])


def officer_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per officer, everybody off duty."""
    staff, roles = model.staff, len(model.teams.roles)
    slots = slots_of(model)
    table = np.full((len(staff.team), at.OFFICER_COLUMNS), -1, dtype=np.int64)
    table[:, at.O_NUMBER] = np.arange(len(staff.team))
    table[:, at.O_ROLE], table[:, at.O_MARK] = staff.role, staff.mark
    table[:, at.POOL] = tables["pools"].address(staff.team * roles + staff.role)
    table[:, at.SAW] = tables["officer_saw"].first + np.cumsum(slots) - slots
    table[:, [at.ON_DUTY, at.STARTED, at.LEFT_AT, at.OWED]] = 0
    return table


def team_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per team."""
    teams, roles = len(model.teams.kind), len(model.teams.roles)
    return np.column_stack([model.teams.body, tables["pools"].address(np.arange(teams) * roles)])


def committee_rows(model: Model, tables: dict[str, Table]) -> Int:
    """Return one row per committee, with an empty docket."""
    every = model.committees
    columns = {
        at.C_NUMBER: np.arange(len(every.kind)),
        at.C_KIND: tables["kinds"].address(every.kind),
        at.C_BODY: every.body,
        at.C_MARK: every.mark,
        at.C_UID0: every.uid[:, 0],
        at.C_UID1: every.uid[:, 1],
        at.DOCKET: np.full(len(every.kind), -1),
        at.C_FIRST: tables["meetings"].first + every.first_meeting[:-1] * at.MEETING_COLUMNS,
    }
    return np.column_stack([columns[place] for place in range(at.COMMITTEE_COLUMNS)])


def kind_rows(model: Model) -> Int:
    """Return one row per kind of committee."""
    every = model.committees
    kinds, types = every.conflict.shape
    keys = [every.attendance_key, every.conflict_key, every.deferral_key]
    columns = [every.deadline, every.agenda, every.gps, every.others, every.quorum]
    columns += [every.quorum_gp, every.co_opt_after, *(key[:, i] for key in keys for i in (0, 1))]
    columns.append(odds_at(model) + np.arange(kinds) * (types + 2))
    return np.column_stack(columns)


def slots_of(model: Model) -> Int:
    """Return the entities that each officer can remember: those of the team, shape (staff,)."""
    members = np.zeros(len(model.teams.kind), dtype=np.int64)
    for team in model.teams.of:
        members += np.bincount(team[team >= 0], minlength=len(members))
    return members[model.staff.team] * knows(model)


def places(model: Model) -> Int:
    """Return the place of each entity among those of its team, by (kind, entity)."""
    place = np.zeros(model.teams.of.shape, dtype=np.int64)
    for kind, team in enumerate(model.teams.of):
        order = np.argsort(team, kind="stable")
        ranked = team[order]
        place[kind, order] = np.arange(len(team)) - np.searchsorted(ranked, ranked)
    return place
