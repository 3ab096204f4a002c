"""Which mechanisms a model has: what it does not have, the kernel steps over."""

from __future__ import annotations

import numpy as np

from sim.model.arrays import NEVER, Model


def keeps_files(model: Model) -> bool:
    """Say whether it matters which contract it is."""
    travel = bool(model.teams.travel.any())
    return knows(model) or model.rules.portfolio or travel


def knows(model: Model) -> bool:
    """Say whether local knowledge matters; if not, nobody needs a memory."""
    return model.rules.unknown_extra != 0


def feeds_back(model: Model) -> bool:
    """Say whether the condition of contracts decides which cases arise."""
    return model.condition is not None and model.condition.feedback


def changes(model: Model) -> bool:
    """Say whether it matters who is in a post when."""
    staff = model.staff
    return bool((staff.shift_since != NEVER).any() or (staff.shift_effort != 1.0).any())


def all_alike(model: Model) -> bool:
    """Say whether a step takes the same whoever of those who may do it takes it up."""
    cover, incomplete = model.teams.cover, bool(model.teams.incomplete.any())
    differ = knows(model) or changes(model) or incomplete
    return not differ and bool(np.isin(cover, (0.0, 1.0)).all())


def covers(model: Model) -> bool:
    """Say whether any role may do the work of another."""
    own = np.eye(len(model.teams.cover), dtype=bool)
    return bool((model.teams.cover[~own] > 0.0).any())
