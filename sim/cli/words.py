"""What all commands share: the command itself, its options, and how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from cyclopts import App, CycloptsError, Parameter, Token, UnusedCliTokensError, convert
from rich.console import Console

from sim.experiment.errors import ExperimentError
from sim.nhs import MissingExtraError
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    from sim.scenario.files import LoadedScenario

WIDTH = 100
"""Columns of what is printed where there is no terminal."""


def _converted(kind: Any, tokens: Sequence[Token]) -> object:  # noqa: ANN401 - a type
    """Convert what is given for an option; a part of a whole number is refused, not rounded."""
    if kind in (int, int | None) and any("." in token.value for token in tokens):
        given = " ".join(token.value for token in tokens)
        raise ValueError(f"found {given}, expected a whole number")
    return convert(kind, tokens)


app = App(
    name="sim",
    help="Compare arrangements for commissioning primary care in England.",
    version=lambda: _version(),  # defined below
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(converter=_converted),
)

Flag = Annotated[bool, Parameter(negative=())]
Several = Annotated[list[str], Parameter(consume_multiple=True, negative=())]
Settings = Annotated[list[str], Parameter(name="--set", negative=())]


@Parameter(name="*")
@dataclass(frozen=True)
class How:
    """The options of every command that runs a scenario.

    Parameters
    ----------
    seed
        Another seed than the scenario's: other luck, the same for every arrangement.
    jobs
        Processes to use; by default one per core. Changes no result.
    cluster
        Address of a Dask scheduler, or local for Dask workers here. Changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """

    seed: int | None = None
    jobs: int | None = None
    cluster: str | None = None
    out: Path = Path("results")
    settings: Settings = field(default_factory=list)

    def load(self, scenario: str) -> LoadedScenario:
        """Load a scenario by name or path, with the settings, and look at its estate.

        Raises ``ScenarioError``.
        """
        from sim.scenario.estate_of import estate_of
        from sim.scenario.files import load

        loaded = load(scenario, self.settings)
        estate_of(loaded)
        return loaded

    @property
    def running(self) -> Running:
        """Return what the Python interface takes: all but the settings."""
        return {"seed": self.seed, "jobs": self.jobs, "cluster": self.cluster, "out": self.out}


class Running(TypedDict):
    """The options of ``How`` as named arguments."""

    seed: int | None
    jobs: int | None
    cluster: str | None
    out: Path


USUAL = How()


def _version() -> str:
    try:
        return version("commissioning-sim")
    except PackageNotFoundError:
        return "from a checkout, not installed"


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 2 for anything a user can put right."""
    try:
        try:
            given = _checked(sys.argv[1:] if words is None else words)
            app(given, exit_on_error=False, print_error=False)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever reads, such as "head", has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UnusedCliTokensError as error:
        words = ", ".join(repr(word) for word in error.unused_tokens or ())
        print(f"found {words}, expected nothing more here (sim COMMAND --help)", file=sys.stderr)
        sys.exit(2)
    except (ScenarioError, ExperimentError, MissingExtraError, CycloptsError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from what is finished.", file=sys.stderr)
        sys.exit(130)


def _checked(words: Sequence[str]) -> Sequence[str]:
    """Return the words of a command, none of which may be empty or unreadable.

    An empty one stands where a variable of the shell had no value, and would do as a folder.
    """
    for before, word in zip(["sim", *words], words, strict=False):
        option, _, value = word.partition("=")
        if not (value or option) or (word == f"{option}=" and option.startswith("--")):
            after = option or before
            raise ExperimentError(f"found nothing after {after}, expected a name or value")
        if word != word.encode(errors="replace").decode():
            raise ExperimentError(f"found {word!a} after {before}, expected text in UTF-8")
    return words


def working(on: str) -> AbstractContextManager[object]:
    """Say on a terminal what takes so long, until it is done."""
    return Console(stderr=True).status(f"{on} ...")


def console() -> Console:
    """Return where tables are printed: as wide as the terminal, or ``WIDTH``."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
