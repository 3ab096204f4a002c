"""A comparison as every table, report and page shows it: its numbers, its words, what it hides."""

from __future__ import annotations

import pandas as pd

from sim.experiment import wording
from sim.experiment.design import context_of
from sim.experiment.headlines import ALL, Headline, primary, rows_of
from sim.experiment.keeping_up import capacity
from sim.experiment.results import Results
from sim.experiment.staffing import label
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Compare, Scenario

OVERLOADED = "overloaded"
PRIMARY = "★"
ROUNDING = 1e-9
"""Differences smaller than this, as a share of base, come from arithmetic."""

TIMES = ("calendar days", "working days", "months")
"""Units of measures that say little while work piles up: what is left over is not in them."""


class Comparison:
    """Results of one context and one staffing, and who keeps up in them."""

    def __init__(self, results: Results, scenario: Scenario, context: str, staffing: str) -> None:
        self.scenario = scenario
        self.staffing = staffing
        self.together = results.together
        self.base = scenario.compare.base
        measures = results.measures[results.measures["context"] == context]
        self.of = {
            name: measures[measures["arrangement"] == label(name, staffing, self.base)]
            for name in scenario.arrangements
        }
        self.capacity = {name: capacity(frame) for name, frame in self.of.items()}
        found = results.comparisons
        keep = (found["context"] == context) & (found["staffing"] == staffing)
        self.differences = found[keep]

    def difference(self, headline: Headline, name: str) -> pd.DataFrame:
        """Return the difference of one arrangement from base: one row, or none."""
        rows = rows_of(self.differences, headline)
        return rows[rows["arrangement"] == name]

    def title(self, name: str) -> str:
        """Return the words for an arrangement."""
        return self.scenario.arrangements[name].title or name


def choose(
    results: Results, staffing: str = "as staffed", context: str | None = None
) -> Comparison:
    """Return the comparison in one context (by default the first) and one staffing.

    Raises ``DesignError`` for a context that the run does not have.
    """
    scenario = results.scenario
    return Comparison(results, scenario, context_of(scenario, context), staffing)


def heading(headline: Headline, values: pd.DataFrame, compare: Compare) -> str:
    """Name a measure with its unit; the primary one is marked."""
    period, unit = values["period"].iloc[0], values["unit"].iloc[0]
    name = CATALOGUE[headline.measure].title if headline.measure in CATALOGUE else headline.measure
    parts = [name, *(part for part in (headline.case_type, period) if part != ALL)]
    words = "%" if unit == "share" else wording.unit_words(unit)
    # "Cases still open" needs no "(cases)".
    title = ", ".join(parts) + (f" ({words})" if words not in name.lower() else "")
    return f"{PRIMARY} {title}" if headline == primary(compare) else title


def mean_words(comparison: Comparison, name: str, frame: pd.DataFrame) -> str:
    """Say the mean over replications, or that it is not shown because of overload.

    Where some replications had nothing to measure, it says how many had.
    """
    unit, every = str(frame["unit"].iloc[0]), comparison.scenario.run.replications
    if hidden(comparison, name, unit):
        return OVERLOADED
    mean = wording.amount(frame["value"].mean(skipna=False), unit)
    return mean if len(frame) >= every else f"{mean} ({len(frame):,} of {every:,} replications)"


def hidden(comparison: Comparison, name: str, unit: str) -> bool:
    """Whether a time would flatter, because the arrangement cannot keep up."""
    return unit in TIMES and bool(comparison.capacity[name].overloaded)


def least_words(compare: Compare) -> str:
    """Say which difference matters, to go on from the name of the primary measure."""
    if not compare.smallest_difference:
        return ""
    unit = CATALOGUE[compare.primary].unit if compare.primary in CATALOGUE else ""
    least = wording.scaled(compare.smallest_difference, unit)
    return f"; the smallest difference that matters is {least:g} {wording.unit_words(unit)}"
