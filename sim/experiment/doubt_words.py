"""How sure an answer is, as it is printed: tables and sentences to quote."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.sensitivity import Sensitivity, narrowing
from sim.experiment.staffing import HEADINGS
from sim.experiment.uncertain import ROBUST, Uncertainty
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.values import values

STRONGEST = 12
"""Parameters of a screening that are printed."""


def render_uncertainty(found: Uncertainty) -> RenderableType:
    """Return the printed form: a block for each staffing, then sentences."""
    scenario = found.loaded.scenario
    measure = CATALOGUE[scenario.compare.primary]
    head = (
        f"\n{scenario.title}\n★ {measure.title} ({wording.unit_words(measure.unit)}), "
        f"{len(found.quantiles):,} sets of plausible values of {len(found.factors):,} parameters\n"
    )
    blocks = [
        Group(
            Text(f"\n{HEADINGS[str(staffing)]}", style="bold"),
            _uncertain_table(block, measure.unit),
        )
        for staffing, block in found.table.groupby("staffing", sort=False)
    ]
    note = UNCERTAIN_NOTE + COPIED_NOTE * any(factor.copies for factor in found.factors)
    notes = "\n".join(("", *uncertainty_sentences(found), "", note))
    return Group(Text(head, style="bold"), *blocks, Text(notes))


UNCERTAIN_NOTE = (
    "Best in and sign holds in: shares of the sets, with 95% Wilson intervals that show only how "
    "few the sets are; shares in which a sign holds are rounded down. Difference: less base, "
    "median and nine tenths of the sets. Ranges are those of the scenario's files; most are "
    "assumptions, and a value without a range did not move."
)
COPIED_NOTE = " What was changed in a copy of an arrangement moved with the original."


def _uncertain_table(block: pd.DataFrame, unit: str) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Arrangement")
    for title in ("Best in", "Difference from base", "Sign holds in"):
        shown.add_column(title, justify="right")
    for row in _rows(block):
        shown.add_row(str(row.arrangement), *_uncertain_cells(row, unit))
    return shown


def _uncertain_cells(row: Any, unit: str) -> tuple[str, str, str]:  # noqa: ANN401 - a table's row
    best = _share(row.best, row.best_low, row.best_high)
    if math.isnan(row.holds) and row.p5 == row.p95 == 0:
        return best, "base", ""
    return best, wording.change(row.p50, row.p5, row.p95, unit), _holds(row, unit)


def _holds(row: Any, unit: str) -> str:  # noqa: ANN401 - a table's row
    if math.isnan(row.holds):
        return wording.none(unit) if row.central == 0 else "not reached"
    ending = "" if row.holds >= ROBUST else ", not robust"
    interval = f"({100 * row.holds_low:.0f} to {100 * row.holds_high:.0f})"
    return f"{wording.share_at_least(row.holds)} {interval}{ending}"


def _share(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return ""
    return f"{100 * value:.0f}% ({100 * low:.0f} to {100 * high:.0f})"


def uncertainty_sentences(found: Uncertainty) -> list[str]:
    """Say for each staffing who is best in most sets, and which signs hold."""
    return [
        sentence
        for staffing, block in found.table.groupby("staffing", sort=False)
        for sentence in _about(block, HEADINGS[str(staffing)], found)
    ]


def _about(block: pd.DataFrame, opening: str, found: Uncertainty) -> Iterator[str]:
    scenario = found.loaded.scenario
    if block["best"].notna().any():
        first = block.iloc[int(block["best"].argmax())]
        title = scenario.arrangements[str(first["arrangement"])].title or first["arrangement"]
        yield f"{opening}: {title} is best in {100 * first['best']:.0f}% of the sets."
    for row in _rows(block[block["holds"].notna()]):
        title = scenario.arrangements[str(row.arrangement)].title or row.arrangement
        way = "above" if row.central > 0 else "below"
        said = "robust" if row.holds >= ROBUST else "not robust"
        yield (
            f"{opening}: that {title} lies {way} base holds in "
            f"{wording.share_at_least(row.holds)} of the sets: {said}."
        )


def render_sensitivity(found: Sensitivity) -> RenderableType:
    """Return the printed form: the strongest parameters, their indices, sentences."""
    scenario = found.loaded.scenario
    unit = CATALOGUE[scenario.compare.primary].unit
    head = (
        f"\n{scenario.title}\n★ {CATALOGUE[scenario.compare.primary].title}: "
        f"{found.arrangement} less {found.against}\n"
    )
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        _screening_table(found.screening.head(STRONGEST), unit),
    ]
    if len(found.indices):
        parts += [Text("\nShare of the variance that these make by themselves\n", style="bold")]
        parts += [_indices_table(found.indices)]
    return Group(*parts, Text("\n".join(("", *sensitivity_sentences(found), "", SCREENING_NOTE))))


SCREENING_NOTE = (
    "Effect: mean absolute change of the difference when a parameter goes from low to high, others "
    "anywhere in their ranges (Morris), with its 95% half-width. Mean: the same with its sign, "
    "which alone can tell an effect from luck: absolute values never average to zero. Spread: "
    "large where the effect depends on others, or on which part of its range was stepped over. "
    "Alone and in all: Sobol's first-order and total indices."
)


def _screening_table(table: pd.DataFrame, unit: str) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("Parameter", "Range", "Effect", "Mean", "Spread", "Grade"):
        left = title in ("Parameter", "Grade")
        shown.add_column(title, justify="left" if left else "right", overflow="fold")
    for row in _rows(table):
        shown.add_row(
            str(row.factor),
            f"{row.low:g} to {row.high:g}",
            f"{_plain(row.effect, unit)} ± {_plain(row.half, unit)}",
            _plain(row.mean, unit),
            _plain(row.spread, unit),
            str(row.grade),
        )
    return shown


def _plain(value: float, unit: str) -> str:
    number = wording.scaled(value, unit)
    return f"{number:.{wording.decimals(math.nan, abs(number))}f}".replace("-", "−")


def _indices_table(table: pd.DataFrame) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("Parameter", overflow="fold")
    for title in ("Alone", "In all"):
        shown.add_column(title, justify="right")
    for row in _rows(table):
        alone, whole = (f"{a:.2f} ± {b:.2f}" for a, b in (
            (row.first, row.first_half), (row.total, row.total_half),
        ))  # fmt: skip
        shown.add_row(str(row.factor), alone, whole)
    return shown


def sensitivity_sentences(found: Sensitivity) -> list[str]:
    """Say on which parameters the difference turns most, and on how good evidence they rest."""
    moving = found.screening[found.screening["effect"] > 0]
    if moving.empty:
        return ["No parameter with a range moves this difference."]
    top = moving.head(3)
    unit = CATALOGUE[found.loaded.scenario.compare.primary].unit
    words = [f"{row.factor} ({_plain(row.effect, unit)})" for row in _rows(top)]
    return [
        f"The difference turns most on {'; '.join(words)}: {wording.unit_words(unit)} from "
        f"low to high. {(top['grade'] == 'assumed').sum()} of these {len(top)} are assumptions.",
        *_turning(found, list(top["factor"])),
        *_sureness(found),
    ]


def _turning(found: Sensitivity, strongest: list[str]) -> Iterator[str]:
    """Say how to find the value at which the order turns, along what one arrangement has alone."""
    known = {value.key for value in values(found.loaded) if value.grade}
    for key in [name for name in strongest if name in known][:1]:
        yield (
            "At which value the order of arrangements turns round: "
            f"sim stress with --contexts {found.context} --along {key}."
        )


def _sureness(found: Sensitivity) -> Iterator[str]:
    """Say how wide the intervals are, and what would make them narrower."""
    strongest = found.screening.head(STRONGEST)
    more = 4 * found.trajectories
    gain = narrowing(found.trajectories) / narrowing(more)
    yield (
        f"How sure: luck does not explain the sign of {int(strongest['clear'].sum())} of the "
        f"{len(strongest)} strongest effects (95%, one at a time), on {found.trajectories} "
        f"trajectories with a luck of their own; --trajectories {more} would make intervals some "
        f"{gain:.1f} times as narrow."
    )
    if len(found.indices):
        first, total = found.indices["first_half"].max(), found.indices["total_half"].max()
        yield (
            f"The indices are sure to ± {first:.2f} at worst alone and ± {total:.2f} in all, on "
            f"{found.samples} samples; --samples {4 * found.samples} would about halve that."
        )


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())
