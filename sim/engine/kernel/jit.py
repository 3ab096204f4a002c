"""Compilation of kernel functions, kept on disk where there is room for it.

Numba only notices changes of the file that a function stands in. Constants and
inlined functions come from other files, so the cache folder is named after the
content of all of them: changed code is never run from an old compilation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., object])

PACKAGE = Path(__file__).parents[2]
"""The folder of ``sim``."""

READ = (
    "engine/kernel",
    "engine/log.py",
    "engine/order.py",
    "engine/stream.py",
    "model",
    "scenario/units.py",
)
"""Where compiled code takes functions and constants from."""


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
    try:
        with _cache_folder():
            compiled = decorate(*signature, cache=True, **options)(function)
    except RuntimeError:  # no folder to keep compiled code in can be written to
        _tell()
        compiled = decorate(*signature, **options)(function)
    return cast("Function", compiled)


@contextmanager
def _cache_folder() -> Iterator[None]:
    """Let Numba keep what it compiles under the hash of the code, unless the user chose a place."""
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]
    try:
        yield
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]


@cache
def _folder() -> Path:
    chosen = config.CACHE_DIR  # type: ignore[attr-defined]
    home = Path(chosen) if chosen else Path(__file__).parent / "__pycache__"
    return home / f"engine-{code_hash()}"


def is_kept() -> bool:
    """Say whether this code was compiled before, and kept where this module looks first."""
    return _folder().is_dir()


@cache
def code_hash() -> str:
    """Return a hash of all code that goes into the compiled engine."""
    found = (PACKAGE / place for place in READ)
    files = sorted(
        file for place in found for file in ([place] if place.is_file() else place.rglob("*.py"))
    )
    return blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()


@cache
def _tell() -> None:
    print(
        "note: no cache folder can be written to, so the engine is compiled for this run only",
        file=sys.stderr,
    )
