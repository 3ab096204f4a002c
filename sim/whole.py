"""Files and folders that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PASSING = ".writing-"
"""What the passing names begin with."""

LEFT_BEHIND = 24 * 3600.0
"""Seconds after which what has a passing name was left by a process that was killed."""


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place on success.

    Raises ``OSError`` when the file system refuses (full disk, no permission, no such folder).
    """
    if path.exists() and not path.is_file():
        yield path  # a terminal or a pipe, whose place nothing can take
        return
    handle, name = tempfile.mkstemp(prefix=PASSING, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``folder`` that takes its place on success.

    Where another process has put the same there meanwhile, that one stays. Raises ``OSError``
    when the file system refuses.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _tidy(folder.parent)
    passing = Path(tempfile.mkdtemp(prefix=PASSING, dir=folder.parent))
    try:
        passing.chmod(0o755)  # mkdtemp makes folders that only their owner can enter
        yield passing
        _take_place(passing, folder)
    finally:
        shutil.rmtree(passing, ignore_errors=True)


def filled(folder: Path) -> bool:
    """Say whether a folder is there and holds something: an empty one was never finished."""
    return folder.is_dir() and any(folder.iterdir())


def _take_place(passing: Path, folder: Path) -> None:
    try:
        if folder.is_dir() and not filled(folder):
            folder.rmdir()  # not every system renames over an empty folder
        passing.rename(folder)
    except OSError:
        if not filled(folder):
            raise


def _tidy(folder: Path) -> None:
    """Remove what processes that were killed have left in a folder."""
    for path in folder.glob(f"{PASSING}*"):
        with contextlib.suppress(OSError):  # another process tidies too
            if time.time() - path.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
