"""A pin: the numbers that a scenario is held to, and what they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from sim import version
from sim.experiment.design import canonical, document
from sim.experiment.headlines import ALL, Headline, primary, rows_of
from sim.experiment.results import Results
from sim.experiment.run import controlled
from sim.scenario.quantity import Frozen
from sim.scenario.schema import Scenario

Mode = Literal["exact", "equivalent"]

ROW = ["context", "arrangement", "measure", "case_type"]
"""What names one number of a pin."""

RELATIVE = 0.05
"""The margin of a measure for which none is stated, as a share of what is pinned."""


class Head(Frozen):
    """What the numbers of a pin were made of."""

    format: Literal[1] = 1
    scenario: str
    mode: Mode
    model_version: int
    seed: int
    replications: Annotated[int, Field(ge=2)]
    scenario_sha256: str
    settings: list[str] = Field(default_factory=list)
    """Changes to the scenario, as ``--set`` takes them, with which it is checked as well."""


class Margins(Frozen):
    """How far a mean may move before it says something else.

    ``measures`` are in the unit of the measure (shares from 0 to 1); for every other measure
    it is ``relative``, a share of what is pinned.
    """

    relative: Annotated[float, Field(ge=0)] = RELATIVE
    measures: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)

    def of(self, measure: str, mean: float) -> float:
        """Return the margin of a measure in its unit."""
        return self.measures.get(measure, self.relative * abs(mean))


@dataclass(frozen=True)
class Pin:
    """What a scenario is held to. ``numbers`` has the columns ``ROW``, ``mean`` and ``sd``."""

    head: Head
    margins: Margins
    numbers: pd.DataFrame

    @property
    def measures(self) -> list[Headline]:
        """Return the measures that are pinned, each with its case type."""
        pairs = self.numbers[["measure", "case_type"]].drop_duplicates()
        return [Headline(*pair) for pair in pairs.itertuples(index=False)]

    def only(self, chosen: Sequence[Headline]) -> Pin:
        """Return the pin of some of its measures."""
        pairs = self.numbers[["measure", "case_type"]].itertuples(index=False)
        keep = [Headline(*pair) in chosen for pair in pairs]
        return replace(self, numbers=self.numbers[keep].reset_index(drop=True))


def head_of(scenario: Scenario, mode: Mode, settings: Sequence[str]) -> Head:
    """Return what the numbers of a scenario are made of."""
    return Head(
        scenario=scenario.name,
        mode=mode,
        model_version=version.MODEL_VERSION,
        seed=scenario.run.seed,
        replications=scenario.run.replications,
        scenario_sha256=content_of(scenario),
        settings=[*settings],
    )


def content_of(scenario: Scenario) -> str:
    """Return a hash of all that the results depend on, but for seed and replications.

    Titles, ranges and sources are not in it, as in the key of a replication.
    """
    plain = controlled(scenario, None, 0)
    points = {
        context: {name: document(plain, name, context) for name in scenario.arrangements}
        for context in scenario.contexts
    }
    content = [points, scenario.compare.base, scenario.compare.rebalanced]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def margins_of(scenario: Scenario, chosen: Sequence[Headline]) -> Margins:
    """Return the margins to start from: the smallest difference that the scenario declares."""
    least, name = scenario.compare.smallest_difference, scenario.compare.primary
    declared = least > 0 and any(name == one.measure for one in chosen)
    return Margins(measures={name: least} if declared else {})


def usual(scenario: Scenario, measures: pd.DataFrame, mode: Mode) -> list[Headline]:
    """Return what is pinned where nothing is chosen.

    For equivalence the primary measure, for which alone the scenario says what matters; to be
    exact, every measure of the run over all case types.
    """
    if mode == "equivalent":
        return [primary(scenario.compare)]
    names = sorted(measures.loc[measures["case_type"] == ALL, "measure"].unique())
    return list(dict.fromkeys([primary(scenario.compare), *map(Headline, names)]))


def numbers(results: Results, chosen: Sequence[Headline]) -> pd.DataFrame:
    """Return mean and standard deviation over replications of each arrangement and context.

    The columns are ``ROW``, ``unit``, ``mean``, ``sd`` and ``reached``, the number of
    replications with a finite value; where that is not all of them, no mean can be said, and
    it is NaN, or what all of them say (such as infinite).
    """
    known = results.measures
    wanted = {one.measure for one in chosen}
    whole = (known["body"] == ALL) & (known["role"] == ALL) & known["measure"].isin(wanted)
    small = known[whole]
    rows = pd.concat([small.iloc[:0], *(rows_of(small, one) for one in chosen)])
    order = {name: place for place, name in enumerate(dict.fromkeys(known["arrangement"]))}
    found = rows.groupby([*ROW, "unit"], sort=False)["value"].agg(
        mean=_mean, sd=_sd, reached=lambda values: np.isfinite(values).sum()
    )
    table = found.reset_index()
    place = table["arrangement"].map(order)
    by = ["context", "place", "measure", "case_type"]
    return table.assign(place=place).sort_values(by, ignore_index=True).drop(columns="place")


def _mean(values: pd.Series) -> float:
    numbers = values.to_numpy(np.float64)
    if (numbers == numbers[0]).all():
        return float(numbers[0])
    return float(numbers.mean()) if np.isfinite(numbers).all() else np.nan


def _sd(values: pd.Series) -> float:
    numbers = values.to_numpy(np.float64)
    if not np.isfinite(numbers).all():
        return np.nan
    return float(numbers.std(ddof=1)) if (numbers != numbers[0]).any() else 0.0
