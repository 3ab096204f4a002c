"""How the reference is written: paragraphs, and tables in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence


def prose(text: str) -> str:
    """Put a text of a docstring on one line, with its names as Markdown writes them."""
    return re.sub(r"\s+", " ", text.replace("``", "`")).strip()


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs and list entries of a docstring; an empty line ends each paragraph."""
    lines = []
    for part in filter(str.strip, text.split("\n\n")):
        entries = re.split(r"\n(?=- )", part.strip())
        lines += [*map(prose, entries), ""]
    return lines


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table in Markdown; nothing where there are no rows."""
    if not rows:
        return []
    return [_row(head), "|" + "---|" * len(head), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
