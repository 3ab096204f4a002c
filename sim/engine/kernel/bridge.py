"""Open cases on their way from one arrangement to the other, at the instant of the change.

What holds before the change and what holds after it are two models, which are
simulated one after the other: no team or committee is in both, so nothing but the
cases crosses the instant. Each that is open then moves on at an instant that is known:
at once if it waits for somebody, else when the packet of work, the outside wait or
the hand-off that it is in comes to its end. Cases that wait for another one to close
begin in the later model if they have not begun in the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.engine.kernel import layout as at
from sim.engine.kernel.given import Beforehand
from sim.engine.kernel.pack import Memory
from sim.engine.kernel.rows import branch_numbers
from sim.engine.kernel.tree import LEAF_BITS
from sim.engine.order import CASE
from sim.engine.stream import WORK_COLUMNS
from sim.model.arrays import BRANCH, NOBODY, Change, Flags, Int32, Model
from sim.model.moving import branches_taken, goes_on_at, same_work, stands_at
from sim.model.rules import FOREVER

Int = NDArray[np.int64]

NOTHING: Int = np.zeros((0, at.CASE_COLUMNS), dtype=np.int64)


@dataclass
class Bridge:
    """Takes open cases out of the memory of one model, and puts them into that of the next."""

    earlier: Model
    later: Model
    change: Change
    apart: bool
    slots: list[Int] = field(default_factory=lambda: [NOTHING])
    wakes: list[Int] = field(default_factory=lambda: [np.zeros(0, dtype=np.int64)])
    """When each of them moves on."""

    def __post_init__(self) -> None:
        self.opens = np.full(len(self.earlier.cases.entity), FOREVER)
        """When a case may open whose predecessor closed before the change, if that is known."""
        self.begun = np.zeros(len(self.opens), dtype=np.bool_)
        """Cases that opened before the change."""
        self.closed = self.begun.copy()
        self.spells: Int = np.zeros(0, dtype=np.int64)
        """The condition of contracts, where that decides which cases arise."""

    # Before the change

    def can_open(self) -> Flags:
        """Return the cases that may open before the change, or wait for one that does."""
        cases = self.earlier.cases
        return np.asarray((cases.opens < self.change.at) | (cases.after >= 0))

    def take(self, memory: Memory, calendar: Int) -> Int:
        """Take the open cases of a part; return the packets of work that are in hand."""
        m = memory.m
        table = m[m[at.SLOTS] : m[at.UNUSED_SLOT]].reshape(-1, at.CASE_COLUMNS)
        wake = self._wakes(memory, len(table), calendar)
        waits = table[:, at.STATE] <= 0
        waits |= table[:, at.STATE] == at.COMMITTEE
        packets = self._end_packets(memory, table, wake, waits)
        is_open = table[:, at.NUMBER] >= 0
        slots, wake, waits = table[is_open], wake[is_open], waits[is_open]
        left = slots[:, at.TODO].copy()
        self._move(memory, slots, waits)
        stopped = wake >= self.earlier.clock.horizon
        slots[stopped, at.TODO] = left[stopped]
        # Nothing is logged of the way from here to there: all of it is known already.
        here = slots[:, at.STATE] <= 0
        slots[here, at.STATE] = at.OUTSIDE
        slots[here, at.SINCE] = np.minimum(wake, self.earlier.clock.horizon)[here]
        self.begun[slots[:, at.NUMBER] >> at.HALF] = True
        self.spells = m[spells_in(memory, len(self.earlier.entities.kind))].copy()
        self.slots.append(slots)
        self.wakes.append(wake)
        return packets

    def _wakes(self, memory: Memory, slots: int, calendar: Int) -> Int:
        """Return when the case in each slot moves on, and note when others may open."""
        m, wake = memory.m, np.full(slots, self.change.at)
        events = calendar[: m[at.PENDING] * at.EVENT_COLUMNS].reshape(-1, at.EVENT_COLUMNS)
        events = events[events[:, at.CLASS] >> at.CLASS_SHIFT == CASE]
        opening = events[:, at.MEANING] < 0
        self.opens[events[opening, at.KEY_OF] >> at.HALF] = events[opening, at.TIME]
        moving = events[~opening]
        slot = moving[:, at.MEANING] - m[at.SLOTS]
        wake[slot // at.CASE_COLUMNS] = moving[:, at.TIME]
        return wake

    def _end_packets(self, memory: Memory, table: Int, wake: Int, waits: Flags) -> Int:
        """Let packets in hand come to their end; return them as rows of work."""
        m, horizon = memory.m, self.earlier.clock.horizon
        people = m[m[at.PEOPLE] :][: m[at.STAFF] * at.OFFICER_COLUMNS]
        officer = people.reshape(-1, at.OFFICER_COLUMNS)
        officer = officer[officer[:, at.ITEM] >= 0]
        slot = (officer[:, at.ITEM] - m[at.SLOTS]) // at.CASE_COLUMNS
        case, start = table[slot], officer[:, at.STARTED]
        finish = m[m[at.TREE] + m[at.LEAVES] + officer[:, at.LEAF]] >> LEAF_BITS
        end = np.minimum(finish, horizon)
        packet = {
            "staff": officer[:, at.O_NUMBER],
            "case": case[:, at.NUMBER] >> at.HALF,
            "step": m[case[:, at.HERE] + at.S_NUMBER],
            "start": start,
            "end": end,
            "travel": np.minimum(officer[:, at.TRIP], end - start),
        }
        case[:, at.TODO] -= end - start
        case[:, at.WORKED] += end - start
        case[:, at.TRAVEL] += packet["travel"]
        first = (case[:, at.RESPONDED] < 0) & (finish < horizon)
        case[first, at.RESPONDED] = finish[first]
        table[slot], wake[slot], waits[slot] = case, finish, case[:, at.TODO] > 0
        return np.column_stack([packet[name] for name in WORK_COLUMNS])

    def _move(self, memory: Memory, slots: Int, waits: Flags) -> None:
        """Let cases stand where they go on in the later arrangement.

        Who waits goes on at this step, others at the next. Columns of steps then hold
        the rows of steps, of which the end of a route is one.
        """
        number = slots[:, at.NUMBER] >> at.HALF
        routes = [cases.route[number] for cases in (self.earlier.cases, self.later.cases)]
        here, then = (
            (slots[:, column] - memory.steps.first) // at.STEP_COLUMNS - routes[0]
            for column in (at.HERE, at.AT)
        )
        slots[:, at.HERE], keeps = self._where(stands_at, here, *routes)
        slots[:, at.AT], _ = self._where(goes_on_at, np.where(waits, here, then), *routes)
        body, todo = slots[:, at.BODY], slots[:, at.TODO]
        slots[:, at.TODO] = np.where(keeps & waits & (todo > 0), -1 - todo, 0)
        slots[:, at.BODY] = np.where(body == NOBODY, NOBODY, at.MOVED - body)
        slots[:, at.IN_POOL], slots[:, [at.IN_PORTFOLIO, at.WAITS_FOR]] = 0, -1
        slots[:, at.TAKEN] = self._taken(slots[:, at.TAKEN], *routes)

    def _where(
        self, rule: Callable[..., int], step: Int, route: Int32, other: Int32
    ) -> tuple[Int, Flags]:
        """Return the rows of the steps at which cases go on, and whether work done counts there."""
        steps = self.earlier.steps
        places, of = np.unique(np.column_stack([step, route, other]), axis=0, return_inverse=True)
        then = [(s, r, rule(steps, s, r, o), o) for s, r, o in places.tolist()]
        row = np.array([t + o for _, _, t, o in then], dtype=np.int64)
        keeps = np.array([same_work(steps, *place) for place in then], dtype=np.bool_)
        return row[of.ravel()], keeps[of.ravel()]

    def _taken(self, taken: Int, route: Int32, other: Int32) -> Int:
        """Return the jumps taken so far, by the numbers of the branches of the later routes."""
        kinds, of = np.unique(np.column_stack([taken, route, other]), axis=0, return_inverse=True)
        return np.array([self._counters(*kind) for kind in kinds.tolist()], dtype=np.int64)[
            of.ravel()
        ]

    def _counters(self, taken: int, route: int, other: int) -> int:
        """Return the counters of a later route's branches in one number."""
        steps = self.earlier.steps
        branches = np.arange(steps.first[route], steps.first[route + 1])
        branches = branches[steps.kind[branches] == BRANCH].tolist()
        often = {branch: taken >> 4 * place & 15 for place, branch in enumerate(branches)}
        numbers = branch_numbers(steps)
        found = branches_taken(steps, often, route, other)
        counters = sum(min(many, 15) << 4 * int(numbers[branch]) for branch, many in found.items())
        return counters - (counters >> 63 << 64)

    def note_closed(self, number: Int) -> None:
        """Note cases that have opened and closed."""
        self.begun[number] = self.closed[number] = True

    # After the change

    def not_arisen(self) -> Flags:
        """Return the cases whose time had come before the change, but that did not arise."""
        cases = self.earlier.cases
        gone = (cases.after < 0) & (cases.opens < self.change.at) & ~self.begun
        waiting = (cases.after >= 0) & ~self.begun & (self.opens == FOREVER)
        found = len(gone)
        while found:  # those that waited for one of them, in turn
            more = waiting & (self.closed | gone)[cases.after] & ~gone
            gone, found = gone | more, int(more.sum())
        return np.asarray(gone)

    def rest(self) -> Model:
        """Return the later model, with what is known of when cases open."""
        cases, known = self.later.cases, self.opens < FOREVER
        opens = np.where(known, self.opens, cases.opens)
        after = np.where(known, np.int32(-1), cases.after)
        return replace(self.later, cases=replace(cases, opens=opens, after=after))

    def lay_out(self, known: Beforehand, part_of_case: Int32) -> None:
        """Sort the cases by part, and fit them to the memory and order of the later model."""
        if self.spells.size:
            known.memory.m[spells_in(known.memory, len(self.later.entities.kind))] = self.spells
        slots, wake = np.concatenate(self.slots), np.concatenate(self.wakes)
        self.slots, self.wakes = [], []
        number = slots[:, at.NUMBER] >> at.HALF
        part = part_of_case[number]
        order = np.lexsort((slots[:, at.NUMBER], slots[:, at.MARK], wake, part))
        self.table, self.wake, self.part = slots[order], wake[order], part[order]
        given = known.rows(number[order].astype(np.int32))
        self.table[:, at.OPENED + 1 : at.GIVEN_COLUMNS] = given[:, at.OPENED + 1 :]
        self.table[:, [at.HERE, at.AT]] *= at.STEP_COLUMNS
        self.table[:, [at.HERE, at.AT]] += known.memory.steps.first

    def put(self, part: int, memory: Memory) -> Int:
        """Let the cases of a part be open in memory; return the events at which they move on."""
        first, end = np.searchsorted(self.part, (part, part + 1))
        slots = self.table[first:end]
        while len(memory.m) - memory.m[at.SLOTS] < slots.size:
            memory.grow()
        m = memory.m
        m[at.UNUSED_SLOT] = m[at.SLOTS] + slots.size
        m[m[at.SLOTS] : m[at.UNUSED_SLOT]] = slots.reshape(-1)
        address = m[at.SLOTS] + np.arange(len(slots)) * at.CASE_COLUMNS
        order = (CASE << at.CLASS_SHIFT) + slots[:, at.MARK]
        events = (self.wake[first:end], order, slots[:, at.NUMBER], address)
        return np.column_stack(events)


def spells_in(memory: Memory, entities: int) -> slice:
    """Return where the condition of contracts is kept, an empty stretch if nowhere."""
    m = memory.m
    if m[at.CONDITION] < 0:
        return slice(0, 0)
    first = int(m[m[at.CONDITION] + at.D_SPELLS])
    return slice(first, first + at.SPELL_COLUMNS * entities)
