"""Flow: how cases of one type pass from stage to stage, and where the open ones stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.log import OPEN, REFUSED_OUTCOME, UNSET, Log
from sim.model.arrays import Model
from sim.outcomes.view import Int

ARRIVE, CLOSED, REFUSED, OPEN_NOW = "arrive", "closed", "refused", "still open"
"""Where a case comes from and where it ends, beside the stages of its work."""


def busiest(model: Model, log: Log) -> str:
    """Return the case type with most cases of the area, of those with four stages or more."""
    opened = model.entities.inside[model.cases.entity] & (log.cases.opened != UNSET)
    cases = np.bincount(model.cases.case_type[opened], minlength=len(model.types.names))
    several = [len(stages) > 3 for stages in model.types.stages]
    return model.types.names[int(np.argmax(np.where(several, cases, -1)))]


def flow(model: Model, log: Log, case_type: str, counted: Int) -> pd.DataFrame:
    """Return how often cases passed from one stage of work to another.

    ``counted`` are the numbers of the cases that count. Columns: ``source``, ``target`` (a
    stage's name, ``arrive``, ``closed``, ``refused`` or ``still open``), ``cases`` (passages: a
    case that comes back passes twice), ``order`` and ``then`` (the places of source and target
    in the pathway). Waits and committees, in which no officer works, lie on the way between
    two stages.
    """
    kind = model.types.names.index(case_type)
    mine = counted[model.cases.case_type[counted] == kind]
    mine = mine[log.cases.opened[mine] != UNSET]
    names = (ARRIVE, *model.types.stages[kind], CLOSED, REFUSED, OPEN_NOW)
    case, place = _visits(model, log, mine)
    arrived, ended = np.zeros(len(mine), np.int64), len(names) + _end(log, mine)
    every = np.concatenate([mine, case, mine])
    where = np.concatenate([arrived, place + 1, ended])
    when = np.repeat([0, 1, 2], [len(mine), len(case), len(mine)])
    order = np.lexsort((when, every))  # stable: visits stay in order of time
    every, where = every[order], where[order]
    same = every[:-1] == every[1:]
    pairs, cases = np.unique(
        np.stack([where[:-1][same], where[1:][same]]), axis=1, return_counts=True
    )
    sources, targets = (np.array(names)[side] for side in pairs)
    return pd.DataFrame(
        {"source": sources, "target": targets, "cases": cases, "order": pairs[0], "then": pairs[1]}
    )


def _visits(model: Model, log: Log, cases: Int) -> tuple[Int, Int]:
    """Return case and stage of every stretch of work at one stage, by case in order of time."""
    chosen = np.flatnonzero(np.isin(log.work.case, cases))
    chosen = chosen[np.lexsort((log.work.start[chosen], log.work.case[chosen]))]
    case, stage = log.work.case[chosen], model.steps.stage[log.work.step[chosen]]
    new = np.ones(len(case), dtype=bool)
    new[1:] = (case[1:] != case[:-1]) | (stage[1:] != stage[:-1])
    return case[new], stage[new]


def _end(log: Log, case: Int) -> Int:
    """Return the place from the end, -3 to -1, of how each case ended."""
    outcome = log.cases.outcome[case]
    return np.where(outcome == OPEN, -1, np.where(outcome == REFUSED_OUTCOME, -2, -3))
