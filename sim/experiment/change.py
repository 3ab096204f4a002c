"""What it costs to change from base to another arrangement, and when that is paid back.

These are measures of an arrangement beside base, so they are computed once the
replications of both are there. They are about posts and money in a year, and are the
same whatever way the change is made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from sim.experiment.staffing import plain
from sim.model.plan import calendar_of, shares_of_run
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.arrangement import Arrangement, Workforce
from sim.scenario.costs import Change
from sim.scenario.schema import Scenario

ALL = "all"
COST, BREAK_EVEN = "change_cost_gbp", "break_even_years"
NOTHING = 1e-9
"""A saving of less than this share of base's cost is rounding."""

Posts = Mapping[str, float]
"""WTE by role."""


def one_off(before: Posts, after: Posts, force: Workforce, change: Change) -> float:
    """Return the one-off cost of a change in posts, in GBP.

    Redundancy = posts that go / (1 - rehired) × cost per post; recruitment = posts that
    are new × cost per post; dual running = pay and overhead of the posts that go, by the
    months. ``force`` gives the pay of the posts before. Source: F70 for the cost
    of a redundancy and the share that is hired again.
    """
    gone = {role: max(before[role] - after.get(role, 0.0), 0.0) for role in before}
    new = sum(max(after[role] - before.get(role, 0.0), 0.0) for role in after)
    paid = sum(gone[role] * force.roles[role].annual_cost_gbp.central for role in gone)
    redundancies = sum(gone.values()) / (1.0 - change.rehired_share.central)
    months = change.dual_running_months.central
    return (
        redundancies * change.redundancy_gbp_per_post.central
        + new * change.recruitment_gbp_per_post.central
        + paid * (1.0 + force.overhead_share.central) * months / 12
    )


def break_even(cost: float, base: float, own: float) -> float:
    """Return the years after which yearly savings have paid a change back, or infinity.

    ``base`` and ``own`` are yearly costs in GBP.
    """
    if cost <= 0:
        return 0.0
    saving = base - own
    return cost / saving if saving > NOTHING * base else math.inf


def with_change(measures: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Add the cost of change and its break-even to the measures of a run, in their order.

    For each arrangement that gives costs of change, in every staffing, against base as
    staffed. Without any, the measures are returned as they are.
    """
    base = scenario.compare.base
    others = [name for name in measures["arrangement"].unique() if name != base]
    asked = [name for name in others if _asked(scenario.arrangements[plain(name)])]
    if not asked:
        return measures
    rows = [row for name in asked for row in _rows(measures, name, scenario)]
    if not rows:  # measures without posts or costs
        return measures
    order = list(measures.columns)
    added = pd.DataFrame(rows).assign(case_type=ALL, body=ALL, role=ALL, period=ALL)
    added["unit"] = added["measure"].map(
        {name: CATALOGUE[name].unit for name in (COST, BREAK_EVEN)}
    )
    whole = pd.concat([measures, added[order]], ignore_index=True)
    return whole.sort_values(order, ignore_index=True)


def _asked(arrangement: Arrangement) -> bool:
    change = arrangement.costs.change
    return any(
        quantity.central > 0
        for quantity in (
            change.redundancy_gbp_per_post,
            change.recruitment_gbp_per_post,
            change.dual_running_months,
        )
    )


def lasts(scenario: Scenario, name: str) -> float:
    """Return the share of the run in which an arrangement holds, if base does before it.

    What it has beside base was measured over the whole run and is as much smaller.
    """
    line = scenario.line(name)
    if line[0] != scenario.arrangements[scenario.compare.base]:
        return 1.0
    return shares_of_run(line, calendar_of(scenario.run))[-1]


def _rows(measures: pd.DataFrame, name: str, scenario: Scenario) -> list[dict[str, object]]:
    """Return both measures for each context and replication of one arrangement."""
    found = []
    by = ["context", "replication"]
    base, own = scenario.compare.base, plain(name)
    force, change = scenario.arrangements[base].workforce, scenario.arrangements[own].costs.change
    share, theirs = lasts(scenario, own), dict(iter(_of(measures, base).groupby(by)))
    for key, frame in _of(measures, name).groupby(by):
        before, paid = _posts(theirs[key]), _total(theirs[key])
        after = {
            role: before.get(role, 0.0) + (wte - before.get(role, 0.0)) / share
            for role, wte in _posts(frame).items()
        }
        cost = one_off(before, after, force, change)
        years = break_even(cost, paid, paid + (_total(frame) - paid) / share)
        label = {"arrangement": name, "context": key[0], "replication": key[1]}
        found += [
            {**label, "measure": m, "value": v} for m, v in ((COST, cost), (BREAK_EVEN, years))
        ]
    return found


def _of(measures: pd.DataFrame, name: str) -> pd.DataFrame:
    keep = measures["measure"].isin(["wte", "cost_total_gbp"])
    return measures[keep & (measures["arrangement"] == name) & (measures["body"] == ALL)]


def _posts(frame: pd.DataFrame) -> Posts:
    rows = frame[(frame["measure"] == "wte") & (frame["role"] != ALL)]
    return dict(zip(rows["role"], rows["value"], strict=True))


def _total(frame: pd.DataFrame) -> float:
    return float(frame.loc[frame["measure"] == "cost_total_gbp", "value"].iloc[0])
