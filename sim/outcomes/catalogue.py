"""What each measure is: title, unit, which way is better, definition.

The entries are in ``catalogue.csv``, so that they can be read as a table.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, cast

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Measure:
    """One entry of the catalogue."""

    title: str
    label: str
    """Short words for charts and tables."""
    unit: str
    better: Better | None
    """None where neither more nor less is good in itself."""
    definition: str


def _read() -> dict[str, Measure]:
    text = files("sim.outcomes").joinpath("catalogue.csv").read_text(encoding="utf-8")
    return {
        row["id"]: Measure(
            title=row["title"],
            label=row["label"],
            unit=row["unit"],
            better=cast("Better", row["better"]) if row["better"] else None,
            definition=row["definition"],
        )
        for row in csv.DictReader(text.splitlines())
    }


CATALOGUE: dict[str, Measure] = _read()
"""Every measure by its id."""


def direction(measure: str) -> float:
    """Return 1 where more of a measure is better, -1 where less is, else not a number."""
    better = CATALOGUE[measure].better if measure in CATALOGUE else None
    return {"higher": 1.0, "lower": -1.0}.get(better or "", math.nan)
