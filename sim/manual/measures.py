"""Every measure with its unit and definition, from the catalogue of outcomes."""

from __future__ import annotations

from sim.manual.words import table
from sim.outcomes.catalogue import CATALOGUE

_ABOUT = (
    "What a run measures. The name is what options such as `--target` and `--only` take, what "
    "`compare.primary` in a scenario names, and what stands in `measures.parquet`."
)


def measures() -> list[str]:
    """Return the chapter on measures: name, unit, which way is better, definition."""
    rows = [
        (f"`{name}`", one.unit, one.better or "", f"{one.title}: {one.definition}")
        for name, one in CATALOGUE.items()
    ]
    head = ("measure", "unit", "better", "what it is")
    return ["## Measures", "", _ABOUT, "", *table(head, rows)]
