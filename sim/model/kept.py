"""Compilation, with the compiled code kept on disk where there is room for it.

Numba only notices changes of the file that a function stands in. Constants and
inlined functions come from other files, so the cache folder is named after the
content of all of them: changed code is never run from an old compilation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from numba import config

Compiled = TypeVar("Compiled")

PACKAGE = Path(__file__).parents[1]
"""The folder of ``sim``."""


@dataclass(frozen=True)
class Shelf:
    """A place for compiled code."""

    name: str
    read: tuple[str, ...]
    """Files and folders of ``sim`` that compiled code takes functions and constants from."""

    def keep(self, compile_it: Callable[[bool], Compiled]) -> Compiled:
        """Return what ``compile_it`` compiles, told whether it can be kept on disk."""
        try:
            with _numba_keeps_in(self.folder()):
                return compile_it(True)
        except RuntimeError:  # no folder to keep compiled code in can be written to
            _tell()
            return compile_it(False)

    def folder(self) -> Path:
        """Return the folder under the hash of the code, beside it unless the user chose one."""
        chosen = config.CACHE_DIR  # type: ignore[attr-defined]
        home = Path(chosen) if chosen else PACKAGE / "__pycache__"
        return home / f"{self.name}-{code_hash(self.read)}"


@contextmanager
def _numba_keeps_in(folder: Path) -> Iterator[None]:
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]


@cache
def code_hash(read: tuple[str, ...]) -> str:
    """Return a hash of all code in files and folders of ``sim``."""
    found = (PACKAGE / place for place in read)
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
