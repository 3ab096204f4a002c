"""Compilation, with the compiled code kept on disk where there is room for it.

Numba only notices changes of the file that a function stands in. Constants and
inlined functions come from other files, so the cache folder is named after the
content of all of them: changed code is never run from an old compilation.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import platformdirs
from numba import config

from sim import code
from sim.model.notice import tell

Compiled = TypeVar("Compiled")

ROOM = 64 << 20
"""Bytes that a disk must have left; compiled code takes some 6 MiB."""


@dataclass(frozen=True)
class Shelf:
    """A place for compiled code."""

    name: str
    read: tuple[str, ...]
    """Files and folders of ``sim`` that compiled code takes functions and constants from."""

    def keep(self, compile_it: Callable[[bool], Compiled]) -> Compiled:
        """Return what ``compile_it`` compiles, told whether it can be kept on disk."""
        folder = self.folder()
        if folder is None:
            _tell()
            return compile_it(False)
        with _numba_keeps_in(folder):
            return compile_it(True)

    def folder(self) -> Path | None:
        """Return the folder under the hash of the code, or None if nothing can be kept.

        It lies where the user chose, or beside the code, or with what the user's
        other programs keep: the first of these that can be written to and has room.
        """
        chosen = config.CACHE_DIR  # type: ignore[attr-defined]
        places = (code.PACKAGE / "__pycache__", platformdirs.user_cache_path("commissioning-sim"))
        name = f"{self.name}-{code.code_hash(self.read)}"
        homes = ((Path(chosen),) if chosen else ()) + places
        kept = (home / name for home in homes if _can_be_written(home))
        return next((folder for folder in kept if folder.is_dir() or _has_room(folder)), None)

    def holds(self, function: str) -> bool:
        """Say whether a function of this code was compiled before and kept."""
        folder = self.folder()
        return folder is not None and any(folder.rglob(f"{function}-*.nbi"))


def _can_be_written(home: Path) -> bool:
    """Say whether a folder is there, or can be made, and can be written to."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(home, os.W_OK)


def _has_room(folder: Path) -> bool:
    """Say whether there is room for what is not kept yet."""
    return shutil.disk_usage(folder.parent).free >= ROOM


@contextmanager
def _numba_keeps_in(folder: Path) -> Iterator[None]:
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]


@cache
def _tell() -> None:
    tell("note: compiled code can be kept nowhere, so the engine is compiled for this run only")
