"""Who gains: the same cases followed through two arrangements.

Each case meets the same contract, the same luck and the same promise in both, so that
its two times to resolution can be set side by side. Cases that exist in one arrangement
only, because what comes before them differs, are counted apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.engines import Name, engine
from sim.experiment.design import DesignPoint, canonical
from sim.experiment.paired import half_width, moments
from sim.experiment.runner import Runner
from sim.experiment.worker import model_of
from sim.outcomes.consistency import SMALL_LIST
from sim.outcomes.following import Follow, Followed, followed, match
from sim.outcomes.survival import kaplan_meier, quantile
from sim.scenario.authority import AREA
from sim.scenario.pathway import CONTRACT_TYPES

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

ALL = "all"
UNCHANGED_DAYS = 1.0
"""A case that ends less than this many calendar days sooner or later is unchanged."""

QUANTILES = (0.25, 0.50, 0.75, 0.90)

SHARES = ("sooner_share", "unchanged_share", "later_share", "undecided_share")
COUNTS = ("cases", "only_start", "only_end")
TIMES = tuple(
    f"{side}_days_p{round(100 * share)}" for side in ("sooner", "later") for share in QUANTILES
)
GROUPED = (ALL, "contract type", "list size", "setting", "case type", "area")
"""Dimensions, in the order in which they are shown."""

LEAST = ("sooner_days_least", "later_days_least")
"""The medians if every case that is still open had ended with the run: lower bounds."""

PLACE = "place"
"""The order of the groups, which a store does not keep by itself."""

STATISTICS = (*COUNTS, *SHARES, *TIMES, *LEAST)


@dataclass(frozen=True)
class Sides:
    """The difference of each matched case, shape (cases,)."""

    days: Float
    """How much later it ends in the second arrangement; at least so far from zero if open."""
    exact: Bool
    """Closed in both."""
    decided: Bool
    """Whether it can be said at all which is sooner."""

    def split(self, unchanged: float) -> tuple[Bool, Bool, Bool]:
        """Return which cases are sooner, unchanged and later in the second arrangement.

        A case that is open in one of the two is never unchanged.
        """
        near = np.abs(self.days) < unchanged
        clear = self.decided & ~near
        return clear & (self.days < 0), self.exact & near, clear & (self.days > 0)


def compare(first: Followed, second: Followed, here: Int, there: Int) -> Sides:
    """Set the times of the same cases side by side.

    A case that is closed in one arrangement and open at the end in the other is sooner or
    later by at least the time for which it was open less the time that it took; where that
    says nothing, and where it is open in both, it is undecided.
    """
    days = second.days[there] - first.days[here]
    done, over = first.closed[here], second.closed[there]
    exact = done & over
    decided = exact | (done & ~over & (days > 0)) | (~done & over & (days < 0))
    return Sides(days, exact, decided)


@dataclass(frozen=True)
class Pair:
    """One replication of two arrangements, whose cases are set side by side."""

    start: DesignPoint
    end: DesignPoint
    replication: int
    unchanged: float

    @property
    def key(self) -> str:
        """Return the key under which what it gives is stored."""
        sides = [side.key(self.replication) for side in (self.start, self.end)]
        content = ["gains", *sides, self.unchanged, STATISTICS]
        return hashlib.sha256(canonical(content).encode()).hexdigest()

    def result(self, by: Name) -> pd.DataFrame:
        """Follow the cases; return the statistics of each group as rows of measures."""
        first, second = (self._followed(side, by) for side in (self.start, self.end))
        return stored(statistics(first, second, self.unchanged))

    def _followed(self, side: DesignPoint, by: Name) -> Followed:
        model = model_of(side, self.replication)
        sink = Follow(model)
        engine(by).stream(model, sink)
        return followed(sink)

    def __str__(self) -> str:
        """Name the replication for a message; they are counted from 0."""
        pair = f"{self.start.label} and {self.end.label}"
        return f"{pair}, context {self.start.context}, replication {self.replication}"


def stored(wide: pd.DataFrame) -> pd.DataFrame:
    """Return what ``statistics`` gives as the rows of a store: a ``body`` is a group of cases."""
    placed = wide.assign(**{PLACE: np.arange(len(wide), dtype=np.float64)})
    long = placed.melt(["dimension", "group"], var_name="measure")
    named = long.rename(columns={"dimension": "role", "group": "body"})
    return named.assign(case_type=ALL, period=ALL, unit="")


def opened(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what ``stored`` was given."""
    wide = rows.pivot(index=["role", "body"], columns="measure", values="value")
    ordered = wide.sort_values(PLACE).rename_axis(["dimension", "group"]).reset_index()
    return ordered[["dimension", "group", *STATISTICS]]


def statistics(first: Followed, second: Followed, unchanged: float) -> pd.DataFrame:
    """Return ``dimension``, ``group`` and ``STATISTICS`` of two runs of one replication."""
    here, there, alone, fresh = match(first, second)
    sides = compare(first, second, here, there)
    rows = []
    for dimension, names in groups(first).items():
        both, gone, come = (
            code(run, dimension)[case]
            for run, case in ((first, here), (first, alone), (second, fresh))
        )
        counts = [np.bincount(one[one >= 0], minlength=len(names)) for one in (both, gone, come)]
        for place in np.flatnonzero(np.sum(counts, axis=0)):
            own = both == place
            chosen = Sides(sides.days[own], sides.exact[own], sides.decided[own])
            number = (int(count[place]) for count in counts)
            rows.append((dimension, names[place], *number, *_statistics(chosen, unchanged)))
    return pd.DataFrame(rows, columns=["dimension", "group", *STATISTICS])


def groups(run: Followed) -> dict[str, tuple[str, ...]]:
    """Return the groups of cases by dimension, in the order in which they are shown."""
    return {
        ALL: (ALL,),
        "contract type": (*CONTRACT_TYPES, AREA),
        "list size": ("small", "larger"),
        "setting": ("rural", "urban"),
        "case type": run.types,
        "area": run.entities.cell_names,
    }


def code(run: Followed, dimension: str) -> Int:
    """Return the place of each case among the groups of a dimension, -1 where it has none.

    List sizes are of practices, settings of contracts.
    """
    about, entity = run.entities, run.entity
    contract = about.kind < len(CONTRACT_TYPES)
    practice = about.kind == CONTRACT_TYPES.index("gp")
    match dimension:
        case "case type":
            return run.case_type
        case "contract type":
            found = about.kind
        case "list size":
            found = np.where(practice, about.patients >= SMALL_LIST, -1)
        case "setting":
            found = np.where(contract, ~about.rural, -1)
        case "area":
            found = about.cell
        case _:
            found = np.zeros(len(about.kind), dtype=np.int64)
    return np.asarray(found[entity], dtype=np.int64)


def _statistics(sides: Sides, unchanged: float) -> Iterator[float]:
    """Yield ``SHARES``, ``TIMES`` and ``LEAST``; NaN where there is no case."""
    sooner, same, later = sides.split(unchanged)
    undecided = ~(sooner | same | later)
    yield from (
        float(which.mean()) if len(which) else np.nan for which in (sooner, same, later, undecided)
    )
    far = np.abs(sides.days)
    for which in (sooner, later):
        curve = kaplan_meier(far[which], sides.exact[which]) if which.any() else None
        yield from (quantile(curve, share) if curve else np.nan for share in QUANTILES)
    yield from (float(np.median(far[one])) if one.any() else np.nan for one in (sooner, later))


def gains(
    start: DesignPoint, end: DesignPoint, replications: int, unchanged: float, runner: Runner
) -> pd.DataFrame:
    """Follow every case through two arrangements, replication by replication.

    What was followed once is stored. Returns a row for each dimension, group and statistic:
    ``mean`` over replications with its 95% t interval ``low`` to ``high`` (simulation error
    only). It is NaN where one replication has no value. Raises like ``Runner.perform``.
    """
    pairs = [Pair(start, end, replication, unchanged) for replication in range(replications)]
    return summarised([opened(table.to_pandas()) for table in runner.tables(pairs)])


def summarised(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return mean and interval over replications of every statistic.

    A group without a case in some replication counts none there, and has no shares.
    """
    order = {name: place for place, name in enumerate(GROUPED)}
    every = pd.concat([table[["dimension", "group"]] for table in tables]).drop_duplicates()
    every = every.iloc[np.argsort(every["dimension"].map(order).to_numpy(), kind="stable")]
    keyed = pd.MultiIndex.from_frame(every)
    values = np.stack([_aligned(table, keyed) for table in tables])
    rows = [
        {"dimension": dimension, "group": group, "statistic": name, **_mean(values[:, g, s])}
        for g, (dimension, group) in enumerate(keyed)
        for s, name in enumerate(STATISTICS)
    ]
    return pd.DataFrame(rows)


def _aligned(table: pd.DataFrame, keyed: pd.MultiIndex) -> Float:
    found = table.set_index(["dimension", "group"]).reindex(keyed)
    found[list(COUNTS)] = found[list(COUNTS)].fillna(0.0)
    return found[list(STATISTICS)].to_numpy(np.float64)


def _mean(values: Float) -> dict[str, Any]:
    mean, spread = moments(values, np.zeros(len(values), dtype=np.int64), 1)
    half = half_width(spread, np.array([len(values)]))[0]
    return {
        "mean": mean[0],
        "low": mean[0] - half,
        "high": mean[0] + half,
        "replications": len(values),
    }
