"""The code of this program, known by its content."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of ``sim``."""

CODE = (".py", ".csv")


@cache
def code_hash(read: tuple[str, ...]) -> str:
    """Return a hash of all code in files and folders of ``sim``, and of the tables beside it."""
    found = (PACKAGE / place for place in read)
    every = (file for place in found for file in ([place] if place.is_file() else place.rglob("*")))
    files = sorted(file for file in every if file.suffix in CODE)
    return blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()
