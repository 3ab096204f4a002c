"""Pins: hold a scenario to what it gave once, exactly or within margins."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.code import code_hash
from sim.engine.engines import Name
from sim.experiment.run import run
from sim.regression import checked, choose, equivalence, exact, junit, making, pin_file, words
from sim.regression import pin as pinning
from sim.regression.pin import Mode, Pin
from sim.scenario.files import load

ROOMS = ("scenario", "model", "engine", "outcomes", "experiment")
"""Rooms of the program that results come from."""

LINES = 20
"""So many numbers that moved are shown unless the user says otherwise."""


@dataclass(frozen=True)
class Checked(checked.Checked):
    """What a check found, as ``sim.regression.checked.Checked`` describes it."""

    def sentences(self, lines: int = LINES) -> list[str]:
        """Say how it went, what has changed, and what moved: the first ``lines`` numbers."""
        return [*words.sentences(self, lines)]

    def junit(self, path: str | Path) -> Path:
        """Write it as JUnit XML and return the file. Raises ``StoreError``."""
        junit.write(self, Path(path))
        return Path(path)


def check(
    scenario: str | Path,
    expected: str | Path,
    *,
    mode: Mode | None = None,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
) -> Checked:
    """Run a scenario and compare it with the pin in the file ``expected``.

    ``mode`` is by default that of the pin; "exact" holds every number to its printed digits, and
    seed, replications, model version and scenario as well; "equivalent" asks whether each mean
    is surely within its margin. ``only`` are pinned measures, as ``MEASURE`` or
    ``MEASURE,CASE_TYPE``. The scenario has the settings of the pin, then ``settings``.

    Replications are used again under ``out`` only if this very program made them.

    Raises ``ScenarioError`` for what is wrong with the scenario or the pin, ``ExperimentError``
    when it cannot run.
    """
    began = time.perf_counter()
    pin = pin_file.read(Path(expected))
    mode = making.mode_of(pin, mode, expected)
    chosen = choose.pinned(only, pin.measures)
    loaded = load(scenario, making.settings(pin, settings, replications, seed))
    results = run(
        loaded, jobs=jobs, engine=engine, out=_place(out), progress=progress, cluster=cluster
    )
    now = pinning.head_of(loaded.scenario, mode, pin.head.settings)
    both = checked.beside(pin.only(chosen), pinning.numbers(results, chosen))
    rows = exact.judged(both) if mode == "exact" else equivalence.judged(both, pin, now)
    took = time.perf_counter() - began
    return Checked(Path(expected), mode, pin.head, now, checked.shown(rows), results, took)


def pin(
    scenario: str | Path,
    expected: str | Path,
    *,
    mode: Mode | None = None,
    only: Sequence[str] = (),
    settings: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
    cluster: str | None = None,
) -> Pin:
    """Run a scenario and keep its numbers in the file ``expected``, for ``check``.

    ``settings``, ``replications`` and ``seed`` are kept with them, and used in each check. A pin
    that is there already is renewed: its mode, measures, margins and settings stay where nothing
    else is asked for. Without one, ``mode`` is "exact" by default, with every measure of the
    whole run; "equivalent" has the primary measure.

    Raises like ``check``; a file that is there and is not a pin is left alone.
    """
    path = Path(expected)
    before = pin_file.read_if_any(path)
    kept = making.settings(before, settings, replications, seed)
    loaded = load(scenario, kept)
    making.check_scenario(before, loaded.scenario.name, path)
    asked = choose.to_pin(only, loaded.scenario)
    results = run(
        loaded, jobs=jobs, engine=engine, out=_place(out), progress=progress, cluster=cluster
    )
    made = making.pin(loaded.scenario, results, before, mode=mode, asked=asked, settings=kept)
    pin_file.write(made, path)
    return made


def _place(out: str | Path) -> Path:
    """Return the folder of results of this very program, whatever version it says it is.

    Elsewhere the version of the model tells one set of results from another. It is raised by
    hand, and a check is there for the day on which that was forgotten.
    """
    return Path(out) / "checks" / code_hash(ROOMS)
