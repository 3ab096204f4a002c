"""The pack of a paper: its figures, numbers and sentences, rebuilt from a run."""

from __future__ import annotations

import hashlib
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from sim import charts
from sim.charts import Drawn
from sim.experiment import wording
from sim.experiment.claim import claims, sentence
from sim.experiment.comparison import Comparison, choose, hidden
from sim.experiment.errors import StoreError
from sim.experiment.headlines import last_period
from sim.experiment.paired import CONFIDENCE
from sim.experiment.reopened import Reopened, but_for_luck
from sim.experiment.simultaneous import t_interval
from sim.experiment.store import refusal
from sim.reports.paper import Figure, Number, Paper, Sentence
from sim.reports.pictures import Draw
from sim.scenario.errors import Fault, ScenarioError

NUMBERS = "numbers.csv"
LONGEST_SPEC = 6
"""Letters after the colon of a format, such as ",.0f": more would only be wider."""
DIGITS = "%.9g"
"""Figures of the numbers in a chart that count: the rest is arithmetic that processors do apart."""


@dataclass(frozen=True)
class Pack:
    """What a paper uses: texts by name, and the numbers of each figure as a hash."""

    run: dict[str, Any]
    figures: dict[str, str]
    numbers: dict[str, str]
    sentences: dict[str, str]


class Rebuild:
    """Rebuilds the entries of one paper from one run."""

    def __init__(self, paper: Paper, opened: Reopened, draw: Draw) -> None:
        self.paper, self.opened, self._draw = paper, opened, draw
        self.first = next(iter(opened.scenario.contexts))

    def pack(self) -> Pack:
        """Return everything. Raises ``ScenarioError`` for what the run cannot give."""
        faults: list[Fault] = []
        found: dict[str, dict[str, str]] = {}
        kinds = (("figures", self._hash), ("numbers", self._number), ("sentences", self._sentence))
        for kind, make in kinds:
            found[kind] = {}
            for name, entry in getattr(self.paper, kind).items():
                try:
                    found[kind][name] = make(entry)
                except _NotThereError as error:
                    faults.append(self.paper.fault(kind, name, str(error)))
        if faults:
            raise ScenarioError(faults)
        manifest = self.opened.results.manifest
        names = ("run", "scenario_sha256", "seed", "replications", "model_version")
        run = {name: manifest[name] for name in names}
        return Pack({**run, "scenario": but_for_luck(self.opened.scenario)}, **found)

    def draw(self, figure: Figure) -> Drawn:
        """Draw a figure afresh."""
        where = figure.context or self.first
        try:
            return self._draw(
                figure.chart, context=where, staffing=figure.staffing, width=figure.width
            )
        except charts.NoDataError as error:
            raise _NotThereError(str(error)) from error

    def _hash(self, figure: Figure) -> str:
        text = self.draw(figure).table.to_csv(index=False, lineterminator="\n", float_format=DIGITS)
        return hashlib.sha256(text.encode()).hexdigest()

    def _comparison(self, entry: Number | Sentence) -> Comparison:
        where = entry.context or self.first
        return choose(self.opened.results, entry.staffing, where)

    def _sentence(self, entry: Sentence) -> str:
        comparison = self._comparison(entry)
        where, title = entry.context or self.first, comparison.title(entry.arrangement)
        about = entry.headline(comparison.scenario.compare)
        found = claims(comparison, self.opened.robustness, where, about)
        said = [sentence(claim) for claim in found if claim.who == title]
        if not said:
            raise _NotThereError(
                f"nothing can be said of {entry.arrangement} in {about.measure}: it is the base, "
                "was not measured, has the same cost because its staff were scaled to that, or it "
                "or the base cannot keep up, so that times would flatter"
            )
        return said[0]

    def _number(self, entry: Number) -> str:
        comparison = self._comparison(entry)
        if entry.what == "holds":
            return self._holds(entry)
        found = self._mean(entry, comparison)
        if entry.what == "difference":
            found = self._difference(entry, comparison)
        return _written(entry, found)

    def _mean(self, entry: Number, comparison: Comparison) -> _Found:
        rows = _rows(comparison.of[entry.arrangement], entry)
        unit = str(rows["unit"].iloc[0])
        names = (entry.arrangement, comparison.base)
        shown = names if entry.what == "difference" else names[:1]
        for name in shown:
            if hidden(comparison, name, unit):
                raise _NotThereError(f"{name} cannot keep up, so this time would flatter")
        ends = t_interval(rows["value"].to_numpy(dtype=np.float64), CONFIDENCE)
        return _Found(ends.mean, ends.low, ends.high, unit)

    def _difference(self, entry: Number, comparison: Comparison) -> _Found:
        found = comparison.differences
        rows = _rows(found[found["arrangement"] == entry.arrangement], entry)
        value, low, high = (float(rows.iloc[0][name]) for name in ("difference", "low", "high"))
        return _Found(value, low, high, str(rows["unit"].iloc[0]))

    def _holds(self, entry: Number) -> str:
        comparison = self._comparison(entry)
        compare = comparison.scenario.compare
        if (entry.measure, entry.case_type) != (compare.primary, compare.case_type):
            raise _NotThereError(
                f"robustness is known of the primary measure only: {compare.primary}"
            )
        where, title = entry.context or self.first, comparison.title(entry.arrangement)
        found = claims(comparison, self.opened.robustness, where)
        known = [c.holds for c in found if c.who == title and c.supported and c.holds is not None]
        if not known:
            raise _NotThereError(
                "no sign is known to hold: the interval includes zero, or robustness has not been "
                "looked at (sim compare and sim uncertainty do)"
            )
        return _written(entry, _Found(known[0], math.nan, math.nan, "share"))


class _NotThereError(Exception):
    """What an entry asks for cannot be given; the message says why."""


@dataclass(frozen=True)
class _Found:
    """A number with its 95% interval, in the unit of its measure."""

    value: float
    low: float
    high: float
    unit: str


def _rows(frame: pd.DataFrame, entry: Number) -> pd.DataFrame:
    """Return the rows of a number's measure; raises where there are none."""
    keys = ("measure", "case_type", "body", "role")
    found = frame[(frame[list(keys)] == [getattr(entry, key) for key in keys]).all(axis=1)]
    found = found[found["period"] == (entry.period or last_period(found["period"]))]
    if found.empty:
        parts = ", ".join(f"{key} {getattr(entry, key)}" for key in (*keys, "period"))
        raise _NotThereError(f"the run has no such number: {parts.removesuffix(', period ')}")
    return found


def _written(entry: Number, found: _Found) -> str:
    if entry.format is None:
        if entry.what == "holds":
            return wording.share_at_least(found.value)
        if entry.what == "difference":
            change = wording.change(found.value, found.low, found.high, found.unit)
            return f"{change} {wording.unit_words(found.unit)}"
        half = (found.high - found.low) / 2
        return wording.amount(found.value, found.unit, half)
    numbers = {
        name: wording.scaled(getattr(found, name), found.unit) for name in ("value", "low", "high")
    }
    if not math.isfinite(numbers["value"]):
        return wording.amount(found.value, found.unit)
    try:
        fields = [field for field in Formatter().parse(entry.format) if field[1] is not None]
        if not fields or any(name not in numbers for _, name, *_ in fields):
            raise ValueError("it shows no number, or something else than one")
        if any(len(spec or "") > LONGEST_SPEC for _, _, spec, _ in fields):
            raise ValueError("it is too wide")
        text = entry.format.format(**numbers)
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        problem = f"the format {entry.format!r} cannot be used ({error})"
        raise _NotThereError(f'{problem}; expected value, low and high: "{{value:.1f}}"') from error
    if "nan" in text or "inf" in text:
        raise _NotThereError("it has no interval, and the format asks for one")
    return text.replace("-", "−")


def write(rebuild: Rebuild, pack: Pack, folder: Path) -> list[Path]:
    """Write figures, with their numbers and words, and texts into a folder; return the files.

    Each takes its place when all are made. Raises ``StoreError``.
    """
    texts = {**pack.numbers, **pack.sentences}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as name:
            passing = Path(name)
            for title, figure in rebuild.paper.figures.items():
                charts.save_one(rebuild.draw(figure), passing / title)
            frame = pd.DataFrame(texts.items(), columns=["name", "text"])
            frame.to_csv(passing / NUMBERS, index=False, lineterminator="\n")
            return [path.replace(folder / path.name) for path in sorted(passing.iterdir())]
    except OSError as error:
        raise StoreError(refusal(folder / NUMBERS, error)) from error
