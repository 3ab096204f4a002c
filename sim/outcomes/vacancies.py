"""Vacancies: the share of established time in which posts stand vacant, leavers, pay saved.

The cost of an arrangement counts established posts, filled or not: that is what a
budget holds, and arrangements of the same money have the same posts. What vacant
posts save stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.model.rules import FOREVER
from sim.outcomes.hours import by_kind, cut
from sim.outcomes.staff import ratios, serving
from sim.outcomes.view import Float, Int, Row, View


def vacancies(view: View) -> Iterator[Row]:
    """Yield measures of vacancies, where posts can stand vacant."""
    if not view.model.staff.turnover:
        return
    tables = vacant_time(view), leavers(view), time(view)
    vacant, left, established = (part * serving(view) for part in tables)
    yield from _over_time(view, "vacant_share", vacant, established)
    year = view.model.clock.horizon / view.model.years
    yield from _over_time(view, "leavers_share", left * year, established)
    yield from pay(view, vacant.sum(axis=(0, 1)), established.sum(axis=(0, 1)))


def _over_time(view: View, measure: str, top: Float, bottom: Float) -> Iterator[Row]:
    """Yield top over bottom, shape (years, teams, roles), in each year and over all."""
    top, bottom = by_kind(view, top), by_kind(view, bottom)
    for year, period in enumerate(view.years.names):
        yield from ratios(view, measure, top[year], bottom[year], period)
    yield from ratios(view, measure, top.sum(axis=0), bottom.sum(axis=0))


def leavers(view: View) -> Float:
    """Return the WTE of those who leave by year, team and role.

    A post that is vacant when it begins has been left by nobody here.
    """
    staff, (begins, _) = view.model.staff, exist(view)
    edges, start = view.years.edges, staff.vacant_start
    real = (start > begins[staff.vacant_post]) & (start >= edges[0]) & (start < edges[-1])
    year = np.searchsorted(edges, start[real], side="right") - 1
    post = staff.vacant_post[real]
    return _table(view, year, post, staff.wte[post])


def vacant_time(view: View) -> Float:
    """Return the working time of vacant posts by year, team and role, in WTE milliseconds."""
    staff = view.model.staff
    pieces = cut(staff.vacant_start, staff.vacant_end, view.years.edges)
    post = staff.vacant_post[pieces.row]
    return _table(view, pieces.period, post, (pieces.end - pieces.start) * staff.wte[post])


def time(view: View) -> Float:
    """Return the working time of all posts by year, team and role, in WTE milliseconds.

    Posts are there from when their team begins to when it ends.
    """
    staff, pieces = view.model.staff, cut(*exist(view), view.years.edges)
    post = pieces.row
    return _table(view, pieces.period, post, (pieces.end - pieces.start) * staff.wte[post])


def exist(view: View) -> tuple[Int, Int]:
    """Return from when and until when each post is there, shape (posts,)."""
    staff, change = view.model.staff, view.model.change
    begins, ends = np.zeros(len(staff.team), np.int64), np.full(len(staff.team), FOREVER)
    if change is not None:
        later = staff.team >= change.teams
        begins[later], ends[~later] = change.at, change.at
    return begins, ends


def _table(view: View, year: Int, post: Int, amount: Float) -> Float:
    """Add up amounts of posts by year, team and role."""
    staff, teams = view.model.staff, view.model.teams
    shape = (len(view.years), len(teams.kind), len(teams.roles))
    table = np.zeros(shape)
    np.add.at(table, (year, staff.team[post], staff.role[post]), amount)
    return table


def pay(view: View, vacant: Float, established: Float) -> Iterator[Row]:
    """Yield the yearly pay of vacant posts by role, from shares of time of shape (roles,)."""
    share = np.divide(vacant, established, out=np.zeros_like(vacant), where=established > 0)
    saved = share * view.model.money.staff_by_role
    for role, value in zip(view.model.teams.roles, saved, strict=True):
        yield Row("cost_vacant_gbp", float(value), role=role)
    yield Row("cost_vacant_gbp", float(saved.sum()))
