"""What rests on assumption alone, the least certain first: ``sim show --assumed``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from sim.scenario.describe import plain_line, print_lines, safe
from sim.scenario.errors import KeyPath
from sim.scenario.files import LoadedScenario
from sim.scenario.values import Value, values

ORDER = (
    "Least certain first: values without any range, then by how wide the range is for the value,"
    " (high - low) / central. How much each of them changes the results is another question, which"
    " takes a sensitivity analysis."
)

BY_EFFECT = (
    "First those with the largest effect over their range, of a sensitivity analysis of {what}; "
    "then, without an effect, the least certain."
)


@dataclass(frozen=True)
class Effects:
    """What a sensitivity analysis found: the size of each value's effect, by its key."""

    what: str
    """The measure that was moved, in words."""
    unit: str
    by_key: Mapping[str, float]

    def of(self, value: Value) -> float:
        """Return the effect of a value, 0 where none is known."""
        return self.by_key.get(value.key, 0.0)

    def words(self, value: Value) -> str:
        """Return the effect of a value for a column; empty where none is known."""
        if value.key not in self.by_key:
            return ""
        share = self.unit == "share"
        return f"{(100 if share else 1) * self.of(value):.2g}{' points' if share else ''}"


@dataclass(frozen=True)
class Assumption:
    """One assumed value as a file gives it, and where else in the scenario it stands."""

    value: Value
    also: tuple[str, ...] = ()
    """Other arrangements or contexts that take it from the same line."""

    @property
    def width(self) -> str:
        """The range over the value in words."""
        width = self.value.width
        if width is None:
            return "no range"
        return "around 0" if math.isinf(width) else f"{100 * width:.0f}%"

    def line(self) -> str:
        """Return it on one line, with the width first."""
        also = f"; also {', '.join(self.also)}" if self.also else ""
        return f"{self.width:>8}  {plain_line(self.value)}{also}"


def assumptions(loaded: LoadedScenario, effects: Effects | None = None) -> list[Assumption]:
    """Return what was merely assumed, once for each line of a file, the least certain first.

    Where ``effects`` are known, those with the largest come before.
    """
    shared: dict[object, list[Value]] = {}
    for value in filter(lambda value: value.assumed, values(loaded)):
        shared.setdefault((value.origin, *place_of(value.path)), []).append(value)
    found = [Assumption(same[0], tuple(_owners(same[1:]))) for same in shared.values()]
    found.sort(key=lambda each: _certainty(each.value))
    return sorted(found, key=lambda each: -effects.of(each.value)) if effects else found


def _certainty(value: Value) -> float:
    return -math.inf if value.width is None else -min(value.width, 1e300)


def place_of(path: KeyPath) -> KeyPath:
    """Return a key path without the name of the arrangement or context."""
    return path[:1] + path[2:] if path[0] in ("arrangements", "contexts") else path


def _owners(same: list[Value]) -> Iterator[str]:
    return (str(value.path[1]) for value in same)


def show(loaded: LoadedScenario, console: Console, effects: Effects | None = None) -> None:
    """Print the list: a table on a terminal, one line per value in a pipe."""
    found = assumptions(loaded, effects)
    count = sum(1 + len(each.also) for each in found)
    counted = f"{count:,} values were merely assumed, in {len(found):,} lines of its files."
    heading = f"{loaded.scenario.name}: {counted if found else 'nothing was merely assumed.'}"
    order = BY_EFFECT.format(what=effects.what) if effects else ORDER
    print_lines(console, (heading, order) if found else (heading,))
    if console.is_terminal:
        console.print(_table(found, effects))
    else:
        print_lines(console, (_line(each, effects) for each in found))


def _line(each: Assumption, effects: Effects | None) -> str:
    return f"{effects.words(each.value):>10}  {each.line()}" if effects else each.line()


def _table(found: list[Assumption], effects: Effects | None) -> Table:
    table = Table(expand=True)
    if effects:
        table.add_column("Effect", justify="right")
    for name in ("Width", "Key", "Value", "Unit", "Range", "Source", "From"):
        table.add_column(name, justify="right" if name in ("Width", "Value", "Range") else "left")
    for each in found:
        value = each.value
        key = "\n".join((value.key, *([f"also {', '.join(each.also)}"] if each.also else [])))
        cells = (each.width, key, value.text, value.unit, value.spread, value.source)
        first = (effects.words(value),) if effects else ()
        table.add_row(*first, *map(safe, cells), safe(str(value.origin or "default")))
    return table
