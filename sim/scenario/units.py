"""Working time: whole milliseconds, so that sums and ties are exact."""

from __future__ import annotations

HOUR = 3_600_000
"""Milliseconds in an hour."""

DAY = 27_000_000
"""A working day of 7.5 hours (evidence F101: 37.5-hour week)."""

SESSION = DAY // 2
"""Half a working day: the block in which people are there or not."""


def milliseconds(hours: float) -> int:
    """Round hours of working time to whole milliseconds, halves to even."""
    return round(hours * HOUR)
