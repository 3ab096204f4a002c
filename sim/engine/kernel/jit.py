"""Compilation of kernel functions, kept on disk where there is room for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def jit(function: Function) -> Function:
    """Compile a function that may allocate."""
    return _compile(function, counts_references=True)


def lean(function: Function) -> Function:
    """Compile a function that allocates nothing, and so need not count references to arrays."""
    return _compile(function, counts_references=False)


def _compile(function: Function, *, counts_references: bool) -> Function:
    options: dict[str, Any] = {"nogil": True, "_nrt": counts_references}
    try:
        compiled = njit(cache=True, **options)(function)
    except RuntimeError:  # no folder to keep compiled code in can be written to
        _tell()
        compiled = njit(**options)(function)
    return cast("Function", compiled)


@cache
def _tell() -> None:
    print(
        "note: no cache folder can be written to, so the engine is compiled for this run only",
        file=sys.stderr,
    )
