"""How large a run may be."""

from __future__ import annotations

MOST_CASES = 30_000_000
"""Cases of a run: five years of England have a fifteenth of that, and memory has an end."""


def check_number(cases: float) -> None:
    """Raise ``ValueError`` for more cases than a run may have."""
    if not cases <= MOST_CASES:
        raise ValueError(f"found some {cases:,.3g} cases, expected {MOST_CASES:,} at most")
