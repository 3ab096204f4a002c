"""What can be taken away of a finished job: the charts of its run, and the report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sim import papers
from sim.api import Results
from sim.experiment import provenance
from sim.experiment.run import points_of, recorded
from sim.page.background import Background, Job
from sim.page.view import DRAWING


@dataclass(frozen=True)
class Download:
    """An archive to take away: its name, what it is in words, and which files of a run it has."""

    name: str
    words: str
    files: Callable[[Results], Iterable[Path]]


def zipped(paths: Iterable[Path]) -> bytes:
    """Return files as one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return packed.getvalue()


DOWNLOADS = (
    Download(
        "charts.zip",
        "Charts with their captions, alt texts and numbers (ZIP)",
        lambda results: sorted(results.save().iterdir()),
    ),
    Download("report.zip", "Report as a page and as a Word document (ZIP)", papers.report),
)


def made(download: Download, job: Job, background: Background) -> bytes:
    """Return the content of a download; the run behind it is kept as ``sim run`` keeps one.

    Raises ``StoreError`` where it cannot be kept, ``MissingExtraError`` without what it needs.
    """
    if job.scenario is None:
        raise ValueError("the job has not begun")
    points = points_of(job.scenario, background.runner)
    with DRAWING:
        run = recorded(job.scenario, points, background.runner, background.out, provenance.now())
        return zipped(download.files(Results(**vars(run))))
