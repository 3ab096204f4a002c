"""The question which: what arrangement does better, and whether that holds in other contexts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from sim import answers
from sim.api import Results
from sim.engine.engines import Name
from sim.experiment import comparing, decision_table, stress_table, summary
from sim.experiment import stress as stressing
from sim.experiment.run import manifest_of
from sim.experiment.staffing import AS_STAFFED, Staffing
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width


@dataclass(frozen=True)
class Compared(comparing.Compared):
    """A comparison that decides, as ``sim.experiment.comparing.Compared`` describes it."""

    @property
    def run(self) -> Results:
        """Return the run behind it, with its charts and every measure."""
        return Results(**vars(self.results))

    def sentences(self) -> list[str]:
        """Return what the intervals of the primary measure support, in sentences to quote."""
        return decision_table.sentences(self)

    def table(self, *, context: str | None = None) -> summary.TextTable:
        """Return the primary measure of each arrangement less base, as a notebook shows it."""
        return decision_table.tabulate(self, context)

    def show(self, console: Console | None = None) -> None:
        """Print the primary measure first, then the tables of the run."""
        (console or answers.console()).print(decision_table.render(self))


def compare(
    scenario: LoadedScenario | str | Path,
    *,
    replications: int | None = None,
    most: int | None = None,
    precision: float | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
    sets: int = comparing.SETS,
) -> Compared:
    """Compare every arrangement with base, with as many replications as that needs.

    Replications grow from ``replications`` (by default the scenario's) to at most ``most``
    (by default ten times as many), until the intervals of the primary measure, which hold
    for all arrangements at once, have at most the half-width ``precision`` in its unit (by
    default the scenario's, or half of the smallest difference that matters). The share of
    ``sets`` of plausible values in which each sign holds stands beside them; 0 leaves it out.

    Raises ``sim.experiment.errors.ExperimentError`` when it cannot start or go on.
    """
    loaded = answers.opened(scenario)
    found = comparing.compare(
        loaded,
        replications=replications,
        most=most,
        target=precision,
        seed=seed,
        jobs=jobs,
        engine=engine,
        out=out,
        progress=progress,
        cluster=cluster,
        sets=sets,
    )
    return Compared(**vars(found))


@dataclass(frozen=True)
class Stressed(stressing.Stressed):
    """A stress test, as ``sim.experiment.stress.Stressed`` describes it."""

    def sentences(self) -> list[str]:
        """Return who is never far behind, and where the order turns round, to quote."""
        words = (
            *stress_table.minimax_words(self),
            stress_table.ranking_words(self),
            *stress_table.flip_words(self),
        )
        return [line.strip() for line in words]

    def table(self, *, staffing: Staffing = AS_STAFFED) -> summary.TextTable:
        """Return the regret in every context, as a notebook shows it."""
        return stress_table.tabulate(self, staffing)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw the regret in each context with caption, alt text and numbers."""
        from sim.charts import heatmap

        measure = stress_table.measure_of(self)
        notes = f"{self.scenario.run.replications} replications. Scenario: {self.scenario.title}"
        titles = _titles(self.scenario)
        return heatmap.draw(
            self.grid, measure.unit, measure.title.lower(), titles.__getitem__, notes, width
        )

    def save(self, out: str | Path = "results") -> Path:
        """Write the tables and the chart under ``out`` and return their folder.

        Raises ``StoreError``.
        """
        name = f"stress-{manifest_of(self.scenario)['run']}"
        folder = Path(out) / self.scenario.name / name
        tables = ("grid", "worst", "ranking", "flips", "means")
        every = {title: getattr(self, title) for title in tables}
        answers.save(folder, every, {"regret": self.chart}, self.scenario)
        return folder

    def show(self, console: Console | None = None) -> None:
        """Print regret by context, first-in-first-out, and where the order turns round."""
        (console or answers.console()).print(stress_table.render(self))


def stress(
    scenario: LoadedScenario | str | Path,
    *,
    contexts: Sequence[str] = (),
    along: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Stressed:
    """Put every arrangement into every context, and ask who is never far behind the best.

    ``contexts`` are names of the library or of the scenario (by default all that the
    scenario can take). Along each key path in ``along``, from the low to the high of its
    range or between other ends (``key=low:high``), the sizes are found at which the order
    of two arrangements turns round. ``replications`` of each cell are 10 by default.

    Raises ``ScenarioError`` for what is not known, ``ExperimentError`` when it cannot run.
    """
    loaded = answers.opened(scenario)
    found = stressing.stress(
        loaded,
        contexts=contexts,
        along=along,
        replications=replications,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
        engine=engine,
        out=out,
        progress=progress,
    )
    return Stressed(**vars(found))


def _titles(scenario: Scenario) -> dict[str, str]:
    titles = {name: each.title for name, each in scenario.contexts.items()}
    titles |= {name: each.title for name, each in scenario.arrangements.items()}
    return {name: title or name for name, title in titles.items()}
