"""Commands about the model itself: how it agrees with what was observed, how fast it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.words import app, console


@app.command
def evidence(
    *,
    only: Annotated[list[str], Parameter(consume_multiple=True, negative=())] = [],  # noqa: B006
    replications: int = 10,
    jobs: int | None = None,
    markdown: Path | None = None,
    out: Path = Path("results"),
) -> None:
    """Set the model beside what was observed: every validation target, hit or miss.

    Parameters
    ----------
    only
        Some of the targets, such as V3 V11; by default all.
    replications
        How often to repeat each run. With few, intervals are wide and hits easy.
    jobs
        Processes to use; by default one per core. Changes no result.
    markdown
        File to write the table to, with what each target rests on.
    out
        Folder for results.
    """
    from sim.evidence.judgement import evaluate
    from sim.evidence.reading import chosen, read_targets
    from sim.evidence.report import document, render
    from sim.experiment.store import atomic

    targets = chosen(read_targets(), only)
    found = evaluate(targets, replications=replications, jobs=jobs, out=out)
    console().print(render(targets, found))
    if markdown:
        with atomic(markdown, new_folder=False) as path:
            path.write_text(document(targets, found, replications), encoding="utf-8", newline="\n")
        print(f"\nwritten: {markdown}")


@app.command
def benchmark(*, contracts: int = 38_000, years: float = 5.0) -> None:
    """Measure the engines side by side: ratios, after a check that results are equal.

    Parameters
    ----------
    contracts
        Size of the stripped workload.
    years
        Length of the full model's runs.
    """
    from sim.benchmark.report import report

    for line in report(contracts, years):
        print(line, flush=True)
