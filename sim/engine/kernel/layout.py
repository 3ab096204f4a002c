"""How the kernel lays out its memory.

All whole numbers live in one array ``m`` and all real ones in one array ``x``.
A row of a table is known by its *address* in ``m``, so ``m[case + QUEUE]`` is the
queueing time of a case. Addresses keep the order of numbers, so ties by address
are ties by number. One array instead of thirty keeps calls between kernel
functions cheap, and what belongs together lies together in the cache.
"""

from __future__ import annotations

# The head of m: rules, sizes and the addresses (or, marked x, places in x) of tables.
(
    HORIZON,
    PACKET,
    RANKING,
    PORTFOLIO_RULE,
    FALLBACK,
    HANDOFF_DELAY,
    HALF_LIFE,
    KNOWLEDGE,
    ROLES,
    ENTITIES,
    UID,
    TRAVEL_TIMES,
    KNOWN_AT,
    NAMED,
    PLACE,
    TEAM_SAW,
    CALENDAR_DAY_OF,
    WORKING_DAY_OF,
    CALENDAR_DAYS,
    FACTORS,
    PENDING,
    PACKETS,
) = range(22)
HEAD = 22
UNKNOWN_EXTRA, TEAM_MEMORY, HANDOFF_EXTRA, COVER = range(4)
"""The head of x; the table of cover starts at ``COVER``."""

# Columns of a case, in the order in which they are used: while it moves ...
(
    STATE,
    SINCE,
    MARK,
    HERE,
    AT,
    ROUTE,
    ROUTE_END,
    STEP,
    ENTITY,
    NUMBER,
    TEAM,
    BODY,
    CROSSED,
    SERIAL,
    PRIORITY,
    DUE,
    OPENED,
    KEY,
    KEY2,
    CHILD,
    SIBLING,
    BEFORE,
    IN_POOL,
    IN_PORTFOLIO,
    TODO,
    TRIP,
    COMMON,
    RESPONDED,
    QUEUE,
    WORKED,
    EFFORT,
    TRAVEL,
    COMMITTEE,
    MEETINGS,
    CLOSED,
    OUTCOME,
    NEXT,
    VISIT,
    RECUSALS,
    LOST,
    # ... and more rarely.
    OUTSIDE,
    HANDOFF,
    RELEARN,
    CROSSINGS,
    DEFERRALS,
    JUMPS,
    TAKEN,
    LEFT,
    TYPE,
    ORDINAL,
    OPENS,
    GAP,
    CHILD2,
    SIBLING2,
    BEFORE2,
) = range(55)
CASE_COLUMNS = 56
"""A whole number of cache lines."""

# Columns of an officer.
(
    O_NUMBER,
    O_ROLE,
    O_MARK,
    POOL,
    ON_DUTY,
    ITEM,
    STARTED,
    LEFT_AT,
    OWED,
    PORTFOLIO,
    FREE_NEXT,
    FREE_BEFORE,
    SAW,
) = range(13)
OFFICER_COLUMNS = 13

# Columns of a pool: the heap of waiting cases, and the officers who are free.
WAITING, FREE_HEAD, FREE_TAIL = range(3)
POOL_COLUMNS = 3

# Columns of a team.
T_BODY, T_POOLS = range(2)
TEAM_COLUMNS = 2

# Columns of a step. S_OF is the address of the row of team_of or committee_of.
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
) = range(15)
STEP_COLUMNS = 16

# Columns of a committee, of a kind of committee, and of a meeting.
(
    C_NUMBER,
    C_KIND,
    C_BODY,
    C_MARK,
    C_UID0,
    C_UID1,
    DOCKET,
    C_FIRST,
) = range(8)
COMMITTEE_COLUMNS = 8
(
    K_DEADLINE,
    K_AGENDA,
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
) = range(14)
KIND_COLUMNS = 14
"""``K_ODDS`` is a place in x: attendance, deferral, then conflict by case type."""
MEETING_COLUMNS = 8

# Columns of a calendar of events: instant, class and tie mark, key, and what it means.
TIME, CLASS, KEY_OF, MEANING = range(4)
EVENT_COLUMNS = 4
CLASS_SHIFT = 60
"""The class of an event stands above its tie mark of 60 bits."""

RESUME = 0
"""A CASE event with this meaning moves the case on; another is a fall-back's serial."""
