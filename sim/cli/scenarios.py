"""Commands about scenario files: list, check, show and compare them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import CycloptsError
from rich.console import Console

from sim.cli.words import Flag, Settings, app
from sim.experiment.errors import DesignError
from sim.scenario.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from sim.scenario.assumed import Effects


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

    What is sound and yet hardly meant is noted: a team without work, a source in no list.

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
    from sim.scenario.notes import notes

    if not files:
        raise CycloptsError(msg="Give at least one scenario file to validate.")
    faults: list[Fault] = []
    for file in files:
        try:
            loaded = load(file, settings)
            check_primary(loaded.scenario)
            print(f"{file}: {summary(loaded)}")
            for note in notes(loaded):
                print(f"  note: {note}")
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
    assumed: Flag = False,
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Show a resolved scenario: each value with its unit, range, source, grade and origin.

    Parameters
    ----------
    file
        Scenario name or path.
    assumed
        Only what was merely assumed: by its effect where "sim sensitivity" has been run, else
        the least certain first.
    out
        Folder for results, where effects are looked for.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim.scenario import assumed as merely_assumed
    from sim.scenario import describe
    from sim.scenario.files import load

    loaded = load(file, settings)
    if assumed:
        merely_assumed.show(loaded, Console(), _effects(out, loaded.scenario.name))
    else:
        describe.show(loaded, Console())


def _effects(out: Path, scenario: str) -> Effects | None:
    """Return the effects that a sensitivity analysis of the scenario has left, if one has."""
    from sim.scenario.library import there

    # The layers above scenarios are slow to import, and most often there is nothing to read.
    if not there(out / scenario / "sensitivity.csv"):
        return None
    from sim.experiment.sensitivity import read_effects

    return read_effects(out, scenario)


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
