"""Compilation of kernel functions, kept on disk where there is room for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from sim.model.kept import Shelf

Function = TypeVar("Function", bound=Callable[..., object])

READ = (
    "engine/kernel",
    "engine/log.py",
    "engine/order.py",
    "engine/stream.py",
    "model",
    "scenario/units.py",
)
"""Where compiled code takes functions and constants from."""

SHELF = Shelf("engine", READ)


def jit(function: Function) -> Function:
    """Compile a function that may allocate."""
    return _compile(function, counts_references=True)


def entry(signature: str) -> Callable[[Function], Function]:
    """Compile a function for one signature at once, with all that it calls."""
    return lambda function: _compile(function, signature, counts_references=True)


def lean(function: Function) -> Function:
    """Compile a function that allocates nothing, and so need not count references to arrays."""
    return _compile(function, counts_references=False)


def _compile(function: Function, *signature: str, counts_references: bool) -> Function:
    decorate: Any = njit  # its stubs do not know all options
    options: dict[str, Any] = {
        "nogil": True,
        "_nrt": counts_references,
        "error_model": "numpy",
        "forceinline": not counts_references,
    }
    kept = SHELF.keep(lambda keep: decorate(*signature, cache=keep, **options)(function))
    return cast("Function", kept)


@cache
def _folder() -> Path:
    return SHELF.folder()


def is_kept() -> bool:
    """Say whether this code was compiled before, and kept where this module looks first."""
    return _folder().is_dir()
