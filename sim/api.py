"""The Python interface: load a scenario, run it, read and draw its results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.console import Console

from sim import answers
from sim.engine.engines import Name
from sim.experiment import against, findings, summary, table
from sim.experiment import results as experiment
from sim.experiment import run as running
from sim.experiment.comparison import choose
from sim.experiment.design import context_of
from sim.experiment.errors import StoreError
from sim.experiment.staffing import AS_STAFFED, Staffing, plain
from sim.experiment.store import refusal
from sim.scenario import describe as describing
from sim.scenario import differences, files
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario
from sim.whole import filled, whole_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.charts import ChartData, Drawn
    from sim.charts.style import Width
    from sim.engine.log import Log
    from sim.evidence.answering import Answers
    from sim.model.arrays import Model


class Results(experiment.Results):
    """The results of a run.

    ``measures`` is a tidy table (one number per row), ``comparisons`` the paired
    differences from base, ``folder`` where both are kept.
    """

    def plot(
        self, chart: str, *, context: str | None = None, staffing: Staffing = AS_STAFFED
    ) -> Figure:
        """Draw one chart, such as ``backlog`` or ``differences``.

        Raises ``sim.charts.UnknownChartError`` naming the charts there are.
        """
        return self.chart(chart, context=context, staffing=staffing, width="one-column").figure

    def chart(
        self,
        chart: str,
        *,
        context: str | None = None,
        staffing: Staffing = AS_STAFFED,
        width: Width = "two-column",
    ) -> Drawn:
        """Draw one chart with its caption, alt text and numbers, as a notebook shows it.

        Raises ``sim.charts.UnknownChartError`` naming the charts there are.
        """
        from sim import charts

        return charts.draw(chart, self.for_charts(context, staffing), width)

    def table(
        self, *, context: str | None = None, staffing: Staffing = AS_STAFFED
    ) -> summary.TextTable:
        """Return the headline measures of every arrangement, as a notebook shows them."""
        return summary.tabulate(choose(self, staffing, context))

    def sentences(
        self, *, context: str | None = None, staffing: Staffing = AS_STAFFED
    ) -> list[str]:
        """Return what the primary measure supports, and who is behind, in sentences."""
        return findings.sentences(choose(self, staffing, context))

    def against(self, before: Results, arrangement: str) -> Results:
        """Return results that compare an arrangement in this run with itself in another.

        Its two arrangements are called ``before`` (the base) and ``after``, as staffed.
        Raises ``DesignError`` where the two runs did not have the same luck.
        """
        return Results(**vars(against.against(self, before, arrangement)))

    def save(self) -> Path:
        """Write every chart, its numbers, caption and alt text; return their folder.

        Charts that are there already are left alone. Raises ``StoreError``.
        """
        folder = self.folder / "charts"
        if not filled(folder):
            try:
                self._save_charts(folder)
            except OSError as error:
                raise StoreError(refusal(folder, error)) from error
        return folder

    def _save_charts(self, folder: Path) -> None:
        """Draw into a passing folder, then rename it: all charts or none."""
        from sim import charts

        with whole_folder(folder) as passing:
            charts.save_all(self.for_charts(None, AS_STAFFED), passing)

    def show(self, console: Console | None = None) -> None:
        """Print the comparison in every staffing that was run."""
        (console or answers.console()).print(table.render(self))

    def for_charts(self, context: str | None, staffing: Staffing) -> ChartData:
        """Return what charts are drawn from; without a context, from each of them.

        Raises ``DesignError`` for a context that the run does not have.
        """
        from sim.charts import ChartData

        scenario = self.scenario
        context_of(scenario, context)
        estate = describing.estate_words(scenario.estate)
        return ChartData(
            measures=_in_order(self.measures, list(scenario.arrangements)),
            comparisons=self.comparisons,
            title=scenario.title,
            base=scenario.compare.base,
            note=f"Estate: {estate}." if estate else "",
            primary=scenario.compare.primary,
            labels=_labels(scenario),
            staffing=staffing,
            context=context,
            changes=[f"{date:%Y-%m}" for date in scenario.changes],
            together=self.together,
        )


def _in_order(measures: pd.DataFrame, arrangements: list[str]) -> pd.DataFrame:
    """Sort by arrangement in the order of the scenario."""
    order = {name: place for place, name in enumerate(arrangements)}
    labels = measures["arrangement"].unique()
    places = measures["arrangement"].map({name: order.get(plain(name)) for name in labels})
    return measures.iloc[np.argsort(places.to_numpy(), kind="stable")]


def _labels(scenario: Scenario) -> dict[str, str]:
    labels = {name: each.title for name, each in scenario.arrangements.items()}
    labels |= {name: each.title for name, each in scenario.pathways.case_types.items()}
    labels |= {name: each.title for name, each in scenario.contexts.items()}
    return {name: title for name, title in labels.items() if title}


def load(name_or_path: str | Path, overrides: Sequence[str] = ()) -> LoadedScenario:
    """Load a scenario of the library by name, or any scenario file by path.

    ``overrides`` are texts such as ``arrangements.central.teams.area.wte=18``.
    Raises ``sim.scenario.errors.ScenarioError`` with every fault found.
    """
    return files.load(name_or_path, overrides)


def describe(scenario: LoadedScenario | str | Path) -> str:
    """Say in Markdown what a scenario compares, on which contracts, and how much is assumed.

    Raises ``sim.scenario.errors.ScenarioError`` with every fault found.
    """
    return describing.markdown(answers.opened(scenario))


def diff(one: LoadedScenario | str | Path, other: LoadedScenario | str | Path) -> list[str]:
    """Say in plain English how one scenario differs from another; empty where it does not.

    Raises ``ScenarioError``.
    """
    return differences.differences(answers.opened(one), answers.opened(other))


def run(
    scenario: LoadedScenario | str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
) -> Results:
    """Run a scenario: every arrangement in every context, replication by replication.

    ``replications`` and ``seed`` replace the scenario's own; ``jobs`` is the number
    of processes (default: one per core). Neither it nor the ``engine`` (``compiled``,
    or ``reference``, which is slower and written to be read) changes a result, nor does a
    ``cluster``: a Dask scheduler's address, or "local" (in a script, under
    ``if __name__ == "__main__"``). Results are kept under ``out``, where a repeated run is
    found again and a stopped one goes on.

    Raises ``sim.experiment.errors.ExperimentError`` when it cannot start or go on.
    """
    loaded = answers.opened(scenario)
    found = running.run(
        loaded,
        replications=replications,
        seed=seed,
        jobs=jobs,
        engine=engine,
        out=out,
        progress=progress,
        cluster=cluster,
    )
    return Results(**vars(found))


def claims(
    *only: str,
    area: str = "",
    settings: Sequence[str] = (),
    replications: int | None = None,
    jobs: int | None = None,
    out: str | Path = "results",
    progress: bool = True,
) -> Answers:
    """Put what was claimed about arrangements to the model, by number such as ``S3.4``.

    Without a number, every claim of the library. ``area`` is an area team's patch, for
    the scenarios that are about one; ``settings`` are changes as ``load`` takes them.
    Raises ``ScenarioError`` for what is not known, ``ExperimentError`` when it cannot run.
    """
    from sim.evidence import answering
    from sim.evidence.claims import chosen, read_claims

    return answering.answered(
        chosen(read_claims(), only),
        area=area,
        settings=settings,
        replications=replications or answering.REPLICATIONS,
        jobs=jobs,
        out=out,
        progress=progress,
    )


def events(
    scenario: LoadedScenario | str | Path,
    arrangement: str,
    *,
    context: str | None = None,
    replication: int = 0,
) -> pd.DataFrame:
    """Return the event log of one replication, in the columns that event-log tools read.

    ``context`` is by default the first of the scenario. Raises ``ScenarioError``
    where the scenario has no such arrangement or context.
    """
    from sim.outcomes.events import event_log

    return event_log(*_one_run(scenario, arrangement, context, replication))


def breaches(
    scenario: LoadedScenario | str | Path,
    arrangement: str,
    *,
    context: str | None = None,
    replication: int = 0,
) -> pd.DataFrame:
    """Return every case that missed its clock in one replication. Raises like ``events``."""
    from sim.outcomes.events import breaches

    return breaches(*_one_run(scenario, arrangement, context, replication))


def _one_run(
    scenario: LoadedScenario | str | Path, arrangement: str, context: str | None, replication: int
) -> tuple[Model, Log]:
    from sim.experiment.one_run import one_run
    from sim.scenario.estate_of import estate_of

    loaded = answers.opened(scenario)
    found = one_run(loaded.scenario, estate_of(loaded), arrangement, context, replication)
    return found.model, found.log
