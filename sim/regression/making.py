"""A pin made from a run, new or in the place of an older one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.experiment.errors import DesignError
from sim.experiment.headlines import Headline
from sim.experiment.results import Results
from sim.regression.pin import Mode, Pin, head_of, margins_of, numbers, usual
from sim.scenario.schema import Scenario


def settings(
    before: Pin | None, given: Sequence[str], replications: int | None, seed: int | None
) -> list[str]:
    """Return the settings of a pin with others laid over them, each key once."""
    controls = {"run.replications": replications, "run.seed": seed}
    extra = [f"{key}={value}" for key, value in controls.items() if value is not None]
    every = [*(before.head.settings if before else ()), *given, *extra]
    return [*{text.partition("=")[0].strip(): text for text in every}.values()]


def check_scenario(before: Pin | None, name: str, path: Path) -> None:
    """Raise ``DesignError`` where a pin of one scenario would replace that of another."""
    if before and before.head.scenario != name:
        raise DesignError(
            f"{path}: pin.scenario: found {before.head.scenario}, expected {name}: choose another "
            "file, or delete this one"
        )


def mode_of(pin: Pin, asked: Mode | None, path: str | Path) -> Mode:
    """Return how to check. Raises ``DesignError`` where the pin cannot be checked like that."""
    if asked == "equivalent" and pin.head.mode == "exact":
        raise DesignError(
            f"{path}: pin.mode: found exact, which has no standard deviations, expected "
            "equivalent: write the pin again with --write --mode equivalent"
        )
    return asked or pin.head.mode


def pin(
    scenario: Scenario,
    results: Results,
    before: Pin | None,
    *,
    mode: Mode | None,
    asked: Sequence[Headline],
    settings: Sequence[str],
) -> Pin:
    """Return the pin of a run; what is not asked for stays as it was in the pin before.

    Raises ``DesignError`` where the run has no numbers of a measure that is asked for.
    """
    mode = mode or (before.head.mode if before else "exact")
    same = before if before and before.head.mode == mode else None
    chosen = asked or (same.measures if same else usual(scenario, results.measures, mode))
    margins = same.margins if same else margins_of(scenario, chosen)
    made = Pin(head_of(scenario, mode, settings), margins, numbers(results, chosen))
    missing = [one for one in asked if one not in made.measures]
    if missing:
        names = " and ".join(",".join(one) for one in missing)
        raise DesignError(f"--only: the run has no numbers of {names} over all bodies and roles")
    return made
