"""A run that was kept, opened again: its results, what was decided of them, how robust that is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim import version
from sim.experiment import comparing, provenance, results, uncertain
from sim.experiment.comparing import Compared
from sim.experiment.design import canonical, estate_file_digest
from sim.experiment.errors import StoreError
from sim.experiment.precision import Sized
from sim.experiment.results import Results, write_json
from sim.experiment.store import refusal
from sim.scenario.files import LoadedScenario
from sim.scenario.library import there
from sim.scenario.schema import Scenario
from sim.scenario.tree import Origin, grow

QUESTION = "question.json"


@dataclass(frozen=True)
class Reopened:
    """A run, and beside it what other commands have kept about the same question.

    ``compared`` is None where ``sim compare`` was not used; where it was, the comparisons of
    ``results`` have its intervals. ``robustness`` has the columns of ``Compared.robustness``,
    from there or from ``sim uncertainty``; None where neither has looked at it. ``provenance``
    is None where it cannot be read.
    """

    results: Results
    scenario: Scenario
    compared: Compared | None
    robustness: pd.DataFrame | None
    provenance: dict[str, Any] | None

    @property
    def loaded(self) -> LoadedScenario:
        """Return the scenario as its files gave it, but for the names of these files."""
        document = self.results.manifest["scenario"]
        tree = grow(document, lambda path: Origin("manifest.json", 0))
        return LoadedScenario(self.scenario, document, {}, tree)


def reopen(folder: Path) -> Reopened:
    """Read the folder of a run. Raises ``StoreError`` where it is none, or damaged."""
    found = results.read(folder)
    if found is None:
        raise StoreError(_no_run(folder))
    scenario = found.scenario
    try:
        compared = _compared(found)
        robustness = compared.robustness if compared else None
        if robustness is None:
            robustness = _uncertain(folder.parent, scenario)
    except results.DAMAGE as error:
        raise StoreError(
            f"{folder}: what is kept beside the results is damaged: {error}"
        ) from error
    shown = compared.results if compared else found
    made = provenance.read(folder / provenance.FILE)
    return Reopened(shown, scenario, compared, robustness, made)


def _no_run(folder: Path) -> str:
    """Say what is wrong with a folder, and which runs are near it."""
    if there(folder / results.MANIFEST):
        return f"{folder}: the run is damaged; repeat the command that made it"
    try:
        runs = sorted(str(path.parent) for path in folder.glob(f"**/{results.MANIFEST}"))
    except OSError:  # a name that is too long, for one
        runs = []
    hint = f"; there are {', '.join(runs[:5])}" if runs else ""
    expected = 'expected the folder of a run, as "sim run" and "sim compare" print it'
    return f"{folder}: found no manifest.json there, {expected}{hint}"


def _compared(found: Results) -> Compared | None:
    """Read what ``sim compare`` has kept beside a run."""
    folder = found.folder / comparing.FOLDER
    if not (folder / comparing.SIZED).is_file():
        return None
    sized = Sized(**json.loads((folder / comparing.SIZED).read_text(encoding="utf-8")))
    compared = comparing.compared(found, sized)
    shares = folder / f"{comparing.ROBUSTNESS}.csv"
    return compared.with_robustness(pd.read_csv(shares)) if shares.is_file() else compared


def keep_question(scenario: Scenario, context: str, folder: Path) -> None:
    """Keep with an answer which question it answers, and of what. Raises ``StoreError``."""
    question = {"asks": asks(scenario), "about": about(scenario), "context": context}
    try:
        write_json(folder / QUESTION, question)
    except OSError as error:
        raise StoreError(refusal(folder / QUESTION, error)) from error


def is_about(folder: Path, scenario: Scenario) -> bool:
    """Say whether what a folder holds was asked of what this scenario compares."""
    try:
        question = json.loads((folder / QUESTION).read_text(encoding="utf-8"))
        return bool(question["about"] == about(scenario))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def asks(scenario: Scenario) -> str:
    """Return a hash of the question that a scenario asks, however often it is repeated."""
    content = scenario.model_dump(mode="json", by_alias=True)
    return _hash(scenario, content, version.MODEL_VERSION)


def about(scenario: Scenario) -> str:
    """Return a hash of what is compared on which contracts and days, whatever is asked of it."""
    content = scenario.model_dump(mode="json", by_alias=True)
    for asked in ("contexts", "compare"):
        content.pop(asked)
    return _hash(scenario, content, version.MODEL_VERSION)


def but_for_luck(scenario: Scenario) -> str:
    """Return a hash of a scenario that neither its seed nor the number of replications changes."""
    content = scenario.model_dump(mode="json", by_alias=True)
    content["run"].pop("seed")
    return _hash(scenario, content)


def _hash(scenario: Scenario, content: dict[str, Any], *more: object) -> str:
    content["run"].pop("replications")
    whole = [content, estate_file_digest(scenario), *more]
    return hashlib.sha256(canonical(whole).encode()).hexdigest()


def _uncertain(folder: Path, scenario: Scenario) -> pd.DataFrame | None:
    """Read what ``sim uncertainty`` has kept about the same question: the most sets there are."""
    found: dict[str, tuple[int, pd.DataFrame]] = {}
    for path in sorted(folder.glob(f"uncertainty-*/{QUESTION}")):
        question = json.loads(path.read_text(encoding="utf-8"))
        if question["asks"] == asks(scenario):
            values = pd.read_csv(path.with_name("sets.csv"))
            size = int(values["set"].max())
            if size > found.get(question["context"], (0, None))[0]:
                context = question["context"]
                found[context] = size, uncertain.robustness(values, context)
    tables = [table for _, table in found.values()]
    return pd.concat(tables, ignore_index=True) if tables else None
