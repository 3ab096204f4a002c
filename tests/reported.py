"""A short run of the default scenario, compared and kept, to report on."""

from __future__ import annotations

import shutil

import sim
from sim.charts import NoDataError
from sim.experiment.reopened import reopen
from sim.papers import _draw
from sim.reports.make import report

SHORT = ["run.years=0.1"]


def compared(folder):
    """Compare in two replications and two plausible sets; return the folder of the run."""
    loaded = sim.load("one-area-2013", SHORT)
    found = sim.compare(loaded, replications=2, most=2, sets=2, jobs=1, progress=False, out=folder)
    return found.save().parent


def reopened(run, tmp_path, without=()):
    """Return a copy of a run, without some of what is kept beside it."""
    copy = tmp_path / run.parent.name / run.name
    shutil.copytree(run, copy)
    for name in without:
        shutil.rmtree(copy / name)
    return reopen(copy)


def made(opened):
    """Return the report of a run with two of its charts, because each takes a second."""
    draw = _draw(opened)

    def few(chart, **how):
        if chart not in ("backlog", "differences"):
            raise NoDataError(chart)
        return draw(chart, **how)

    return report(opened, few)
