"""Commands that write what a run found: a report, and the figures and numbers of a paper."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.cli.words import Flag, app, working


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

    with working("Drawing the charts of the report"):
        page, document = papers.report(run, out=out)
    print(f"Page:     {page}\nDocument: {document}")


@app.command
def figures(run: Path, *, spec: Path, out: Path | None = None, check: Flag = False) -> None:
    """Rebuild exactly the figures and numbers that a paper uses, and lock them.

    Parameters
    ----------
    run
        Folder of the run, as "sim run" and "sim compare" print it.
    spec
        TOML file that names the figures, numbers and sentences of the paper.
    out
        Folder to write to, instead of "paper" in the run's own.
    check
        Write nothing; end with exit code 1 where the paper would say anything else than its lock.
    """
    from sim import papers
    from sim.scenario.describe import counted

    if not check:
        with working("Drawing the figures of the paper"):
            *files, lock = papers.figures(run, spec, out=out)
        print(f"{counted(len(files), 'file')} in {files[0].parent}\nLock: {lock}")
        return
    with working("Rebuilding the paper to compare it with its lock"):
        found = papers.changes(run, spec)
    print("\n".join(found) or "Nothing in the paper would change.")
    if found:
        sys.exit(1)
