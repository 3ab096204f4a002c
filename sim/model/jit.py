"""Rules that plain Python runs as they stand and that compiled code can call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

try:
    from numba import njit
    from numba.extending import register_jitable

    from sim.model.kept import Shelf
except ImportError:  # the reference engine needs no compiler
    register_jitable = None  # type: ignore[assignment]

Rule = TypeVar("Rule", bound=Callable[..., object])

BLOCK = 1 << 12
"""Numbers that a rule is applied to at once."""

LEAN: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
"""Options of what allocates nothing, and so need not count references to arrays."""

DRAWS = ("model/jit.py", "model/kept.py", "model/rng.py")
"""The files that rules compiled element by element stand in."""


def shared(rule: Rule) -> Rule:
    """Mark a scalar function that both engines call: one rule, written once."""
    marked: Rule = rule if register_jitable is None else register_jitable(rule)
    return marked


def inlined(rule: Rule) -> Rule:
    """Compile a scalar rule into the loops that call it, which then do several at once."""
    if register_jitable is None:
        return rule
    compiled: Rule = cast("Any", njit)(forceinline=True, **LEAN)(rule)
    return compiled


def element_by_element(
    rule: Callable[..., Any], loop: Callable[..., None], kind: type[Any]
) -> Callable[..., Any]:
    """Return a scalar rule on whole numbers as a function of arrays that broadcast.

    The arrays have one dimension or none. The ``loop`` goes through their numbers, of
    shape (arrays, n), and writes the results, of a ``kind`` of number: compiled where
    there is Numba. Otherwise NumPy goes through the rule with int64 arrays. Both give
    the same bits.
    """
    if register_jitable is None:
        return lambda *arguments: rule(*map(_whole_numbers, arguments))
    shelf, decorate = Shelf("draws", DRAWS), cast("Any", njit)  # it has no types
    signature = f"void(i8[:, ::1], {np.dtype(kind).str[1:]}[::1])"
    compiled = shelf.keep(lambda keep: decorate(signature, cache=keep, **LEAN)(loop))
    return lambda *arguments: _by_block(compiled, arguments, kind)


def _by_block(
    loop: Callable[..., Any], arguments: tuple[Any, ...], kind: type[Any]
) -> NDArray[Any]:
    """Fill in results block by block, so that the numbers stay in the cache."""
    columns = [np.asarray(argument).reshape(-1) for argument in arguments]
    results = np.empty(np.broadcast(*columns).size, dtype=kind)
    numbers = np.empty((len(columns), min(len(results), BLOCK)), dtype=np.int64)
    for start in range(0, len(results), BLOCK):
        some = results[start : start + BLOCK]
        for row, column in zip(numbers, columns, strict=True):
            row[: len(some)] = column if column.size == 1 else column[start : start + BLOCK]
        loop(numbers, some)
    return results


def _whole_numbers(values: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """Return an array even for a single number, whose products would warn when they wrap."""
    return np.atleast_1d(np.asarray(values, dtype=np.int64))
