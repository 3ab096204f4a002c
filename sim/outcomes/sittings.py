"""Sittings: every meeting of the committees that serve the area, and what became of its items."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.log import Log
from sim.model.arrays import Model
from sim.outcomes.dates import calendar_days


def sittings(model: Model, log: Log) -> pd.DataFrame:
    """Return a row per meeting of a committee that serves the area, in order of time.

    Columns: ``committee`` (its kind and body), ``kind``, ``date``, and items: ``waiting``
    (papers in time), ``decided``, ``deferred`` (put off by the meeting), ``no_quorum`` (put off
    because conflicts of interest broke the quorum) and ``rolled`` (over the agenda's capacity,
    so on to the next meeting). The last four add up to the first.
    """
    meetings, committees = log.meetings, model.committees
    serving = np.unique(committees.of[:, model.entities.inside])
    kept = np.isin(meetings.committee, serving[serving >= 0])
    kept &= meetings.time < model.clock.horizon
    which = meetings.committee[kept]
    kinds = np.array(committees.kinds, dtype=str)[committees.kind[which]]
    bodies = np.array(model.teams.body_names, dtype=str)[committees.body[which]]
    waiting, considered, decided, lost = (
        column[kept]
        for column in (meetings.waiting, meetings.considered, meetings.decided, meetings.no_quorum)
    )
    days = np.floor(calendar_days(model.clock, meetings.time[kept])).astype("timedelta64[D]")
    table = pd.DataFrame(
        {
            "committee": bodies,
            "kind": kinds,
            "date": np.datetime64(model.clock.start, "D") + days,
            "waiting": waiting,
            "decided": decided,
            "deferred": considered - decided - lost,
            "no_quorum": lost,
            "rolled": waiting - considered,
        }
    )
    return table.sort_values(["date", "committee"], kind="stable", ignore_index=True)
