"""With how many staff an arrangement is compared, and how the measures call that."""

from __future__ import annotations

from typing import Literal

Staffing = Literal["as staffed", "same money", "same money, rebalanced"]

AS_STAFFED: Staffing = "as staffed"
SCALED: Staffing = "same money"
REBALANCED: Staffing = "same money, rebalanced"

HEADINGS: dict[str, str] = {
    AS_STAFFED: "As staffed",
    SCALED: "Same money",
    REBALANCED: "Same money, rebalanced",
}
"""Every staffing in the order in which they are shown, with its words for a heading."""

ENDINGS: dict[str, str] = {AS_STAFFED: "", SCALED: " (same money)", REBALANCED: f" ({REBALANCED})"}
"""What the label of an arrangement ends in, in the column ``arrangement`` of the measures."""


def label(arrangement: str, staffing: str, base: str = "") -> str:
    """Return the label of an arrangement; ``base`` costs what base costs as it is."""
    own = staffing == SCALED and arrangement == base
    return arrangement if own else arrangement + ENDINGS[staffing]


def staffing_of(label: str) -> str:
    """Return the staffing that a label stands for."""
    return next((s for s, end in ENDINGS.items() if end and label.endswith(end)), AS_STAFFED)


def plain(label: str) -> str:
    """Return the arrangement of a label."""
    return label.removesuffix(ENDINGS[staffing_of(label)])
