"""Numbers and sentences for captions and alt text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.charts.data import ChartData


@dataclass(frozen=True)
class Unit:
    """How a unit is shown: numbers times ``scale``, between ``before`` and ``after``."""

    name: str
    scale: float = 1.0
    before: str = ""
    after: str = ""


def unit_of(text: str, largest: float = 0.0, difference: bool = False) -> Unit:
    """Show shares in per cent and large sums of money in thousands or millions."""
    if text.startswith("share"):
        return _points if difference else _percent
    if text.upper().startswith("GBP"):
        return _money(text[3:], largest)
    return Unit(text, after=f" {text}" if text else "")


_percent = Unit("%", 100.0, after="%")
_points = Unit("percentage points", 100.0, after=" percentage points")


def _money(rest: str, largest: float) -> Unit:
    for size, word in ((1e6, "million"), (1e3, "thousand")):
        if largest >= 2 * size:
            return Unit(f"£ {word}{rest}", 1 / size, "£", f" {word}{rest}")
    return Unit(f"£{rest}", 1.0, "£", rest)


def number(value: float, decimals: int) -> str:
    """Write a number with thousands separators and a true minus sign, never ``−0``."""
    text = f"{value:,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        text = text.removeprefix("-")
    return text.replace("-", "−")


def decimals_for(largest: float, half: float = math.nan) -> int:
    """Decimals that show an interval's half-width to two figures, the number to three."""
    if largest == 0:
        return 0
    most = 2 - _magnitude(largest)
    wanted = 1 - _magnitude(half) if half > 0 else 2 - _magnitude(largest)
    return max(0, min(wanted, most, 4))


def _magnitude(value: float) -> int:
    return math.floor(math.log10(value)) if value > 0 else 0


def quote(row: Any, unit: Unit, brief: bool = False) -> str:  # noqa: ANN401 - an estimates row
    """Put an estimate in words: ``1,234 cases (95% interval 1,200 to 1,268)``.

    ``brief`` leaves out *95% interval*, for lists that have said it already.
    """
    mean, low, high = (value * unit.scale for value in (row.mean, row.low, row.high))
    if math.isnan(mean):
        return "no estimate"
    places = decimals_for(max(abs(mean), (high - low) / 2 or 0.0), (high - low) / 2)
    text = f"{_led(unit.before, number(mean, places))}{unit.after}"
    if math.isnan(low):
        return text
    short = "%" if unit.after == "%" else ""
    if low == high:
        return f"{text} (no spread)"
    ends = [f"{_led(unit.before, number(end, places))}{short}" for end in (low, high)]
    return f"{text} ({'' if brief else '95% interval '}{ends[0]} to {ends[1]})"


def _led(before: str, digits: str) -> str:
    """Put a pound sign between the minus sign and the digits."""
    return f"−{before}{digits[1:]}" if digits.startswith("−") else before + digits


def rows(table: pd.DataFrame) -> list[Any]:
    """Rows as named tuples."""
    return list(table.itertuples(index=False, name="Row"))


def listed(parts: Iterable[str]) -> str:
    """Join with commas and a final *and*."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def extremes(table: pd.DataFrame, data: ChartData, unit: Unit) -> str:
    """Who is highest and who is lowest, one row of ``table`` per arrangement."""
    known = table.dropna(subset=["mean"])
    if known.empty:
        return "no arrangement has an estimate"
    ordered = rows(known.sort_values("mean", ascending=False, kind="stable"))
    top, bottom = ordered[0], ordered[-1]
    if len(ordered) == 1:
        return f"{data.label(top.arrangement)} {quote(top, unit)}"
    if top.mean == bottom.mean:
        return f"the same for all {len(ordered)} arrangements, {quote(top, unit)}"
    return (
        f"highest {data.label(top.arrangement)}, {quote(top, unit)}; "
        f"lowest {data.label(bottom.arrangement)}, {quote(bottom, unit, brief=True)}"
    )


def each(table: pd.DataFrame, data: ChartData, unit: Unit) -> str:
    """Every arrangement with its estimate and interval, for alt text."""
    return "; ".join(
        f"{data.label(row.arrangement)} {quote(row, unit, brief=True)}" for row in rows(table)
    )


def intervals(table: pd.DataFrame) -> str:
    """Say what the intervals are, and what they leave out."""
    fewest, most = int(table["replications"].min()), int(table["replications"].max())
    if most == 1:
        return "One replication, so no interval can be given."
    count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return (
        f"Means of {count} replications with 95% t intervals (simulation error only; some are "
        "narrower than their marks)."
    )


def not_shown(shown: int, available: int, things: str) -> str:
    """Say how many were left out, or nothing."""
    left = available - shown
    if left <= 0:
        return ""
    return (
        f"Shown are the {shown} {things} of which an arrangement opens most cases; {left} more "
        "are not shown."
    )


def cut_off(table: pd.DataFrame) -> str:
    """Say that intervals are not drawn where no value lies, if some reach there."""
    above = (table["unit"] == "share") & (table["high"] > 1)
    if not bool(((table["low"] < 0) | above).any()):
        return ""
    return "Intervals that reach where no value can lie are drawn as far as values can"


def sources(table: pd.DataFrame, data: ChartData) -> str:
    """Where the numbers come from: the last sentences of every caption."""
    staffing = "" if "staffing" in table else f"Staffing: {data.staffing}"
    context = f"Context: {data.label(data.shown_context)}" if len(data.contexts) > 1 else ""
    return joined([intervals(table), f"Scenario: {data.title}", context, staffing, data.note])


def joined(sentences: Iterable[str]) -> str:
    """Sentences with one full stop and one space after each."""
    stripped = [s.strip() for s in sentences if s.strip()]
    return " ".join(s if s[-1] in ".!?" else f"{s}." for s in stripped)
