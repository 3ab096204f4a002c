"""What a report is made of, whatever it is written as: headings, texts, tables, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading: ``level`` 1 opens a chapter, 2 and 3 are within one."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph; one with ``weight`` is set apart, because it is to be read first."""

    text: str
    weight: bool = False


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table of texts whose first column heads its rows; a cell may have several lines.

    ``numbers`` are the places of the columns that are aligned to the right. A cell that equals
    ``marked`` stands out.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    marked: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart: its caption, a note below on how to read it, and its words for a screen reader."""

    svg: bytes
    png: bytes
    caption: str
    note: str
    alt: str


Part = Heading | Text | Items | Table | Picture


@dataclass(frozen=True)
class Report:
    """A whole report: ``foot`` names the run at the end of a page."""

    title: str
    lead: str
    parts: Sequence[Part]
    foot: str
