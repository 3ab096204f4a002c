"""The code of this program, known by its content."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of ``sim``."""

CODE = (".py", ".csv")
"""Endings of the files that results come from: code, and the tables beside it."""


@cache
def code_hash(read: tuple[str, ...]) -> str:
    """Return a hash of all code and tables in files and folders of ``sim``."""
    found = (PACKAGE / place for place in read)
    every = (file for place in found for file in ([place] if place.is_file() else place.rglob("*")))
    files = sorted(file for file in every if file.suffix in CODE)
    return blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()
