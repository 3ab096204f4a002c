"""How the kernel lays out its memory.

All state lives in one array of whole numbers ``m``; ``x`` is the same memory read
as real numbers. A row of a table is known by its *address* in ``m``, so
``m[case + QUEUE]`` is the queueing time of a case. One array instead of thirty
keeps calls between kernel functions cheap, and what belongs together lies
together in the cache.

A case has a row, its *slot*, only while it is open; the slots stand at the end of
``m``, which can grow. What is known of a case beforehand stands in ``given``,
one cache line a case, in the order in which the cases of a part can open. A slot
begins with a copy of it, and takes five lines: what is touched less is faster.
"""

from __future__ import annotations

from sim.engine.stream import CASE_COLUMNS as LOGGED
from sim.engine.stream import MEETING_COLUMNS as SITTING
from sim.engine.stream import WORK_COLUMNS as PACKET_OF_WORK

# The head of m: rules, sizes, and the addresses of tables ...
(
    HORIZON,
    PACKET,
    RANKING,
    PORTFOLIO_RULE,
    FALLBACK,
    HANDOFF_DELAY,
    CHANGES_AT,
    HANDOVER,
    INHERITED,
    HALF_LIFE,
    KNOWLEDGE,
    TURNOVER,
    ALIKE,
    COVERS,
    ROLES,
    ENTITIES,
    UID,
    FILES,
    FILE_COLUMNS,
    INCOMPLETE,
    CALENDAR_DAY_OF,
    WORKING_DAY_OF,
    CALENDAR_DAYS,
    ROUTES,
    SLOTS,
    BEYOND_CACHE,
    TREE,
    CONDITION,
    # ... how large tables are ...
    WORDS,
    ROOM_PENDING,
    ROOM_PACKETS,
    ROOM_ROWS,
    LONGEST,
    ROOM_SENT,
    CASES,
    SHIFTS,
    MEETINGS_KNOWN,
    RECEIPTS,
    # ... where the run of a part stands ...
    PART,
    FLOWS,
    FIRST_CASE,
    PEOPLE,
    STAFF,
    LEAVES,
    OPENING,
    SHIFT,
    MEETING,
    RECEIPT,
    PENDING,
    HOLE,
    JUST_DONE,
    FIRST_TO_FALL,
    LAST_TO_FALL,
    FREE_SLOT,
    UNUSED_SLOT,
    PACKETS,
    ROWS,
    SITTINGS,
    SENT,
    DEPTH,
    # ... and real numbers: rules, then cover by (own role, role covered).
    UNKNOWN_EXTRA,
    TEAM_MEMORY,
    HANDOFF_EXTRA,
    HEAD,
) = range(64)

LINE = 8
"""Words of a cache line."""
MANY = 1 << 16
"""Words of open cases (half a MiB), beyond which a core's own cache runs short."""

# What is given of a case: a cache line. Small numbers share a word.
(
    G_OPENS,
    MARK,
    DUE,
    NUMBER,
    TRAITS,
    LINKS,
    FACTOR,
    FACTOR2,
) = range(8)
GIVEN_COLUMNS = 8
"""``G_OPENS`` is the gap after the predecessor for cases with ``WITH_GAP``."""

HALF = 32
"""Two numbers in a word: number and entity; ordinal and successor; two counters."""
LOW_HALF = (1 << HALF) - 1
KIND_SHIFT = 40
"""Entities with the same teams and committees are of one kind."""
ROUTE_SHIFT, ROUTE_MASK = 24, (1 << 16) - 1
TYPE_SHIFT, TYPE_MASK = 12, (1 << 12) - 1
PRIORITY_SHIFT, PRIORITY_MASK = 4, (1 << 8) - 1
VISIT_SHIFT, VISIT_MASK = 2, 3
FOLLOWS, WITH_GAP = 1, 2
"""Traits of a case that waits for its predecessor."""

# Columns of a case while it is open. The first line is what was given of it; then
# where it stands in queues and on its route, what is logged, and what is rarely needed.
OPENED = G_OPENS
(
    KEY,
    KEY2,
    CHILD,
    SIBLING,
    BEFORE,
    POOL_OF,
    IN_POOL,
    HERE,
    AT,
    TODO,
    STATE,
    SINCE,
    BODY,
    EXTRA,
    RESPONDED,
    WORKED,
    COMMITTEE,
    OUTSIDE,
    HANDOFF,
    TRAVEL,
    RELEARN,
    PASSED,
    HEARD,
    CONFLICTS,
    TAKEN,
    WAITS_FOR,
    FALLS_NEXT,
    FALLS_BEFORE,
    IN_PORTFOLIO,
    CHILD2,
    SIBLING2,
    BEFORE2,
) = range(GIVEN_COLUMNS, GIVEN_COLUMNS + 32)
CASE_COLUMNS = GIVEN_COLUMNS + 32

SOME_BEHIND = CHILD
"""For a case on a docket: one that is some places behind it, if it is known."""

A_CROSSING, A_JUMP = 1 << HALF, 1
"""Counted in ``PASSED``."""
A_MEETING, A_DEFERRAL = 1 << HALF, 1
"""Counted in ``HEARD``."""
A_RECUSAL, A_LOST_QUORUM = 1 << HALF, 1
"""Counted in ``CONFLICTS``; quorums lost at the present committee only."""
HANDED_ON, LEFT_OVER = 1, 2
"""Noted in ``EXTRA``: the step was handed on between bodies; a team of the earlier arrangement
left a part of it to do."""

# Columns of a case in the log.
(
    L_NUMBER,
    L_OPENED,
    L_RESPONDED,
    L_CLOSED,
    L_OUTCOME,
    L_QUEUE,
    L_WORKED,
    L_COMMITTEE,
    L_OUTSIDE,
    L_HANDOFF,
    L_TRAVEL,
    L_RELEARN,
    L_CROSSINGS,
    L_MEETINGS,
    L_DEFERRALS,
    L_RECUSALS,
    L_JUMPS,
    L_STEP,
    L_LEFT,
) = range(len(LOGGED))
LOGGED_COLUMNS = len(LOGGED)

# Columns of the file that a kind of team has of an entity; the last is the named officer
# of the first role, and those of the others follow.
F_KNOWN_AT, F_TEAM_SAW, F_PLACE, F_TRAVEL, F_NAMED = range(5)

MOVED = -10
"""Less a body, for ``BODY``: a case comes from there with a change, and nobody has it yet.

For ``TODO``, less than 0 is a step that nobody has taken up: -1 less its milliseconds if
nothing adds to it.
"""

# Columns of an officer.
(
    ITEM,
    STARTED,
    TRIP,
    LEAF,
    LEFT_AT,
    PORTFOLIO,
    POOL,
    O_NUMBER,
    SAW,
    JOINED,
    PACE,
    OWED,
    NEXT_SHIFT,
    O_MARK,
) = range(14)
FREE_NEXT, FREE_BEFORE = STARTED, TRIP
"""Who is free has no packet in hand, and is on a list instead."""
OFFICER_BITS = 4
OFFICER_COLUMNS = 1 << OFFICER_BITS
"""Two cache lines, of which the first has what each packet of work needs. ``LEAF`` is the
place in the winner tree."""
ON_DUTY = -1
"""For ``LEFT_AT``, instead of the instant of leaving."""

# Columns of a pool: the heap of waiting cases, the officers who are free, and its role.
WAITING, FREE_HEAD, FREE_TAIL, P_ROLE = range(4)
POOL_COLUMNS = 4

# Columns of an actor, that is of a team or committee, and those that only a team has.
A_BODY, A_PART, T_POOLS = range(3)
TEAM_COLUMNS = 3

# Columns of a step. S_OF is the address of the row of team_of or committee_of, S_TARGET
# that of a step. The last step of every route is an END, of which S_TARGET is the outcome.
(
    S_KIND,
    S_NUMBER,
    S_ACTOR,
    S_OF,
    S_ROLE,
    S_EFFORT,
    S_DAYS,
    S_TARGET,
    S_MOST,
    S_VISIT,
    S_KEY0,
    S_KEY1,
    S_BRANCH,
    S_SHARE,
    S_PLACE,
    S_FACTOR,
) = range(16)
STEP_COLUMNS = 16
END = 9
"""A kind of step beside those of the model."""

# Columns of a committee, of a kind of committee, and of a meeting.
(
    C_NUMBER,
    C_KIND,
    C_MARK,
    C_AGENDA,
    C_UID0,
    C_UID1,
    DOCKET,
    DOCKET_END,
    C_HELD,
    C_TURN,
    C_LATEST,
) = range(2, 13)
LATEST = 8
COMMITTEE_COLUMNS = C_LATEST + LATEST
"""From ``C_LATEST`` on stand the cases that were put on the docket last, in turn;
their number is a power of two."""
(
    K_DEADLINE,
    K_GPS,
    K_OTHERS,
    K_QUORUM,
    K_QUORUM_GP,
    K_CO_OPT,
    K_ATTENDANCE0,
    K_ATTENDANCE1,
    K_CONFLICT0,
    K_CONFLICT1,
    K_DEFERRAL0,
    K_DEFERRAL1,
    K_ODDS,
) = range(13)
KIND_COLUMNS = 13
"""``K_ODDS`` is the address of real numbers: attendance, deferral, conflict by case type."""

# The condition of contracts: its rule, what it has to do with each case type, and the
# present spell of each entity.
(
    D_KEY0,
    D_KEY1,
    D_TO_STRUGGLING,
    D_TO_FAILING,
    D_STRUGGLING,
    D_FAILING,
    D_TYPES,
    D_SPELLS,
    D_UNOPENED,
) = range(9)
DECLINE_COLUMNS = 9
"""``D_UNOPENED`` is the address of a step at which a case ends that does not arise."""
N_NEEDS, N_CLOSES, N_KEY0, N_KEY1, N_REPAIRS = range(5)
NEED_COLUMNS = 5
SPELL_SINCE, SPELL_NUMBER = range(2)
SPELL_COLUMNS = 2

# Columns of a packet of work and of a meeting in the log.
PACKET_COLUMNS = len(PACKET_OF_WORK)
SITTING_COLUMNS = len(SITTING)

# Columns of a calendar of events: instant, class and tie mark, key, and what it means.
TIME, CLASS, KEY_OF, MEANING = range(4)
EVENT_COLUMNS = 4
CLASS_SHIFT = 60
"""The class of an event stands above its tie mark of 60 bits."""

# What a CASE event means: the case in a slot moves on, or one opens (minus its row, minus 1).

# What a part hands on to parts further down: events, known beforehand there. They mean
# a case that moves on in another part, with the whole of its slot; the place (in the
# order of all cases) of one whose predecessor has closed; or that something happened
# which set off what follows at the same instant.
S_PART, S_SLOT = EVENT_COLUMNS, EVENT_COLUMNS + 1
SENT_COLUMNS = S_SLOT + CASE_COLUMNS
A_CASE, A_CAUSE = -1, -2

# A shift event is one number: instant, class, place of the person among those of the part.
PERSON_BITS = 20
SHIFT_TIME = PERSON_BITS + 1
