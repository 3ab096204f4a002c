"""Lines of lists of practices: as published, and as an import wrote them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.scenario.estate_areas import EstateError

MISSING = {"", "-", "--", "n/a", "na", "null", "*"}
"""What the publications write for no value."""

MOST_PATIENTS = 10_000_000
"""No practice has more; the largest have some 100,000."""

_COUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
"""9.000 is nine thousand to some and nine to others."""

_DIGITS = 12
"""More than any count of patients has, before and after the point."""


def read_lines(path: Path) -> list[list[str]]:
    """Read the lines of a CSV file, in UTF-8 or else Windows-1252, blank ones left out.

    Spaces and line breaks within a cell count as one space.

    Raises:
        EstateError: There is no such file, or it is not text.
    """
    data = _bytes(path)
    if b"\0" in data:
        raise EstateError("is not a CSV file (save the workbook as CSV first)", file=path.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = ([" ".join(cell.split()) for cell in line] for _, line in _lines(text, path))
    return [line for line in lines if any(line)]


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Read the header of an estate file, and its rows with the line on which each ends.

    A row that ends early lacks the columns that it does not reach.

    Raises:
        EstateError: The file cannot be read, is not UTF-8, or a row does not fit the header.
    """
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EstateError("is not an estate file in UTF-8", file=path.name) from None
    (_, header), *lines = [*_lines(text, path)] or [(0, [])]
    check_header(header, header, path)
    for at, line in lines:
        if any(line[len(header) :]):
            problem = f"has {len(line)} cells, expected {len(header)} as in the header"
            raise EstateError(problem, file=f"{path.name}:{at}")
    return header, [(at, dict(zip(header, line, strict=False))) for at, line in lines if line]


def check_header(header: Sequence[str], used: Sequence[str], path: Path) -> None:
    """Raise EstateError where a column that is used is there twice."""
    times = Counter(title.lower() for title in header)
    if twice := [title for title in used if title and times[title.lower()] > 1]:
        raise EstateError(f"has the column {twice[0][:60]!r} twice", file=path.name)


def number(text: str) -> int | None:
    """Return a published count ("7,115", "7115.0"): 0 for a missing, None for an unreadable one."""
    if text.lower() in MISSING:
        return 0
    found = _COUNT.fullmatch(text)
    if found is None or len(text) > 2 * _DIGITS or _THOUSANDS.fullmatch(text):
        return None
    count = round(float(text.replace(",", "")))
    return count if count <= MOST_PATIENTS else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise EstateError(f"cannot be read: {fault.strerror}", file=str(path)) from None


def _lines(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each line with the number on which it ends.

    Only line feeds and carriage returns end a line, and within quotes not even they:
    ``str.splitlines`` knows others, which names may hold.
    """
    reader, before = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    try:
        for line in reader:
            yield reader.line_num, line
            before = reader.line_num
    except csv.Error as fault:
        what = "has a quotation mark too few or too many"
        if "limit" in str(fault):
            what = f"has a cell of more than {csv.field_size_limit():,} characters; is there a "
            what += "quotation mark too few?"
        raise EstateError(what, file=f"{path.name}:{before + 1}") from None
