"""Tables of parameters: what the library sets each key to, on what evidence."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from sim.scenario.errors import Fault, ScenarioError, listed, nearest
from sim.scenario.parameters import Key, keys
from sim.scenario.settings import CHOICE, Setting, settings
from sim.scenario.tree import COMMAND_LINE
from sim.scenario.values import number

MOST_ROWS = 6
"""A key with more different settings than this is summed up in one row."""

MOST_CHOICES = 3
"""The same for what is chosen and needs no evidence."""

MOST_NAMES = 6
"""More places or texts than this are counted, not listed."""

COLUMNS = ("Key", "Unit", "Default", "Low", "Central", "High", "Set in", "Source", "Grade")

SOURCE = re.compile(r"\b[SFD]\d+\b")
"""An id of the library's bibliography."""


def parameter_table(those: Sequence[Key], full: Container[Key] = ()) -> list[str]:
    """Return a table of keys: what the library sets each to, on what evidence.

    Keys in ``full`` have a row for each setting, however many there are.
    """
    rows = [row for key in those for row in _rows(key, full=key in full)]
    return [line(COLUMNS), line(["---"] * len(COLUMNS)), *map(line, rows)]


def line(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _rows(key: Key, *, full: bool) -> Iterator[tuple[str, ...]]:
    head = (f"`{key.text}`", key.unit, key.default)
    found = settings()[key]
    choice = all(each.grade == CHOICE for each in found)
    if not found:
        yield (*head, "", "", "", "nowhere", "", "")
    elif not full and len(found) > (MOST_CHOICES if choice else MOST_ROWS):
        yield (*head, *_summed_up(found))
    else:
        for setting, places in found.items():
            yield (*head, *_cells(setting), _places(places), setting.source, setting.grade)
            head = ("", "", "")


def _cells(setting: Setting) -> tuple[str, str, str]:
    low, central, high = setting.low, setting.central, setting.high
    return _number(low), central if isinstance(central, str) else number(central), _number(high)


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _summed_up(found: Mapping[Setting, Sequence[str]]) -> tuple[str, ...]:
    """Return the row of a key with many settings: the least and the greatest of them."""
    low, high = _ends(found)
    places = dict.fromkeys(place for each in found.values() for place in each)
    sources = dict.fromkeys(part for each in found for part in each.source.split(", ") if part)
    return (
        _number(low),
        _centrals(found),
        _number(high),
        _places(list(places)),
        ", ".join(sorted(sources, key=_place_of_source)),
        listed(dict.fromkeys(each.grade for each in found)),
    )


def _ends(found: Iterable[Setting]) -> tuple[float | None, float | None]:
    """Return the least low and the greatest high, if any setting has a range."""
    lows = [each.low for each in found if each.low is not None]
    highs = [each.high for each in found if each.high is not None]
    if not lows or not highs:
        return None, None
    bare = [each.central for each in found if isinstance(each.central, float)]
    return min(lows + bare), max(highs + bare)


def _centrals(found: Iterable[Setting]) -> str:
    numbers = [setting.central for setting in found if isinstance(setting.central, float)]
    if numbers:
        return f"{number(min(numbers))} to {number(max(numbers))}"
    texts = list(dict.fromkeys(str(each.central) for each in found))
    between = "; " if any(", " in text for text in texts) else ", "
    return between.join(texts) if len(texts) <= MOST_NAMES else f"{len(texts)} different"


def _places(places: Sequence[str]) -> str:
    """Return the files, with the names that a key leaves open; numbers of either if many."""
    inner: dict[str, list[str]] = {}
    for place in places:
        file, _, name = place.partition(": ")
        inner.setdefault(file, []).extend([name] if name else [])
    if len(places) <= MOST_NAMES:
        return "; ".join(f"{f}: {', '.join(n)}" if n else f for f, n in inner.items())
    files = ", ".join(inner) if len(inner) <= MOST_NAMES else f"{len(inner)} files"
    return f"{len(places)} places in {files}" if any(inner.values()) else files


def _place_of_source(source: str) -> tuple[str, int, str]:
    """Sort sources by their letter and number, and words after them."""
    known = SOURCE.fullmatch(source)
    return (source[0], int(source[1:]), "") if known else ("~", 0, source)


def describe(words: Sequence[str]) -> Iterator[str]:
    """Yield a line for each row of the keys that hold these words, in full if any are given.

    Raises ScenarioError when there is no such key.
    """
    found = [key for key in keys() if all(word in key.text for word in words)]
    if not found:
        problem = f"no key holds {listed(words, 'and')}"
        close = nearest(words[0], (name for key in keys() for name in key.path))
        raise ScenarioError([Fault(COMMAND_LINE, problem=problem, nearest=close)])
    for key in found:
        for name, unit, default, low, central, high, where, source, grade in _rows(
            key, full=bool(words)
        ):
            spread = f" ({low} to {high})" if low else ""
            set_to = f"{central}{spread} in {where}" if central else f"set {where}"
            said = (default and f"default {default}", set_to, source, grade)
            head = f"{name.strip('`')} [{unit}]; " if name else "    and "
            yield head + "; ".join(filter(None, said))
