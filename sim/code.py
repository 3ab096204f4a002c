"""The code of this program, known by its content."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of ``sim``."""


@cache
def code_hash(read: tuple[str, ...]) -> str:
    """Return a hash of all code in files and folders of ``sim``."""
    found = (PACKAGE / place for place in read)
    files = sorted(
        file for place in found for file in ([place] if place.is_file() else place.rglob("*.py"))
    )
    return blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()
