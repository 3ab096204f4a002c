"""Pack a model into the kernel's memory, nothing having happened yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.files import files_of
from sim.engine.kernel.mechanisms import all_alike, changes, covers, feeds_back, knows
from sim.engine.kernel.pack_condition import write_condition
from sim.engine.kernel.rows import (
    committee_rows,
    kind_rows,
    officer_rows,
    pool_rows,
    step_rows,
    team_rows,
)
from sim.engine.kernel.tables import Table, leaves, tables_of
from sim.engine.kernel.tree import IDLE, LEAF_BITS
from sim.engine.partition import Partition
from sim.model.arrays import NEVER, Model

Int = NDArray[np.int64]
Float = NDArray[np.float64]


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


def room_for(words: int) -> Int:
    """Return memory that begins with a cache line."""
    memory = np.empty(words + at.LINE, dtype=np.int64)
    skip = -memory.ctypes.data // memory.itemsize % at.LINE
    return memory[skip : skip + words]


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
        "pools": pool_rows(model),
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
        at.BEYOND_CACHE: tables["slots"].first + at.MANY,
        at.TREE: tables["tree"].first,
        at.CONDITION: tables["condition"].first if feeds_back(model) else -1,
    }
    return np.array([values.get(place, 0) for place in range(at.HEAD)], dtype=np.int64)
