"""What a planner is told when a scenario file is wrong."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Keys and list positions from the top of a document to one value."""


@dataclass(frozen=True)
class Fault:
    """One fault: where it is, what was found and what was expected.

    ``line`` 0 means that the fault has no line (a missing file, the command
    line). ``problem`` replaces the sentence made of ``found`` and ``expected``.
    """

    file: str
    line: int = 0
    key: str = ""
    found: str = ""
    expected: str = ""
    nearest: str = ""
    problem: str = ""

    def __str__(self) -> str:
        """Return ``file:line: key: found …, expected …; did you mean …?``."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        problem = self.problem or f"found {self.found}, expected {self.expected}"
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return ": ".join(part for part in (where, self.key, problem + hint) if part)


class ScenarioError(Exception):
    """A scenario that cannot be used; ``faults`` holds everything wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(name: object, known: Iterable[str]) -> str:
    """Return the known name most like ``name``, or ``""`` when none is close."""
    names = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else ""


def quoted(value: object) -> str:
    """Return a value as a planner wrote it: text in quotes, tables by their name."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False, default=str)


def listed(names: Sequence[str] | Iterable[str], last: str = "or") -> str:
    """Return ``a, b or c``."""
    *rest, end = [*names] or ["nothing"]
    return f"{', '.join(rest)} {last} {end}" if rest else end
