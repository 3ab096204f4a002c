"""Charts of a run again, and the gallery: the Python interface."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api import Results
from sim.experiment import provenance
from sim.experiment.errors import StoreError
from sim.experiment.one_run import require
from sim.experiment.reopened import is_about, reopen
from sim.experiment.staffing import AS_STAFFED
from sim.experiment.store import atomic, refusal
from sim.inside import look, run_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.charts.page import Saved
    from sim.charts.style import Width

PAGE = "gallery.html"


@dataclass(frozen=True)
class Gallery:
    """A page with charts, and where each came from."""

    page: Path
    charts: list[Saved]

    def words(self) -> list[str]:
        """Return a line for each chart: its question, and the files that it is kept as."""
        from sim.charts.catalogue import question

        return [f"{question(chart.name)}  {chart.stem}.*" for chart in self.charts]


def gallery(run: str | Path) -> Gallery:
    """Put every chart of a run, and of what was asked beside it, on one page in its folder.

    Charts that are not there yet of the run itself are drawn, with a look into the first
    replication. Raises ``DesignError`` for what is no run, ``StoreError``.
    """
    from sim.charts.page import find, page

    folder = Path(run)
    results = _opened(folder)
    before = (folder / "charts").is_dir()
    drawn = results.save()
    if before and results.together:  # they may be older than what was compared
        draw_again(folder, ["differences"], "one-column")
    folders = [drawn, look(folder).save(), *_asked(folder, results.scenario)]
    charts = find(folders)
    scenario, made = results.manifest["scenario"], provenance.read(folder / provenance.FILE)
    asked = scenario["name"] + (provenance.settings(made["command"]) if made else "")
    with atomic(folder / PAGE) as passing:
        text = page(scenario["title"], asked, charts, folder.parent)
        passing.write_text(text, encoding="utf-8", newline="\n")
    return Gallery(folder / PAGE, charts)


def _opened(folder: Path) -> Results:
    """Read a run, with the intervals of ``sim compare`` where that was used."""
    run_of(folder)  # says in words of its own what is no run
    return Results(**vars(reopen(folder).results))


def _asked(folder: Path, scenario: Scenario) -> list[Path]:
    """Return folders with the charts of other questions of the same scenario, the latest first."""
    beside = [one for one in folder.parent.iterdir() if is_about(one, scenario)]
    every = [inner for one in beside for inner in (one, one / "chart") if any(inner.glob("*.txt"))]
    return sorted(every, key=lambda one: (one.stat().st_mtime, one.name), reverse=True)


def draw_again(run: str | Path, only: Sequence[str] = (), width: Width = "two-column") -> Path:
    """Draw charts of the measures of a run for one or two columns; return their folder.

    ``only`` are names of charts, by default all. Those of one column are with the run
    already, unless they were deleted. Raises ``DesignError``, ``ScenarioError`` and
    ``StoreError``.
    """
    from sim.charts import CHARTS, save_all

    results = _opened(Path(run))
    for name in only:
        require("chart", name, [*CHARTS])
    folder = results.folder / ("charts" if width == "one-column" else "charts-two-column")
    passing = None
    try:
        passing = Path(tempfile.mkdtemp(prefix=".writing-", dir=results.folder))
        save_all(results.for_charts(None, AS_STAFFED), passing, width, only)
        folder.mkdir(exist_ok=True)
        for path in passing.iterdir():
            path.replace(folder / path.name)
    except OSError as error:
        raise StoreError(refusal(folder, error)) from error
    finally:
        if passing is not None:
            shutil.rmtree(passing, ignore_errors=True)
    return folder
