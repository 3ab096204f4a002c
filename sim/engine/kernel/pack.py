"""Pack a model into the kernel's memory: tables one after the other, rows known by address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.files import files_of, keeps_files, knows, slots_of
from sim.engine.kernel.pack_condition import feeds_back, write_condition
from sim.engine.kernel.tree import IDLE, LEAF_BITS
from sim.engine.log import CLOSED, NOT_OPENED
from sim.engine.partition import Partition
from sim.model.arrays import BRANCH, MEET, NEVER, WORK, Model, Steps

Int = NDArray[np.int64]
Float = NDArray[np.float64]

FIRST_SLOTS = 1 << 16
"""Cases that can be open at once before the memory has to grow; unused slots take no memory."""


IN_LINES = ("files", "slots")
"""Tables whose rows are whole cache lines."""


@dataclass(frozen=True)
class Table:
    """Where a table lies in memory."""

    first: int
    rows: int
    columns: int

    def address(self, row: Int) -> Int:
        """Return the addresses of rows; -1 stays -1."""
        return np.where(row < 0, -1, self.first + row * self.columns)

    @property
    def last(self) -> int:
        """Return the address of the last row."""
        return self.first + (self.rows - 1) * self.columns


@dataclass
class Memory:
    """The packed model, and where the tables lie that others need."""

    m: Int
    officers: Table
    steps: Table
    committees: Table
    place: Int
    """Row of each person in the table of officers: by part, tie mark and number."""
    first: Int
    """Row of the first person of each part, shape (parts + 1,)."""
    kind: Int
    """Kind of each entity: those of one kind have the same teams and committees."""

    def begin(self, people: slice) -> None:
        """Prepare for a part: no case is open, and nobody of its people has one in hand."""
        m = self.m
        m[[at.OPENING, at.SHIFT, at.MEETING, at.RECEIPT, at.PENDING, at.HOLE, at.SITTINGS]] = 0
        m[[at.SENT, at.DEPTH]] = 0
        m[[at.FIRST_TO_FALL, at.LAST_TO_FALL, at.JUST_DONE]] = -1
        m[at.FREE_SLOT], m[at.UNUSED_SLOT] = -1, m[at.SLOTS]
        m[at.PEOPLE] = self.officers.first + people.start * self.officers.columns
        m[at.STAFF] = people.stop - people.start
        m[at.LEAVES] = count = leaves(people.stop - people.start)
        tree = m[m[at.TREE] :]
        tree[count : 2 * count] = IDLE + (np.arange(count) << LEAF_BITS) + np.arange(count)
        while count > 1:  # of two idle people the first wins
            tree[count // 2 : count] = tree[count : 2 * count : 2]
            count //= 2

    def grow(self) -> None:
        """Make room for half as many open cases again."""
        first = int(self.m[at.SLOTS])
        slots = (len(self.m) - first) // at.CASE_COLUMNS
        longer = room_for(first + (slots + slots // 2) * at.CASE_COLUMNS)
        longer[: len(self.m)] = self.m
        longer[at.WORDS] = len(longer)
        self.m = longer


def tables_of(model: Model, parts: Partition) -> dict[str, Table]:
    """Lay the tables out one after the other, in this order."""
    teams, roles = len(model.teams.kind), len(model.teams.roles)
    kinds, entities = model.teams.of.shape
    shapes = {
        "head": (1, at.HEAD),
        "cover": (roles, roles),
        "odds": (len(model.committees.kinds), model.committees.conflict.shape[1] + 2),
        "shares": (len(model.steps.kind), 1),
        "steps": (len(model.steps.kind) + len(model.steps.first), at.STEP_COLUMNS),
        "routes": (len(model.steps.first) - 1, 1),
        "officers": (len(model.staff.team), at.OFFICER_COLUMNS),
        "pools": (teams * roles, at.POOL_COLUMNS),
        "teams": (teams, at.TEAM_COLUMNS),
        "committees": (len(model.committees.kind), at.COMMITTEE_COLUMNS),
        "kinds": (len(model.committees.kinds), at.KIND_COLUMNS),
        "uid": (entities, 2),
        "team_of": parts.entities.teams.shape,
        "committee_of": parts.entities.committees.shape,
        "files": (kinds * entities * keeps_files(model), whole_lines(at.F_NAMED + roles)),
        "incomplete": (kinds * bool(model.teams.incomplete.any()), entities),
        "calendar_day_of": (len(model.clock.calendar_day_of), 1),
        "working_day_of": (len(model.clock.working_day_of), 1),
        "officer_saw": (slots_of(model).sum(), 1),
        "tree": (2 * leaves(len(model.staff.team)), 1),
        "condition": (feeds_back(model), at.DECLINE_COLUMNS),
        "needs": (len(model.types.names) * feeds_back(model), at.NEED_COLUMNS),
        "spells": (entities * feeds_back(model), at.SPELL_COLUMNS),
        "slots": (FIRST_SLOTS, at.CASE_COLUMNS),
    }
    tables, first = {}, 0
    for name, (rows, columns) in shapes.items():
        if name in IN_LINES:
            first = whole_lines(first)
        tables[name] = Table(first, int(rows), columns)
        first += int(rows) * columns
    return tables


def whole_lines(words: int) -> int:
    """Round up to whole cache lines."""
    return -(-words // at.LINE) * at.LINE


def room_for(words: int) -> Int:
    """Return memory that begins with a cache line."""
    memory = np.empty(words + at.LINE, dtype=np.int64)
    skip = -memory.ctypes.data // memory.itemsize % at.LINE
    return memory[skip : skip + words]


def changes(model: Model) -> bool:
    """Say whether it matters who is in a post when."""
    staff = model.staff
    return bool((staff.shift_since != NEVER).any() or (staff.shift_effort != 1.0).any())


def all_alike(model: Model) -> bool:
    """Say whether a step takes the same whoever of those who may do it takes it up."""
    cover, incomplete = model.teams.cover, bool(model.teams.incomplete.any())
    differ = knows(model) or changes(model) or incomplete
    return not differ and bool(np.isin(cover, (0.0, 1.0)).all())


def covers(model: Model) -> bool:
    """Say whether any role may do the work of another."""
    own = np.eye(len(model.teams.cover), dtype=bool)
    return bool((model.teams.cover[~own] > 0.0).any())


def pack(model: Model, parts: Partition) -> Memory:
    """Copy a model into the kernel's memory, nothing having happened yet."""
    tables = tables_of(model, parts)
    last = tables["slots"]
    m = room_for(last.first + last.rows * last.columns)
    x = m.view(np.float64)
    staff, committees, first = model.staff, model.committees, model.steps.first
    part = parts.of_team[staff.team]
    order = np.lexsort((staff.mark, part))
    place = np.argsort(order)
    first_person = np.searchsorted(part[order], np.arange(parts.parts + 1))
    leaf = place - first_person[part]
    content: dict[str, Int] = {
        "head": head(model, tables),
        "steps": step_rows(model, tables),
        "routes": tables["steps"].address(first[:-1] + np.arange(len(first) - 1)),
        "officers": officer_rows(model, tables, leaf)[order],
        "pools": np.array(-1),
        "teams": team_rows(model, tables, parts),
        "committees": committee_rows(model, tables, parts),
        "kinds": kind_rows(model, tables),
        "uid": model.entities.uid,
        "team_of": tables["teams"].address(parts.entities.teams),
        "committee_of": tables["committees"].address(parts.entities.committees),
        "calendar_day_of": model.clock.calendar_day_of,
        "working_day_of": model.clock.working_day_of,
        "officer_saw": np.array(NEVER),
    }
    for name, values in content.items():
        write(m, tables[name], values)
    if tables["files"].rows:
        named = tables["officers"].address(np.append(place, -1)[model.teams.named])
        write(m, tables["files"], files_of(model, named, tables["files"].columns))
    write(x, tables["cover"], model.teams.cover)
    odds = [committees.attendance, committees.deferral, committees.conflict]
    write(x, tables["odds"], np.column_stack(odds))
    write(x, tables["shares"], model.steps.share)
    write(x, tables["incomplete"], model.teams.incomplete)
    rules = model.rules
    x[at.UNKNOWN_EXTRA : at.HEAD] = rules.unknown_extra, rules.team_memory, rules.handoff_extra
    if feeds_back(model):
        rule, needs, spells = (tables[name].first for name in ("condition", "needs", "spells"))
        write_condition(m, model, rule, needs, spells, tables["steps"].last)
    m[at.WORDS], m[at.FLOWS] = len(m), len(parts.flows)
    kind = parts.entities.of
    officers, steps, committee = (tables[n] for n in ("officers", "steps", "committees"))
    return Memory(m, officers, steps, committee, place, first_person, kind)


def leaves(people: int) -> int:
    """Return the leaves of a winner tree: a power of two."""
    return 1 << max(people - 1, 0).bit_length()


def write(memory: Int | Float, table: Table, values: Int | Float) -> None:
    """Write a table: all values, or one for every place."""
    size = table.rows * table.columns
    if size:
        flat = values.reshape(-1) if values.size == size else values
        memory[table.first : table.first + size] = flat


def head(model: Model, tables: dict[str, Table]) -> Int:
    """Return the head of memory."""
    rules, clock = model.rules, model.clock
    values = {
        at.HORIZON: clock.horizon,
        at.PACKET: clock.packet,
        at.RANKING: clock.ranking,
        at.PORTFOLIO_RULE: rules.portfolio,
        at.FALLBACK: rules.fallback,
        at.HANDOFF_DELAY: rules.handoff_delay,
        at.CHANGES_AT: model.change.at if model.change else 0,
        at.HANDOVER: model.change.handover if model.change else max(rules.inherited, 0),
        at.INHERITED: rules.inherited >= 0,
        at.HALF_LIFE: rules.half_life,
        at.KNOWLEDGE: knows(model),
        at.TURNOVER: changes(model),
        at.ALIKE: all_alike(model),
        at.COVERS: covers(model),
        at.ROLES: len(model.teams.roles),
        at.ENTITIES: len(model.entities.kind),
        at.UID: tables["uid"].first,
        at.FILES: tables["files"].first if tables["files"].rows else -1,
        at.FILE_COLUMNS: tables["files"].columns,
        at.INCOMPLETE: tables["incomplete"].first if tables["incomplete"].rows else -1,
        at.CALENDAR_DAY_OF: tables["calendar_day_of"].first,
        at.WORKING_DAY_OF: tables["working_day_of"].first,
        at.CALENDAR_DAYS: len(clock.working_day_of),
        at.ROUTES: tables["routes"].first,
        at.SLOTS: tables["slots"].first,
        at.TREE: tables["tree"].first,
        at.CONDITION: tables["condition"].first if feeds_back(model) else -1,
    }
    return np.array([values.get(place, 0) for place in range(at.HEAD)], dtype=np.int64)


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
    table[:, at.O_ROLE], table[:, at.O_MARK] = staff.role, staff.mark
    table[:, at.POOL] = tables["pools"].address(staff.team * roles + staff.role)
    table[:, at.SAW] = tables["officer_saw"].first + np.cumsum(slots) - slots
    table[:, at.NEXT_SHIFT] = staff.first_shift[:-1]
    table[:, [at.ON_DUTY, at.STARTED, at.LEFT_AT, at.OWED]] = 0
    table[:, at.LEAF] = table[:, at.O_PLACE] = leaf
    table[:, at.JOINED] = NEVER
    table.view(np.float64)[:, at.PACE] = 1.0
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
