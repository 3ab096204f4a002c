"""Spells of a contract: from a sound start to a repair, a closing or the end of the run.

When a contract comes to struggle and to fail in a spell is ``sim.model.rules.decline``;
what ends the spell follows from the cases that were closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import CLOSED, UNSET
from sim.model.condition import FAILING, SOUND, Condition, Luck
from sim.model.jit import shared
from sim.model.rules import condition, decline
from sim.outcomes.jit import fast
from sim.outcomes.view import View

Int = NDArray[np.int64]
Float = NDArray[np.float64]

NOTICE, CLOSING, REPAIR = range(3)
"""What happens to a contract; of what happens at one instant, in this order.

So a case that arises from a closing, and that is closed at once, repairs nothing more.
"""

STILL, REPAIRED, GONE = range(3)
"""How a spell ends: with the run, with a repair, or with the closing of the contract."""

ENTITY, STRUGGLES, FAILS, NOTICED, ENDS, ENDING = range(6)


@dataclass(frozen=True)
class Spells:
    """Spells of the area's contracts, shape (spells,). Times after the end did not happen."""

    entity: Int
    struggles: Int
    fails: Int
    noticed: Int
    """First detection of a contract that is not sound; UNSET if nobody noticed."""
    ends: Int
    ending: Int


def spells(view: View, given: Condition) -> Spells:
    """Follow every contract of the area whose condition is followed."""
    entity, time, what = happenings(view, given)
    chosen = np.flatnonzero(view.contracts & given.applies)
    rows = np.empty((len(chosen) + len(time), 6), dtype=np.int64)
    first = np.searchsorted(entity, np.arange(len(given.applies) + 1))
    chances = np.array([given.to_struggling, given.to_failing, given.struggling, given.failing])
    count = fast(follow, SIGNATURE)(
        *(chosen, first, time, what, view.model.entities.uid, given.key, chances),
        view.model.clock.horizon,
        rows,
    )
    return Spells(*rows[:count].T)


def happenings(view: View, given: Condition) -> tuple[Int, Int, Int]:
    """Return what happens to contracts and when, in order: entity, instant, what."""
    closing = _closings(view, given)
    found = [(*_effective(view, given.detects), NOTICE), (*_effective(view, given.repairs), REPAIR)]
    found.append((*closing, CLOSING))
    entity, time = (np.concatenate(columns) for columns in list(zip(*found, strict=True))[:2])
    what = np.repeat([number for *_, number in found], [len(times) for _, times, _ in found])
    order = np.lexsort((what, time, entity))
    return entity[order], time[order], what[order]


def _closings(view: View, given: Condition) -> tuple[Int, Int]:
    """Return when contracts close if they are failing; with feedback, when they closed."""
    if not given.feedback:
        entity = np.repeat(np.arange(len(given.applies)), np.diff(given.first_closing))
        return entity, given.closing
    cases = view.model.cases
    case = np.flatnonzero(given.closes[cases.case_type] & view.is_opened)
    return cases.entity[case].astype(np.int64), view.tally.opened[case]


def _effective(view: View, luck: Luck) -> tuple[Int, Int]:
    """Return the contracts of the cases that have an effect, and when they were closed."""
    cases = view.model.cases
    may = (luck.share > 0)[cases.case_type]
    case = np.flatnonzero(may & view.is_closed & (view.tally.outcome == CLOSED))
    where = cases.entity[case]
    uid = view.model.entities.uid[where]
    case = case[luck.strikes(cases.case_type[case], uid, cases.ordinal[case])]
    return cases.entity[case].astype(np.int64), view.tally.closed[case]


SIGNATURE = "i8(i8[::1], i8[::1], i8[::1], i8[::1], i8[:,::1], i8[::1], f8[::1], i8, i8[:,::1])"


def follow(
    chosen: Int,
    first: Int,
    time: Int,
    what: Int,
    uid: Int,
    key: Int,
    chances: Float,
    horizon: int,
    rows: Int,
) -> int:
    """Write the spells of the chosen contracts into ``rows``; return how many there are.

    What happens to entity e stands at ``first[e]:first[e + 1]`` in order of time.
    """
    count = 0
    for entity in chosen:
        place, spell, since = first[entity], 0, 0
        to_struggling, to_failing = chances[0], chances[1]
        struggling, failing = chances[2], chances[3]
        e0, e1, k0, k1 = uid[entity, 0], uid[entity, 1], key[0], key[1]
        while since < horizon:
            struggles, fails = decline(
                since, spell, to_struggling, to_failing, struggling, failing, e0, e1, k0, k1
            )
            place, noticed, since, ending = next_end(
                place, first[entity + 1], time, what, struggles, fails, horizon
            )
            rows[count, ENTITY], rows[count, STRUGGLES] = entity, struggles
            rows[count, FAILS], rows[count, NOTICED] = fails, noticed
            rows[count, ENDS], rows[count, ENDING] = since, ending
            spell, count = spell + 1, count + 1
    return count


@shared
def next_end(
    place: int, last: int, time: Int, what: Int, struggles: int, fails: int, horizon: int
) -> tuple[int, int, int, int]:
    """Return the place after a spell's end, when it was noticed, when it ends and how.

    A repair counts only if there is something to repair, and so does a detection.
    """
    noticed = UNSET
    while place < last and time[place] < horizon:
        now, state = time[place], condition(time[place], struggles, fails)
        if what[place] == NOTICE and state > SOUND and noticed == UNSET:
            noticed = now
        if what[place] == REPAIR and state > SOUND:
            return place + 1, noticed, now, REPAIRED
        if what[place] == CLOSING and state == FAILING:
            return place + 1, noticed, now, GONE
        place += 1
    return place, noticed, horizon, STILL
