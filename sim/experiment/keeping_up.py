"""Whether an arrangement's staff keep up with the work, and what it costs."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from sim.scenario.schema import Run

ALL = "all"
FULL = 1.0
"""Load at which the staff cannot do the work."""

NEVER = "the staff furthest behind never clear what they owe"
STILL_NEVER = "but new work takes all the time of the staff furthest behind, who never clear theirs"
"""The same where cases owed fall in all, which it would seem to contradict."""


@dataclass(frozen=True)
class Capacity:
    """Means over replications for one arrangement in one context, as staffed or scaled.

    ``overloaded`` gives the load of each (team, role) whose load is 1 or more in
    all its bodies together, ``teams`` the WTE of each kind of team as far as it serves
    the area; ``pools_full`` is the share of single pools for which
    that holds. ``growth`` is cases owed per month, ``clearance`` months from the
    end of the run, infinite where the work owed is never cleared.
    """

    wte: float
    load: float
    pools_full: float
    cost_per_head: float
    growth: float
    clearance: float
    overloaded: dict[tuple[str, str], float]
    teams: dict[str, float]

    @property
    def verdict(self) -> str:
        """Say whether the staff keep up, to go on from the name of the arrangement.

        A load counts what was owed at the start, so it may reach 1 while cases owed fall. Then
        "cannot keep up" holds only for groups whose time new work takes whole.
        """
        if not self.overloaded:
            return "keeps up"
        if not self.growth < 0:
            return "cannot keep up"
        return "keeps up in part only" if math.isinf(self.clearance) else "is still catching up"


def capacity(measures: pd.DataFrame) -> Capacity:
    """Summarise the measures of one arrangement in one context."""
    everything = measures[measures["case_type"] == ALL]
    whole = everything[(everything["body"] == ALL) & (everything["role"] == ALL)]

    def mean(name: str) -> float:
        return float(whole.loc[whole["measure"] == name, "value"].mean(skipna=False))

    return Capacity(
        wte=mean("wte"),
        load=mean("load"),
        pools_full=mean("pools_overloaded_share"),
        cost_per_head=mean("cost_per_head_gbp"),
        growth=mean("backlog_growth_per_month"),
        clearance=mean("clearance"),
        overloaded=_overloaded(everything),
        teams=_wte(everything),
    )


def _wte(measures: pd.DataFrame) -> dict[str, float]:
    keep = (measures["measure"] == "wte") & (measures["body"] != ALL) & (measures["role"] == ALL)
    return {str(name): wte for name, wte in measures[keep].groupby("body")["value"].mean().items()}


def _overloaded(measures: pd.DataFrame) -> dict[tuple[str, str], float]:
    keep = (measures["measure"] == "load") & (measures["body"] != ALL) & (measures["role"] != ALL)
    loads = measures[keep].groupby(["body", "role"], as_index=False)["value"].mean()
    full = loads[loads["value"] >= FULL]
    return dict(zip(zip(full["body"], full["role"], strict=True), full["value"], strict=True))


def clearance_date(months: float, start: dt.date, years: float) -> str:
    """Say when the work owed is cleared: ``June 2019``, ``never`` or ``not known``."""
    if math.isnan(months):
        return "not known"
    if math.isinf(months):
        return "never"
    days = math.ceil((12 * years + months) * 365.25 / 12)
    latest = (dt.date.max - start).days
    return (start + dt.timedelta(days=days)).strftime("%B %Y") if days < latest else "never"


def consequence(who: Capacity, run: Run) -> str:
    """Say how the cases owed go on and when what is owed is cleared."""
    when = clearance_date(who.clearance, run.start, run.years)
    falling = who.growth < 0
    ending = {"never": STILL_NEVER if falling else NEVER, "not known": "no date is known"}
    cleared = ending.get(when, f"what is owed would be cleared by {when}")
    if math.isnan(who.growth):
        return f"The run is too short to say how cases owed grow; {cleared}."
    direction = "fall" if falling else "grow"
    return f"Cases owed {direction} by {abs(who.growth):,.1f} a month; {cleared}."
