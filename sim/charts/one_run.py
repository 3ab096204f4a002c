"""What charts of one replication say about where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.charts.data import plainly
from sim.charts.words import joined


@dataclass(frozen=True)
class OneRun:
    """The scenario's title, what was looked into, a note for captions, and words for ids."""

    scenario: str
    arrangement: str
    replication: int
    context: str = ""
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """Return words for an id."""
        return plainly(name, self.labels)

    def sources(self) -> str:
        """Return the last sentences of the caption."""
        return joined(
            [
                f"{self.arrangement}, one replication (number {self.replication}, counted from 0): "
                "what might happen once, not a mean",
                f"Scenario: {self.scenario}",
                f"Context: {self.context}" if self.context else "",
                self.note,
            ]
        )
