"""How sure: the Python interface to plausible values, to what turns on them, to matching."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console

from sim import answers
from sim.engine.engines import Name
from sim.evidence import matching, matching_words
from sim.evidence.implausible import CUT_OFF
from sim.evidence.matched import Matching
from sim.experiment import doubt_words, uncertain
from sim.experiment import sensitivity as turning
from sim.experiment.design import file_digest
from sim.experiment.runner import runner_of
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width


@dataclass(frozen=True)
class Uncertainty:
    """Who is best in how many plausible sets of values, and which signs hold."""

    found: uncertain.Uncertainty
    folder: Path

    @property
    def table(self) -> pd.DataFrame:
        """Return a row per arrangement and staffing, as ``uncertain.Uncertainty`` says."""
        return self.found.table

    def sentences(self) -> list[str]:
        """Return what the sets support, in sentences."""
        return doubt_words.uncertainty_sentences(self.found)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw the differences from base over all sets."""
        from sim.charts import doubt

        return doubt.draw_uncertainty(
            self.found, answers.estate_note(self.found.loaded.scenario), width
        )

    def best(self, width: Width = "two-column") -> Drawn:
        """Draw in what share of the sets each arrangement is best. Raises ``NoDataError``."""
        from sim.charts import doubt

        return doubt.draw_best(self.found, answers.estate_note(self.found.loaded.scenario), width)

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(doubt_words.render_uncertainty(self.found))

    def save(self) -> Path:
        """Write tables and chart; return their folder. Raises ``StoreError``."""
        tables = {"uncertainty": self.found.table, "sets": self.found.values}
        drawings = {"chart/uncertainty": self.chart, "chart/best": self.best}
        scenario, context = self.found.loaded.scenario, self.found.context
        answers.save(self.folder, tables, drawings, scenario, context)
        return self.folder


@dataclass(frozen=True)
class Sensitivity:
    """Which parameters a difference between two arrangements turns on."""

    found: turning.Sensitivity
    folder: Path

    @property
    def screening(self) -> pd.DataFrame:
        """Return every factor, the strongest first, as ``sensitivity.Sensitivity`` says."""
        return self.found.screening

    @property
    def indices(self) -> pd.DataFrame:
        """Return the Sobol indices of the strongest."""
        return self.found.indices

    def sentences(self) -> list[str]:
        """Return what the difference turns on, in sentences."""
        return doubt_words.sensitivity_sentences(self.found)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw the strongest parameters."""
        from sim.charts import turning

        return turning.draw_sensitivity(
            self.found, answers.estate_note(self.found.loaded.scenario), width
        )

    def sobol(self, width: Width = "two-column") -> Drawn:
        """Draw the Sobol indices of the strongest. Raises ``NoDataError`` where there are none."""
        from sim.charts import turning

        return turning.draw_sobol(
            self.found, answers.estate_note(self.found.loaded.scenario), width
        )

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(doubt_words.render_sensitivity(self.found))

    def save(self) -> Path:
        """Write tables and chart; return their folder. Raises ``StoreError``.

        The effects are kept where ``sim show --assumed`` looks for them.
        """
        tables = {"screening": self.screening.drop(columns="places"), "indices": self.found.indices}
        turning.keep_effects(self.found, self.folder.parent)
        drawings = {"chart/sensitivity": self.chart, "chart/sobol": self.sobol}
        answers.save(self.folder, tables, drawings, self.found.loaded.scenario)
        return self.folder


@dataclass(frozen=True)
class Calibration:
    """Which plausible values the independent targets do not rule out."""

    found: Matching
    folder: Path
    scenario: Scenario

    @property
    def targets(self) -> pd.DataFrame:
        """Return a row per target, as ``Matching.targets`` says."""
        return self.found.targets

    @property
    def ranges(self) -> pd.DataFrame:
        """Return what is left of each range, as ``Matching.ranges`` says."""
        return self.found.ranges

    @property
    def ranking(self) -> pd.DataFrame:
        """Return who stands where before and after, as ``Matching.ranking`` says."""
        return self.found.ranking

    def sentences(self) -> list[str]:
        """Return what is ruled out, whether the ranking survives, and what conflicts."""
        return matching_words.sentences(self.found)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw how far each set is from each target."""
        from sim.charts import implausible

        return implausible.draw_implausibility(self.found.by_set, CUT_OFF, width=width)

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(matching_words.render(self.found))

    def save(self) -> Path:
        """Write tables and chart; return their folder. Raises ``StoreError``."""
        names = ("targets", "ranges", "ranking", "pairs", "sets")
        tables = {name: getattr(self.found, name) for name in names}
        tables["implausibility"] = self.found.by_set
        answers.save(self.folder, tables, {"chart/implausibility": self.chart}, self.scenario)
        return self.folder


def uncertainty(
    scenario: LoadedScenario | str | Path,
    *,
    sets: int = uncertain.SETS,
    replications: int = 1,
    context: str | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Uncertainty:
    """Ask who is best when every parameter may lie anywhere in its range.

    ``sets`` of values of all parameters with a range, the same for all arrangements, each run
    ``replications`` times, as staffed and for the same money; ``context`` is by default the
    first. ``jobs``, ``cluster`` and ``engine`` change no result. Raises ``ScenarioError`` and
    ``ExperimentError``.
    """
    loaded = answers.opened(scenario, seed=seed)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    found = uncertain.uncertainty(
        loaded, runner, sets=sets, replications=replications, context=context
    )
    asked = {"sets": sets, "replications": replications, "context": found.context}
    return Uncertainty(found, answers.folder_of(out, loaded.scenario, "uncertainty", asked))


def sensitivity(
    scenario: LoadedScenario | str | Path,
    *,
    arrangement: str | None = None,
    against: str | None = None,
    context: str | None = None,
    trajectories: int = turning.TRAJECTORIES,
    few: int = turning.FEW,
    samples: int = turning.SAMPLES,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Sensitivity:
    """Ask which parameters the difference between two arrangements turns on.

    By default the first other arrangement ``against`` the base. All parameters with a range
    are screened over ``trajectories``; the ``few`` strongest are then taken apart with
    ``samples`` × (few + 2) points. Raises ``ScenarioError`` and ``ExperimentError``.
    """
    loaded = answers.opened(scenario, seed=seed)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    found = turning.sensitivity(
        loaded,
        runner,
        arrangement=arrangement,
        against=against,
        context=context,
        trajectories=trajectories,
        few=few,
        samples=samples,
    )
    asked = {
        "sides": [found.arrangement, found.against],
        "context": found.context,
        "size": [trajectories, few, samples],
    }
    return Sensitivity(found, answers.folder_of(out, loaded.scenario, "sensitivity", asked))


def calibrate(
    scenario: LoadedScenario | str | Path = "one-area-2013",
    *,
    sets: int = matching.SETS,
    replications: int = matching.REPLICATIONS,
    discrepancy: float = matching.DISCREPANCY,
    targets: Path | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: str | Path = "results",
    progress: bool = True,
) -> Calibration:
    """Ask which plausible values the independent validation targets do not rule out.

    ``scenario`` is the one whose ranking is looked at among those; its seed draws the sets.
    Finished design points are found in the store under ``out``. Raises ``ScenarioError`` and
    ``ExperimentError``.
    """
    loaded = answers.opened(scenario, seed=seed)
    found = matching.calibrate(
        loaded,
        runner_of(jobs=jobs, out=out, progress=progress, cluster=cluster),
        sets=sets,
        replications=replications,
        discrepancy=discrepancy,
        targets=targets,
        seed=loaded.scenario.run.seed,
    )
    whose = file_digest(targets) if targets else None
    asked = {"size": [sets, replications], "discrepancy": discrepancy, "targets": whose}
    folder = answers.folder_of(out, loaded.scenario, "calibrate", asked)
    return Calibration(found, folder, loaded.scenario)
