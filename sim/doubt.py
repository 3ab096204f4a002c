"""How sure: the Python interface to plausible values, to what turns on them, to matching."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console

from sim import version
from sim.engine.engines import Name
from sim.evidence import matching
from sim.experiment import doubt_words, reopened, uncertain
from sim.experiment import sensitivity as turning
from sim.experiment.design import canonical
from sim.experiment.errors import StoreError
from sim.experiment.run import controlled
from sim.experiment.runner import check_jobs, runner_of
from sim.experiment.store import refusal
from sim.scenario import describe as describing
from sim.scenario import files
from sim.scenario.files import LoadedScenario

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

        return doubt.draw_uncertainty(self.found, _note(self.found.loaded), width)

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(doubt_words.render_uncertainty(self.found))

    def save(self) -> Path:
        """Write tables and chart; return their folder. Raises ``StoreError``."""
        tables = {"uncertainty": self.found.table, "sets": self.found.values}
        folder = _save(self.folder, tables, self.chart, "uncertainty")
        reopened.keep_question(self.found.loaded.scenario, self.found.context, folder)
        return folder


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
        from sim.charts import doubt

        return doubt.draw_sensitivity(self.found, _note(self.found.loaded), width)

    def show(self, console: Console) -> None:
        """Print the answer."""
        console.print(doubt_words.render_sensitivity(self.found))

    def save(self) -> Path:
        """Write tables and chart; return their folder. Raises ``StoreError``.

        The effects are kept where ``sim show --assumed`` looks for them.
        """
        tables = {"screening": self.screening.drop(columns="places"), "indices": self.found.indices}
        turning.keep_effects(self.found, self.folder.parent)
        return _save(self.folder, tables, self.chart, "sensitivity")


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
    loaded = _loaded(scenario, seed)
    check_jobs(jobs)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    found = uncertain.uncertainty(
        loaded, runner, sets=sets, replications=replications, context=context
    )
    asked = {"sets": sets, "replications": replications, "context": found.context}
    return Uncertainty(found, _folder(out, loaded, "uncertainty", asked))


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
    loaded = _loaded(scenario, seed)
    check_jobs(jobs)
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
    return Sensitivity(found, _folder(out, loaded, "sensitivity", asked))


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
) -> matching.Matching:
    """Ask which plausible values the independent validation targets do not rule out.

    ``scenario`` is the one whose ranking is looked at among those; its seed draws the sets.
    Raises ``ScenarioError`` and ``ExperimentError``.
    """
    loaded = _loaded(scenario, seed)
    check_jobs(jobs)
    return matching.calibrate(
        loaded,
        runner_of(jobs=jobs, out=out, progress=progress, cluster=cluster),
        sets=sets,
        replications=replications,
        discrepancy=discrepancy,
        targets=targets,
        seed=loaded.scenario.run.seed,
    )


def _loaded(scenario: LoadedScenario | str | Path, seed: int | None) -> LoadedScenario:
    loaded = scenario if isinstance(scenario, LoadedScenario) else files.load(scenario)
    if seed is None:
        return loaded
    controlled(loaded.scenario, None, seed)  # says what is wrong with a seed
    return files.changed(loaded, [f"run.seed={seed}"])


def _folder(
    out: str | Path, loaded: LoadedScenario, what: str, asked: Mapping[str, object]
) -> Path:
    """Return a folder that is the same for the same question."""
    content = [loaded.scenario.model_dump(mode="json", by_alias=True), asked, version.MODEL_VERSION]
    mark = hashlib.sha256(canonical(content).encode()).hexdigest()[:12]
    return Path(out) / loaded.scenario.name / f"{what}-{mark}"


def _note(loaded: LoadedScenario) -> str:
    estate = describing.estate_words(loaded.scenario.estate)
    return f"Estate: {estate}." if estate else ""


def _save(
    folder: Path, tables: Mapping[str, pd.DataFrame], chart: Callable[[], Drawn], name: str
) -> Path:
    from sim.charts.save import save_drawn

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for title, table in tables.items():
            table.to_csv(folder / f"{title}.csv", index=False, lineterminator="\n")
        save_drawn(chart, folder / "chart" / name)
    except OSError as error:
        raise StoreError(refusal(folder / "chart", error)) from error
    return folder
