"""One line of notice to whoever runs the program."""

from __future__ import annotations

import multiprocessing
import sys


def tell(text: str) -> None:
    """Print a line, once: the processes that share the work of a run keep quiet."""
    if multiprocessing.current_process().name == "MainProcess":
        print(text, file=sys.stderr)
