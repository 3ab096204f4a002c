"""What was given of a case, read from the words that small numbers share."""

from __future__ import annotations

from typing import Any

from sim.engine.kernel import layout as at
from sim.engine.kernel.jit import lean


@lean
def number_of(m: Any, case: int) -> int:
    """Return the number of a case."""
    return m[case + at.NUMBER] >> at.HALF


@lean
def entity_of(m: Any, case: int) -> int:
    """Return the entity that a case is about."""
    return m[case + at.NUMBER] & at.LOW_HALF


@lean
def ordinal_of(m: Any, case: int) -> int:
    """Return which of its entity's cases this is."""
    return m[case + at.LINKS] >> at.HALF


@lean
def successor_of(m: Any, case: int) -> int:
    """Return the place of the case that waits for this one, or -1."""
    return (m[case + at.LINKS] & at.LOW_HALF) - 1


@lean
def kind_of(m: Any, case: int) -> int:
    """Return the kind of its entity: those of one kind have the same teams and committees."""
    return m[case + at.TRAITS] >> at.KIND_SHIFT


@lean
def route_of(m: Any, case: int) -> int:
    """Return the number of the route that a case takes."""
    return (m[case + at.TRAITS] >> at.ROUTE_SHIFT) & at.ROUTE_MASK


@lean
def type_of(m: Any, case: int) -> int:
    """Return the case type."""
    return (m[case + at.TRAITS] >> at.TYPE_SHIFT) & at.TYPE_MASK


@lean
def priority_of(m: Any, case: int) -> int:
    """Return the priority, 0 first."""
    return (m[case + at.TRAITS] >> at.PRIORITY_SHIFT) & at.PRIORITY_MASK


@lean
def visit_of(m: Any, case: int) -> int:
    """Return how the contractor is seen: at the desk, in person or virtually."""
    return (m[case + at.TRAITS] >> at.VISIT_SHIFT) & at.VISIT_MASK
