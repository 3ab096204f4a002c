"""Which cases count: rules for one case as well as for arrays of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.log import UNSET
from sim.model.arrays import Model
from sim.model.jit import shared

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
Times = Int | np.int64
Answers = Bool | np.bool_


def counted(model: Model) -> Bool:
    """Return the cases of the area; those that others bring to a shared body do not count."""
    return np.asarray(~model.cases.background & model.entities.inside[model.cases.entity])


def rolling(model: Model) -> Bool:
    """Return the cases that are first owed when they open.

    Those whose due date counts from the closing of the one before, and those that
    arise only if a contract is in some condition just then.
    """
    found = (model.cases.after >= 0) & (model.cases.gap >= 0)
    if model.condition is not None and model.condition.feedback:
        found |= (model.condition.needs > 0)[model.cases.case_type]
    return np.asarray(found)


@shared
def is_opened(opened: Times, horizon: int) -> Answers:
    """Say whether somebody could work on a case before the horizon."""
    answer: Answers = (opened != UNSET) & (opened < horizon)
    return answer


@shared
def is_closed(closed: Times, horizon: int) -> Answers:
    """Say whether a case was closed (or refused) by the horizon."""
    answer: Answers = (closed != UNSET) & (closed <= horizon)
    return answer


def ends(closed: Int, horizon: int) -> Int:
    """Return when cases closed, or the horizon; without a sign UNSET is later than any."""
    return np.minimum(closed.view(np.uint64), np.uint64(horizon)).view(np.int64)


@shared
def is_owed(since: Times, horizon: int) -> Answers:
    """Say whether a case has arisen by the horizon, opened or not."""
    return (since >= 0) & (since < horizon)


@shared
def in_cohort(known: Answers, since: Times, warm_up: int, horizon: int) -> Answers:
    """Say whether times are measured on a case that counts and is not ``initial``.

    It has arisen in the run, after the warm-up.
    """
    return known & (since >= warm_up) & (since >= 0) & (since < horizon)
