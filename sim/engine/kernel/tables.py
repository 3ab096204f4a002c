"""Where the tables of the kernel's memory lie: one after the other, rows known by address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.files import slots_of
from sim.engine.kernel.mechanisms import feeds_back, keeps_files
from sim.engine.partition import Partition
from sim.model.arrays import Model

Int = NDArray[np.int64]

FIRST_SLOTS = 1 << 16
"""Cases that can be open at once before the memory has to grow; unused slots take no memory."""

IN_LINES = ("officers", "files", "slots")
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


def leaves(people: int) -> int:
    """Return the leaves of a winner tree: a power of two."""
    return 1 << max(people - 1, 0).bit_length()
