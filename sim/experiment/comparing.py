"""The comparison that decides: enough replications, intervals for all arrangements at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.engines import Name
from sim.experiment import precision, provenance, rare, uncertain
from sim.experiment.design import DesignPoint, check_primary
from sim.experiment.errors import DesignError
from sim.experiment.headlines import ALL, Headline, primary, rows_of
from sim.experiment.plausible import factors
from sim.experiment.power import visible
from sim.experiment.precision import Sized
from sim.experiment.results import Results
from sim.experiment.run import controlled, points_of, recorded, tasks
from sim.experiment.runner import Runner, check_jobs, runner_of
from sim.experiment.simultaneous import Interval, differences, level, paired_differences, t_interval
from sim.experiment.staffing import label, plain, staffing_of
from sim.experiment.store import atomic
from sim.experiment.uncertain import uncertainty
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import MOST_REPLICATIONS, Scenario

Float = NDArray[np.float64]

MOST = 10
"""The ceiling is so many times the floor unless the user says otherwise."""

BLOCK = ["context", "staffing", "arrangement"]
"""What names one comparison with base."""

ROW = [*BLOCK, "measure", "case_type"]


FOLDER, ROBUSTNESS, SIZED = "compare", "robustness", "replications.json"
"""Where a run keeps what was compared, and two of the files there."""

SETS = 20
"""Sets of plausible values in which signs are tried where nothing else is asked for."""


@dataclass(frozen=True)
class Compared:
    """A run with as many replications as its primary measure needed, and what they support.

    ``results`` is the run; in its comparisons the primary measure has simultaneous t
    intervals, and of the others rare events have bootstrapped ones (``rare``). ``primary`` has
    a row per context, staffing and arrangement other than base, with these columns beside those
    of the comparisons: ``half_width``; ``confidence`` of that one interval, which makes 95% for all
    arrangements of the block; ``visible``, the least true difference that would have been
    found 4 times in 5. ``rare`` has the rows that were bootstrapped.

    ``robustness`` is for the share of plausible parameter sets in which the sign of a
    difference holds: columns ``context, staffing, arrangement, above, below, sets``: shares in
    which it is above and below zero, and how many sets were tried; None where that was not
    asked.
    """

    results: Results
    sized: Sized
    primary: pd.DataFrame
    rare: pd.DataFrame
    robustness: pd.DataFrame | None = None

    def with_robustness(self, shares: pd.DataFrame) -> Compared:
        """Return the same with the share of parameter sets in which each sign holds."""
        return replace(self, robustness=shares)

    def save(self) -> Path:
        """Write the tables beside the results and return their folder. Raises ``StoreError``."""
        folder = self.results.folder / FOLDER
        tables = {"primary": self.primary, "rare": self.rare}
        if self.robustness is not None:
            tables[ROBUSTNESS] = self.robustness
        for name, table in tables.items():
            with atomic(folder / f"{name}.csv") as path:
                table.to_csv(path, index=False, lineterminator="\n")
        with atomic(folder / SIZED) as path:
            path.write_text(json.dumps(asdict(self.sized), indent=2) + "\n", encoding="utf-8")
        return folder


def compare(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    most: int | None = None,
    target: float | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
    sets: int = SETS,
) -> Compared:
    """Compare every arrangement with base, with as many replications as that needs.

    ``replications`` is the floor (by default the scenario's), ``most`` the ceiling (by
    default ten times the floor), ``target`` the half-width asked for in the unit of the
    primary measure (by default the scenario's). Signs are then tried in ``sets`` of plausible
    values, in each context where any value has a range; in none with 0. Raises like
    ``sim.experiment.run.run``, and ``DesignError`` where there is nothing to compare or the
    ceiling is below the floor.
    """
    started = provenance.now()
    check_jobs(jobs)
    scenario = controlled(loaded.scenario, replications, seed)
    check_primary(scenario)
    if sets < 0 or sets == 1:
        raise DesignError(f"sets: expected 2 or more, or 0 for none, found {sets}")
    target = scenario.compare.wanted_precision if target is None else target
    ceiling = _ceiling(scenario, most, target)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    points = points_of(scenario, runner)
    sized = _size(scenario, points, runner, target, ceiling)
    scenario = controlled(scenario, sized.replications, None)
    found = compared(recorded(scenario, points, runner, out, started), sized)
    ranged = sets and any(
        factors(loaded, scenario.arrangements, name) for name in scenario.contexts
    )
    return found.with_robustness(robustness(loaded, runner, sets)) if ranged else found


def robustness(loaded: LoadedScenario, runner: Runner, sets: int) -> pd.DataFrame:
    """Return in which share of plausible sets each sign holds, as ``Compared`` keeps it."""
    every = [
        uncertainty(loaded, runner, sets=sets, context=context)
        for context in loaded.scenario.contexts
    ]
    return pd.concat([uncertain.robustness(found.values, found.context) for found in every])


def _ceiling(scenario: Scenario, most: int | None, target: float) -> int:
    floor = scenario.run.replications
    ceiling = min(MOST * floor, MOST_REPLICATIONS) if most is None else most
    if len(scenario.arrangements) < 2:
        raise DesignError(f"{scenario.name} has one arrangement: there is nothing to compare")
    if not floor <= ceiling <= MOST_REPLICATIONS:
        raise DesignError(
            f"most: expected from {floor:,} (the floor) to {MOST_REPLICATIONS:,}, found {ceiling:,}"
        )
    if not 0 <= target < np.inf:
        raise DesignError(f"precision: expected a number that is not negative, found {target:g}")
    return ceiling


def _size(
    scenario: Scenario,
    points: Sequence[DesignPoint],
    runner: Runner,
    target: float,
    ceiling: int,
) -> Sized:
    """Run replications until the primary measure is known as precisely as was asked."""
    headline, known = primary(scenario.compare), np.empty((0, len(points)))
    places = {(point.context, point.label): place for place, point in enumerate(points)}
    pairs = np.array(
        [
            (place, places[context, base_of(name, scenario.compare.base)])
            for (context, name), place in places.items()
            if plain(name) != scenario.compare.base
        ]
    )

    def measured(count: int) -> Float:
        nonlocal known
        fresh = runner.values(tasks(points, range(len(known), count)), [headline])
        known = np.vstack([known, fresh.reshape(-1, len(points))])
        return differences(known[:, pairs[:, 0]], known[:, pairs[:, 1]])

    confidence = level(len(scenario.arrangements) - 1)
    return precision.grow(measured, confidence, target, scenario.run.replications, ceiling)


def base_of(name: str, base: str) -> str:
    """Return the label of base with the staffing of a label."""
    return label(base, staffing_of(name), base)


def compared(results: Results, sized: Sized) -> Compared:
    """Return what a run supports, with simultaneous and bootstrapped intervals."""
    scenario = results.scenario
    base, seed = scenario.compare.base, scenario.run.seed
    measures, found = results.measures, results.comparisons
    headline = primary(scenario.compare)
    each = level(len(scenario.arrangements) - 1)
    first = pd.DataFrame(_decided(rows_of(measures, headline), base, each))
    others = measures[(measures[["body", "role", "period"]] == ALL).all(axis=1)]
    others = others[others["unit"].isin(rare.COUNTS)]
    bootstrapped = pd.DataFrame(_rare(others, base, seed, headline), columns=[*ROW, *_ENDS])
    shown = _replaced(found, bootstrapped)
    shown = _replaced(shown, first, rows_of(found, headline).index)
    columns = [name for name in found.columns if name not in ("difference", "low", "high")]
    told = rows_of(found, headline)[columns].merge(first, on=ROW, how="inner")
    order = {name: place for place, name in enumerate(scenario.arrangements)}
    told = told.iloc[np.argsort(told["arrangement"].map(order).to_numpy(), kind="stable")]
    return Compared(
        replace(results, comparisons=shown, together=True),
        sized,
        told.reset_index(drop=True),
        bootstrapped,
    )


_ENDS = ["unit", "difference", "low", "high"]


def _decided(rows: pd.DataFrame, base: str, confidence: float) -> Iterator[dict[str, object]]:
    """Yield a row per comparison of the primary measure, with the interval that it was sized by."""
    for who, gain in gains(rows, base):
        found = t_interval(gain, confidence)
        spread = float(gain.std(ddof=1)) if np.isfinite(gain).all() else np.nan
        yield {
            **{name: who[name] for name in ROW},
            **_ends(found),
            "half_width": found.half_width,
            "confidence": confidence,
            "visible": visible(spread, len(gain), confidence),
        }


def _rare(
    rows: pd.DataFrame, base: str, seed: int, leave_out: Headline
) -> Iterator[dict[str, object]]:
    """Yield a row per comparison of a rare event, but for the primary measure."""
    for who, gain in gains(rows, base):
        own = Headline(str(who["measure"]), str(who["case_type"]))
        if own != leave_out and rare.is_rare(gain, str(who["unit"])):
            found = rare.interval(gain, level(1), seed)
            yield {**who, **_ends(found)}


def _ends(found: Interval) -> dict[str, float]:
    return {"difference": found.mean, "low": found.low, "high": found.high}


def gains(rows: pd.DataFrame, base: str) -> Iterator[tuple[dict[str, object], Float]]:
    """Yield who is compared in what, and value less base by replication, in their order.

    ``rows`` are measures; those that one of the two never has are left out. A difference is not
    a number in a replication that only one of the two has.
    """
    by = ["context", "measure", "case_type", "unit", "arrangement"]
    values = {
        tuple(key): part.set_index("replication")["value"]
        for key, part in rows.groupby(by, sort=False)
    }
    for key, own in values.items():
        *what, name = map(str, key)
        theirs = values.get((*what, base_of(name, base)))
        if plain(name) != base and theirs is not None:
            who = dict(zip(by, what, strict=False))
            named = {"staffing": staffing_of(name), "arrangement": plain(name)}
            yield {**who, **named}, paired_differences(own, theirs)


def _replaced(
    comparisons: pd.DataFrame, found: pd.DataFrame, rows: pd.Index | None = None
) -> pd.DataFrame:
    """Return comparisons with the intervals of ``found``, among rows over everything else."""
    if found.empty:
        return comparisons
    whole = (comparisons[["body", "role", "period"]] == ALL).all(axis=1)
    here = comparisons.loc[whole if rows is None else rows]
    ends = here[ROW].reset_index().merge(found, on=ROW, how="inner").set_index("index")
    changed = comparisons.copy()
    for name in ("low", "high"):
        changed.loc[ends.index, name] = ends[name]
    return changed
