"""Numbers with their units as a planner reads them."""

from __future__ import annotations

import math


def scaled(value: float, unit: str) -> float:
    """Return the number to show: shares in per cent."""
    return 100.0 * value if unit == "share" else value


def decimals(half: float, size: float) -> int:
    """Return the decimals at which an interval's half-width has two figures.

    Without an interval, at which a number of this size has three.
    """
    known = half > 0 and math.isfinite(half)
    figures = 1 - _magnitude(half) if known else 2 - _magnitude(size)
    return max(0, min(figures, 3))


def _magnitude(size: float) -> int:
    return math.floor(math.log10(size)) if size > 0 and math.isfinite(size) else 0


def amount(value: float, unit: str, half: float = math.nan) -> str:
    """Say a number with its unit: ``62.1%``, ``£1,200,000``, ``14.2``.

    A value that is not a number was not reached in every replication.
    """
    if math.isnan(value):
        return "not reached"
    if math.isinf(value):
        return "never"
    number = scaled(value, unit)
    text = f"{number:,.{decimals(scaled(half, unit), abs(number))}f}"
    return _dress(text, unit)


def with_unit(value: float, unit: str, half: float = math.nan) -> str:
    """Say a number with its unit in words: ``62.1%``, ``£1,200 per year``, ``60 calendar days``."""
    text = amount(value, unit, half)
    if unit in ("share", "ratio") or not math.isfinite(value):
        return text
    return f"{text}{unit.removeprefix('GBP')}" if unit.startswith("GBP") else f"{text} {unit}"


def possible(value: float, unit: str) -> float:
    """Return the end of an interval, no further than a share can go: few replications reach so."""
    return min(max(value, 0.0), 1.0) if unit == "share" and math.isfinite(value) else value


def load(value: float) -> str:
    """Say a load: ``0.92``, or ``∞`` where there is work and nobody for it."""
    return "∞" if math.isinf(value) else f"{value:.2f}"


def change(value: float, low: float, high: float, unit: str) -> str:
    """Say a difference and its interval: ``−4.2 (−5.0 to −3.4)``; shares in percentage points."""
    if math.isnan(value):
        return "not reached"
    numbers = [scaled(number, unit) for number in (value, low, high)]
    places = decimals((numbers[2] - numbers[1]) / 2, abs(numbers[0]))
    middle, *ends = (_signed(number, places) for number in numbers)
    if math.isnan(low):
        return f"{middle} (no interval)"
    # Equal in every replication, as costs are: there is no error to show.
    return f"{middle} (no spread)" if low == high else f"{middle} ({' to '.join(ends)})"


def none(unit: str) -> str:
    """Say that nothing differed in any replication: costs are certain, other things may be rare."""
    return "no difference" if unit.startswith("GBP") else "none seen"


def _signed(number: float, places: int) -> str:
    text = f"{number:+,.{places}f}"
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text[1:]


def _dress(text: str, unit: str) -> str:
    text = text.replace("-", "−")
    if unit == "share":
        return text + "%"
    if not unit.startswith("GBP"):
        return text
    return f"−£{text[1:]}" if text.startswith("−") else f"£{text}"


def unit_words(unit: str) -> str:
    """Name the unit of a difference: ``percentage points``, ``£ per year``."""
    return {"share": "percentage points"}.get(unit, unit.replace("GBP", "£"))


def level_words(unit: str) -> str:
    """Name the unit of a value itself: ``%``, where a difference has percentage points."""
    return {"share": "%"}.get(unit, unit_words(unit))


def ratio(value: float) -> str:
    """Say how many times as many: ``×3.1``; nothing where it cannot be said."""
    return f"×{value:,.1f}" if math.isfinite(value) else ""


def share_at_least(value: float) -> str:
    """Say a share as a whole per cent, rounded down: 79.9% is not the 80% that would be robust."""
    return f"{math.floor(round(100 * value, 6))}%"


def share(value: float) -> str:
    """Say a share as a whole per cent; nothing where it cannot be said."""
    return "" if math.isnan(value) else f"{100 * value:.0f}%"
