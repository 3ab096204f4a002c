"""Lists of single facts for one run: the event log, and the breaches of clocks.

Process-mining and animation tools read ``case_id, time, event_type, event``
with the resource that acted; here these are ``team`` and ``staff_id``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.log import OPEN, UNSET, Log
from sim.model.arrays import Model
from sim.outcomes import clocks
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario.authority import AREA
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.units import DAY

Int = NDArray[np.int64]

NINE = np.timedelta64(9, "h")
"""Working days are shown as beginning at nine."""

COLUMNS = ["case_id", "time", "event_type", "event", "team", "staff_id"]


def event_log(model: Model, log: Log) -> pd.DataFrame:
    """Return opening, work and closing of every case, in order of time.

    ``case_id`` is the case's number in the model, ``time`` a date and time,
    ``event_type`` one of arrival_departure, resource_use and resource_use_end,
    ``event`` the case type (opening and closing) or the stage, ``team`` the kind
    of team and its body. ``staff_id`` is -1 where nobody acts.
    """
    cases, types = model.cases, np.array(model.types.names)
    opened = np.flatnonzero(log.cases.opened != UNSET)
    closed = np.flatnonzero((log.cases.closed != UNSET) & (log.cases.outcome != OPEN))
    packets = np.flatnonzero(log.work.case != UNSET)
    finished = packets[log.work.end[packets] < model.clock.horizon]
    stage, team = _stages(model, log), _teams(model, log)
    rows = [
        _rows(
            opened, log.cases.opened[opened], "arrival_departure", types[cases.case_type[opened]]
        ),
        _rows(log.work.case[packets], log.work.start[packets], "resource_use", stage[packets]),
        _rows(log.work.case[finished], log.work.end[finished], "resource_use_end", stage[finished]),
        _rows(
            closed, log.cases.closed[closed], "arrival_departure", types[cases.case_type[closed]]
        ),
    ]
    for table, at in ((rows[1], packets), (rows[2], finished)):
        table["team"], table["staff_id"] = team[at], log.work.staff[at]
    table = pd.concat(rows, ignore_index=True).fillna({"team": "", "staff_id": UNSET})
    table = table.sort_values(["time", "case_id"], kind="stable", ignore_index=True)
    table["time"] = _dates(model, table["time"].to_numpy())
    return table.astype({"staff_id": np.int64})[COLUMNS]


def _rows(case: Int, time: Int, kind: str, event: NDArray[np.str_]) -> pd.DataFrame:
    return pd.DataFrame({"case_id": case, "time": time, "event_type": kind, "event": event})


def _stages(model: Model, log: Log) -> NDArray[np.str_]:
    """Return the name of the stage of each packet; time owed has none."""
    kinds = model.cases.case_type[log.work.case]
    stages = np.where(log.work.case == UNSET, 0, model.steps.stage[log.work.step])
    names = [model.types.stages[kind][stage] for kind, stage in zip(kinds, stages, strict=True)]
    return np.where(log.work.case == UNSET, "", np.array(names, dtype=np.str_))


def _teams(model: Model, log: Log) -> NDArray[np.str_]:
    """Return the kind of team and the body of each packet's officer."""
    teams = model.teams
    names = [
        f"{teams.kinds[kind]}, {teams.body_names[body]}"
        for kind, body in zip(teams.kind, teams.body, strict=True)
    ]
    return np.array(names, dtype=np.str_)[model.staff.team[log.work.staff]]


def _dates(model: Model, time: Int) -> NDArray[np.datetime64]:
    """Return dates and times of day of instants of working time."""
    day, rest = np.divmod(time, DAY)
    start = np.datetime64(model.clock.start, "ms")
    days = model.clock.calendar_day_of[day].astype("timedelta64[D]")
    return np.asarray(start + days + NINE + rest.astype("timedelta64[ms]"))


def breaches(model: Model, log: Log) -> pd.DataFrame:
    """Return every case of the area that missed its clock, closed or still open.

    Columns: ``case_id``, ``case_type``, ``contract_type`` (or ``area``), ``cell``,
    ``due`` and ``closed`` (dates; no date while open), ``days_late`` (calendar
    days, to the end of the run while open).
    """
    view = View(tallied(model, log))
    clock = clocks.resolution(view)
    late, deadline = clock.missed()
    entity = model.cases.entity[late]
    kinds = np.array([*CONTRACT_TYPES, AREA])
    start = np.datetime64(model.clock.start, "D")
    ends = view.calendar_days(view.ends(late))
    closed = start + np.floor(ends).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "case_id": late,
            "case_type": np.array(model.types.names)[model.cases.case_type[late]],
            "contract_type": kinds[model.entities.kind[entity]],
            "cell": np.array(model.entities.cell_names)[model.entities.cell[entity]],
            "due": start + np.floor(deadline).astype("timedelta64[D]"),
            "closed": np.where(view.is_closed[late], closed, np.datetime64("NaT")),
            "days_late": np.round(ends - deadline, 1),
        }
    )
