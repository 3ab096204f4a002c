"""The command for continuous integration: hold a scenario to what it gave once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from cyclopts.types import NonNegativeInt

from sim.cli.words import USUAL, Flag, How, Several, app
from sim.experiment.errors import DesignError

Mode = Literal["exact", "equivalent"]


@app.command
def check(
    scenario: str,
    *,
    expected: Path,
    write: Flag = False,
    mode: Mode | None = None,
    only: Several = [],  # noqa: B006
    replications: int | None = None,
    lines: NonNegativeInt = 20,
    junit: Path | None = None,
    how: How = USUAL,
) -> None:
    """Say whether a scenario still gives what it gave once: exit code 1 where it does not.

    Parameters
    ----------
    scenario
        Scenario name or path.
    expected
        File of the pin: what the scenario is held to.
    write
        Check nothing; run the scenario and pin what it gives. A pin that is there is renewed.
    mode
        Hold every number to its printed digits, or ask whether means are surely within margins;
        by default as the pin says, and exact for a new one.
    only
        Some of the measures, as MEASURE or MEASURE,CASE_TYPE.
    replications
        How often to repeat, instead of what the scenario or the pin says.
    lines
        How many of the numbers that moved to show.
    junit
        File to write the result to as JUnit XML, for a continuous-integration system.
    """
    if write and junit:
        raise DesignError("--junit: with --write nothing is checked, so there is no report")
    if write:
        _write(scenario, expected, mode, only, replications, how)
        return
    from sim import pins

    found = pins.check(
        scenario,
        expected,
        mode=mode,
        only=only,
        settings=how.settings,
        replications=replications,
        **how.running,
    )
    if junit:
        found.junit(junit)
    print("\n".join(found.sentences(lines)))
    if not found.fine:
        sys.exit(1)


def _write(
    scenario: str,
    expected: Path,
    mode: Mode | None,
    only: list[str],
    replications: int | None,
    how: How,
) -> None:
    from sim import pins
    from sim.regression.words import pinned_words

    made = pins.pin(
        scenario,
        expected,
        mode=mode,
        only=only,
        settings=how.settings,
        replications=replications,
        **how.running,
    )
    print("\n".join([*pinned_words(made), f"Pin: {expected}"]))
