"""Rules that plain Python runs as they stand and that compiled code can call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

try:
    from numba import vectorize
    from numba.extending import register_jitable

    from sim.model.kept import Shelf
except ImportError:  # the reference engine needs no compiler
    register_jitable = None  # type: ignore[assignment]

Rule = TypeVar("Rule", bound=Callable[..., object])

DRAWS = ("model/jit.py", "model/kept.py", "model/rng.py")
"""The files that rules compiled element by element stand in."""


def shared(rule: Rule) -> Rule:
    """Mark a scalar function that both engines call: one rule, written once."""
    marked: Rule = rule if register_jitable is None else register_jitable(rule)
    return marked


def element_by_element(rule: Callable[..., Any], signature: str) -> Callable[..., Any]:
    """Return a scalar rule on whole numbers as a function of arrays that broadcast.

    Compiled where there is Numba; otherwise NumPy goes through the rule with
    int64 arrays. Both give the same bits.
    """
    if register_jitable is None:
        return lambda *arguments: rule(*map(_whole_numbers, arguments))
    shelf, decorate = Shelf("draws", DRAWS), cast("Any", vectorize)  # it has no types
    compiled: Callable[..., Any] = shelf.keep(lambda keep: decorate([signature], cache=keep)(rule))
    return compiled


def _whole_numbers(values: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """Return an array even for a single number, whose products would warn when they wrap."""
    return np.atleast_1d(np.asarray(values, dtype=np.int64))
