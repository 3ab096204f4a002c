"""What the answers to all questions share: how they are asked, printed and kept."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console

from sim import version
from sim.experiment.design import canonical, estate_file_digest
from sim.experiment.errors import StoreError
from sim.experiment.reopened import keep_question
from sim.experiment.run import controlled
from sim.experiment.store import atomic, refusal
from sim.scenario import describe as describing
from sim.scenario.files import LoadedScenario, load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width

PRINTED_WIDTH = 100
"""Columns of what is printed where there is no terminal."""


def console() -> Console:
    """Return where answers are printed: as wide as the terminal, or ``PRINTED_WIDTH``."""
    return Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH, highlight=False)


def opened(
    scenario: LoadedScenario | str | Path,
    replications: int | None = None,
    seed: int | None = None,
) -> LoadedScenario:
    """Return a scenario by name or path with other run controls.

    Raises ``ScenarioError`` and ``DesignError``.
    """
    loaded = scenario if isinstance(scenario, LoadedScenario) else load(scenario)
    return dataclasses.replace(loaded, scenario=controlled(loaded.scenario, replications, seed))


def folder_of(out: str | Path, scenario: Scenario, what: str, asked: object) -> Path:
    """Return a folder under ``out`` that is the same for the same question."""
    inputs = scenario.model_dump(mode="json", by_alias=True)
    content = [inputs, estate_file_digest(scenario), asked, version.MODEL_VERSION]
    mark = hashlib.sha256(canonical(content).encode()).hexdigest()[:12]
    return Path(out) / scenario.name / f"{what}-{mark}"


def estate_note(scenario: Scenario) -> str:
    """Say for a caption what estate a scenario has."""
    estate = describing.estate_words(scenario.estate)
    return f"Estate: {estate}." if estate else ""


def save(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    drawings: Mapping[str, Callable[[Width], Drawn]],
    scenario: Scenario,
    context: str = "",
) -> list[Path]:
    """Write tables, and in both widths every chart that there is something to draw for.

    Names may have a folder before them. What was asked of which ``scenario`` is kept beside
    them. Returns the files; raises ``StoreError``.
    """
    from sim.charts import NoDataError, save_drawn

    written = []
    for title, table in tables.items():
        with atomic(folder / f"{title}.csv") as path:
            table.to_csv(path, index=False, lineterminator="\n")
        written.append(folder / f"{title}.csv")
    for name, draw in drawings.items():
        try:
            with contextlib.suppress(NoDataError):
                written += save_drawn(draw, folder / name)
        except OSError as error:
            raise StoreError(refusal(folder / name, error)) from error
    keep_question(scenario, context, folder)
    return written
