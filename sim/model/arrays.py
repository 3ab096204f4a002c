"""The arrays that an engine reads: the model of one arrangement in one replication.

An engine is a deterministic function of these arrays. Times are whole
milliseconds of working time (int64); see ``sim.scenario.units``.

*Entities* are the contracts followed by the cells (areas that own
population-level work). A *route* is a case type on one kind of contract, in one of
its variants (``sim.model.routes``); its *steps* are its stages after the authority
table has said who acts. A *pool* is one role in one team: ``pool = team * roles + role``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.condition import Condition
from sim.model.money import Budgets, Money

Int = NDArray[np.int64]
Int32 = NDArray[np.int32]
Int16 = NDArray[np.int16]
Int8 = NDArray[np.int8]
Float = NDArray[np.float64]
Flags = NDArray[np.bool_]

WORK, WAIT, MEET, BRANCH = 0, 1, 2, 3
"""Kinds of step. An officer's decision is WORK; a committee's is MEET."""

DONE, REFUSED = -1, -2
"""Targets of a branch that ends the case, beside a step of the route."""

NO_TRAVEL, IF_VISIT, ALWAYS_VISIT = 0, 1, 2
"""Whether a step is a visit: IF_VISIT steps are skipped unless the case is one."""

DESK, IN_PERSON, VIRTUAL = 0, 1, 2
"""How a case is seen. A virtual visit has the effort of a visit but no travel."""

NOBODY, ELSEWHERE = -1, -2
"""Who holds a case that no body has held yet, or that a body outside the model has."""

NEVER = -(2**62)
"""A time before every other: this contract was never handled."""


def settled(shifts: int) -> dict[str, Any]:
    """Return the columns of ``Staff`` where nobody comes, goes or has anything to learn."""
    nobody = np.zeros(0, dtype=np.int64)
    return {
        "shift_since": np.broadcast_to(np.int64(NEVER), shifts),
        "shift_effort": np.broadcast_to(np.float64(1.0), shifts),
        "vacant_post": nobody,
        "vacant_start": nobody,
        "vacant_end": nobody,
        "turnover": False,
    }


@dataclass(frozen=True)
class Clock:
    """The horizon and the calendar.

    ``calendar_day_of[w]`` is the days since the start date of working day w;
    ``working_day_of[d]`` the first working day on or after d days since the start.
    Both reach well past the horizon.
    """

    start: str
    horizon: int
    calendar_day_of: Int
    working_day_of: Int
    packet: int
    ranking: int


@dataclass(frozen=True)
class Steps:
    """Steps of every route, one after the other; route r has first[r]:first[r + 1]."""

    first: Int
    kind: Int
    stage: Int
    """Index of the stage within its case type, for reports."""
    actor: Int
    """Team kind for WORK, committee kind for MEET, else -1."""
    role: Int
    effort: Int
    """Mean milliseconds of effort with full local knowledge (WORK)."""
    other: Int
    """1 where the effort varies with the case's other factor, else 0 (WORK).

    The pathways of scenarios have one factor per case; workload W has two.
    """
    days: Int
    """Calendar days (WAIT)."""
    share: Float
    """Probability of the jump (BRANCH)."""
    target: Int
    """Step within the route to jump to, or DONE or REFUSED (BRANCH)."""
    most: Int
    """Most jumps per case (BRANCH)."""
    visit: Int
    key: Int
    """Stream key for the draws of a BRANCH, shape (steps, 2)."""


@dataclass(frozen=True)
class Teams:
    """Teams: one per body for each team kind of the arrangement."""

    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    kind: Int
    body: Int
    """Index into ``body_names``; a hand-off is a change of body."""
    body_names: tuple[str, ...]
    of: Int
    """Team by (kind, entity), or -1."""
    travel: Int
    """Milliseconds there and back by (kind, entity)."""
    known_at: Int
    """When the team last handled the entity before the start, by (kind, entity), or NEVER."""
    named: Int
    """Named officer by (kind, role, entity), or -1 where the pool is empty."""
    cover: Float
    """Effort factor when own role (row) does the work of a role (column); 0: may not."""
    incomplete: Float = field(default_factory=lambda: np.zeros((0, 0)))
    """Extra effort of the first work that a team takes up on an entity, by (kind, entity).

    Its file came over incomplete. Empty where every file is complete.
    """


@dataclass(frozen=True)
class Staff:
    """Individuals and when they are there for casework."""

    team: Int
    role: Int
    mark: Int
    """Tie mark: drawn, so that no area wins by its number."""
    first_shift: Int
    """Shape (staff + 1,): shifts of person i are first_shift[i]:first_shift[i + 1]."""
    shift_start: Int
    shift_end: Int
    shift_since: Int
    """When the occupant of the post joined, by shift; NEVER for those there at the start."""
    shift_effort: Float
    """Effort of the occupant over that of an experienced colleague, by shift; at least 1."""
    vacant_post: Int
    """Whose post stands vacant; shape (vacancies,)."""
    vacant_start: Int
    vacant_end: Int
    turnover: bool
    """Whether posts can stand vacant or change hands."""
    casework_share: Float
    """Of time at work, the share for cases by team and role, shape (teams, roles)."""
    wte: Float


@dataclass(frozen=True)
class Committees:
    """Committees, one per body for each committee kind. Rules are by kind."""

    kinds: tuple[str, ...]
    kind: Int
    body: Int
    mark: Int
    uid: Int
    of: Int
    """Committee by (kind, entity), or -1."""
    first_meeting: Int
    meeting: Int
    agenda: Int
    """Most items at a meeting, by committee."""
    deadline: Int
    gps: Int
    others: Int
    quorum: Int
    quorum_gp: Int
    attendance: Float
    deferral: Float
    co_opt_after: Int
    conflict: Float
    """Probability that a GP member is conflicted, by (kind, case type)."""
    attendance_key: Int
    """Stream keys by kind, shape (kinds, 2)."""
    conflict_key: Int
    deferral_key: Int


@dataclass(frozen=True)
class Rules:
    """Numbers of the mechanisms."""

    unknown_extra: float
    """Extra effort without local knowledge: 0.2 is 20% more."""
    half_life: int
    team_memory: float
    portfolio: bool
    fallback: int
    handoff_delay: int
    handoff_extra: float
    inherited: int = -1
    """When cases of the first instant, which come from a body that is not here, can be
    worked on; -1 where they come from nobody."""


@dataclass(frozen=True)
class Change:
    """At an instant the arrangement becomes another.

    The teams, committees and steps of a model with a change are those of both
    arrangements, those of the earlier one first. Its people and committees end at the
    instant; those of the later one begin then. ``sim.model.phases`` takes such a model
    apart, and ``sim.model.moving`` says where open cases go on.
    """

    at: int
    teams: int
    """How many there are in the earlier arrangement; the others are the later one's."""
    handover: int
    """Open cases that cross to another body with the change cannot be there sooner after it."""
    rules: Rules
    cover: Float
    """As ``Teams.cover``, from then on."""
    route: Int32
    """As ``Cases.route``, from then on, and so are the next two."""
    factor: Float
    visit: Int8


@dataclass(frozen=True)
class Cases:
    """Every case that can open within the horizon, shape (cases,).

    There are millions, so columns are as narrow as their values allow; whoever
    multiplies or shifts them makes them wider first. Columns of other types are
    converted when the record is made.
    """

    entity: Int32
    case_type: Int16
    route: Int32
    ordinal: Int32
    mark: Int
    opens: Int
    """Earliest opening. With a predecessor also not before that one is closed."""
    after: Int32
    """Predecessor in a cycle, or -1."""
    gap: Int
    """Opens this long after the predecessor closed; -1 when anchored to its due date."""
    due: Int
    """Ranks the queue: opening plus the clock; for a cycle the due date itself."""
    priority: Int8
    factor: Float
    """This case's effort over the mean effort."""
    other_factor: Float
    """The same for the steps marked ``Steps.other``."""
    visit: Int8
    initial: Flags
    """In flight or overdue on the first day."""
    background: Flags
    """Work of contracts outside the area on a body that is shared with them."""

    def __post_init__(self) -> None:
        for name, dtype in CASE_DTYPES.items():
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype))


CASE_DTYPES = {
    "entity": np.int32,
    "case_type": np.int16,
    "route": np.int32,
    "ordinal": np.int32,
    "mark": np.int64,
    "opens": np.int64,
    "after": np.int32,
    "gap": np.int64,
    "due": np.int64,
    "priority": np.int8,
    "factor": np.float64,
    "other_factor": np.float64,
    "visit": np.int8,
    "initial": np.bool_,
    "background": np.bool_,
}
"""The type of each column of cases."""


@dataclass(frozen=True)
class Entities:
    """What measures need to know about contracts and cells, shape (entities,)."""

    uid: Int
    """Address of the entity's draws, the same in every arrangement, shape (entities, 2)."""
    kind: Int
    """Contract type, or len(CONTRACT_TYPES) for a cell."""
    cell: Int
    patients: Int
    rural: Flags
    inside: Flags
    cell_names: tuple[str, ...]
    last_review: Int
    """Latest review before the start (negative working milliseconds), or NEVER."""


@dataclass(frozen=True)
class CaseTypes:
    """What measures need to know about case types, shape (types,)."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    groups: tuple[str, ...]
    is_cycle: Flags
    is_once: Flags
    """One case of each contract: a stock-take."""
    clock_calendar_days: Float
    """NaN where there is no clock."""
    response_working_days: Float
    stages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Model:
    """One arrangement, one context, one replication."""

    clock: Clock
    steps: Steps
    teams: Teams
    staff: Staff
    committees: Committees
    rules: Rules
    cases: Cases
    entities: Entities
    types: CaseTypes
    money: Money
    years: float
    warm_up: int
    condition: Condition | None = None
    """None where nothing is said about the condition of contracts."""
    budgets: Budgets | None = None
    """None where bodies have no hard budgets."""
    change: Change | None = None
    """None where there is one arrangement throughout."""

    def factor(self, case: int, step: int) -> float:
        """Return a case's effort over the mean effort of a step."""
        factors = self.cases.other_factor if self.steps.other[step] else self.cases.factor
        return float(factors[case])
