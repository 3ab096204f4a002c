"""What the model leaves out, and which way each omission tilts the result.

The list is ``evidence/not_modelled.toml`` in the library; docs/model.md and every report print it.
"""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sim.scenario import library

WIDTH = 100
"""Columns of a line in a document."""


@dataclass(frozen=True)
class Omission:
    """One thing that is not modelled; ``tilt`` says what that flatters, overstates or hides."""

    group: str
    title: str
    text: str
    tilt: str


def omissions() -> list[Omission]:
    """Return everything that the library says is left out, in its order."""
    text = (library.root() / "evidence" / "not_modelled.toml").read_text(encoding="utf-8")
    return [Omission(**entry) for entry in tomllib.loads(text)["omissions"]]


def markdown() -> list[str]:
    """Return the list as lines of Markdown, group by group."""
    lines: list[str] = []
    for group, members in groupby(omissions(), key=lambda each: each.group):
        lines += [f"**{group}.**", "", *(line for each in members for line in _item(each)), ""]
    return lines[:-1]


def _item(each: Omission) -> Iterator[str]:
    whole = f"- *{each.title}.* {each.text}: {each.tilt}."
    yield from textwrap.wrap(
        whole, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
