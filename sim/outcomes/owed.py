"""Work still to do: the expected staff time that open cases will take.

From the step where a case stands to its end, with the chances of branches.
Sums are by team kind and role of the steps, in milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.log import UNSET
from sim.model.arrays import BRANCH, DESK, IF_VISIT, IN_PERSON, NO_TRAVEL, WORK, Model, Steps
from sim.outcomes.view import Bool, Float, Int, View


@dataclass(frozen=True)
class Outlook:
    """Mean work from the start of each step on, shape (steps, kinds * roles).

    Effort is with full local knowledge and an effort factor of 1; visits are
    numbers of visits, each of which takes the travel time of its contract.
    """

    desk: Float
    visit: Float
    visits: Float


def outlook(model: Model) -> Outlook:
    """Compute the mean work that is left from every step of every route."""
    steps, width = model.steps, len(model.teams.kinds) * len(model.teams.roles)
    column = steps.actor * len(model.teams.roles) + steps.role
    is_work = steps.kind == WORK
    effort = np.zeros((len(steps.kind), width))
    effort[is_work, column[is_work]] = steps.effort[is_work]
    travel = np.zeros_like(effort)
    travel[is_work, column[is_work]] = steps.visit[is_work] != NO_TRAVEL
    at_desk = np.where((steps.visit == IF_VISIT)[:, None], 0.0, effort)
    parts = np.hstack([at_desk, effort, travel])
    for route in range(len(steps.first) - 1):
        rows = slice(int(steps.first[route]), int(steps.first[route + 1]))
        parts[rows] = np.einsum("hs,sw->hw", expected_passes(steps, rows), parts[rows])
    desk, visit, visits = np.split(parts, 3, axis=1)
    return Outlook(desk, visit, visits)


def expected_passes(steps: Steps, rows: slice) -> Float:
    """Return how often a case at one step (row) will come to each step (column) of a route.

    The fundamental matrix of an absorbing Markov chain (Kemeny and Snell 1960). Rounded to
    a trillionth, beyond which libraries of linear algebra differ with the processor.
    """
    share = np.where(steps.kind[rows] == BRANCH, steps.share[rows], 0.0)
    return _passes(*(tuple(x.tolist()) for x in (share, steps.target[rows], steps.most[rows])))


@functools.lru_cache(maxsize=1 << 12)
def _passes(share: tuple[float, ...], target: tuple[int, ...], most: tuple[int, ...]) -> Float:
    """Return the same, of a route by the chances, targets and limits of jumps from its steps.

    Kept, because many routes jump alike, and those of another replication do.
    """
    size = len(share)
    move = np.zeros((size, size + 1))
    for here in range(size):
        chance = jump_chance(share[here], most[here]) if 0 <= target[here] <= here else share[here]
        move[here, here + 1] = 1.0 - chance
        if chance > 0 and target[here] >= 0:
            move[here, target[here]] += chance
    passes = np.asarray(np.linalg.inv(np.eye(size) - move[:, :size]).round(12), dtype=np.float64)
    passes.setflags(write=False)
    return passes


def jump_chance(share: float, most: int) -> float:
    """Return the chance of a jump back at each pass that gives the right mean number of jumps.

    It may happen ``most`` times only. The mean number of jumps is
    J = p + p² + ... + p^most, and a chance of J / (1 + J) without limit has the
    same mean.
    """
    jumps = float(np.sum(share ** np.arange(1, most + 1)))
    return jumps / (1.0 + jumps)


def owed_at_end(view: View) -> Float:
    """Return work owed at the horizon, by team, shape (teams, roles).

    On open cases, and on those that have fallen due but wait for the one
    before. What is not started is taken to need as much relearning as the run
    did on average.
    """
    model = view.phases[-1]
    left = np.flatnonzero(view.owed & ~view.is_closed)
    at, rest = _in_hand(view, left)
    step = model.steps.first[model.cases.route[left]] + np.maximum(at, 0)
    started = (at != UNSET) & (rest > 0) & (model.steps.kind[step] == WORK)
    column = model.steps.actor[step] * len(model.teams.roles) + model.steps.role[step]
    ahead = _Ahead(model, left, np.where(started, step + 1, step), past=started)
    relearning = _relearning(view)

    def work(kind: int, role: int) -> Float:
        here = started & (column == kind * len(model.teams.roles) + role)
        return ahead.work(kind, role) * relearning + np.where(here, rest, 0)

    return _by_team(model, left, work)


def _in_hand(view: View, case: Int) -> tuple[Int, Int]:
    """Return the step where cases stand, UNSET if they are not opened, and the work left in it."""
    row = np.full(len(view.counted), -1)
    number, step, left = view.tally.still_open().T
    row[number] = np.arange(len(number))
    row = row[case]
    return np.append(step, UNSET)[row], np.append(left, 0)[row]


def owed_at_start(view: View) -> Float:
    """Return the work of the cases that were there on the first day, by team."""
    model = view.phases[0]
    first = np.flatnonzero(model.cases.initial)
    step = model.steps.first[model.cases.route[first]]
    ahead = _Ahead(model, first, step, past=np.zeros(len(first), dtype=bool))
    relearning = _relearning(view)
    return _by_team(model, first, lambda kind, role: ahead.work(kind, role) * relearning)


class _Ahead:
    """Mean work from a step on for each case.

    ``past`` marks cases of which the step before is in hand; it may be the last.
    """

    def __init__(self, model: Model, case: Int, step: Int, past: Bool) -> None:
        cases = model.cases
        self._model, self._mean = model, outlook(model)
        self._over = past & (step == model.steps.first[cases.route[case] + 1])
        self._step = np.minimum(step, max(len(model.steps.kind) - 1, 0))
        self._entity, self._factor = cases.entity[case], cases.factor[case]
        self._desk = cases.visit[case] == DESK
        self._in_person = cases.visit[case] == IN_PERSON

    def work(self, kind: int, role: int) -> Float:
        """Return that of one role in teams of one kind, shape (cases,)."""
        column = kind * len(self._model.teams.roles) + role
        desk, visit, visits = (
            part[:, column][self._step]
            for part in (self._mean.desk, self._mean.visit, self._mean.visits)
        )
        effort = np.where(self._desk, desk, visit) * self._factor
        journey = self._model.teams.travel[kind, self._entity]
        return np.where(self._over, 0.0, effort + visits * journey * self._in_person)


def _by_team(model: Model, case: Int, work: Callable[[int, int], Float]) -> Float:
    """Add up work on cases by the team in charge, shape (teams, roles)."""
    total = np.zeros((len(model.teams.kind), len(model.teams.roles)))
    for kind in range(len(model.teams.kinds)):
        team = model.teams.of[kind, model.cases.entity[case]]
        served = team >= 0
        for role in range(len(model.teams.roles)):
            amount = work(kind, role)[served]
            total[:, role] += np.bincount(team[served], amount, minlength=len(total))
    return total


def _relearning(view: View) -> float:
    """Return effort over effort with full local knowledge, as the run found it."""
    work, travel, relearn = (
        int(view.tally.total(name)[-1]) for name in ("work", "travel", "relearn")
    )
    worked, extra = float(work - travel), float(relearn)
    return worked / (worked - extra) if worked > extra > 0 else 1.0
