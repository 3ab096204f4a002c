"""The headline measures as a small table for a notebook, with titles instead of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from sim.experiment import wording
from sim.experiment.comparison import (
    OVERLOADED,
    PRIMARY,
    ROUNDING,
    Comparison,
    heading,
    hidden,
    least_words,
    mean_words,
)
from sim.experiment.headlines import Headline, headlines, rows_of
from sim.experiment.staffing import AS_STAFFED, HEADINGS, REBALANCED
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.schema import Scenario

CELL = 'style="text-align:left;vertical-align:top;padding:0.3em 0.6em"'
"""Notebooks align texts to the right unless a cell says otherwise."""

NUMBERS = CELL.replace('style="', 'style="white-space:nowrap;')


@dataclass(frozen=True)
class TextTable:
    """A table of texts: a row per measure, a column per arrangement, notes below.

    A cell may have two lines. ``meanings`` defines the measures, ``first`` heads the rows.
    A notebook shows it as it is to be read.
    """

    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    meanings: dict[str, str]
    first: str = "Measure"

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" {CELL}>{escape(str(name))}</th>' for name in self.frame)
        body = "".join(_html_row(str(name), row) for name, row in self.frame.iterrows())
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        terms = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>"
            for name, text in self.meanings.items()
        )
        return (
            f"<h4>{escape(self.title)}</h4>"
            f"<table><thead><tr><th {CELL}>{escape(self.first)}</th>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table><ul>{notes}</ul>"
            f"<details><summary>What each measure means</summary><dl>{terms}</dl></details>"
        )


def _html_row(name: str, row: pd.Series) -> str:
    cells = "".join(f"<td {NUMBERS}>{escape(text).replace(chr(10), '<br>')}</td>" for text in row)
    return f'<tr><th scope="row" {CELL}>{escape(name)}</th>{cells}</tr>'


def tabulate(comparison: Comparison) -> TextTable:
    """Return the headline measures of every arrangement, with differences from base."""
    found = list(_measure_rows(comparison))
    rows = {**_capacity_rows(comparison), **{title: row for title, row, _ in found}}
    columns = [_column(comparison, name) for name in comparison.of]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    meanings = {"Load": CATALOGUE["load"].definition, **{title: text for title, _, text in found}}
    return TextTable(_table_title(comparison), frame, (*_notes(comparison.scenario),), meanings)


def _column(comparison: Comparison, name: str) -> str:
    return comparison.title(name) + (" (base)" if name == comparison.base else "")


def _table_title(comparison: Comparison) -> str:
    if comparison.staffing == AS_STAFFED:
        return HEADINGS[AS_STAFFED]
    base = comparison.title(comparison.base)
    if comparison.staffing == REBALANCED:
        return f"{HEADINGS[REBALANCED]}: every arrangement costs as much as {base}, staff by load"
    return (
        f"Same money: every arrangement's staff scaled so that it costs as much as {base} "
        "(staff, overheads and committees)"
    )


def _capacity_rows(comparison: Comparison) -> dict[str, list[str]]:
    every = comparison.capacity.values()
    return {
        "Staff (whole-time equivalents)": [f"{who.wte:,.1f}" for who in every],
        "Load of all staff together (1 is full)": [wording.load(who.load) for who in every],
        "Every group of staff keeps up": ["no" if who.overloaded else "yes" for who in every],
    }


def _measure_rows(comparison: Comparison) -> Iterator[tuple[str, list[str], str]]:
    """Yield title, cells and definition of each headline measure that the results have."""
    for headline in headlines(comparison.scenario.compare):
        values = {name: rows_of(frame, headline) for name, frame in comparison.of.items()}
        known = [frame for frame in values.values() if not frame.empty]
        if known:
            title = heading(headline, known[0], comparison.scenario.compare)
            cells = [_cell(comparison, headline, name, frame) for name, frame in values.items()]
            about = CATALOGUE.get(headline.measure)
            yield title, cells, about.definition if about else ""


def _cell(comparison: Comparison, headline: Headline, name: str, values: pd.DataFrame) -> str:
    """Return the mean, and below it the difference from base."""
    if values.empty:
        return ""
    mean = mean_words(comparison, name, values)
    found = comparison.difference(headline, name)
    unit = str(values["unit"].iloc[0])
    if found.empty or any(hidden(comparison, who, unit) for who in (name, comparison.base)):
        return mean
    return f"{mean}\n{change_words(found.iloc[0])}"


def change_words(row: Any) -> str:  # noqa: ANN401 - a row of a table
    """Say a difference with its interval; one that is only rounding is none."""
    if row["low"] == row["high"] and abs(row["difference"]) <= ROUNDING * abs(row["base_mean"]):
        return wording.none(row["unit"])
    return wording.change(row["difference"], row["low"], row["high"], row["unit"])


def _notes(scenario: Scenario) -> Iterator[str]:
    run, compare = scenario.run, scenario.compare
    start = f"{run.start.day} {run.start:%B %Y}"
    base = scenario.arrangements[compare.base].title or compare.base
    years = "1 year" if run.years == 1 else f"{run.years:g} years"
    yield f"Means of {run.replications} replications of {years} from {start}."
    yield (
        f"Below a mean: its difference from {base}, with the 95% interval in brackets. The "
        "interval shows simulation error only, not what is unknown about the assumptions. "
        "No spread: the difference was the same in every replication. None seen: "
        "there was none in any, which does not rule out a rare one."
    )
    yield (
        f"{PRIMARY} Primary measure{least_words(compare)}. It decides; the others are exploratory, "
        "with intervals that hold one at a time."
    )
    yield (
        f"{OVERLOADED.capitalize()}: some of the staff have as much work as time, or more. "
        "Times are not shown then, because the cases that wait longest are not in them and they "
        "would flatter."
    )
