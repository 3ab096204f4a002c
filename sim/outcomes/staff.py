"""Staff capacity: WTE, load, utilisation, hours by use, days without anybody."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.outcomes.casebook import SINCE_WARM_UP
from sim.outcomes.hours import Hours, by_kind, days_without_anybody, hours, members_of_kinds
from sim.outcomes.owed import owed_at_end, owed_at_start
from sim.outcomes.view import ALL, CELL, Bool, Float, Row, View
from sim.scenario.units import HOUR


def staff(view: View) -> Iterator[Row]:
    """Yield every measure of staff capacity."""
    yield from wte(view)
    time = hours(view)
    since_warm_up = time.last(len(view.years))
    yield from utilisation(view, since_warm_up)
    yield from hours_by_use(view, since_warm_up)
    yield from days_nobody(view)
    yield from loads(view, time.whole_run())


def wte(view: View) -> Iterator[Row]:
    """Yield the mean WTE over the run by role and by kind of team, as far as it serves the area."""
    for role, value in zip(view.model.teams.roles, view.model.money.wte_by_role, strict=True):
        yield Row("wte", float(value), role=role)
    yield Row("wte", float(view.model.money.wte_by_role.sum()))
    by_name = dict.fromkeys(view.team_kinds, 0.0)
    for kind, value in zip(view.model.teams.kinds, view.model.money.wte_by_team, strict=True):
        by_name[kind] += float(value.sum())
    yield from (Row("wte", value, body=kind) for kind, value in by_name.items())


def with_totals(table: Float) -> Float:
    """Add totals over kinds and over roles as the last of the last two axes."""
    table = np.concatenate([table, table.sum(axis=-2, keepdims=True)], axis=-2)
    return np.concatenate([table, table.sum(axis=-1, keepdims=True)], axis=-1)


def ratios(view: View, measure: str, top: Float, bottom: Float, period: str = ALL) -> Iterator[Row]:
    """Yield top over bottom, shape (kinds, roles), by team kind and role and their totals.

    Left out where nobody is available.
    """
    top, bottom = with_totals(top), with_totals(bottom)
    for kind, body in enumerate((*view.team_kinds, ALL)):
        for role, name in enumerate((*view.model.teams.roles, ALL)):
            if bottom[kind, role] > 0:
                value = float(top[kind, role] / bottom[kind, role])
                yield Row(measure, value, body=body, role=name, period=period)


def serving(view: View) -> Float:
    """Return the share of each team's contracts that lies in the area, shape (teams, 1).

    A team that also serves other areas counts in totals by as much. Otherwise a
    region's staff, nearly all of whom work for others, would outweigh the area's own.
    """
    entities, teams = view.model.entities, view.model.teams
    contract = entities.kind != CELL
    served, here = np.zeros(len(teams.kind)), np.zeros(len(teams.kind))
    for of in teams.of:
        reached = contract & (of >= 0)
        served += np.bincount(of[reached], minlength=len(served))
        here += np.bincount(of[reached & entities.inside], minlength=len(served))
    share = np.divide(here, served, out=np.ones(len(served)), where=served > 0)
    return share[:, None]


def utilisation(view: View, time: Hours) -> Iterator[Row]:
    """Yield the busy share of available time, of all work, in each year and over all."""
    weight = serving(view)
    busy, available = by_kind(view, time.busy * weight), by_kind(view, time.available * weight)
    for year, period in enumerate(view.years.names):
        yield from ratios(view, "utilisation", busy[year], available[year], period)
    yield from ratios(view, "utilisation", busy.sum(axis=0), available.sum(axis=0))


def hours_by_use(view: View, time: Hours) -> Iterator[Row]:
    """Yield hours by use and role, as far as they serve the area.

    Relearning, by joiners and of contracts that nobody remembers, is part of casework
    and is known by case, not by role; overrun is part of casework and travel.
    """
    share = view.model.staff.casework_share
    kept = np.divide(1.0 - share, share, out=np.zeros_like(share), where=share > 0)
    governance = time.present * kept
    uses = {
        "hours_casework": time.inside_work,
        "hours_travel": time.inside_travel,
        "hours_governance": governance * _inside_share(view),
        "hours_overrun": time.inside_overrun,
    }
    for measure, amount in uses.items():
        yield from _by_role_and_year(view, measure, amount.sum(axis=1) / HOUR)
    relearning = view.tally.total("relearn", SINCE_WARM_UP) / HOUR
    for name, value in zip(view.type_names, relearning, strict=True):
        yield Row("hours_relearning", float(value), case_type=name)


def _inside_share(view: View) -> Float:
    """Return the share of each role's WTE that serves the area, shape (roles,)."""
    people = view.model.staff
    roles = len(view.model.teams.roles)
    wte = people.wte * view.lasts[people.team]
    whole = np.bincount(people.role, weights=wte, minlength=roles)
    return np.divide(view.model.money.wte_by_role, whole, out=np.zeros(roles), where=whole > 0)


def _by_role_and_year(view: View, measure: str, amount: Float) -> Iterator[Row]:
    """Yield amounts of shape (years, roles) with their totals."""
    table = with_totals(amount)
    for year, period in enumerate((*view.years.names, ALL)):
        for role, name in enumerate((*view.model.teams.roles, ALL)):
            yield Row(measure, float(table[year, role]), role=name, period=period)


def days_nobody(view: View) -> Iterator[Row]:
    """Yield mean working days in a year on which a pool with staff had nobody in for casework."""
    days = days_without_anybody(view) / np.maximum(view.lasts, 1e-9)[:, None]
    for body, member in zip(view.team_kinds, members_of_kinds(view), strict=True):
        for role, name in enumerate(view.model.teams.roles):
            pools = days[member, role]
            if (pools >= 0).any():
                value = float(pools[pools >= 0].mean()) / view.model.years
                yield Row("days_nobody", value, body=body, role=name)


def loads(view: View, whole_run: Hours) -> Iterator[Row]:
    """Yield load, the share of pools at 1 or above, and months to clear what is owed.

    Load is work done and work still owed at the end over the time available,
    over the whole run and for all work.
    """
    busy, available = whole_run.busy[0], whole_run.available[0]
    at_end = owed_at_end(view)
    to_do = busy + at_end
    weight = serving(view)
    work, time = (by_kind(view, part * weight) for part in (to_do, available))
    yield from ratios(view, "load", work, time)
    yield from without_staff(view, work, time)
    staffed = available > 0
    full = (staffed & (to_do >= available)).astype(np.float64)
    pools = by_kind(view, staffed.astype(np.float64))
    yield from ratios(view, "pools_overloaded_share", by_kind(view, full), pools)
    new = to_do - owed_at_start(view)
    yield from clearance(view, *(by_kind(view, part) for part in (at_end, new, available)))


def without_staff(view: View, work: Float, available: Float) -> Iterator[Row]:
    """Yield an infinite load where a kind of team, or all of them, has work and nobody at all."""
    work, available = with_totals(work), with_totals(available)
    for kind, body in enumerate((*view.team_kinds, ALL)):
        if available[kind, -1] == 0.0:
            for role, name in enumerate((*view.model.teams.roles, ALL)):
                if work[kind, role] > 0.0:
                    yield Row("load", np.inf, body=body, role=name)


def clearance(view: View, owed: Float, new: Float, available: Float) -> Iterator[Row]:
    """Yield months to clear what is owed at the end with the time that new work leaves.

    Infinite where new work takes all the time there is. For all together: the
    slowest role of any team kind. Only of teams that exist at the end; where they took
    over from others, what these left counts as new work.
    """
    there, share = at_the_end(view)
    available = np.where(there[:, None], available, 0.0)
    lasts = view.run_months * np.maximum(share, 1e-9)[:, None]
    spare = np.maximum(available - new, 0.0) / lasts
    months = np.divide(owed, spare, out=np.full_like(owed, np.inf), where=spare > 0)
    months = np.where(owed > 0, months, 0.0)
    nobody = there & (available.sum(axis=1) == 0.0)
    told = (available > 0) | (nobody[:, None] & (owed > 0))
    for kind, body in enumerate(view.team_kinds):
        for role, name in enumerate(view.model.teams.roles):
            if told[kind, role]:
                yield Row("clearance", float(months[kind, role]), body=body, role=name)
    if told.any():
        yield Row("clearance", float(months[told].max()))


def at_the_end(view: View) -> tuple[Bool, Float]:
    """Return which kinds of team exist at the end, and for which share of the run each has."""
    members, change = members_of_kinds(view), view.model.change
    first = change.teams if change else 0
    earlier, later = (np.any(part, axis=1) for part in np.split(members, [first], axis=1))
    before = min(change.at / view.model.clock.horizon, 1.0) if change else 0.0
    share: Float = np.where(earlier, before, 0.0) + np.where(later, 1.0 - before, 0.0)
    return later, share
