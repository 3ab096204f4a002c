"""The command ``sim``: compare arrangements for commissioning primary care."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from sim.experiment.errors import DesignError, ExperimentError
from sim.scenario.errors import Fault, ScenarioError

app = App(
    name="sim",
    help="Compare arrangements for commissioning primary care in England.",
    version=lambda: _version(),  # defined below
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)

Settings = Annotated[list[str], Parameter(name="--set", negative=())]


def _version() -> str:
    try:
        return version("commissioning-sim")
    except PackageNotFoundError:
        return "from a checkout, not installed"


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 2 for anything a user can put right."""
    try:
        app(sys.argv[1:] if words is None else words, exit_on_error=False, print_error=False)
    except (ScenarioError, ExperimentError, CycloptsError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from what is finished.", file=sys.stderr)
        sys.exit(130)


@app.command
def run(
    scenario: str = "one-area-2013",
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Compare the arrangements of a scenario; print a table, write results and charts.

    Parameters
    ----------
    scenario
        Scenario name or path.
    replications
        How often to repeat it, instead of what the scenario says.
    seed
        Another seed than the scenario's: other luck, the same for every arrangement.
    jobs
        Processes to use; by default one per core. Changes no result.
    engine
        The reference engine is slower and changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import api

    loaded = api.load(scenario, settings)
    found = api.run(loaded, replications=replications, seed=seed, jobs=jobs, engine=engine, out=out)
    charts = found.save()
    found.show()
    if found.reused:
        print("\nThis run was there already; nothing was run again.")
    print(f"\nResults: {found.folder}\nCharts:  {charts}")


@app.command(name="list")
def list_() -> None:
    """List the scenarios of the library."""
    from sim.scenario.describe import listing

    scenarios = listing()
    width = max((len(name) for name, _ in scenarios), default=0)
    for name, title in scenarios:
        print(f"{name:{width}}  {title}")


@app.command
def validate(*files: str, settings: Settings = []) -> None:  # noqa: B006
    """Check scenario files and report every fault with its file and line.

    Parameters
    ----------
    files
        Scenario names or paths.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim.experiment.design import check_primary
    from sim.scenario.describe import summary
    from sim.scenario.files import load

    if not files:
        raise CycloptsError(msg="Give at least one scenario file to validate.")
    faults: list[Fault] = []
    for file in files:
        try:
            loaded = load(file, settings)
            check_primary(loaded.scenario)
            print(f"{file}: {summary(loaded)}")
        except ScenarioError as error:
            faults += error.faults
        except DesignError as error:
            faults.append(Fault(file, problem=str(error)))
    if faults:
        raise ScenarioError(faults)


@app.command
def show(
    file: str,
    *,
    assumed: Annotated[bool, Parameter(negative=())] = False,
    settings: Settings = [],  # noqa: B006
) -> None:
    """Show a resolved scenario: each value with its unit, range, source, grade and origin.

    Parameters
    ----------
    file
        Scenario name or path.
    assumed
        Only what was merely assumed, the least certain first.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim.scenario import assumed as merely_assumed
    from sim.scenario import describe
    from sim.scenario.files import load

    show_it = merely_assumed.show if assumed else describe.show
    show_it(load(file, settings), Console())


@app.command
def parameters(*words: str, markdown: Path | None = None) -> None:
    """List every key that a scenario file can set: unit, default and values of the library.

    Parameters
    ----------
    words
        Only keys that hold these words, such as knowledge or committees gp.
    markdown
        Write the tables of this document anew instead (docs/model.md).
    """
    from sim.scenario import tables
    from sim.scenario.document import rewrite

    if markdown is None:
        print("\n".join(tables.describe(words)))
    else:
        print(f"{'written' if rewrite(markdown) else 'nothing to change'}: {markdown}")


@app.command
def diff(file: str, other: str | None = None, *, between: tuple[str, str] | None = None) -> None:
    """Say in plain English how two scenarios, or two arrangements of one, differ.

    Parameters
    ----------
    file
        Scenario name or path.
    other
        Scenario name or path to compare it with.
    between
        Two arrangements of the one scenario.
    """
    from sim.scenario import differences
    from sim.scenario.files import load

    if (other is None) == (between is None):
        raise CycloptsError(msg="Give two scenarios, or one with --between and two arrangements.")
    if between:
        found = differences.between(load(file), *between)
    else:
        found = differences.differences(load(file), load(str(other)))
    print("\n".join(found) or "No difference.")


@app.command
def schema(part: str = "scenario") -> None:
    """Print the JSON Schema that editors check scenario files with.

    Parameters
    ----------
    part
        scenario, arrangement, context, estate or pathways.
    """
    from sim.scenario.published import schema_text

    print(schema_text(part), end="")


@app.command
def log(
    scenario: str,
    arrangement: str,
    *,
    out: Path,
    breaches: Annotated[bool, Parameter(negative=())] = False,
    replication: int = 0,
    settings: Settings = [],  # noqa: B006
) -> None:
    """Write what happened in one replication: every event, or every breach of a clock.

    Parameters
    ----------
    scenario
        Scenario name or path.
    arrangement
        One of its arrangements.
    out
        The CSV file to write.
    breaches
        Only the cases that missed their clock.
    replication
        Which one, counted from 0.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import api
    from sim.experiment.errors import StoreError
    from sim.experiment.store import refusal

    choose = api.breaches if breaches else api.events
    found = choose(api.load(scenario, settings), arrangement, replication=replication)
    try:
        found.to_csv(out, index=False)
    except OSError as error:
        raise StoreError(refusal(out, error)) from error
    print(f"{len(found):,} {'breaches' if breaches else 'events'} in {out}")


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
    from sim.experiment.errors import StoreError
    from sim.experiment.store import refusal

    targets = chosen(read_targets(), only)
    found = evaluate(targets, replications=replications, jobs=jobs, out=out)
    width = None if sys.stdout.isatty() else 100
    Console(width=width, highlight=False).print(render(targets, found))
    if markdown:
        try:
            markdown.write_text(
                document(targets, found, replications), encoding="utf-8", newline="\n"
            )
        except OSError as error:
            raise StoreError(refusal(markdown, error)) from error
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


estate = App(name="estate", help="Make estates of contracts.")
app.command(estate)


@estate.command(name="import")
def import_(
    file: Path,
    *,
    layout: Literal["payments", "epraccur"],
    out: Path,
    payments: Path | None = None,
    area: Annotated[list[str], Parameter(negative=())] = [],  # noqa: B006
    keep_closed: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Make a practice-level estate file from a public list and report what was taken.

    Parameters
    ----------
    file
        The list as published, in CSV.
    layout
        payments: NHS Payments to General Practice, of any year; epraccur: ODS list of practices.
    out
        Where to write the estate file.
    payments
        NHS Payments to General Practice, for list sizes and contract types of epraccur.
    area
        Area team or ICB to keep, by code or name; may be repeated.
    keep_closed
        Take practices too that closed in the year or have no patients (payments).
    """
    from sim.scenario.estate_layouts import import_estate

    report = import_estate(
        layout, file, out, payments=payments, areas=area, keep_closed=keep_closed
    )
    print(report)
    print(f"written: {out}")


if __name__ == "__main__":
    main()
