"""The question which: what arrangement does better, and whether that holds in other contexts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.api import PRINTED_WIDTH, Results, load
from sim.engine.engines import Name
from sim.experiment import comparing, decision_table
from sim.scenario.files import LoadedScenario


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

    def show(self, console: Console | None = None) -> None:
        """Print the primary measure first, then the tables of the run."""
        (console or _console()).print(decision_table.render(self))


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
) -> Compared:
    """Compare every arrangement with base, with as many replications as that needs.

    Replications grow from ``replications`` (by default the scenario's) to at most ``most``
    (by default ten times as many), until the intervals of the primary measure, which hold
    for all arrangements at once, have at most the half-width ``precision`` in its unit (by
    default the scenario's, or half of the smallest difference that matters).

    Raises ``sim.experiment.errors.ExperimentError`` when it cannot start or go on.
    """
    loaded = scenario if isinstance(scenario, LoadedScenario) else load(scenario)
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
    )
    return Compared(**vars(found))


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH, highlight=False)
