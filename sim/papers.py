"""Reports and paper packs: the Python interface to what is written from a run."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api import Results
from sim.charts.catalogue import LOOKS
from sim.charts.data import NoDataError
from sim.experiment import results as experiment
from sim.experiment.reopened import Reopened, reopen
from sim.experiment.staffing import AS_STAFFED, Staffing
from sim.inside import look

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width
    from sim.reports.pack import Rebuild
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
    """Return what draws a chart of the run's measures, or of a look into its first replication."""
    run = Results(**vars(opened.results))
    seen = cache(lambda context: look(run, context=context))

    def draw(chart: str, *, context: str | None, staffing: Staffing, width: Width) -> Drawn:
        if chart not in LOOKS:
            return run.chart(chart, context=context, staffing=staffing, width=width)
        if staffing != AS_STAFFED:
            raise NoDataError(f"{chart} shows one replication as staffed; leave out staffing")
        return seen(context).chart(chart, width)

    return draw


def figures(
    run: experiment.Results | str | Path, spec: str | Path, *, out: str | Path | None = None
) -> list[Path]:
    """Rebuild the figures and numbers that a paper uses, and lock them; return the files.

    ``spec`` is a TOML file, as docs/paper.toml explains; ``out`` the folder to write to, by
    default ``paper`` in the run's own. The lock stands beside ``spec`` and comes last. Raises
    ``ScenarioError`` for what is wrong with ``spec``, ``StoreError`` like ``report``.
    """
    from sim.reports import lock, pack

    rebuild = _rebuild(run, Path(spec))
    found = rebuild.pack()
    folder = rebuild.opened.results.folder / "paper" if out is None else Path(out)
    return [*pack.write(rebuild, found, folder), lock.keep(found, Path(spec))]


def changes(run: experiment.Results | str | Path, spec: str | Path) -> list[str]:
    """Say what a paper would say otherwise with this run than its lock says; write nothing.

    Empty where nothing would change. Raises like ``figures``.
    """
    from sim.reports import lock

    before = lock.read(Path(spec))
    return lock.changes(before, _rebuild(run, Path(spec)).pack())


def _rebuild(run: experiment.Results | str | Path, spec: Path) -> Rebuild:
    from sim.reports.pack import Rebuild
    from sim.reports.paper import read_paper

    opened = _opened(run)
    return Rebuild(read_paper(spec, opened), opened, _draw(opened))
