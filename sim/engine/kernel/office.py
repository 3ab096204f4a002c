"""Teams at work, on the kernel's memory: dispatch, packets and shifts.

The readable statement of the same rules is ``sim.engine.office``.
"""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.effort import estimate, file_of, remember, size_up
from sim.engine.kernel.falling import will_fall, will_not_fall
from sim.engine.kernel.free import is_free, not_free, set_free
from sim.engine.kernel.heaps import enqueue, goes_first, withdraw
from sim.engine.kernel.jit import lean, seldom
from sim.engine.kernel.traits import entity_of, number_of, priority_of
from sim.engine.kernel.tree import finish_at
from sim.model.arrays import NO_TRAVEL
from sim.model.rules import rank


@lean
def enter(m: Any, case: int, state: int, now: int) -> None:
    """Begin to count a case's time in one column of the log."""
    m[case + at.STATE] = state
    m[case + at.SINCE] = now


@lean
def leave(m: Any, case: int, now: int) -> None:
    """Stop counting a case's time in its present column."""
    m[case + m[case + at.STATE]] += now - m[case + at.SINCE]
    m[case + at.STATE] = 0


@lean
def note_named(m: Any, case: int, now: int) -> None:
    """Note whom a case has to wait for under portfolio dispatch, if anybody."""
    step = m[case + at.HERE]
    file = file_of(m, m[step + at.S_ACTOR], entity_of(m, case))
    named = m[file + at.F_NAMED + m[step + at.S_ROLE]]
    m[case + at.WAITS_FOR] = named
    if named >= 0:
        will_fall(m, case, now)


@lean
def named_for(m: Any, case: int) -> int:
    """Return whom a case has to wait for, or -1; only portfolio dispatch touches that memory."""
    return m[case + at.WAITS_FOR] if m[at.PORTFOLIO_RULE] != 0 else -1


@lean
def join(m: Any, x: Any, case: int, team: int, now: int) -> None:
    """Bring work to a team: to whoever is free and may do it, else to a queue."""
    m[case + at.POOL_OF] = m[team + at.T_POOLS] + role_of(m, case) * at.POOL_COLUMNS
    estimate(m, x, case)
    due, opened = m[case + at.DUE], m[case + at.OPENED]
    key, key2 = rank(m[at.RANKING], priority_of(m, case), due, opened, now)
    m[case + at.KEY], m[case + at.KEY2] = key, key2
    if m[at.PORTFOLIO_RULE] != 0:
        note_named(m, case, now)
    offer(m, x, case, now)


@lean
def offer(m: Any, x: Any, case: int, now: int) -> None:
    """Give a case to its named officer, or to anybody who is free and may do it, or to a queue."""
    named = named_for(m, case)
    if named < 0:
        officer = free_for(m, x, case)
        if officer < 0:
            put_in_pool(m, case)
            return
    elif is_free(m, named):
        officer = named
    else:
        put_in_portfolio(m, named, case)
        return
    not_free(m, officer)
    take(m, x, officer, case, now)


@lean
def may_cover(m: Any, x: Any, own: int, role: int) -> bool:
    """Say whether one role may do the work of another."""
    return own != role and x[at.HEAD + own * m[at.ROLES] + role] > 0.0


@lean
def role_of(m: Any, case: int) -> int:
    """Return the role that the work at hand is meant for."""
    return m[m[case + at.HERE] + at.S_ROLE]


@lean
def free_for(m: Any, x: Any, case: int) -> int:
    """Return who has been free longest, own role first, of those who may do the work, or -1."""
    officer = m[m[case + at.POOL_OF] + at.FREE_HEAD]
    if officer >= 0 or m[at.COVERS] == 0:
        return officer
    role = role_of(m, case)
    pools = m[case + at.POOL_OF] - role * at.POOL_COLUMNS
    other = 0
    while officer < 0 and other < m[at.ROLES]:
        if may_cover(m, x, other, role):
            officer = m[pools + other * at.POOL_COLUMNS + at.FREE_HEAD]
        other += 1
    return officer


@seldom
def relieve(m: Any, x: Any, case: int, now: int) -> None:
    """Let somebody who is free take up work that waits although they may do it."""
    officer = free_for(m, x, case)
    if officer >= 0:
        stop_waiting(m, case)
        not_free(m, officer)
        take(m, x, officer, case, now)


@lean
def put_in_pool(m: Any, case: int) -> None:
    """Let a case wait for anybody in a role."""
    pool = m[case + at.POOL_OF]
    m[case + at.IN_POOL] = 1
    m[pool + at.WAITING] = enqueue(m, m[pool + at.WAITING], case, at.CHILD)


@seldom
def put_in_portfolio(m: Any, officer: int, case: int) -> None:
    """Let a case wait for its named officer."""
    m[case + at.IN_PORTFOLIO] = officer
    m[officer + at.PORTFOLIO] = enqueue(m, m[officer + at.PORTFOLIO], case, at.CHILD2)


@lean
def stop_waiting(m: Any, case: int) -> None:
    """Take a case out of the queues that it waits in."""
    if m[case + at.IN_POOL] == 1:
        pool = m[case + at.POOL_OF]
        m[pool + at.WAITING] = withdraw(m, m[pool + at.WAITING], case, at.CHILD)
        m[case + at.IN_POOL] = 0
    if m[at.PORTFOLIO_RULE] != 0 and m[case + at.IN_PORTFOLIO] >= 0:
        leave_portfolio(m, m[case + at.IN_PORTFOLIO], case)


@seldom
def leave_portfolio(m: Any, officer: int, case: int) -> None:
    """Take a case out of the queue of its named officer."""
    m[officer + at.PORTFOLIO] = withdraw(m, m[officer + at.PORTFOLIO], case, at.CHILD2)
    m[case + at.IN_PORTFOLIO] = -1


@seldom
def fall_back(m: Any, x: Any, case: int, now: int) -> None:
    """Let a case that its named officer has not finished by now fall to anybody."""
    will_not_fall(m, case)
    if m[case + at.IN_PORTFOLIO] >= 0:
        put_in_pool(m, case)
        relieve(m, x, case, now)


@lean
def take_next(m: Any, x: Any, officer: int, now: int) -> None:
    """Take the first case in an officer's queues, or be free."""
    case = first_of(m, x, officer)
    if case < 0:
        set_free(m, officer)
    else:
        stop_waiting(m, case)
        take(m, x, officer, case, now)


@lean
def first_of(m: Any, x: Any, officer: int) -> int:
    """Return the best-ranked case of one's own, else of a role one may cover, or -1."""
    pool = m[officer + at.POOL]
    mine, pooled = m[officer + at.PORTFOLIO], m[pool + at.WAITING]
    if mine >= 0 and (pooled < 0 or goes_first(m, mine, pooled)):
        return mine
    if pooled >= 0:
        return pooled
    return other_work(m, x, pool, m[pool + at.P_ROLE]) if m[at.COVERS] == 1 else -1


@lean
def other_work(m: Any, x: Any, pool: int, own: int) -> int:
    """Return the first case of the first other role that one may cover, or -1."""
    pools = pool - own * at.POOL_COLUMNS
    for role in range(m[at.ROLES]):
        waiting = m[pools + role * at.POOL_COLUMNS + at.WAITING]
        if waiting >= 0 and may_cover(m, x, own, role):
            return waiting
    return -1


@lean
def take(m: Any, x: Any, officer: int, case: int, now: int) -> None:
    """Start the next packet of a case."""
    step = m[case + at.HERE]
    m[officer + at.TRIP] = 0
    if m[case + at.TODO] < 0:
        size_up(m, x, officer, case, step, now)
    length = m[case + at.TODO]
    if m[step + at.S_VISIT] == NO_TRAVEL:
        length = min(length, m[at.PACKET])
    m[officer + at.ITEM] = case
    m[officer + at.STARTED] = now
    finish_at(m, officer, now + length)


@lean
def book(m: Any, work: Any, officer: int, case: int, end: int) -> None:
    """Write down a packet of work; travel comes first if the clock cuts it short."""
    start = m[officer + at.STARTED]
    length = end - start
    travel = min(m[officer + at.TRIP], length)
    m[case + at.TODO] -= length
    m[case + at.WORKED] += length
    if travel > 0:  # most work has none, and memory that is not touched costs nothing
        m[case + at.TRAVEL] += travel
    step = m[m[case + at.HERE] + at.S_NUMBER]
    write(m, work, officer, number_of(m, case), step, start, end, travel)


@lean
def write(
    m: Any, work: Any, officer: int, case: int, step: int, start: int, end: int, travel: int
) -> None:
    """Add a row to the work log."""
    row = m[at.PACKETS] * at.PACKET_COLUMNS
    m[at.PACKETS] += 1
    work[row + 0] = m[officer + at.O_NUMBER]
    work[row + 1] = case
    work[row + 2] = step
    work[row + 3] = start
    work[row + 4] = end
    work[row + 5] = travel


@lean
def finish(m: Any, x: Any, work: Any, officer: int, now: int) -> int:
    """End a packet and take the next case; return the case if its step is finished, else -1."""
    case = m[officer + at.ITEM]
    book(m, work, officer, case, now)
    left = m[case + at.TODO]
    m[officer + at.ITEM] = -1
    m[at.JUST_DONE] = officer
    responded = m[case + at.RESPONDED]
    m[case + at.RESPONDED] = now if responded < 0 else responded
    remember(m, officer, case, now)
    if left > 0:
        put_back(m, x, officer, case, now)
    elif named_for(m, case) >= 0:
        will_not_fall(m, case)
    if m[officer + at.LEFT_AT] == at.ON_DUTY:
        take_next(m, x, officer, now)
        if left > 0 and m[case + at.IN_POOL] == 1:
            relieve(m, x, case, now)
    else:
        m[officer + at.OWED] += now - m[officer + at.LEFT_AT]
    return case if left == 0 else -1


@seldom
def put_back(m: Any, x: Any, officer: int, case: int, now: int) -> None:
    """Return unfinished work to its queue, where it keeps its place."""
    if m[officer + at.LEFT_AT] != at.ON_DUTY:
        offer(m, x, case, now)
    elif m[case + at.WAITS_FOR] == officer:
        put_in_portfolio(m, officer, case)
    else:
        put_in_pool(m, case)
