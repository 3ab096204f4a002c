"""Rules that plain Python runs as they stand and that compiled code can call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

try:
    from numba.extending import register_jitable
except ImportError:  # the reference engine needs no compiler
    register_jitable = None  # type: ignore[assignment]

Rule = TypeVar("Rule", bound=Callable[..., object])


def shared(rule: Rule) -> Rule:
    """Mark a scalar function that both engines call: one rule, written once."""
    marked: Rule = rule if register_jitable is None else register_jitable(rule)
    return marked
