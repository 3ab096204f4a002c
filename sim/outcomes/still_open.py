"""How many cases are still open so many days after they arose: survival, by the day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.model.arrays import Int32
from sim.outcomes.survival import Bool, Float, kaplan_meier
from sim.outcomes.view import ALL, Int, View

COLUMNS = ["case_type", "day", "still_open", "followed", "cases", "open_at_end"]


def still_open(view: View, case_type: str) -> pd.DataFrame:
    """Return the Kaplan-Meier estimate of all cases together, and of those of one type.

    A row for each whole calendar day since cases were first owed, up to half of the run
    (``view.followed_days``), with the columns ``COLUMNS``. ``still_open`` is a share;
    ``followed`` counts the cases that were neither closed nor lost from sight before that
    day, which is what the estimate rests on there; ``cases`` and ``open_at_end`` are the same
    in every row. No rows for what there are no cases of.
    """
    kind = view.model.types.names.index(case_type)
    cohort = np.flatnonzero(view.cohort)
    frames = [
        _curve(view, name, cohort[mine])
        for name, mine in _chosen(case_type, view.model.cases.case_type[cohort] == kind)
        if mine.any()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _chosen(case_type: str, of_type: Bool) -> Iterator[tuple[str, Bool]]:
    yield ALL, np.ones_like(of_type)
    yield case_type, of_type


def _curve(view: View, name: str, case: Int) -> pd.DataFrame:
    finished, lasted = view.is_closed[case], days_to_end(view, case)
    curve = kaplan_meier(lasted, finished)
    day = np.arange(int(view.followed_days) + 1)
    passed = np.searchsorted(curve.time, day, side="right")
    left = len(case) - np.searchsorted(np.sort(lasted), day, side="left")
    share = np.append(1.0, curve.alive)[passed]
    rest = (share, left, len(case), int((~finished).sum()))
    return pd.DataFrame(dict(zip(COLUMNS, (name, day, *rest), strict=True)))


def days_to_end(view: View, case: Int | Int32) -> Float:
    """Return calendar days from being owed to being closed, or to the end of the run."""
    return view.calendar_days(view.ends(case)) - view.calendar_days(view.since[case])
