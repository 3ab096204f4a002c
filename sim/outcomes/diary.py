"""Diary: what each person of one team did in one month, and when they were there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.log import UNSET, Log
from sim.model.arrays import Model
from sim.outcomes.dates import calendar_days
from sim.outcomes.view import Int
from sim.scenario.units import DAY, HOUR

THERE, TRAVEL, OWED = "there", "travel", "time owed"
"""What a stretch is, where it is not work on a case."""


def team_names(model: Model) -> list[str]:
    """Return the kind and the body of every team."""
    teams = model.teams
    return [
        f"{teams.kinds[kind]}, {teams.body_names[body]}"
        for kind, body in zip(teams.kind, teams.body, strict=True)
    ]


def busiest_team(model: Model, log: Log) -> int:
    """Return the team whose staff did most work on cases of the area."""
    work = log.work
    mine = np.flatnonzero(work.case != UNSET)
    mine = mine[model.entities.inside[model.cases.entity[work.case[mine]]]]
    team = model.staff.team[work.staff[mine]]
    time = np.bincount(team, work.end[mine] - work.start[mine], len(model.teams.kind))
    return int(np.argmax(time))


def diary(model: Model, log: Log, team: int, month: str) -> pd.DataFrame:
    """Return a row per stretch of time of each person of a team in a month.

    Columns: ``person`` (a number), ``role``, ``what`` (a case type, ``travel``, ``time owed``,
    or ``there`` for a shift of casework, which the others lie in), ``date``, and ``begins`` and
    ``ends`` in working hours since that day began. ``month`` is such as "2013-06".
    """
    first, last = _working_days(model, month)
    members = np.flatnonzero(model.staff.team == team)
    work = log.work
    packets = np.flatnonzero(np.isin(work.staff, members))
    names = np.array([*model.types.names, OWED], dtype=object)
    kind = np.where(work.case[packets] == UNSET, -1, model.cases.case_type[work.case[packets]])
    journeys = packets[work.travel[packets] > 0]
    shifts = _shifts(model, members)
    parts = [
        (*shifts, np.full(len(shifts[0]), THERE, dtype=object)),
        (work.staff[packets], work.start[packets], work.end[packets], names[kind]),
        (
            work.staff[journeys],
            work.start[journeys],
            work.start[journeys] + work.travel[journeys],
            np.full(len(journeys), TRAVEL, dtype=object),
        ),
    ]
    return pd.concat([_stretches(model, *part, first, last) for part in parts], ignore_index=True)


def _working_days(model: Model, month: str) -> tuple[int, int]:
    """Return the working days on which a month begins, and the next one."""
    begins = np.datetime64(month, "M")
    start = np.datetime64(model.clock.start, "D")
    days = [
        int((edge.astype("datetime64[D]") - start).astype(int)) for edge in (begins, begins + 1)
    ]
    known = model.clock.working_day_of
    first, last = (int(known[np.clip(day, 0, len(known) - 1)]) for day in days)
    return first, min(last, model.clock.horizon // DAY)


def _shifts(model: Model, members: Int) -> tuple[Int, Int, Int]:
    """Return whose each shift is, when it begins and when it ends."""
    staff = model.staff
    counts = np.diff(staff.first_shift)
    owner = np.repeat(np.arange(len(counts)), counts)
    kept = np.isin(owner, members)
    return owner[kept], staff.shift_start[kept], staff.shift_end[kept]


def _stretches(
    model: Model, person: Int, begins: Int, ends: Int, what: Int, first: int, last: int
) -> pd.DataFrame:
    """Cut stretches at the ends of working days; keep those of some days."""
    kept = (ends > first * DAY) & (begins < last * DAY)
    person, begins, ends, what = (column[kept] for column in (person, begins, ends, what))
    frames = []
    for day in range(first, last):
        left, right = np.maximum(begins, day * DAY), np.minimum(ends, (day + 1) * DAY)
        here = left < right
        date = np.datetime64(model.clock.start, "D") + int(calendar_days(model.clock, day * DAY))
        frames.append(
            pd.DataFrame(
                {
                    "person": person[here],
                    "role": np.array(model.teams.roles)[model.staff.role[person[here]]],
                    "what": what[here],
                    "date": date,
                    "begins": (left[here] - day * DAY) / HOUR,
                    "ends": (right[here] - day * DAY) / HOUR,
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
