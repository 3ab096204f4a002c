"""The table of targets: for the terminal, and as a document of the docs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import HORIZONTALS
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.evidence import words
from sim.evidence.judgement import Finding
from sim.evidence.targets import Check, Gap, Targets
from sim.version import MODEL_VERSION

STYLES = {"hit": "green", "miss": "bold red"}


def render(targets: Targets, findings: Sequence[Finding]) -> RenderableType:
    """Return the table for a terminal, what each target rests on, and the count."""
    return Group(
        _table(findings),
        Text("\nWhat they rest on\n", style="bold"),
        *_assumptions(targets),
        Text(),
        *(Text(paragraph.replace("**", "")) for paragraph in words.HOW_TO_READ),
        Text(),
        *(Text(line) for line in words.tally(findings)),
    )


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=HORIZONTALS, show_lines=True, expand=True, padding=0)
    table.add_column("", width=4)
    table.add_column("What, and what was observed", ratio=1)
    for title, width in (("Hit if", 13), ("Model (95% interval)", 17), ("Verdict", 16)):
        table.add_column(title, width=width)
    for finding in findings:
        row = finding.row
        asked = Text.assemble((row.what, "bold"), f" ({row.label})\n{words.observed(row)}")
        style = STYLES.get(finding.verdict, "")
        verdict = Text(words.verdict(finding), style=style)
        table.add_row(finding.target, asked, _hit_if(row), words.model(finding), verdict)
    return table


def _hit_if(row: Check | Gap) -> str:
    return words.accepted(row) if isinstance(row, Check) else ""


def _assumptions(targets: Targets) -> Iterator[Text]:
    for name, target in targets.items():
        each = dict.fromkeys(line for check in target.checks for line in words.rests_on(check))
        for line in each:
            yield Text(f"{name}: {line}")


def document(targets: Targets, findings: Sequence[Finding], replications: int) -> str:
    """Return the table and all behind it as a page in Markdown.

    Nothing in it depends on the machine or the day.
    """
    lines = [
        "# What was observed, and what the model gives",
        "",
        f"Model version {MODEL_VERSION}; {replications} replications; central values of all "
        "parameters. Written by `sim evidence --markdown docs/evidence.md`.",
        "",
        *(f"- {line}" for line in words.tally(findings)),
        "",
        *(line for paragraph in words.HOW_TO_READ for line in (paragraph, "")),
        *_markdown_table(findings),
        "",
        *_sections(targets, findings),
        "## Sources",
        "",
        *(f"- {line}" for line in words.bibliography(findings)),
    ]
    return "\n".join(lines) + "\n"


COLUMNS = ("Target", "What", "Label", "Observed", "Hit if", "Model (95% interval)", "Verdict")


def _markdown_table(findings: Sequence[Finding]) -> Iterator[str]:
    yield _line(COLUMNS)
    yield _line(["---"] * len(COLUMNS))
    for finding in findings:
        row = finding.row
        said = (words.observed(row), _hit_if(row), words.model(finding), words.verdict(finding))
        yield _line([finding.target, row.what, row.label, *said])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _sections(targets: Targets, findings: Sequence[Finding]) -> Iterator[str]:
    for name, rows in groupby(findings, key=lambda finding: finding.target):
        yield from (f"## {name}: {targets[name].title}", "")
        for finding in rows:
            yield from _explained(finding)
        yield ""


def _explained(finding: Finding) -> Iterator[str]:
    """Yield what a row means, what is run for it and what it rests on."""
    row = finding.row
    yield f"- **{row.what}** ({row.label}). {row.why}".rstrip()
    if isinstance(row, Check):
        yield f"  - Asked: `{words.asked(row)}`"
        yield from (f"  - Rests on `{line}`" for line in words.rests_on(row))
