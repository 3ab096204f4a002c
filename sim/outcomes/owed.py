"""Work still to do: the expected staff time that open cases will take.

From the step where a case stands to its end, with the chances of branches.
Sums are by team kind and role of the steps, in milliseconds.
"""

from __future__ import annotations

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
        parts[rows] = expected_passes(steps, rows) @ parts[rows]
    desk, visit, visits = np.split(parts, 3, axis=1)
    return Outlook(desk, visit, visits)


def expected_passes(steps: Steps, rows: slice) -> Float:
    """Return how often a case at one step (row) will come to each step (column) of a route.

    The fundamental matrix of an absorbing Markov chain (Kemeny and Snell 1960).
    """
    size = rows.stop - rows.start
    move = np.zeros((size, size + 1))
    for here in range(size):
        step = rows.start + here
        chance = jump_chance(steps, step, here) if steps.kind[step] == BRANCH else 0.0
        move[here, here + 1] = 1.0 - chance
        if chance > 0 and steps.target[step] >= 0:
            move[here, steps.target[step]] += chance
    return np.asarray(np.linalg.inv(np.eye(size) - move[:, :size]), dtype=np.float64)


def jump_chance(steps: Steps, step: int, here: int) -> float:
    """Return the chance of a jump at each pass that gives the right mean number of jumps.

    A jump back may happen ``most`` times only. The mean number of jumps is
    J = p + p² + ... + p^most, and a chance of J / (1 + J) without limit has the
    same mean.
    """
    chance = float(steps.share[step])
    if not 0 <= steps.target[step] <= here:
        return chance
    jumps = float(np.sum(chance ** np.arange(1, int(steps.most[step]) + 1)))
    return jumps / (1.0 + jumps)


def owed_at_end(view: View) -> Float:
    """Return work owed at the horizon, by team (see ``_by_team``).

    On open cases, and on those that have fallen due but wait for the one
    before. What is not started is taken to need as much relearning as the run
    did on average.
    """
    model, log = view.model, view.log.cases
    left = np.flatnonzero(view.owed & ~view.is_closed)
    ahead = outlook(model)
    step = model.steps.first[model.cases.route[left]] + np.maximum(log.step[left], 0)
    started = (log.step[left] != UNSET) & (log.left[left] > 0) & (model.steps.kind[step] == WORK)
    later = _work(model, ahead, left, np.where(started, step + 1, step), started)
    own = np.zeros_like(later)
    roles = len(model.teams.roles)
    at = step[started]
    own[started, model.steps.actor[at] * roles + model.steps.role[at]] = log.left[left][started]
    return _by_team(model, left, later * _relearning(view) + own)


def owed_at_start(view: View) -> Float:
    """Return the work of the cases that were there on the first day, by team."""
    first = np.flatnonzero(view.model.cases.initial)
    step = view.model.steps.first[view.model.cases.route[first]]
    started = np.zeros(len(first), dtype=bool)
    work = _work(view.model, outlook(view.model), first, step, started)
    return _by_team(view.model, first, work * _relearning(view))


def _work(model: Model, ahead: Outlook, case: Int, step: Int, past: Bool) -> Float:
    """Return mean work from a step on for each case, shape (cases, kinds * roles).

    ``past`` marks cases of which the step before is in hand; it may be the last.
    """
    cases, roles = model.cases, len(model.teams.roles)
    over = past & (step == model.steps.first[cases.route[case] + 1])
    at = np.minimum(step, max(len(model.steps.kind) - 1, 0))
    desk = (cases.visit[case] == DESK)[:, None]
    effort = np.where(desk, ahead.desk[at], ahead.visit[at]) * cases.factor[case][:, None]
    journey = np.repeat(model.teams.travel[:, cases.entity[case]], roles, axis=0).T
    in_person = (cases.visit[case] == IN_PERSON)[:, None]
    return np.where(over[:, None], 0.0, effort + ahead.visits[at] * journey * in_person)


def _by_team(model: Model, case: Int, work: Float) -> Float:
    """Add up work (cases, kinds * roles) by the team in charge, shape (teams, roles)."""
    kinds, roles = len(model.teams.kinds), len(model.teams.roles)
    total = np.zeros((len(model.teams.kind), roles))
    for kind in range(kinds):
        team = model.teams.of[kind, model.cases.entity[case]]
        served = team >= 0
        for role in range(roles):
            amount = work[served, kind * roles + role]
            total[:, role] += np.bincount(team[served], amount, minlength=len(total))
    return total


def _relearning(view: View) -> float:
    """Return effort over effort with full local knowledge, as the run found it."""
    cases = view.log.cases
    worked = float((cases.effort - cases.travel).sum())
    extra = float(cases.relearn.sum())
    return worked / (worked - extra) if worked > extra > 0 else 1.0
