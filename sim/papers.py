"""Reports and paper packs: the Python interface to what is written from a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.api import Results
from sim.experiment import results as experiment
from sim.experiment.reopened import Reopened, reopen

if TYPE_CHECKING:
    from sim.reports.pictures import Draw


def report(run: experiment.Results | str | Path, *, out: str | Path | None = None) -> list[Path]:
    """Write a run as a page (``report.html``) and a Word document; return both files.

    ``run`` is the folder of a run, or its results; ``out`` the folder to write to, by default
    the run's own. Headline sentences say how robust signs are where ``compare`` or
    ``uncertainty`` has looked at that. Raises ``StoreError`` where there is no such run or
    nothing can be written, ``sim.nhs.MissingExtraError`` without the extra ``reports``.
    """
    from sim.reports.make import report, write

    opened = _opened(run)
    folder = opened.results.folder if out is None else Path(out)
    return [*write(report(opened, _draw(opened)), folder)]


def _opened(run: experiment.Results | str | Path) -> Reopened:
    return reopen(run.folder if isinstance(run, experiment.Results) else Path(run))


def _draw(opened: Reopened) -> Draw:
    return Results(**vars(opened.results)).chart
