"""What there is so far, in the words, tables and pictures of the page."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from sim.api import Results
from sim.charts import NoDataError, picture
from sim.experiment import findings, wording
from sim.experiment.change import with_change
from sim.experiment.comparison import Comparison, choose, heading, hidden, least_words, mean_words
from sim.experiment.headlines import Headline, primary, rows_of
from sim.experiment.results import compare
from sim.experiment.run import manifest_of
from sim.experiment.runner import Runner
from sim.experiment.staffing import AS_STAFFED, HEADINGS, SCALED, plain, staffing_of
from sim.experiment.summary import change_words
from sim.page.background import Seen, Stage
from sim.page.levers import choices
from sim.scenario.describe import estate_words
from sim.scenario.schema import Scenario

DRAWING = threading.Lock()
"""The house style is a setting of the whole process while it lasts."""


class Staff(NamedTuple):
    """How an arrangement is staffed and whether that is enough, in words."""

    name: str
    wte: str
    load: str
    keeps_up: str
    cost_per_head: str


class Row(NamedTuple):
    """One measure: with the base, with the arrangement, and the difference."""

    measure: str
    base: str
    own: str
    change: str


@dataclass(frozen=True)
class Block:
    """The comparison in one staffing."""

    heading: str
    sentences: list[str]
    staff: list[Staff]
    rows: list[Row]


@dataclass(frozen=True)
class Picture:
    """A chart as the address of an image that needs no request."""

    source: str
    alt: str
    caption: str


@dataclass(frozen=True)
class View:
    """All that is shown of the results."""

    replications: int
    years: str
    start: str
    estate: str
    least: str
    blocks: list[Block]
    pictures: list[Picture]


def view(seen: Seen, runner: Runner) -> View | None:
    """Show what a job had at one moment; pictures come when it is finished. None: nothing yet."""
    stage, scenario = seen.stage, seen.scenario
    if stage is None or scenario is None:
        return None
    results = results_of(scenario, stage, runner)
    present = {staffing_of(name) for name in results.measures["arrangement"].unique()}
    run = scenario.run
    return View(
        replications=stage.replications,
        years="1 year" if run.years == 1 else f"{run.years:g} years",
        start=f"{run.start.day} {run.start:%B %Y}",
        estate=estate_words(scenario.estate),
        least=least_words(scenario.compare),
        blocks=[_block(choose(results, staffing)) for staffing in HEADINGS if staffing in present],
        pictures=[*_pictures(results)] if seen.finished else [],
    )


def results_of(scenario: Scenario, stage: Stage, runner: Runner) -> Results:
    """Return the results of a stage, of the arrangements that were run, as ``sim.run`` would."""
    base = scenario.compare.base
    measures = with_change(runner.kept(stage.tasks), scenario)
    ran = {plain(name) for name in measures["arrangement"].unique()}
    update = {
        "arrangements": {name: scenario.arrangements[name] for name in (base, *(ran - {base}))},
        "run": scenario.run.model_copy(update={"replications": stage.replications}),
    }
    manifest = manifest_of(scenario.model_copy(update=update))
    return Results(runner.store.folder, manifest, measures, compare(measures, base, base))


def _block(comparison: Comparison) -> Block:
    title = HEADINGS[comparison.staffing]
    if comparison.staffing == SCALED:
        base = comparison.title(comparison.base)
        title += f": staff scaled so that both cost as much as {base}"
    return Block(
        heading=title,
        sentences=[*findings.undone(comparison), *findings.sentences(comparison)],
        staff=[_staff(comparison, name) for name in comparison.of],
        rows=[*_rows(comparison)],
    )


def _staff(comparison: Comparison, name: str) -> Staff:
    who = comparison.capacity[name]
    return Staff(
        name=named(comparison, name),
        wte=f"{who.wte:,.1f}",
        load=wording.load(who.load),
        keeps_up="no" if who.overloaded else "yes",
        cost_per_head=f"£{who.cost_per_head:.2f}",
    )


def named(comparison: Comparison, name: str) -> str:
    """Return an arrangement's title, marked where it is the base."""
    return comparison.title(name) + (" (base)" if name == comparison.base else "")


def _rows(comparison: Comparison) -> Iterator[Row]:
    """Yield the primary measure, then the others that the page shows, as far as they are there."""
    first = primary(comparison.scenario.compare)
    for headline in dict.fromkeys([first, *map(Headline, choices().measures)]):
        frames = {name: rows_of(frame, headline) for name, frame in comparison.of.items()}
        if not any(frame.empty for frame in frames.values()):
            yield _row(comparison, headline, frames)


def _row(comparison: Comparison, headline: Headline, frames: dict[str, pd.DataFrame]) -> Row:
    base, (own,) = comparison.base, [name for name in frames if name != comparison.base]
    found = comparison.difference(headline, own)
    unit = str(frames[own]["unit"].iloc[0])
    told = not found.empty and not any(hidden(comparison, who, unit) for who in frames)
    return Row(
        measure=heading(headline, frames[own], comparison.scenario.compare),
        base=mean_words(comparison, base, frames[base]),
        own=mean_words(comparison, own, frames[own]),
        change=change_words(found.iloc[0]) if told else "not shown",
    )


def _pictures(results: Results) -> Iterator[Picture]:
    for name in choices().charts:
        with DRAWING:
            try:
                drawn = results.chart(name, staffing=AS_STAFFED, width="one-column")
            except NoDataError:
                continue
            source = b64encode(picture(drawn, "svg")).decode("ascii")
        yield Picture(f"data:image/svg+xml;base64,{source}", drawn.alt, drawn.caption)
