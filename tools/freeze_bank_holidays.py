"""Freeze England's bank holidays into the table that the working calendar reads.

Run ``python tools/freeze_bank_holidays.py`` after a new holiday is proclaimed
and the ``holidays`` package (in the ``test`` extra) knows it.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import holidays

FIRST, LAST = 2004, 2045
"""Years that the table covers. Future years follow the present law."""

TABLE = Path(__file__).parent.parent / "sim" / "scenario" / "bank_holidays.csv"


def bank_holidays() -> list[tuple[dt.date, str]]:
    """Return England's bank holidays that fall on a weekday, in order."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST, LAST + 1))
    return sorted((day, name) for day, name in days.items() if day.weekday() < 5)


def main() -> None:
    """Write the table."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "name"))
        writer.writerows(bank_holidays())


if __name__ == "__main__":
    main()
