"""The rules with numbers in them, as scalar functions that both engines call.

Times are milliseconds of working time. Each drawn or computed duration is
rounded once, here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.model.jit import shared
from sim.model.rng import uniform_of
from sim.scenario.units import DAY

Int = NDArray[np.int64]

FOREVER = 2**62
"""Later than every horizon."""

AGES = 2**60
"""Longer than every horizon, though a few of them can still be added up."""

PRIORITY_DUE, PRIORITY_FIFO, FIFO = 0, 1, 2
"""How a queue is ranked."""

MIDDLE = 1 << 55
"""Added to times, which may lie before the start, so that priority and time share a number."""


@shared
def whole(x: float) -> int:
    """Round a duration, which is not below zero, to whole milliseconds, halves up."""
    return int(x + 0.5)


@shared
def rounds_to_nothing(x: float) -> bool:
    """Say whether a duration is none in whole milliseconds, as ``whole`` rounds it."""
    return x + 0.5 < 1.0


@shared
def memory(age: int, half_life: int) -> float:
    """Return what is left of local knowledge: 1 when fresh, 1/2 after a half-life.

    A hyperbola, which forgets fast at first and slowly later (assumption; the
    usual finding on forgetting, Wixted and Ebbesen 1991), and which needs no
    exponential, so every processor computes the same bits.
    """
    return half_life / (half_life + age)


@shared
def familiarity(own: float, team: float, team_memory: float) -> float:
    """Return m, the knowledge at hand: the officer's own, or what the team passes on."""
    shared = team_memory * team
    return own if own > shared else shared


@shared
def effort(
    mean: int,
    case: float,
    unknown_extra: float,
    m: float,
    crossing: float,
    cover: float,
    pace: float = 1.0,
) -> int:
    """Return the effort of one step.

    mean × this case's factor × (1 + k (1 - m)) × (1 + hand-off) × substitution
    × pace, with m the local knowledge (docs/model.md, which names the sources) and
    the pace that of a joiner (2 is twice the effort). Work that is done takes at
    least a millisecond.
    """
    hours = mean * case * (1.0 + unknown_extra * (1.0 - m)) * (1.0 + crossing) * cover * pace
    return max(1, whole(hours))


def after_days(time: int, days: int, calendar_day_of: Int, working_day_of: Int) -> int:
    """Return the first working instant at least ``days`` calendar days later."""
    end = int(calendar_day_of[day_of(time)]) + days
    if end >= len(working_day_of):
        return FOREVER
    day = int(working_day_of[end])
    return working_instant(time, day, int(calendar_day_of[day]) == end)


@shared
def opening(closed: int, opens: int, gap: int) -> int:
    """Return when a case opens whose predecessor has closed.

    After its gap; without one (-1) when it is due, but not before that instant.
    """
    return closed + gap if gap >= 0 else max(opens, closed)


@shared
def handed_over(now: int, change: int, handover: int) -> int:
    """Return when a case is there that crosses to another body with a change.

    Files change hands from the change on, all in the same time.
    """
    return max(now, change + handover)


@shared
def day_of(time: int) -> int:
    """Return the working day of an instant."""
    return time // DAY


@shared
def working_instant(time: int, day: int, worked: bool) -> int:
    """Return when a period ends that began at ``time`` and reaches to working day ``day``.

    If its last day is ``worked`` it ends at the same time of day; otherwise with
    the start of the next working day.
    """
    return day * DAY + time % DAY if worked else day * DAY


@shared
def rank(ranking: int, priority: int, due: int, opened: int, joined: int) -> tuple[int, int]:
    """Return the place in a queue; smaller goes first.

    Cases that still tie go by their drawn tie mark, then by their number.
    """
    if ranking == PRIORITY_DUE:
        return (priority << 56) + MIDDLE + due, opened
    if ranking == PRIORITY_FIFO:
        return (priority << 56) + MIDDLE + joined, 0
    return joined, 0


@shared
def happens(p: float, e0: int, e1: int, ordinal: int, k: int, k0: int, k1: int) -> bool:
    """Say whether a chance of ``p`` comes up at this address."""
    if p <= 0.0:
        return False
    return bool(uniform_of(e0, e1, ordinal, k, k0, k1) < p)


@shared
def has_quorum(gps_free: int, others: int, quorum: int, quorum_gp: int) -> bool:
    """Say whether an item may be decided by those present without a conflict."""
    return gps_free >= quorum_gp and gps_free + others >= quorum


@shared
def exponential(u: float, mean: float) -> int:
    """Return an exponential duration by inverse transform; AGES where it would be longer."""
    duration = -mean * math.log(1.0 - u)
    return whole(duration) if duration < AGES else AGES


@shared
def decline(
    since: int,
    spell: int,
    to_struggling: float,
    to_failing: float,
    struggling: float,
    failing: float,
    e0: int,
    e1: int,
    k0: int,
    k1: int,
) -> tuple[int, int]:
    """Return when a contract begins to struggle and when to fail, if nobody repairs it.

    Spell n begins ``since`` the nth repair, with a sound contract; spell 0 with the
    condition of the first day. Each step takes an exponential time with the mean
    given. Draws are looked up at the address of the contract and the spell.
    """
    sound = exponential(uniform_of(e0, e1, spell, 0, k0, k1), to_struggling)
    poor = exponential(uniform_of(e0, e1, spell, 1, k0, k1), to_failing)
    if spell == 0:
        at_first = uniform_of(e0, e1, 0, 2, k0, k1)
        if at_first < failing:
            return since, since
        if at_first < failing + struggling:
            return since, since + poor
    return since + sound, since + sound + poor


@shared
def condition(now: int, struggles: int, fails: int) -> int:
    """Return the condition of a contract: 0 sound, 1 struggling, 2 failing."""
    return (now >= struggles) + (now >= fails)
