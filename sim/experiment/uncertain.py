"""How sure an answer is when the parameters are not: who is best, and whether signs hold.

Every arrangement meets the same sets of plausible values and the same luck. The first set is
the central one; a sign *holds* in a set where it is the same as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from sim.experiment.design import DesignPoint, check_primary, context_of, design, same_money
from sim.experiment.errors import DesignError, check_whole
from sim.experiment.headlines import primary
from sim.experiment.plausible import Factor, Float, hypercube, some_factors, with_values
from sim.experiment.runner import Runner
from sim.experiment.staffing import AS_STAFFED, SCALED
from sim.experiment.worker import Task
from sim.outcomes.catalogue import direction
from sim.scenario.files import LoadedScenario

SETS = 50
ROBUST = 0.8
"""A sign that holds in a smaller share of sets than this is not robust."""


@dataclass(frozen=True)
class Uncertainty:
    """What sets of plausible values give.

    ``values`` has a row per set, arrangement and staffing: the primary measure (mean over
    replications) and its difference from base; set 0 has the central values. ``table`` has a
    row per arrangement and staffing: ``best`` is the share of sets in which it is best (ties
    shared), ``holds`` the share in which the sign of its difference from base is that of the
    central set, each with a 95% Wilson interval; ``p5``, ``p50`` and ``p95`` are quantiles of
    the difference. ``quantiles`` has shape (sets, factors).
    """

    loaded: LoadedScenario
    context: str
    factors: list[Factor]
    quantiles: Float
    values: pd.DataFrame
    table: pd.DataFrame


def uncertainty(
    loaded: LoadedScenario,
    runner: Runner,
    *,
    sets: int = SETS,
    replications: int = 1,
    context: str | None = None,
) -> Uncertainty:
    """Run every arrangement with sets of plausible values, as staffed and for the same money.

    ``sets`` come from a Latin hypercube over every range (``plausible.hypercube``), with the
    scenario's seed; ``replications`` are those of ``sim run``, from the first. Raises
    ``DesignError`` where there is nothing to vary or to compare, and what ``runner`` raises.
    """
    scenario = loaded.scenario
    check_primary(scenario)
    where = context_of(loaded.scenario, context)
    if len(scenario.arrangements) < 2:
        raise DesignError("there is one arrangement only, so there is nothing to compare")
    check_whole(2, sets=sets)
    check_whole(1, replications=replications)
    every = some_factors(loaded, scenario.arrangements, where)
    quantiles = hypercube(len(every), sets, scenario.run.seed)
    found = at_sets(loaded, where, every, quantiles, replications, runner)
    return Uncertainty(loaded, where, every, quantiles, found, tabulate(found, loaded))


def at_sets(
    loaded: LoadedScenario,
    context: str,
    every: Sequence[Factor],
    quantiles: Float,
    replications: int,
    runner: Runner,
) -> pd.DataFrame:
    """Run every arrangement with the central values (set 0) and with each row of quantiles.

    Returns what ``Uncertainty.values`` describes. ``quantiles`` has shape (sets, factors).
    """
    scenario = loaded.scenario
    plain = [point for point in design(scenario) if point.context == context]
    varied = [
        [with_values(point, scenario, every, row) for point in plain]
        for row in (np.full(len(every), 0.5), *quantiles)
    ]
    points = _with_same_money(varied, scenario.compare.base, runner)
    return _values(points, replications, runner, loaded)


def _with_same_money(
    varied: Sequence[list[DesignPoint]], base: str, runner: Runner
) -> list[list[DesignPoint]]:
    """Add, set by set, each arrangement at the cost that base has in that set."""
    cost = runner.costs([point for points in varied for point in points]).__getitem__
    return [[*points, *same_money(points, base, cost)] for points in varied]


def _values(
    points: Sequence[list[DesignPoint]], replications: int, runner: Runner, loaded: LoadedScenario
) -> pd.DataFrame:
    compare = loaded.scenario.compare
    rows = [(number, point) for number, some in enumerate(points) for point in some]
    tasks = [Task(point, number) for (_, point), number in product(rows, range(replications))]
    seen = runner.values(tasks, [primary(compare)]).reshape(len(rows), replications)
    frame = pd.DataFrame(
        {
            "set": [number for number, _ in rows],
            "arrangement": [point.arrangement for _, point in rows],
            "staffing": [point.staffing for _, point in rows],
            "value": seen.mean(axis=1),
        }
    )
    base = frame[frame["arrangement"] == compare.base].set_index("set")["value"]
    return frame.assign(difference=frame["value"] - frame["set"].map(base))


def tabulate(values: pd.DataFrame, loaded: LoadedScenario) -> pd.DataFrame:
    """Sum up ``Uncertainty.values`` by staffing and arrangement."""
    scenario = loaded.scenario
    sign = direction(scenario.compare.primary)
    rows = []
    for staffing in (AS_STAFFED, SCALED):
        block = values[values["staffing"] == staffing]
        if staffing == SCALED:  # base costs what it costs in both
            own = (values["arrangement"] == scenario.compare.base) & (values["staffing"] != SCALED)
            block = pd.concat([values[own], block])
        wide = block.pivot_table(index="set", columns="arrangement", values="value", dropna=False)
        wide = wide[list(scenario.arrangements)]
        best = shares_of_best(wide.drop(index=0).to_numpy(), sign)
        for place, name in enumerate(scenario.arrangements):
            gaps = (wide[name] - wide[scenario.compare.base]).to_numpy()
            rows.append((staffing, name, *_summary(gaps, best[:, place], sign)))
    return pd.DataFrame(rows, columns=COLUMNS)


def signs(values: pd.DataFrame) -> pd.DataFrame:
    """Return in which shares of the sets, the central one left out, a difference has each sign.

    ``values`` are those of ``Uncertainty``; columns ``staffing, arrangement, above, below``. A
    difference of zero, or one that was not reached, counts as neither.
    """
    rest = values[values["set"] > 0]
    told = rest.assign(above=rest["difference"] > 0, below=rest["difference"] < 0)
    return (
        told.groupby(["staffing", "arrangement"], sort=False)[["above", "below"]]
        .mean()
        .reset_index()
    )


def robustness(values: pd.DataFrame, context: str) -> pd.DataFrame:
    """Return ``signs`` with their ``context`` and in how many ``sets`` they were tried."""
    shares = signs(values).assign(context=context, sets=int(values["set"].max()))
    return shares[[*WHICH, "above", "below", "sets"]]


def held(shares: pd.DataFrame | None, which: tuple[str, str, str], difference: float) -> float:
    """Return in which share of plausible sets a difference has the sign that it has here.

    ``shares`` are those of ``robustness``, ``which`` the context, staffing and arrangement.
    NaN where that was not looked at, or there is no difference.
    """
    if shares is None or not difference or np.isnan(difference):
        return float("nan")
    here = (shares[WHICH] == list(which)).all(axis=1)
    return float(shares.loc[here, "above" if difference > 0 else "below"].max())


WHICH = ["context", "staffing", "arrangement"]

COLUMNS = [
    *("staffing", "arrangement", "central", "p5", "p50", "p95"),
    *("best", "best_low", "best_high", "holds", "holds_low", "holds_high", "sets"),
]


def shares_of_best(values: Float, sign: float) -> Float:
    """Return each arrangement's share of being best in each set; ties are shared.

    ``values`` and what comes back have shape (sets, arrangements); ``sign`` is 1 where more is
    better, -1 where less is. Nobody is best where neither is better (not a number), or where
    somebody's value was not reached.
    """
    best = np.max(sign * values, axis=1, keepdims=True)  # not a number where any is none
    top = sign * values == best
    return np.asarray(top / np.maximum(top.sum(axis=1, keepdims=True), 1), dtype=np.float64)


def _summary(gaps: Float, best: Float, sign: float) -> tuple[float, ...]:
    """Return the columns from ``central`` on, of differences whose first is the central set's."""
    central, rest = gaps[0], gaps[1:]
    holds = np.sign(rest) == np.sign(central)
    return (
        central,
        *(float(each) for each in np.quantile(rest, [0.05, 0.5, 0.95])),
        *(proportion(float(best.sum()), len(rest)) if np.isfinite(sign) else [np.nan] * 3),
        *(
            proportion(float(holds.sum()), len(rest))
            if central and np.isfinite(central)
            else [np.nan] * 3
        ),
        len(rest),
    )


def proportion(count: float, total: int) -> list[float]:
    """Return a share and its 95% Wilson interval; ties may count in parts and are rounded.

    Source: Wilson 1927, JASA 22(158), doi:10.1080/01621459.1927.10502953.
    """
    ends = binomtest(round(count), total).proportion_ci(0.95, "wilson")
    return [count / total, float(ends.low), float(ends.high)]
