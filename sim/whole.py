"""Files and folders that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

PASSING = ".writing-"
"""What the passing names begin with."""


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
