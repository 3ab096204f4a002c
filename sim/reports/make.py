"""A report of a run: put together once, written as a page and as a Word document."""

from __future__ import annotations

from pathlib import Path

from sim.experiment.reopened import Reopened
from sim.experiment.store import atomic
from sim.reports import html, word
from sim.reports.answer import block_parts, headline_parts
from sim.reports.closing import limit_parts, origin_parts
from sim.reports.methods import method_parts
from sim.reports.parts import Report
from sim.reports.pictures import Draw
from sim.reports.register import register_parts

PAGE, DOCUMENT = "report.html", "report.docx"


def report(opened: Reopened, draw: Draw) -> Report:
    """Put the report of a run together; ``draw`` makes its charts."""
    parts = (
        *headline_parts(opened),
        *block_parts(opened, draw),
        *limit_parts(),
        *method_parts(opened),
        *register_parts(opened),
        *origin_parts(opened),
    )
    manifest, name = opened.results.manifest, opened.scenario.name
    foot = f"Run {manifest['run']} of {name}, model version {manifest['model_version']}."
    return Report(opened.scenario.title, opened.scenario.description, parts, foot)


def write(made: Report, folder: Path) -> tuple[Path, Path]:
    """Write page and document into a folder and return them.

    Raises ``StoreError`` when the file system refuses, ``MissingExtraError`` where packages for
    reports are not installed; neither leaves half a file.
    """
    page, document = folder / PAGE, folder / DOCUMENT
    text, content = html.render(made), word.render(made)
    with atomic(page) as path:
        path.write_text(text, encoding="utf-8", newline="\n")
    with atomic(document) as path:
        path.write_bytes(content)
    return page, document
