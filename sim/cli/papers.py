"""Commands that write what a run found: a report, and the figures and numbers of a paper."""

from __future__ import annotations

from pathlib import Path

from sim.cli.words import app


@app.command
def report(run: Path, *, out: Path | None = None) -> None:
    """Write a run as a self-contained page and as a Word document to paste from.

    Parameters
    ----------
    run
        Folder of the run, as "sim run" and "sim compare" print it.
    out
        Folder to write to, instead of the run's own.
    """
    from sim import papers

    page, document = papers.report(run, out=out)
    print(f"Page:     {page}\nDocument: {document}")
