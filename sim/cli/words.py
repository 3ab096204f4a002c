"""What all commands share: the command itself, its options, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from sim.experiment.errors import ExperimentError
from sim.scenario.errors import ScenarioError

WIDTH = 100
"""Columns of what is printed where there is no terminal."""

app = App(
    name="sim",
    help="Compare arrangements for commissioning primary care in England.",
    version=lambda: _version(),  # defined below
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)

Flag = Annotated[bool, Parameter(negative=())]
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


def console() -> Console:
    """Return where tables are printed: as wide as the terminal, or ``WIDTH``."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
