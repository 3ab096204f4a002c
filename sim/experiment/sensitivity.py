"""Which parameters an answer turns on: Morris screening of all, Sobol indices of a few.

The answer is the primary measure of one arrangement less that of another, both on the same
luck. Parameters vary between low and high as ``plausible`` says; effects are in the unit of
the measure, for a parameter that goes from one end of its range to the other.

Sources: Morris 1991, Technometrics 33(2), doi:10.1080/00401706.1991.10484804, with the mean of
absolute effects of Campolongo, Cariboni and Saltelli 2007, doi:10.1016/j.envsoft.2006.10.004;
Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018. Both by SALib (Herman and Usher 2017,
doi:10.21105/joss.00097).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from scipy.stats import t as student

from sim.experiment.design import DesignPoint, check_primary, context_of
from sim.experiment.errors import DesignError, check_whole
from sim.experiment.headlines import Headline, primary
from sim.experiment.paired import CONFIDENCE, Int
from sim.experiment.plausible import Factor, Float, some_factors, with_values
from sim.experiment.runner import Runner
from sim.experiment.store import atomic
from sim.experiment.worker import Task
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.assumed import Effects
from sim.scenario.errors import nearest
from sim.scenario.files import LoadedScenario

TRAJECTORIES, FEW, SAMPLES = 4, 4, 64
"""Some 3,000 replications for two arrangements of one area: minutes, not a coffee break."""

EFFECTS = "sensitivity.csv"
LEVELS = 4
"""Levels of a Morris design; its step is then 2/3 of the range."""

Answer = Callable[[Float], Float]
"""From quantiles, shape (points, factors), to one number for each point."""


@dataclass(frozen=True)
class Sensitivity:
    """What a difference between two arrangements turns on.

    ``screening`` has a row per factor, the strongest first: ``effect`` is the mean absolute
    effect (mu*) with the half-width ``half`` of its 95% t interval over trajectories, ``mean``
    the mean effect with its sign, ``spread`` its standard deviation (large where effects
    interact or bend), and ``clear`` says that the t interval of ``mean`` leaves out zero: that
    of ``effect`` may not, because absolute values have a mean above zero where there is
    nothing but luck. ``indices`` has the Sobol indices of the strongest: ``first`` and
    ``total`` with 95% bootstrap half-widths.
    """

    loaded: LoadedScenario
    context: str
    arrangement: str
    against: str
    screening: pd.DataFrame
    indices: pd.DataFrame
    trajectories: int = TRAJECTORIES
    samples: int = SAMPLES


def sensitivity(
    loaded: LoadedScenario,
    runner: Runner,
    *,
    arrangement: str | None = None,
    against: str | None = None,
    context: str | None = None,
    trajectories: int = TRAJECTORIES,
    few: int = FEW,
    samples: int = SAMPLES,
) -> Sensitivity:
    """Screen all factors of two arrangements, then take the ``few`` strongest apart.

    By default the scenario's first other arrangement ``against`` its base. Screening takes
    ``trajectories`` × (factors + 1) points, the indices ``samples`` × (``few`` + 2); each is one
    replication of both arrangements. Every trajectory has a replication of its own, so that
    luck does not pass for an effect; the indices are those of the first. Raises ``DesignError``.
    """
    scenario = loaded.scenario
    check_primary(scenario)
    check_whole(2, trajectories=trajectories, samples=samples)
    check_whole(0, few=few)
    if samples & (samples - 1):
        raise DesignError(f"samples: expected a power of two, found {samples:,}")
    where = context_of(loaded.scenario, context)
    other = _known(loaded, against or scenario.compare.base)
    rest = [name for name in scenario.arrangements if name != other]
    if not rest:
        raise DesignError("there is one arrangement only, so there is no difference to explain")
    who = _known(loaded, arrangement or rest[0])
    if who == other:
        raise DesignError(f"{who} less itself is nothing to explain; choose two arrangements")
    every = some_factors(loaded, (who, other), where)
    sides = [DesignPoint.of(scenario, name, where) for name in (who, other)]
    wanted = primary(scenario.compare)

    def answer(quantiles: Float, each: int) -> Float:
        numbers = np.arange(len(quantiles)) // each
        return difference(loaded, runner, sides, every, quantiles, numbers, wanted)

    steps = len(every) + 1
    screened = screening(every, lambda q: answer(q, steps), trajectories, scenario.run.seed)
    strongest = [next(f for f in every if f.name == name) for name in screened["factor"][:few]]

    def partly(quantiles: Float) -> Float:
        whole = np.full((len(quantiles), len(every)), 0.5)
        whole[:, [every.index(factor) for factor in strongest]] = quantiles
        return answer(whole, len(whole))

    found = indices(strongest, partly, samples, scenario.run.seed)
    return Sensitivity(loaded, where, who, other, screened, found, trajectories, samples)


def _known(loaded: LoadedScenario, name: str) -> str:
    known = loaded.scenario.arrangements
    if name not in known:
        close = nearest(name, known) or ", ".join(known)
        raise DesignError(f"there is no arrangement {name!r}; did you mean {close}?")
    return name


def difference(
    loaded: LoadedScenario,
    runner: Runner,
    sides: Sequence[DesignPoint],
    every: Sequence[Factor],
    quantiles: Float,
    replications: Int,
    wanted: Headline,
) -> Float:
    """Return a measure of the first side less that of the second at each row of quantiles.

    ``replications`` has the one in which each row is run. Raises ``DesignError`` where a value
    was not reached at some point, as with times.
    """
    asked = [
        Task(with_values(side, loaded.scenario, every, row.tolist()), number)
        for row, number in zip(quantiles, replications.tolist(), strict=True)
        for side in sides
    ]
    seen = runner.values(asked, [wanted]).reshape(-1, 2)
    found: Float = seen[:, 0] - seen[:, 1]
    if not np.isfinite(found).all():
        raise DesignError(
            f"{wanted.measure} was not reached everywhere within these ranges: choose a share or a "
            "count for compare.primary"
        )
    return found


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Describe the unit cube of some factors to SALib."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def screening(
    every: Sequence[Factor], answer: Answer, trajectories: int, seed: int
) -> pd.DataFrame:
    """Return the Morris screening of an answer; the columns are those of ``Sensitivity``."""
    asked = problem([factor.name for factor in every])
    quantiles = morris_sample.sample(asked, trajectories, num_levels=LEVELS, seed=_small(seed))
    found = morris_analysis.analyze(
        asked, quantiles, answer(quantiles), num_levels=LEVELS, seed=_small(seed)
    )
    effect, mean, spread = (np.asarray(found[name]) for name in ("mu_star", "mu", "sigma"))
    # The mean of the squares is the same for effects and absolute effects.
    absolute = (trajectories - 1) * spread**2 + trajectories * (mean**2 - effect**2)
    reach = narrowing(trajectories)
    table = pd.DataFrame(
        {
            "factor": [factor.name for factor in every],
            "effect": effect,
            "half": reach * np.sqrt(np.maximum(absolute, 0.0) / (trajectories - 1)),
            "mean": mean,
            "spread": spread,
            "clear": np.abs(mean) > reach * spread,
            **{name: [getattr(f, name) for f in every] for name in ("low", "central", "high")},
            **{name: [getattr(f, name) for f in every] for name in ("unit", "source", "grade")},
            "places": [factor.places for factor in every],
        }
    )
    return table.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def narrowing(trajectories: int) -> float:
    """Return the half-width of a 95% t interval over trajectories, in standard deviations."""
    return float(student.ppf((1.0 + CONFIDENCE) / 2.0, trajectories - 1) / np.sqrt(trajectories))


def indices(every: Sequence[Factor], answer: Answer, samples: int, seed: int) -> pd.DataFrame:
    """Return first-order and total Sobol indices of an answer, with 95% half-widths."""
    columns = ["factor", "first", "first_half", "total", "total_half"]
    if not every:
        return pd.DataFrame(columns=columns)
    asked = problem([factor.name for factor in every])
    quantiles = sobol_sample.sample(asked, samples, calc_second_order=False, seed=_small(seed))
    values = answer(quantiles)
    if not np.ptp(values):
        nothing = np.zeros(len(every))
        return pd.DataFrame(dict(zip(columns, (asked["names"], *[nothing] * 4), strict=True)))
    found = sobol_analysis.analyze(asked, values, calc_second_order=False, seed=_small(seed))
    parts = (found[name] for name in ("S1", "S1_conf", "ST", "ST_conf"))
    return pd.DataFrame(dict(zip(columns, (asked["names"], *parts), strict=True)))


def keep_effects(found: Sensitivity, folder: Path) -> None:
    """Write the effect of every value where ``read_effects`` finds it. Raises ``StoreError``."""
    measure = CATALOGUE[found.loaded.scenario.compare.primary]
    what = f"{measure.title}, {found.arrangement} less {found.against}"
    places = found.screening["places"].map(lambda every: [*map(found.loaded.key, every)])
    rows = found.screening.assign(key=places).explode("key")[["key", "effect"]]
    with atomic(folder / EFFECTS) as path:
        rows.assign(what=what, unit=measure.unit).to_csv(path, index=False, lineterminator="\n")


def read_effects(out: Path, scenario: str) -> Effects | None:
    """Return the effects that were kept last for a scenario, None where none can be read."""
    try:
        table = pd.read_csv(out / scenario / EFFECTS, keep_default_na=False)
        effects = dict(zip(table["key"], table["effect"].astype(float), strict=True))
        return Effects(str(table["what"].iloc[0]), str(table["unit"].iloc[0]), effects)
    except (OSError, ValueError, KeyError, IndexError):
        return None


def _small(seed: int) -> int:
    """Return a seed that SALib's generators take."""
    return seed % 2**32
