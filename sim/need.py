"""What it would take: the Python interface to the least staff, and to the limiting twins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
from rich.console import Console

from sim import answers
from sim.engine.engines import Name
from sim.experiment import least_staff, staff_words, twin_words
from sim.experiment import target as targets
from sim.experiment import twins as limiting
from sim.experiment.least_staff import LeastStaff, Trials
from sim.experiment.runner import runner_of
from sim.experiment.twins import Twins
from sim.experiment.ways import ALIKE, check_known, ways
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width

Block = Literal["least", "staff", "same_money", "same_service"]
"""The tables of an answer."""

REPLICATIONS = 10
"""How often each amount of staff is repeated where nothing else is asked for."""

TWIN_REPLICATIONS = 5
"""The same for the limiting twins."""


@dataclass(frozen=True)
class Staff:
    """What a target takes: tables in ``found``, words, and the frontier as a chart."""

    found: LeastStaff
    scenario: Scenario
    folder: Path

    @property
    def least(self) -> pd.DataFrame:
        """Return the least staff of each arrangement, or the best that it reaches."""
        return self.found.least

    def table(self, name: Block = "least") -> pd.DataFrame:
        """Return one of the answers as texts to read: ``found`` holds their numbers."""
        if name == "staff":
            return staff_words.staff_words(self.found.staff)
        blocks = {"least": self.found.least, "same_money": self.found.same_money}
        chosen = blocks.get(name, self.found.same_service)
        return staff_words.words(chosen, self.found)

    def sentences(self) -> list[str]:
        """Return what each arrangement needs, in sentences."""
        return staff_words.sentences(self.found, self.scenario)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw service by staff with intervals, the target and the least that meet it."""
        from sim.charts import frontier

        titles = {name: each.title for name, each in self.scenario.arrangements.items()}
        words = frontier.Words(self.scenario.title, titles, answers.estate_note(self.scenario))
        return frontier.draw(self.found, words, width)

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(staff_words.render(self.found, self.scenario))

    def save(self) -> Path:
        """Write every table as CSV, and the chart; return their folder. Raises ``StoreError``."""
        names = ("least", "staff", "same_money", "same_service", "frontier")
        tables = {name: getattr(self.found, name) for name in names}
        answers.save(self.folder, tables, {"chart/frontier": self.chart}, self.scenario)
        return self.folder


def staff(
    scenario: LoadedScenario | str | Path,
    target: str,
    *,
    confidence: float = 0.95,
    arrangements: Sequence[str] = (),
    context: str | None = None,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Staff:
    """Find the least staff with which arrangements meet a target, and what base's money buys.

    ``target`` is such as ``resolution_in_clock_share>=0.9`` or, for one case type,
    ``resolution_days_p90,payment_problem<=60``; the mean over replications must meet it with
    ``confidence``. By default every arrangement, in the first context. ``jobs``, ``cluster``
    and ``engine`` change no result. Raises ``ScenarioError`` and ``ExperimentError``.
    """
    chosen = answers.opened(scenario, replications, seed).scenario
    targets.check_confidence(confidence)
    goal = targets.parse(target, chosen)
    base, world = chosen.compare.base, context or next(iter(chosen.contexts))
    names = list(dict.fromkeys([base, *(arrangements or chosen.arrangements)]))
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    every = ways(chosen, world, names, runner)
    (first,) = (way for way in every if way.arrangement == base and way.split == ALIKE)
    trials = Trials(runner, goal, replications, confidence)
    found = least_staff.find(trials, every, first, world)
    return Staff(
        found, chosen, answers.folder_of(out, chosen, "staff", [target, confidence, names, world])
    )


@dataclass(frozen=True)
class Limits:
    """The limiting twins of some arrangements: see ``sim.experiment.twins``."""

    found: tuple[Twins, ...]
    scenario: Scenario

    def show(self, console: Console) -> None:
        """Print them."""
        console.print(twin_words.render(self.found, self.scenario))


def twins(
    scenario: LoadedScenario | str | Path,
    *,
    arrangements: Sequence[str] = (),
    context: str | None = None,
    replications: int = TWIN_REPLICATIONS,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Limits:
    """Run the limiting twins: unlimited staff, no chance at all, and all staff in one queue.

    By default every arrangement, in the first context. Raises ``ScenarioError`` and
    ``ExperimentError``.
    """
    loaded = answers.opened(scenario, replications, seed)
    chosen = loaded.scenario
    world = context or next(iter(chosen.contexts))
    names = list(dict.fromkeys(arrangements)) or list(chosen.arrangements)
    check_known(chosen, world, names)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    found = limiting.twins(loaded, names, world, runner)
    return Limits(tuple(found), chosen)
