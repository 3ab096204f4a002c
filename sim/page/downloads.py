"""What can be taken away: the charts of a run, with their words and numbers."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from sim.api import Results
from sim.experiment import provenance
from sim.experiment.run import recorded
from sim.page.background import Background, Job


def results(job: Job, background: Background) -> Results:
    """Return the results of a finished job, kept in a folder as ``sim run`` keeps them."""
    if job.scenario is None or job.stage is None:
        raise ValueError("the job has not begun")
    out, points = background.out, job.stage.points
    found = recorded(job.scenario, points, background.runner, out, provenance.now())
    return Results(**vars(found))


def zipped(folder: Path) -> bytes:
    """Return the files of a folder as one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()
