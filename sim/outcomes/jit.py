"""Loops over millions of rows: compiled where there is a compiler."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def fast(function: Function, signature: str) -> Function:
    """Return a function compiled for one signature, once; or as it stands without a compiler."""
    try:
        from sim.engine.kernel.jit import entry
    except ImportError:
        return function
    return entry(signature)(function)
