"""What this process has in hand of a store, so that no two do the same replication at once.

A lock on one byte of one file stands for each replication. The operating system lets go of it
when its process ends, however that ends, so that no lock is ever stale and none is left behind.
The locks are those of POSIX (``fcntl``), which most network file systems pass on. Where there are
none, as on Windows, two processes may do the same work, and then store the same bytes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Self

if sys.platform != "win32":
    import fcntl

FILE = ".in-hand"
"""The file in the folder of a store; it stays empty."""

_TAKEN = (errno.EACCES, errno.EAGAIN)
"""How POSIX says that another process has a lock."""


class InHand:
    """The replications of one store that this process works on, until the block ends.

    This is between processes only: a process has a byte once, whatever its threads do.
    """

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):  # the store says what is wrong when it is written
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)

    def __enter__(self) -> Self:
        """Return it; nothing is taken yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything."""
        if self._file is not None:
            os.close(self._file)

    def take(self, key: str, wait: bool = False) -> bool:
        """Take a replication; return False where another process has it.

        With ``wait``, return only when that process has finished it, given up or died.
        """
        if self._file is None or sys.platform == "win32":
            return True
        how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.lockf(self._file, how, 1, _place(key))
        except OSError as error:
            return error.errno not in _TAKEN  # any other fault: there are no locks here
        return True

    def drop(self, key: str) -> None:
        """Let go of one replication."""
        if self._file is not None and sys.platform != "win32":
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _place(key))


def _place(key: str) -> int:
    """Return the byte that stands for a key: two share one in 2**60."""
    return int(key[:15], 16)
